"""Files that people ask for: short ones at once, long ones by another process, for them alone."""

from __future__ import annotations

import csv
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import override as language

from actions.models import Action
from actions.records import record_type
from partners.models import Project, User
from reports import background, exporting
from reports.exporting import LIST, ORGANISATIONS, REPORT, Asked
from reports.layout import own_columns
from reports.models import Export
from reports.reading.cells import plain
from reports.writing import content, lists
from reports.writing.content import Report, Scope, TooLongError
from reports.writing.formats import FORMATS
from reports.writing.lists import write_list
from reports.writing.pack import write_csv

pytestmark = pytest.mark.django_db
State = Export.State
REPORT_FILE = "/elca/report/file/"
SORRY = "not your fault"


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that makes files of a form long ones; ``most`` and ``write`` may be given too."""

    def change(ending: str, **fields: Any) -> None:
        fields.setdefault("at_once", 0)
        monkeypatch.setitem(FORMATS, ending, replace(FORMATS[ending], **fields))

    return change


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that would run in processes of their own; none is started."""
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr(background, "start", lambda *command: found.append(command))
    return found


@pytest.fixture
def export(elca: Project, cast: dict[str, User], started: list[Any]) -> Export:
    """A report that waits to be written for a reader; nobody writes it yet."""
    made = exporting.begin(Asked(elca, cast["reader"], REPORT, "csv"))
    assert started == [("work_on_export", str(made.pk))]
    return made


def page(export: Export, part: str = "") -> str:
    return f"/elca/report/exports/{export.pk}/{part}"


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def signs(export: Export) -> Path:
    return Path(f"{export.file.path}.progress")


def finished(export: Export) -> Export:
    """The export after its work was done in this process."""
    call_command("work_on_export", str(export.pk))
    return Export.objects.get(pk=export.pk)


# Short or long


@pytest.mark.parametrize("ending", FORMATS)
def test_a_short_file_is_there_at_once(as_user: Any, started: list[Any], ending: str) -> None:
    response = as_user("reader").get(REPORT_FILE, {"form": ending, "partner": "POL"})
    assert response.status_code == 200
    assert response["Content-Type"] == FORMATS[ending].media_type
    today = timezone.localdate().isoformat()
    assert f'"ELCA-report-POL-{today}.{ending}"' in response["Content-Disposition"]
    assert len(response.content) > 1000
    assert (started, Export.objects.count()) == ([], 0)


def test_a_file_is_long_by_the_rows_that_it_holds(
    as_user: Any, started: list[Any], long: Callable[..., None]
) -> None:
    long("csv", at_once=20)
    client = as_user("reader")
    assert client.get(REPORT_FILE, {"form": "csv", "partner": "POL"}).status_code == 200
    response = client.get(REPORT_FILE, {"form": "csv"})
    made = Export.objects.get()
    assert (response.status_code, response["Location"]) == (302, page(made))
    assert started == [("work_on_export", str(made.pk))]
    assert client.get("/elca/lists/agreement/", {"form": "csv"}).status_code == 302
    assert client.get("/elca/lists/agreement/", {"form": "csv", "q": "SenSa"}).status_code == 200


def test_a_document_of_too_many_rows_is_refused_in_words(
    as_user: Any, started: list[Any], long: Callable[..., None]
) -> None:
    long("pdf", most=100)
    response = as_user("reader").get(REPORT_FILE, {"form": "pdf"})
    assert response.status_code == 422
    assert "takes at most 100 rows, and the report has 104" in response.content.decode()
    assert (started, Export.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"form": "odt"}, "odt is not one of the available choices"),
        ({"as_of": "2999-01-01"}, "This day has not come yet"),
        ({"as_of": "2022-01-01", "since": "2022-06-30"}, "begins after the day of the report"),
        ({"since": "soon"}, "Enter a valid date"),
        ({"partner": "XYZ"}, "That choice is not one of the available choices"),
    ],
)
def test_what_cannot_be_asked_for_is_shown_in_the_form(
    as_user: Any, asked: dict[str, str], words: str
) -> None:
    response = as_user("reader").get(REPORT_FILE, asked)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_the_limits_of_the_page_are_those_of_the_file(as_user: Any, elca: Project) -> None:
    asked = {"form": "csv", "as_of": "2022-06-30", "since": "2022-01-01", "partner": "MAV"}
    response = as_user("reader").get(REPORT_FILE, asked)
    partner = elca.partners.get(code="MAV")
    assert response.content == written(elca, date(2022, 6, 30), date(2022, 1, 1), partner)
    assert "ELCA-report-MAV-2022-01-01-to-2022-06-30.csv" in response["Content-Disposition"]


def written(project: Project, *limits: Any) -> bytes:
    out = BytesIO()
    write_csv(Report(Scope(project, *limits)), out)
    return out.getvalue()


# The work


def test_the_work_leaves_a_file_for_its_owner_only(elca: Project, export: Export) -> None:
    done = finished(export)
    assert (done.state, done.fault) == (State.READY, "")
    path = Path(done.file.path)
    assert path.read_bytes() == written(elca)
    assert not signs(export).exists()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_work_is_done_once(export: Export) -> None:
    finished(export)
    with pytest.raises(CommandError, match="no such export to be written"):
        call_command("work_on_export", str(export.pk))


def test_the_page_leads_to_the_file_when_it_is_there(as_user: Any, export: Export) -> None:
    client = as_user("reader")
    assert "data-progress" in text_of(client.get(page(export)))
    assert client.get(page(export, "file/")).status_code == 404
    done = finished(export)
    assert page(export, "file/") in text_of(client.get(page(export)))
    response = client.get(page(export, "file/"))
    assert b"".join(response.streaming_content) == Path(done.file.path).read_bytes()
    assert f'"{export.name}"' in response["Content-Disposition"]
    assert response["Content-Type"] == FORMATS["csv"].media_type
    assert export.name in text_of(client.get("/elca/report/"))
    Path(done.file.path).unlink()
    assert client.get(page(export, "file/")).status_code == 404


def test_a_page_hears_how_far_the_work_is(
    as_user: Any, export: Export, long: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "SECONDS_BETWEEN_SIGNS", 0.01)
    heard: list[dict[str, Any]] = []
    client = as_user("reader")

    def write(report: Report, _out: BinaryIO) -> None:
        assert report.tell
        report.tell(30, 40)
        end = time.monotonic() + 20
        while not heard or (heard[-1]["percent"] != 75 and time.monotonic() < end):
            heard.append(client.get(page(export, "progress/")).json())

    long("csv", write=write)
    finished(export)
    assert heard[-1] == {"working": True, "alive": True, "percent": 75}
    said = client.get(page(export, "progress/")).json()
    assert not said["working"]


@pytest.mark.parametrize("subject", [REPORT, LIST])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_writers_tell_how_far_they_are(
    elca: Project,
    cast: dict[str, User],
    monkeypatch: pytest.MonkeyPatch,
    subject: str,
    ending: str,
) -> None:
    monkeypatch.setattr(content, "ROWS_BETWEEN_WORDS", 10)
    monkeypatch.setattr(lists, "ROWS_AT_ONCE", 10)
    told: list[tuple[int, int]] = []
    wishes = {"key": "action"} if subject == LIST else {}
    asked = Asked(elca, cast["reader"], subject, ending, wishes)
    asked.write(BytesIO(), lambda done, total: told.append((done, total)))
    assert len(told) > 5
    assert [done for done, _total in told] == sorted({done for done, _total in told})
    assert all(done <= total == told[0][1] for done, total in told)


def test_a_sentence_of_the_writer_reaches_the_page(
    as_user: Any, export: Export, long: Callable[..., None]
) -> None:
    def write(_report: Report, out: BinaryIO) -> None:
        out.write(b"half of it")
        raise TooLongError("Ask for <less>.")

    long("csv", write=write)
    failed = finished(export)
    assert (failed.state, failed.fault) == (State.FAILED, "Ask for <less>.")
    assert not Path(failed.file.path).exists()
    client = as_user("reader")
    assert "Ask for &lt;less&gt;." in text_of(client.get(page(export)))
    assert not client.get(page(export, "progress/")).json()["working"]
    assert client.get(page(export, "file/")).status_code == 404


def test_an_unexpected_error_leaves_a_sentence(
    as_user: Any,
    export: Export,
    long: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def write(_report: Report, _out: BinaryIO) -> None:
        raise MemoryError

    long("csv", write=write)
    failed = finished(export)
    assert failed.state == State.FAILED
    assert SORRY in failed.fault
    assert f"Export {export.pk} failed" in caplog.text
    assert not Path(failed.file.path).exists()
    assert SORRY in text_of(as_user("reader").get(page(export)))


def test_the_signs_go_on_until_the_page_knows_better(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last sign and the new state the page would say that it was interrupted."""
    found: list[str] = []
    unlink = Path.unlink

    def watched(path: Path, missing_ok: bool = False) -> None:
        if path == signs(export):
            found.append(Export.objects.get(pk=export.pk).state)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", watched)
    finished(export)
    assert found == [State.READY]


def test_silence_is_shown_as_an_interruption(as_user: Any, export: Export) -> None:
    client = as_user("reader")
    Path(export.file.path).parent.mkdir(parents=True, exist_ok=True)
    signs(export).write_text(json.dumps({"done": 1, "total": 2}))
    long_ago = timezone.now() - timedelta(minutes=2)
    Export.objects.update(created_at=long_ago)
    assert client.get(page(export, "progress/")).json()["alive"]
    os.utime(signs(export), (long_ago.timestamp(), long_ago.timestamp()))
    said = client.get(page(export, "progress/")).json()
    assert said == {"working": True, "alive": False, "percent": 50}
    text = text_of(client.get(page(export)))
    assert "The work was interrupted" in text
    assert "data-progress" not in text


def test_it_is_written_in_the_language_of_who_asked(
    elca: Project, cast: dict[str, User], started: list[Any], long: Callable[..., None]
) -> None:
    spoken: list[str | None] = []
    long("docx", write=lambda _report, _out: spoken.append(get_language()))
    before = get_language()
    with language("de"):
        made = exporting.begin(Asked(elca, cast["reader"], REPORT, "docx"))
    assert len(started) == 1
    finished(made)
    assert spoken == ["de"]
    assert get_language() == before


# In a process of its own


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[None]:  # noqa: ARG001 the other process reads what is committed
    """Lets a process that a test starts use the database and the files of the test."""
    name, url = str(connection.settings_dict["NAME"]), os.environ["DATABASE_URL"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        before, _slash, after = url.partition("://")
        place, _slash, rest = after.partition("/")
        mark, options = rest.partition("?")[1:]
        url = f"{before}://{place}/{name}{mark}{options}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("TESTS_MEDIA_ROOT", str(django_settings.MEDIA_ROOT))
    background._children.clear()
    yield
    for child in background._children:
        child.kill()
        child.wait()
    background._children.clear()


def patience(seconds: float = 60) -> Iterator[None]:
    """Turns of a loop that waits for another process, not for ever."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.05)
    raise AssertionError("it took too long")


@pytest.mark.usefixtures("own_process")
def test_another_process_writes_a_long_file(
    as_user: Any, elca: Project, long: Callable[..., None]
) -> None:
    long("csv")
    client: Client = as_user("reader")
    asked = {"form": "csv", "as_of": "2022-06-30", "partner": "AMZ"}
    location = client.get(REPORT_FILE, asked)["Location"]
    for _turn in patience():
        said = client.get(f"{location}progress/").json()
        assert said["alive"] or not said["working"]
        if not said["working"]:
            break
    response = client.get(f"{location}file/")
    content = b"".join(response.streaming_content)
    assert content == written(elca, date(2022, 6, 30), None, elca.partners.get(code="AMZ"))
    assert "ELCA-report-AMZ-as-of-2022-06-30.csv" in response["Content-Disposition"]


@pytest.mark.usefixtures("own_process")
def test_another_process_that_fails_says_so(elca: Project, cast: dict[str, User]) -> None:
    made = Export.objects.create(
        project=elca,
        user=cast["reader"],
        subject=REPORT,
        ending="csv",
        wishes={"partner": "GONE", "language": "de"},
        file="exports/0/fails.csv",
    )
    background.start("work_on_export", str(made.pk))
    for _turn in patience():
        made.refresh_from_db()
        if made.state != State.WORKING:
            break
    assert made.state == State.FAILED
    assert made.fault != ""


@pytest.mark.usefixtures("own_process")
def test_a_killed_process_leaves_an_interrupted_export(
    as_user: Any, elca: Project, cast: dict[str, User]
) -> None:
    made = Export.objects.create(
        project=elca,
        user=cast["reader"],
        subject=REPORT,
        ending="csv",
        wishes={"language": "en"},
        file="exports/0/hangs.csv",
    )
    path, client = Path(made.file.path), as_user("reader")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)  # whoever opens it waits until somebody reads from it
    background.start("work_on_export", str(made.pk))
    [child] = background._children
    for _turn in patience():
        assert child.poll() is None
        if signs(made).exists():
            break
    Export.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    time.sleep(0.2)
    assert client.get(page(made, "progress/")).json()["alive"]
    child.send_signal(signal.SIGKILL)
    child.wait()
    silent = time.time() - background.LONGEST_SILENCE.total_seconds() - 1
    os.utime(signs(made), (silent, silent))
    said = client.get(page(made, "progress/")).json()
    assert (said["working"], said["alive"]) == (True, False)
    assert "The work was interrupted" in text_of(client.get(page(made)))
    assert client.get(page(made, "file/")).status_code == 404
    path.unlink()
    signs(made).unlink()


# Whose it is, and how long


def test_a_file_is_for_who_asked_alone(as_user: Any, elca: Project, export: Export) -> None:
    finished(export)
    for part in ("", "progress/", "file/"):
        response = as_user("reader").get(page(export, part))
        assert response.status_code == 200
        assert b"".join(response)  # to its end, which closes the file
        for other in ("leader", "admin", "amz", "outsider"):
            assert as_user(other).get(page(export, part)).status_code == 404
    assert export.name not in text_of(as_user("leader").get("/elca/report/"))
    elca.memberships.filter(user__username="reader").delete()
    for part in ("", "progress/", "file/"):
        assert as_user("reader").get(page(export, part)).status_code == 404


def kept(project: Project, user: User, name: str, age: timedelta) -> Export:
    """A file that was asked for some time ago, with signs of work that was interrupted."""
    made = Export.objects.create(
        project=project, user=user, subject=REPORT, ending="csv", file=f"exports/0/{name}"
    )
    Export.objects.filter(pk=made.pk).update(created_at=timezone.now() - age)
    Path(made.file.path).parent.mkdir(parents=True, exist_ok=True)
    Path(made.file.path).write_text("kept")
    signs(made).write_text("{}")
    return made


def test_files_of_last_week_go_when_another_is_asked_for(
    elca: Project, cast: dict[str, User], started: list[Any]
) -> None:
    user = cast["reader"]
    old = kept(elca, cast["amz"], "old.csv", timedelta(days=7, minutes=1))
    new = kept(elca, user, "new.csv", timedelta(days=6, hours=23))
    lost = kept(elca, user, "lost.csv", timedelta(days=30))
    Path(lost.file.path).unlink()
    exporting.begin(Asked(elca, user, REPORT, "csv"))
    assert len(started) == 1
    assert set(Export.objects.values_list("file", flat=True)) >= {new.file.name}
    assert not Export.objects.filter(pk__in=[old.pk, lost.pk]).exists()
    assert Path(new.file.path).read_text() == "kept"
    for gone in (Path(old.file.path), signs(old), signs(lost)):
        assert not gone.exists()


@pytest.mark.parametrize(
    ("subject", "ending", "wishes", "name"),
    [
        (REPORT, "xlsx", {}, "ELCA-report-{today}.xlsx"),
        (REPORT, "docx", {"as_of": "2022-06-30"}, "ELCA-report-as-of-2022-06-30.docx"),
        (REPORT, "pdf", {"partner": "AMZ"}, "ELCA-report-AMZ-{today}.pdf"),
        (
            REPORT,
            "zip",
            {"partner": "POL", "since": "2022-01-01", "as_of": "2022-06-30"},
            "ELCA-report-POL-2022-01-01-to-2022-06-30.zip",
        ),
        (LIST, "csv", {"key": "agreement", "query": "q=x"}, "ELCA-agreements-{today}.csv"),
        (ORGANISATIONS, "xlsx", {"query": ""}, "ELCA-organisations-{today}.xlsx"),
    ],
)
def test_names_of_files(
    elca: Project, cast: dict[str, User], subject: str, ending: str, wishes: Any, name: str
) -> None:
    asked = Asked(elca, cast["reader"], subject, ending, wishes)
    assert asked.name == name.format(today=timezone.localdate().isoformat())


def test_a_name_holds_no_signs_that_a_file_cannot_have(elca: Project) -> None:
    elca.acronym = 'Ł/"x" ..\\ C'
    assert exporting.file_name(elca, "report", "", ending="csv") == "Ł-x-..-C-report.csv"


# Lists


def as_csv(response: Any) -> list[list[Any]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), strict=True))


def as_xlsx(response: Any) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    return [[plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def words(cells: list[Any]) -> list[str]:
    """Cells as text, for comparing; a sign before a formula is no part of it."""
    return ["" if cell is None else str(cell).removeprefix("'") for cell in cells]


QUERIES = [
    {},
    {"partner": "MAV", "status": "achieved"},
    {"q": "composites"},
    {"since": "2022-01-01", "until": "2022-06-30"},
    {"mission": "india"},
    {"status": "nonsense"},
    {"sort": "-title", "page": "2"},
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.parametrize("key", ["action", "agreement", "event", "matchmaking"])
def test_a_list_holds_what_its_page_shows(
    as_user: Any, elca: Project, key: str, query: dict[str, str]
) -> None:
    client = as_user("reader")
    shown = client.get(reverse(f"{key}-list", args=["elca"]), query).context["table"].data.data
    references = {action.reference for action in shown}
    record, file = record_type(key), f"/elca/lists/{key}/"
    text = as_csv(client.get(file, {**query, "form": "csv"}))
    sheet = as_xlsx(client.get(file, {**query, "form": "xlsx"}))
    columns = own_columns(record)
    headings = ["Row id", "Table", *(column.heading for column in columns)]
    assert text[0] == sheet[0] == headings
    found = record.model.objects.of(elca).filter(reference__in=references)
    expected = [
        [a.reference, a.type.table_name, *(c.write(record.values(a)) for c in columns)]
        for a in found.order_by("type__table_number", "pk")
    ]
    assert [*map(words, sheet[1:])] == [*map(words, text[1:])] == [*map(words, expected)]


@pytest.mark.parametrize("query", [{}, {"q": "composites"}, {"kind": "cluster"}, {"kind": "?"}])
def test_the_organisations_are_those_of_their_page(as_user: Any, query: dict[str, str]) -> None:
    client = as_user("reader")
    shown = client.get("/elca/organisations/", query).context["table"].data.data
    names = {organisation.name for organisation in shown}
    text = as_csv(client.get("/elca/organisations/export/", {**query, "form": "csv"}))
    sheet = as_xlsx(client.get("/elca/organisations/export/", query))
    assert {row[0] for row in text[1:]} == names
    assert [*map(words, sheet)] == [*map(words, text)]
    assert text[0] == sheet[0]
    assert text[0][:3] == ["Name", "Kind", "Country"]


@pytest.mark.parametrize("form", ["pdf", "docx", "zip", "exe", ""])
def test_a_list_has_no_other_forms(as_user: Any, form: str) -> None:
    client = as_user("reader")
    assert client.get("/elca/lists/agreement/", {"form": form}).status_code == 404
    assert client.get("/elca/organisations/export/", {"form": form}).status_code == 404


@pytest.mark.parametrize(
    ("subject", "wishes"),
    [
        (LIST, {"key": "agreement", "query": "partner=MAV"}),
        (ORGANISATIONS, {"query": "q=a"}),
    ],
)
def test_a_long_list_is_what_a_short_one_would_be(
    as_user: Any,
    elca: Project,
    cast: dict[str, User],
    started: list[Any],
    subject: str,
    wishes: dict[str, str],
) -> None:
    url = "/elca/lists/agreement/" if subject == LIST else "/elca/organisations/export/"
    at_once = as_user("reader").get(f"{url}?{wishes['query']}&form=csv").content
    done = finished(exporting.begin(Asked(elca, cast["reader"], subject, "csv", wishes)))
    assert len(started) == 1
    assert Path(done.file.path).read_bytes() == at_once
    assert at_once.count(b"\r\n") > 5


def test_a_list_tells_nothing_of_another_project(elca: Project) -> None:
    out = BytesIO()
    everything = Action.objects.filter(type__record="agreement")
    other = Project(pk=elca.pk + 1, acronym="X", title="Y", slug="x")
    write_list(other, record_type("agreement"), everything, out, "csv")
    assert out.getvalue().count(b"\r\n") == 1
