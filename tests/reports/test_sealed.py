"""Sealed reports hold: content, checksum and every form stay, and the difference is exact."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from actions.file_services import (
    add_evidence_file,
    change_evidence_file,
    erase_evidence_file,
    remove_evidence_file,
)
from actions.models import Action, CreditShare, EvidenceFile
from actions.services import delete_action, set_excluded
from events.models import Event
from kpis.models import Deadline, Indicator
from partners import clock
from partners.door import past_may_go
from partners.models import Organisation, Partner, Project, User
from partners.services import add_organisation, merge_organisations
from reports.models import SealedFile, SealedReport
from reports.sealing.comparing import compare
from reports.sealing.differences import Since, differences, write_differences
from reports.sealing.freezing import freeze
from reports.sealing.lines import ADDED, CHANGED, NEW, OTHER, PARTNER, RULES, TERMS, WITHDRAWN
from reports.sealing.opening import opened
from reports.sealing.plain import canonical, checksum
from reports.sealing.reopening import Reopened
from reports.sealing.sealing import SealingError, seal_report
from reports.writing.content import Report, Scope
from tests.making import make_action, on
from tests.reports.files import bring, edited, report
from tests.reports.sealed import forms_of, nothing_asked, seal, tamper

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parent / "sealed_format_1.json"
QUICK = ("xlsx", "zip", "csv")


def lines(since: Since, kind: str) -> list[Any]:
    return [line for line in since.differences.lines if line.kind == kind]


def kpi(since: Since, number: int) -> Any:
    return next(each for each in since.differences.indicators if each.number == number)


# Frozen and opened again


@pytest.mark.parametrize(
    "days",
    [{}, {"as_of": date(2022, 6, 30)}, {"as_of": date(2022, 6, 30), "since": date(2021, 7, 1)}],
    ids=str,
)
def test_every_form_of_a_reopened_report_says_the_same(elca: Project, days: dict[str, Any]) -> None:
    elca.deadlines.filter(month=11).update(status=Deadline.Status.OPEN)
    with patch("django.utils.timezone.localdate", return_value=date(2021, 9, 1)):
        now = Report(Scope(elca, **days), author="Ana Ł.")
        said = forms_of(now)
        content = canonical(freeze(Report(Scope(elca, **days), "Ana Ł.", now.written_at)))
    with nothing_asked():
        again = forms_of(Reopened(json.loads(content)))
    for ending, text in said.items():
        assert again[ending] == text, ending


def test_the_same_rows_freeze_to_the_same_text(elca: Project) -> None:
    at = timezone.localtime()
    texts = [canonical(freeze(Report(Scope(elca), written_at=at))) for _n in range(2)]
    assert texts[0] == texts[1]
    reopened = Reopened(json.loads(texts[0]))
    with nothing_asked():
        live = Report(Scope(elca), written_at=at)
        assert reopened.title == live.title
        assert [p.code for p in reopened.partners] == ["AMZ", "MAV", "POL", "BIC", "MECH", "ELCA"]


def test_a_report_of_format_1_opens_for_ever(elca: Project) -> None:
    """The file was sealed by the first version that could: never write it anew."""
    elca.delete()
    text = EXAMPLE.read_text("utf-8")
    content = json.loads(text)
    assert content["format"] == 1
    assert canonical(content) == text
    with nothing_asked():
        again = Reopened(content)
        said = forms_of(again)
    assert [line.figure.shown for line in again.figures] == [12, 4, 7, 3, 2, 10, 9, 7, 5, 3]
    for ending in ("docx", "pdf"):
        assert "951158" in str(said[ending])
        assert "Żółć" in str(said[ending])


# What happens after the sealing


def change_everything(elca: Project, user: User) -> None:
    """Edits, deletes, imports, merges, changes targets, withdraws and adds."""
    amz = elca.partners.get(code="AMZ")
    make_action(elca, "national-workshops", title="Late one", status="achieved",
                occasions=(on(2022, 5, 5),))  # fmt: skip
    make_action(elca, "national-workshops", title="Only planned")
    delete_action(action=Event.objects.get(project=elca, reference="T7-01"), user=user)
    set_excluded(action=elca.actions.get(reference="T7-02"), user=user, reason="Was never held")

    def edit(book: Any) -> None:
        for row in book["Table 5"].iter_rows():
            if row[-1].value == "T5-01":
                row[0].value = "Another title"

    bring(elca, edited(report(elca), edit), "edited.xlsx")
    Indicator.objects.filter(project=elca, number=4).update(target=25)
    amz.targets.filter(indicator__number=4).update(target=9)
    one, other = elca.organisations.filter(actions__isnull=False).distinct()[:2]
    merge_organisations(kept=one, merged=other, user=user)
    elca.missions.update(name="Renamed")
    elca.deadlines.filter(month=11).delete()


def test_what_is_sealed_stays_whatever_happens(elca: Project, cast: dict[str, User]) -> None:
    sealed = seal(elca, cast["leader"])
    text, before = sealed.content, forms_of(opened(sealed).report)
    change_everything(elca, cast["admin"])
    Action.objects.filter(reference__startswith="T8").delete()
    elca.indicators.filter(number=8).delete()
    Partner.objects.filter(project=elca, code="MECH").update(code="OTHER", name="Renamed")
    elca.action_types.filter(table_number=9).update(columns=[], heading="Renamed")
    Organisation.objects.filter(project=elca).update(name="x")
    cast["leader"].delete()
    sealed = SealedReport.objects.get(pk=sealed.pk)
    found = opened(sealed)
    assert found.verifies
    assert sealed.content == text
    assert checksum(text) == sealed.checksum
    with nothing_asked():
        after = forms_of(found.report)
    for ending, said in before.items():
        assert after[ending] == said, ending
    assert found.report.author == "leader"
    assert not differences(found).differences.is_empty


def test_nothing_done_is_no_difference(elca: Project, cast: dict[str, User]) -> None:
    for days in ({}, {"since": date(2021, 7, 1)}, {"as_of": clock.today()}):
        found = opened(seal(elca, cast["leader"], **days))
        assert differences(found).differences.is_empty, days


def test_an_undated_row_is_no_difference_on_a_later_day(elca: Project) -> None:
    make_action(elca, "sme-cooperation", title="Undated", status="achieved")
    found = opened(seal(elca, as_of=clock.today()))
    with patch("django.utils.timezone.localdate", return_value=clock.today() + timedelta(90)):
        assert differences(found).differences.is_empty


def test_the_difference_is_exactly_what_was_done(elca: Project, cast: dict[str, User]) -> None:
    found = opened(seal(elca, cast["leader"]))
    change_everything(elca, cast["admin"])
    since = differences(found)
    workshops = kpi(since, 6)
    assert workshops.sentence == "reported 10, now 9: 1 added, 2 withdrawn"
    assert [(x.title, x.old, x.new) for x in workshops.of(ADDED)] == [
        ("Late one", "Not there yet", "Counted")
    ]
    assert [(x.reference, x.new) for x in workshops.of(WITHDRAWN)] == [
        ("T7-01", "Deleted"),
        ("T7-02", "Left out of the count: Was never held"),
    ]
    assert [x.title for x in lines(since, NEW)] == ["Only planned"]
    assert {(x.where, x.field, x.old, x.new) for x in lines(since, TERMS)} == {
        ("KPI 4", "Target", "20", "25"),
        ("KPI 4", "Target of AMZ", "4", "9"),
    }
    changed = [(x.reference, x.new) for x in lines(since, CHANGED) if x.field not in ROUND_ABOUT]
    assert changed == [("T5-01", "Another title")]
    assert {each.number for each in since.differences.indicators if each.differs} == {4, 6}
    told = {x.reference: since.told_of(x) for x in workshops.rows}
    assert [each.who for each in told.values() if each][-2:] == ["admin", "admin"]
    assert lines(since, RULES) == []
    assert [x.old for x in lines(since, OTHER) if x.where == "Deadline"] != []


# Cells that say the merged organisation and the renamed missions.
ROUND_ABOUT = ("Organisations", "Mission")


def test_a_merger_is_seen_in_the_rows_that_named_it(elca: Project, cast: dict[str, User]) -> None:
    kept = add_organisation(project=elca, user=None, name="Kept Ltd")
    merged = add_organisation(project=elca, user=None, name="Merged Ltd")
    action = elca.actions.get(reference="T5-01")
    action.organisations.add(merged)
    found = opened(seal(elca))
    merge_organisations(kept=kept, merged=merged, user=cast["admin"])
    [line] = lines(differences(found), CHANGED)
    assert line.reference == "T5-01"
    assert ("Merged Ltd" in line.old, "Kept Ltd" in line.new) == (True, True)


def test_the_figure_of_a_partner_that_changes_hands(elca: Project) -> None:
    found = opened(seal(elca))
    action = elca.actions.get(reference="T7-01")
    was = action.partners.get().code
    action.partners.set(elca.partners.filter(code="ELCA"))
    since = differences(found)
    assert kpi(since, 6).sentence == "reported 10, now 10"
    told = {line.field: (line.old, line.new) for line in lines(since, PARTNER)}
    assert told == {was: ("2", "1; withdrawn: T7-01"), "ELCA": ("–", "1; added: T7-01")}


def test_evidence_and_credit_that_came_and_went(elca: Project) -> None:
    action = elca.actions.get(reference="T7-01")
    file = SimpleUploadedFile("one.txt", b"one")
    first = add_evidence_file(action=action, title="First", file=file, user=None)
    found = opened(seal(elca))
    assert SealedFile.objects.get(report=found.sealed).sha256 == first.sha256
    remove_evidence_file(file=first, user=None)
    link = action.evidence.create(title="Minutes", url="https://example.org/", kind="agenda")
    CreditShare.objects.create(action=action, partner=elca.partners.get(code="AMZ"), percent=100)
    told = {line.field: (line.old, line.new) for line in lines(differences(found), CHANGED)}
    assert told["Files"][0] == f"Other evidence: one.txt, {first.sha256[:12]}"
    assert told["Files"][1] == ""
    assert link.url in told["Links"][1]
    assert told["Credit"] == ("", "AMZ 100.00 %")


def test_another_leading_figure_changes_the_rules_only(elca: Project) -> None:
    found = opened(seal(elca))
    Project.objects.filter(pk=elca.pk).update(lead_figure="verified")
    since = differences(found)
    assert [(x.field, x.old, x.new) for x in since.differences.lines] == [
        ("Leading figure", "Claimed", "Verified")
    ]


def test_a_partner_renamed_is_the_same_partner(elca: Project) -> None:
    found = opened(seal(elca))
    Partner.objects.filter(project=elca, code="MECH").update(code="MEK")
    since = differences(found)
    assert lines(since, PARTNER) == lines(since, TERMS) == []
    assert ("Code", "MECH", "MEK") in [(x.field, x.old, x.new) for x in lines(since, OTHER)]


def test_what_is_achieved_after_the_day_is_said_to_be_so(elca: Project) -> None:
    found = opened(seal(elca, as_of=clock.today()))
    later = clock.today() + timedelta(40)
    with patch("django.utils.timezone.localdate", return_value=later):
        make_action(elca, "national-workshops", title="Later", status="achieved",
                    occasions=(on(later.year, later.month, later.day),))  # fmt: skip
        [line] = kpi(differences(found), 6).of(ADDED)
        assert line.is_later
    past = opened(seal(elca))
    assert differences(past).differences.is_empty


def test_the_differences_as_a_file(elca: Project, cast: dict[str, User]) -> None:
    found = opened(seal(elca))
    change_everything(elca, cast["admin"])
    since, out = differences(found), BytesIO()
    write_differences(since, out)
    rows = list(csv.DictReader(StringIO(out.getvalue().decode("utf-8-sig"))))
    assert len(rows) == len(since.differences.lines)
    [gone] = [row for row in rows if row["Now"] == "Deleted" and row["Row id"]]
    assert (gone["What"], gone["Row id"]) == ("Counted then, not now", "T7-01")
    assert gone["Changed by"] == "admin"


def test_the_difference_takes_as_many_queries_with_more_rows(
    elca: Project, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = opened(seal(elca))
    make_action(elca, "national-workshops", title="One", status="achieved")
    with CaptureQueriesContext(connection) as few:
        differences(found)
    for number in range(20):
        make_action(elca, "national-workshops", title=f"No {number}", status="achieved")
    with django_assert_num_queries(len(few)):
        differences(found)


# Sealing


def test_numbers_follow_each_other_and_none_is_given_twice(elca: Project) -> None:
    assert [seal(elca).number, seal(elca).number] == [1, 2]
    with pytest.raises(SealingError, match="sealed meanwhile"):
        seal(elca, number=2)
    assert seal(elca, number=3).number == 3


def test_not_even_the_number_of_a_report_that_is_gone(elca: Project) -> None:
    seal(elca)
    seal(elca, number=4)
    with past_may_go():
        SealedReport.objects.all().delete()
    with pytest.raises(SealingError, match="sealed meanwhile"):
        seal(elca, number=4)
    assert seal(elca).number == 5


def test_a_project_that_is_too_large_is_refused_in_words(elca: Project) -> None:
    with (
        patch("reports.sealing.sealing.MOST_ROWS", 50),
        pytest.raises(SealingError, match="more than 50 rows"),
    ):
        seal_report(project=elca, user=None, title="x", as_of=date(2022, 1, 1))
    assert not SealedReport.objects.exists()


@pytest.mark.parametrize("restricted", [True, False])
def test_the_name_of_a_file_is_not_sealed(elca: Project, restricted: bool) -> None:
    """It may be that of a person, and has to be hidden or forgotten some day."""
    action = elca.actions.get(reference="T7-01")
    file = SimpleUploadedFile("Jan Kowalski.txt", b"signed")
    added = add_evidence_file(
        action=action, title="List of Jan", file=file, user=None, kind="attendance",
        restricted=restricted,
    )  # fmt: skip
    sealed = seal(elca)
    assert "Kowalski" not in sealed.content
    assert "List of Jan" not in sealed.content
    assert opened(sealed).content["actions"]["T7-01"]["files"] == [
        {"id": added.pk, "kind": "attendance", "size": 6, "sha256": added.sha256}
    ]


@pytest.mark.parametrize("how", ["marked", "erased"])
def test_the_differences_do_not_name_a_file_that_is_not_for_everyone_any_more(
    elca: Project, how: str
) -> None:
    action = elca.actions.get(reference="T7-01")
    file = SimpleUploadedFile("Jan Kowalski.txt", b"signed")
    added = add_evidence_file(action=action, title="List", file=file, user=None)
    found = opened(seal(elca))
    if how == "marked":
        mark(added)
    else:
        erase_evidence_file(file=added, user=None, reason="Asked for")
    EvidenceFile.objects.filter(pk=added.pk).delete()
    [line] = lines(differences(found), CHANGED)
    assert line.old == f"Other evidence: {added.sha256[:12]}"


def mark(file: EvidenceFile) -> None:
    change_evidence_file(
        file=file, user=None, title=file.title, kind=file.kind, restricted=True, keep_until=None
    )


# Tampering


def test_the_database_refuses_to_change_what_was_sealed(elca: Project) -> None:
    sealed = seal(elca)
    for values in ({"content": "{}"}, {"checksum": "0" * 64}, {"title": "Other"}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            SealedReport.objects.filter(pk=sealed.pk).update(**values)


@pytest.mark.parametrize(
    "content", ["{}", "", "[]", "not JSON", '{"format":1}', "one letter"], ids=str
)
def test_what_was_tampered_with_does_not_verify(elca: Project, content: str) -> None:
    sealed = seal(elca)
    if content == "one letter":
        content = sealed.content.replace("Table 7", "Table 8", 1)
    for values in ({"content": content}, {"content": content, "checksum": checksum(content)}):
        tamper(sealed, **values)
        assert not opened(SealedReport.objects.get()).verifies
        with pytest.raises(CommandError, match="does not verify"):
            call_command("verify_sealed", stderr=StringIO())


@pytest.mark.parametrize("name", ["title", "note", "as_of", "number"])
def test_what_stands_beside_the_content_is_sealed_too(elca: Project, name: str) -> None:
    sealed = seal(elca)
    tamper(sealed, **{name: {"as_of": date(2000, 1, 1), "number": 7}.get(name, "Other")})
    assert not opened(SealedReport.objects.get()).verifies


def test_the_command_says_what_verifies(elca: Project) -> None:
    action = elca.actions.get(reference="T7-01")
    file = SimpleUploadedFile("one.txt", b"one")
    kept = add_evidence_file(action=action, title="First", file=file, user=None)
    sealed, out, err = seal(elca), StringIO(), StringIO()
    call_command("verify_sealed", project="elca", stdout=out)
    assert out.getvalue() == f"elca 1: verifies, {sealed.checksum}\n"
    Path(kept.file.path).write_bytes(b"two")
    with pytest.raises(CommandError):
        call_command("verify_sealed", stdout=out, stderr=err)
    assert "file of T7-01: Its content is not the one that was sealed." in err.getvalue()
    with pytest.raises(CommandError, match="no project"):
        call_command("verify_sealed", project="nowhere")


def test_the_command_misses_a_report_that_is_gone(elca: Project) -> None:
    seal(elca)
    gone, err = seal(elca, number=4), StringIO()
    with past_may_go():
        gone.delete()
    with pytest.raises(CommandError, match="1 of what was sealed"):
        call_command("verify_sealed", project="elca", stdout=StringIO(), stderr=err)
    assert err.getvalue().startswith("elca 4: The report that was sealed")


def test_comparing_the_same_twice_finds_nothing(elca: Project) -> None:
    content = freeze(Report(Scope(elca)))
    assert compare(content, content, lead_now="claimed", existing=set(), names={}).is_empty
