"""Work on imports: claimed once, told while it goes on, given up with a word when it breaks."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from actions.models import Action
from partners.models import Project, User
from reports import background, jobs, keeping
from reports.models import Import
from tests.reports.files import workshops

pytestmark = pytest.mark.django_db
ROW = ["Good", "AMZ", "Words", "03.03.2022 Dresden", "Came"]
State = Import.State


@pytest.fixture
def record(elca: Project, cast: dict[str, User]) -> Import:
    """An import that was read and waits to be applied."""
    file = ContentFile(workshops(ROW).getvalue(), "rows.xlsx")
    made = jobs.begin(project=elca, user=cast["admin"], file=file, name="rows.xlsx")
    assert made.state == State.READY
    return made


def test_a_job_is_given_to_one_only(record: Import, cast: dict[str, User]) -> None:
    same = Import.objects.get(pk=record.pk)
    assert jobs.ask_for(record, jobs.APPLY, cast["admin"])
    assert not jobs.ask_for(same, jobs.APPLY, cast["admin"])
    assert Import.objects.get().state == State.APPLIED
    assert Action.objects.filter(title="Good").count() == 1


def test_what_breaks_is_told_and_leaves_nothing(
    record: Import, cast: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    Import.objects.update(wishes={"tables": [1]})  # as no page would write it
    record.refresh_from_db()
    assert jobs.ask_for(record, jobs.APPLY, cast["admin"])
    found = Import.objects.get()
    assert (found.state, "not your fault" in found.fault) == (State.READY, True)
    assert "the job “apply” failed" in caplog.text
    assert jobs.ask_for(found, jobs.PREVIEW, cast["admin"])
    assert Import.objects.get().state == State.FAILED
    assert not Action.objects.filter(title="Good").exists()


def test_the_progress_is_heard_and_so_is_silence(record: Import) -> None:
    record.state, record.worked_at = State.APPLYING, timezone.now()
    record.save()
    path = Path(f"{record.file.path}.progress")
    path.write_text(json.dumps({"done": 30, "total": 40}))
    progress = jobs.progress_of(record)
    assert (progress.percent, progress.alive) == (75, True)
    path.unlink()
    assert (jobs.progress_of(record).percent, jobs.progress_of(record).alive) == (None, True)
    record.worked_at = timezone.now() - timedelta(minutes=2)
    assert not jobs.progress_of(record).alive


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (State.READING, State.FAILED),
        (State.APPLYING, State.READY),
        (State.UNDOING, State.APPLIED),
    ],
)
def test_an_interrupted_job_can_be_started_again(record: Import, state: str, after: str) -> None:
    record.state, record.worked_at = state, timezone.now()
    record.save()
    jobs.start_again(record)
    assert Import.objects.get().state == state  # it is still at work
    record.worked_at = timezone.now() - timedelta(minutes=2)
    record.save()
    jobs.start_again(record)
    assert Import.objects.get().state == after


def test_work_that_was_given_up_cannot_finish_later(record: Import, cast: dict[str, User]) -> None:
    record.state, record.worked_at = State.APPLYING, timezone.now() - timedelta(minutes=2)
    record.save()
    slow = Import.objects.get(pk=record.pk)
    jobs.start_again(record)
    with pytest.raises(keeping.SupersededError):
        keeping.apply(slow, user=cast["admin"])
    assert Import.objects.get().state == State.READY
    assert not Action.objects.filter(title="Good").exists()


def test_the_command_does_what_waits_and_nothing_else(
    record: Import, cast: dict[str, User]
) -> None:
    user = str(cast["admin"].pk)
    with pytest.raises(CommandError, match="is ready, and not applying"):
        call_command("work_on_import", str(record.pk), "apply", user)
    with pytest.raises(CommandError, match="no such import"):
        call_command("work_on_import", "999999", "apply", user)
    Import.objects.update(state=State.APPLYING, worked_at=timezone.now())
    call_command("work_on_import", str(record.pk), "apply", user)
    assert Import.objects.get().state == State.APPLIED


def test_a_long_file_is_left_to_another_process(
    elca: Project, cast: dict[str, User], settings: Any
) -> None:
    settings.IMPORT_AT_ONCE_BYTES = 0
    file = ContentFile(workshops(ROW).getvalue(), "rows.xlsx")
    made = jobs.begin(project=elca, user=cast["admin"], file=file, name="rows.xlsx")
    assert (made.state, made.summary) == (State.READING, {})
    [child] = background._children
    child.wait(timeout=60)
