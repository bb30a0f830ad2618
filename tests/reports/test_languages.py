"""Reports in six languages: written in each, and read back whatever the reader's own."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import gettext, override

from actions.lookup import Lookup
from actions.records import record_type, record_types
from kpis.progress import project_progress
from partners.catalogue import LANGUAGES
from partners.models import Change, Project, User
from reports.blanks import write_blank
from reports.exporting import REPORT, SEALED, Asked, begin, work
from reports.sealing.differences import differences
from reports.sealing.freezing import freeze
from reports.sealing.opening import opened as opened_seal
from reports.sealing.plain import canonical
from reports.understanding.headings import Vocabulary
from reports.writing.content import Report, Scope
from reports.writing.formats import FORMATS
from reports.writing.lists import write_list
from tests.reports.files import bring, counts, edited, opened, workbook
from tests.reports.sealed import pdf_text, seal, word_text

pytestmark = pytest.mark.django_db
FIGURES = [18, 4, 7, 6, 2, 10, 9, 7, 5, 3]
# The reader speaks another language than the file.
READERS = dict(zip(LANGUAGES, [*LANGUAGES[1:], LANGUAGES[0]], strict=True))
FILES = [("xlsx", code) for code in LANGUAGES] + [("docx", "de"), ("docx", "pl")]


def exported(project: Project, language: str, form: str = "xlsx") -> BytesIO:
    out = BytesIO()
    with override(language):
        FORMATS[form].write(Report(Scope(project)), out)
    return BytesIO(out.getvalue())


def figures(project: Project) -> list[int]:
    return [line.total.achieved for line in project_progress(project).lines]


@pytest.mark.parametrize(("form", "language"), FILES)
def test_a_report_in_any_language_comes_back_unchanged(
    elca: Project, form: str, language: str
) -> None:
    file = exported(elca, language, form)
    before = Change.objects.count()
    with override(READERS[language]):
        result = bring(elca, file, name=f"report.{form}")
    assert [str(problem) for problem in result.errors] == []
    assert (result.applied, counts(result)) == (True, (0, 0, 104, 0))
    assert Change.objects.count() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_in_any_language_comes_back_unchanged(elca: Project, language: str) -> None:
    before = Change.objects.count()
    for record in record_types():
        rows = record.model.objects.of(elca).filter(type__record=record.key)
        out = BytesIO()
        with override(language):
            write_list(elca, record, rows, out, "csv")
        for action_type in elca.action_types.filter(record=record.key):
            mine = BytesIO(_only(out.getvalue(), f"T{action_type.table_number}-"))
            with override(READERS[language]):
                result = bring(elca, mine, name="list.csv")
            assert counts(result) == (0, 0, action_type.actions.count(), 0), result.errors[:3]
    assert Change.objects.count() == before


def _only(content: bytes, start: str) -> bytes:
    """The lines of a list that are of one table, below the headings."""
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    out = StringIO()
    csv.writer(out).writerows([rows[0], *(row for row in rows if row[0].startswith(start))])
    return out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize(("form", "language"), FILES)
def test_a_report_in_any_language_gives_the_same_figures_in_an_empty_project(
    elca: Project, form: str, language: str
) -> None:
    file = exported(elca, language, form)
    elca.actions.all().delete()
    elca.organisations.all().delete()
    with override(READERS[language]):
        result = bring(elca, file, name=f"report.{form}")
    assert [str(problem) for problem in result.errors] == []
    # A document prints no sectors: of these only the one is known that a title names.
    assert figures(elca) == (FIGURES if form == "xlsx" else [*FIGURES[:9], 1])


# What is written


def test_a_report_is_in_one_language(elca: Project) -> None:
    book = opened(exported(elca, "de"))
    assert book.sheetnames[:5] == ["Deckblatt", "Tabelle 0", "Diagramme", "Partner", "Tabelle 2"]
    sheet = book["Tabelle 3"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:2] == [
        "2. Kooperationsvereinbarungen mit Clustern (aus unseren Ländern) 12 insgesamt",
        "Verantwortlich",
    ]
    assert headings[-1] == "Zeilen-ID"
    said = {row[3] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert any(str(cell).endswith("UNTERZEICHNET") for cell in said)
    assert not any("SIGNED" in str(cell) for cell in said)


def test_days_are_days_and_numbers_are_numbers_in_any_language(elca: Project) -> None:
    with override("pl"):
        book = opened(exported(elca, "pl"))
        sheet = book["Tabela 12"]
    due = next(c.column for c in sheet[1] if c.value == "Termin")
    assert isinstance(sheet.cell(2, due).value, date)
    assert sheet.cell(2, due).number_format == "dd.mm.yyyy"
    figures_sheet = book["Tabela 0"]
    assert isinstance(figures_sheet.cell(2, 4).value, int)


def test_a_csv_stays_readable_for_machines(elca: Project) -> None:
    pack = zipfile.ZipFile(exported(elca, "fr", "zip"))
    assert {"indicators.csv", "table-3.csv", "timeline.csv"} <= set(pack.namelist())
    head, first = pack.read("indicators.csv").decode("utf-8-sig").splitlines()[:2]
    assert head.startswith("number,title,description,target,achieved")
    assert first.startswith("1,")
    assert "Statut" in pack.read("timeline.csv").decode("utf-8-sig").splitlines()[0]
    assert "2021-" in pack.read("timeline.csv").decode("utf-8-sig")


# The reader's language touches nothing that is stored


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_history_is_the_same_whoever_imports(elca: Project, language: str) -> None:
    def change(book: Any) -> None:
        with override(language):
            status = str(record_type("event").status_words["dropped"])
            sheet = book[elca.action_types.get(table_number=7).table_name]
            heading = str(record_type("event").column("status").heading)
        at = next(c.column for c in sheet[1] if c.value == heading)
        sheet.cell(2, at).value = status

    file = edited(exported(elca, language), change)
    with override(language):
        result = bring(elca, file)
    assert counts(result) == (0, 1, 103, 0)
    told = Change.objects.filter(record="action", kind="changed").latest("pk").fields
    assert told["status"] == ["Held", "Cancelled"]


@pytest.mark.parametrize("language", ["de", "pl"])
def test_what_is_sealed_is_the_same_whoever_seals_and_reads(elca: Project, language: str) -> None:
    report = Report(Scope(elca, date(2022, 6, 30)))
    here = canonical(freeze(report))
    with override(language):
        there = canonical(freeze(Report(report.scope, report.author, report.written_at)))
        sealed = seal(elca, as_of=date(2022, 6, 30))
        found = opened_seal(sealed)
        assert found.report
        assert differences(found).differences.lines == []
    assert here == there
    user = User.objects.create_user("reader")
    files = []
    for code in ("en", language):
        out = BytesIO()
        with override(code):
            Asked(elca, user, SEALED, "csv", {"number": str(sealed.number)}).write(out)
        files.append(out.getvalue())
    assert files[0] == files[1]
    call_command("verify_sealed")


# The errors of an import


def test_an_error_is_in_the_readers_language_and_quotes_the_heading(elca: Project) -> None:
    file = workbook(Tabelle_7=[["Titel", "Zuständig", "Stand"], ["Neu", "AMZ", "vielleicht"]])
    with override("pl"):
        [fault] = bring(elca, file).errors
    assert fault.column == "Stand"
    with override("pl"):
        assert fault.message == gettext("“%(cell)s” is none of: %(known)s.") % {
            "cell": "vielleicht",
            "known": ", ".join(str(word) for word in record_type("event").status_words.values()),
        }


@pytest.mark.parametrize(
    ("table", "said", "status"),
    [
        (2, "osiągnięte", "achieved"),
        (3, "zidentyfikowane", "planned"),
        (3, "w negocjacjach", "under_way"),
        (7, "w przygotowaniu", "under_way"),
        (3, "niekontynuowane", "dropped"),
        (2, "abbandonato", "dropped"),
        (3, "individuato", "planned"),
        (3, "in trattativa", "under_way"),
        (3, "non proseguito", "dropped"),
        (3, "nicht weiterverfolgt", "dropped"),
        (3, "en négociation", "under_way"),
        (3, "sin continuidad", "dropped"),
        (7, "tenu", "achieved"),
    ],
)
def test_words_of_hand_made_workbooks(elca: Project, table: int, said: str, status: str) -> None:
    kind = elca.action_types.get(table_number=table)
    assert record_type(kind.record).column("status").read(said, Lookup(elca)) == status


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Dokładność liczby", "participants_certainty"),
        ("Kto z kim się spotkał", "meetings"),
        ("Reprezentowane organizacje", "organisations_present"),
        ("Chi ha incontrato chi", "meetings"),
        ("Organizzazioni rappresentate", "organisations_present"),
        ("Precisione del numero", "participants_certainty"),
        ("ID riga", "row_id"),
        ("Documentazione", "evidence"),
        ("Vertretene Organisationen", "organisations_present"),
        ("Organizaciones representadas", "organisations_present"),
        ("Organisations représentées", "organisations_present"),
    ],
)
def test_headings_of_hand_made_workbooks(elca: Project, heading: str, field: str) -> None:
    vocabulary = Vocabulary([elca.action_types.get(table_number=10)])
    assert vocabulary.known(heading)[0].field == field


# Empty workbooks and the command line


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_workbook_is_filled_in_and_read_in_its_language(
    elca: Project, language: str
) -> None:
    kind = elca.action_types.get(table_number=7)
    out = BytesIO()
    with override(language):
        write_blank(elca, kind, out)
        statuses = [str(word) for word in record_type("event").status_words.values()]
        lists = gettext("Lists")
    book = opened(out)
    assert set(statuses) <= {cell.value for row in book[lists].iter_rows() for cell in row}

    def fill(book: Any) -> None:
        sheet = book.worksheets[0]
        example = [cell.value for cell in sheet[2]]
        for at, value in enumerate(example[:-1], start=1):
            sheet.cell(3, at).value = value
        sheet.cell(3, 1).value = "Ganz neu"

    before = figures(elca)
    with override(READERS[language]):
        result = bring(elca, edited(out, fill))
    assert [str(problem) for problem in result.errors] == []
    assert counts(result) == (1, 0, 0, 0)
    assert result.sheets[0].rows[0].title == "Ganz neu"
    assert figures(elca)[5] == before[5] + 1
    made = elca.actions.get(title="Ganz neu")
    assert made.expectations
    assert made.results
    assert [o.country for o in made.occasions.all()] == ["DE", "DE"]


@pytest.mark.usefixtures("elca")
def test_commands_take_a_language(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    call_command("export_report", str(path), language="es", stdout=StringIO())
    assert "Tabla 3" in opened(BytesIO(path.read_bytes())).sheetnames
    out = StringIO()
    call_command("kpi_report", language="it", stdout=out)
    assert "raggiunto" in out.getvalue()
    for command in (["export_report", str(path)], ["kpi_report"]):
        with pytest.raises(CommandError, match="“xx” is no language of reports"):
            call_command(*command, language="xx")


# The pages


def test_the_page_offers_six_languages_and_the_readers_first(as_user: Any) -> None:
    client = as_user("leader")
    answer = client.get("/elca/report/", headers={"accept-language": "it"})
    text = answer.content.decode()
    for code, _name in settings.LANGUAGES:
        assert f'<option value="{code}"' in text
    assert '<option value="it" selected' in text


def test_a_report_is_written_in_the_language_that_is_chosen(as_user: Any) -> None:
    client = as_user("leader")
    answer = client.get("/elca/report/file/", {"form": "xlsx", "language": "pl"})
    assert "Tabela 7" in opened(BytesIO(answer.content)).sheetnames
    answer = client.get("/elca/report/file/", {"form": "xlsx"}, headers={"accept-language": "fr"})
    assert "Tableau 7" in opened(BytesIO(answer.content)).sheetnames
    assert client.get("/elca/report/file/", {"language": "xx"}).status_code == 422


def test_lists_and_empty_workbooks_take_a_language(as_user: Any) -> None:
    client = as_user("leader")
    url = reverse("list-export", args=["elca", "agreement"])
    rows = client.get(url, {"form": "csv", "language": "de"}).content.decode("utf-8-sig")
    assert rows.splitlines()[0].startswith("Zeilen-ID,Tabelle,Titel,Verantwortlich,Status")
    assert "Unterzeichnet" in rows
    assert client.get(url, {"form": "csv", "language": "xx"}).status_code == 404
    url = reverse("import-template", args=["elca", "national-workshops"])
    book = opened(BytesIO(client.get(url, {"language": "es"}).content))
    assert book.sheetnames == ["Tabla 7", "Ayuda", "Listas"]


def test_a_long_export_keeps_the_language_that_was_chosen(
    elca: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.background.start", lambda *_command: None)
    user = User.objects.create_user("reader")
    with override("fr"):
        export = begin(Asked(elca, user, REPORT, "csv", {"language": "pl"}))
    with override("it"):
        work(export)
    assert "Tabela 7. Krajowe warsztaty" in Path(export.file.path).read_text("utf-8-sig")


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_documents_are_in_one_language(elca: Project, form: str) -> None:
    content = exported(elca, "de", form).getvalue()
    text = str(pdf_text(content) if form == "pdf" else word_text(content))
    for words in ("Tabelle 3", "Leistungsindikatoren", "Voraussichtliches", "UNTERZEICHNET"):
        assert words in text
    assert "Performance indicators" not in text
    assert "NOT SIGNED" not in text
