"""The empty workbooks for partners: headings, drop-downs, help, example, and who gets them."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.joined import JoinedColumn
from actions.lookup import Lookup
from actions.models import Action, ActionType, Status
from actions.records import record_type, record_types
from partners.models import Partner, Project, Sector
from reports.blanks import help_sentences, write_blank
from reports.layout import EXAMPLE, HELP_SHEET, LISTS_SHEET, ROW_ID, sheet_columns
from reports.reading.cells import EXPORTED
from reports.writing.lists import write_list
from tests.reports.files import bring, cell_of, counts, opened, report, saved

pytestmark = pytest.mark.django_db

SLUGS = [
    "cluster-networks",
    "cluster-agreements",
    "intermediary-agreements",
    "sme-cooperation",
    "sme-business",
    "national-workshops",
    "international-meetings",
    "international-events",
    "matchmaking",
    "sectors",
]
NUMBERS = [
    "Participants",
    "SMEs",
    "Clusters",
    "Research",
    "Public bodies",
    "Organisations represented",
]


def type_of(project: Project, slug: str) -> ActionType:
    return project.action_types.get(slug=slug)


def blank(project: Project, slug: str) -> Any:
    """The empty workbook of a table, opened again."""
    out = BytesIO()
    write_blank(project, type_of(project, slug), out)
    return opened(out)


def rules(sheet: Any) -> dict[str, Any]:
    """The validations of a sheet by the headings of their columns."""
    headings = [cell.value for cell in sheet[1]]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        (area,) = rule.sqref.ranges
        assert (area.min_row, area.max_row, area.min_col) == (3, 500, area.max_col)
        found[headings[area.min_col - 1]] = rule
    return found


def offered(book: Any, rule: Any) -> list[str]:
    """What a drop-down offers."""
    sheet, _mark, area = rule.formula1.partition("!")
    sheet = sheet.strip("'")
    assert sheet == LISTS_SHEET
    return [row[0].value for row in book[sheet][area.replace("$", "")]]


def test_there_is_one_for_each_table(elca: Project) -> None:
    assert {action_type.slug for action_type in elca.action_types.all()} == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_it_has_the_headings_of_an_export_and_help_on_each(elca: Project, slug: str) -> None:
    action_type = type_of(elca, slug)
    book = blank(elca, slug)
    assert book.sheetnames == [action_type.table_name, HELP_SHEET, LISTS_SHEET]
    assert book[LISTS_SHEET].sheet_state == "hidden"
    sheet = book[action_type.table_name]
    headings = [cell.value for cell in sheet[1]]
    # Beside the dates stands a column for their country, which an import reads with them.
    dates = next(at for at, heading in enumerate(headings) if heading == "Dates & Location")
    assert headings.pop(dates + 1) == "Country"
    assert headings == [*(c.heading for c in sheet_columns(action_type)), ROW_ID]
    assert headings == [cell.value for cell in opened(report(elca))[sheet.title][1]]
    assert all(len(cell.comment.text) > 20 for cell in sheet[1])
    assert "{" not in "".join(cell.comment.text for cell in sheet[1])
    assert sheet.freeze_panes == "B2"
    assert [row[0] for row in book[HELP_SHEET].iter_rows(values_only=True)] == help_sentences()


@pytest.mark.parametrize("slug", SLUGS)
def test_its_cells_are_texts_and_none_is_a_formula(elca: Project, slug: str) -> None:
    book = blank(elca, slug)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    sheet = book.worksheets[0]
    formats = {
        sheet.cell(1, at).value: columns.number_format
        for columns in sheet.column_dimensions.values()
        for at in range(columns.min, columns.max + 1)
    }
    assert formats == {cell.value: "0" if cell.value in NUMBERS else "@" for cell in sheet[1]}


@pytest.mark.parametrize("slug", SLUGS)
def test_its_example_can_be_read_and_says_that_it_is_one(elca: Project, slug: str) -> None:
    action_type = type_of(elca, slug)
    sheet = blank(elca, slug).worksheets[0]
    assert (sheet.max_row, cell_of(sheet, ROW_ID, 2).value) == (2, EXAMPLE)
    assert all(cell.font.i and cell.font.color.rgb == "FF6B7785" for cell in sheet[2])
    lookup = Lookup(elca)
    read: dict[str, Any] = {}
    for column in sheet_columns(action_type):
        found = column.source.read(cell_of(sheet, column.heading, 2).value, lookup)
        joined = isinstance(column.source, JoinedColumn)
        read.update(found if joined else {column.source.name: found})
    assert read["title"] == "Workshop on lightweight design"
    assert read["status"] == Status.ACHIEVED
    assert [partner.code for partner in read["partners"]] == ["AMZ"]
    assert read["occasions"] or read["signed_on"]


def test_every_value_of_a_record_has_an_example_or_may_stay_empty(elca: Project) -> None:
    sheet = blank(elca, "matchmaking").worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    values = dict(zip(*rows, strict=True))
    assert {heading for heading, value in values.items() if value is None} == set(NUMBERS[1:])
    assert values["Participants"] == 40
    assert str(values["Who met whom"]).count(" | ") == 2


@pytest.mark.parametrize("slug", SLUGS)
def test_partners_are_offered_and_several_are_let_through(elca: Project, slug: str) -> None:
    book = blank(elca, slug)
    rule = rules(book.worksheets[0])["Responsible"]
    assert (rule.type, rule.errorStyle) == ("list", "warning")
    assert offered(book, rule) == ["AMZ", "MAV", "POL", "BIC", "MECH", "ELCA"]
    assert "AMZ, MAV" in rule.prompt


def test_words_of_the_record_are_offered_and_no_others(elca: Project) -> None:
    for slug, words in {
        "sme-business": ["Identified", "In negotiation", "Signed", "Not pursued"],
        "national-workshops": ["Planned", "In preparation", "Held", "Cancelled"],
        "sectors": ["Planned", "Under way", "Achieved", "Dropped"],
    }.items():
        book = blank(elca, slug)
        rule = rules(book.worksheets[0])["Status"]
        assert offered(book, rule) == words
        assert (rule.errorStyle or "stop", rule.allow_blank) == ("stop", True)


def test_missions_sectors_and_certainties_are_offered(elca: Project) -> None:
    book = blank(elca, "matchmaking")
    found = rules(book.worksheets[0])
    assert offered(book, found["Mission"])[:2] == ["Michigan", "India"]
    assert set(offered(book, found["Sectors"])) == {s.name for s in elca.sectors.all()}
    assert found["Sectors"].errorStyle == "warning"
    column = record_type("event").column("participants_certainty")
    choices = [str(word) for _key, word in column.choices]
    assert offered(book, found["How sure the number is"]) == choices


def test_numbers_are_whole_and_dates_say_how_they_are_written(elca: Project) -> None:
    found = rules(blank(elca, "international-events").worksheets[0])
    for heading in NUMBERS:
        rule = found[heading]
        assert (rule.type, rule.operator or "between", rule.formula1) == ("whole", "between", "0")
    assert "Dresden (Germany)" in found["Dates & Location"].prompt
    found = rules(blank(elca, "sme-business").worksheets[0])
    assert "14.03.2022, July 2021 or 2021" in found["Signed on"].prompt
    found = rules(blank(elca, "cluster-agreements").worksheets[0])
    assert "TO BE SIGNED" in found["Expected date of signature"].prompt
    assert "Description" not in found


def test_a_project_without_missions_and_sectors_offers_none(elca_empty: Project) -> None:
    elca_empty.deadlines.all().delete()
    elca_empty.missions.all().delete()
    elca_empty.sectors.all().delete()
    found = rules(blank(elca_empty, "sectors").worksheets[0])
    assert {"Mission", "Sectors"}.isdisjoint(found)
    assert "Responsible" in found


def test_it_takes_as_many_queries_for_many_partners(elca: Project) -> None:
    action_type = type_of(elca, "matchmaking")
    with CaptureQueriesContext(connection) as few:
        write_blank(elca, action_type, BytesIO())
    for number in range(40):
        Partner.objects.create(project=elca, code=f"P{number}", name=f"Partner {number}")
        Sector.objects.create(project=elca, name=f"Sector {number}")
    with CaptureQueriesContext(connection) as many:
        write_blank(elca, action_type, BytesIO())
    assert len(few) == len(many) == 3
    book = blank(elca, "matchmaking")
    assert len(offered(book, rules(book.worksheets[0])["Responsible"])) == 46


def test_what_looks_like_a_formula_is_a_text_among_the_choices(elca: Project) -> None:
    Sector.objects.create(project=elca, name="=1+1")
    book = blank(elca, "sectors")
    sheet, rule = book.worksheets[0], rules(book.worksheets[0])["Sectors"]
    assert "=1+1" in offered(book, rule)
    cells = [cell for row in book[LISTS_SHEET].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}
    assert cell_of(sheet, "Sectors", 2).data_type == "s"


def test_it_is_a_file_with_a_name(as_user: Any) -> None:
    response = as_user("amz").get("/elca/import/templates/national-workshops/")
    day = timezone.localdate().isoformat()
    name = f'filename="ELCA-template-national-workshops-{day}.xlsx"'
    assert name in response["Content-Disposition"]
    assert opened(BytesIO(response.getvalue())).sheetnames[0] == "Table 7"


def test_members_get_it_and_nobody_else(as_user: Any) -> None:
    url = "/elca/import/templates/sectors/"
    statuses = {
        name: as_user(name).get(url).status_code
        for name in ("reader", "amz", "leader", "admin", "outsider")
    }
    assert statuses == {"reader": 200, "amz": 200, "leader": 200, "admin": 200, "outsider": 404}
    assert Client().get(url).status_code == 302
    assert as_user("admin").get("/elca/import/templates/nothing/").status_code == 404
    assert as_user("admin").post(url).status_code == 405


def test_exports_say_when_they_were_written_and_templates_do_not(elca: Project) -> None:
    before = timezone.now().replace(microsecond=0)
    exported = [report(elca)]
    for record in record_types():
        exported.append(BytesIO())
        write_list(elca, record, elca.actions.none(), exported[-1])
    for out in exported:
        written = datetime.fromisoformat(opened(out).custom_doc_props[EXPORTED].value)
        assert before <= written <= timezone.now()
    assert EXPORTED not in blank(elca, "sectors").custom_doc_props.names


def test_a_filled_one_comes_in_with_its_countries(elca: Project) -> None:
    book = blank(elca, "national-workshops")
    sheet = book.worksheets[0]
    assert {"Austria", "Poland"} <= set(offered(book, rules(sheet)["Country"]))
    for heading, words in {
        "6. National workshops with SMEs 10 in total (2 per partner)": "From a partner",
        "Responsible": "AMZ, MAV",
        "Dates & Location": "14.03.2022, Graz\n15.03.2022, Dresden (DE)",
        "Country": "Austria",
        "Status": "Held",
    }.items():
        cell_of(sheet, heading, 3).value = words
    result = bring(elca, saved(book))
    assert (result.applied, counts(result)) == (True, (1, 0, 0, 0))
    made = Action.objects.of(elca).get(title="From a partner")
    assert [str(occasion) for occasion in made.occasions.all()] == [
        "14.03.2022, Graz (AT), on site",
        "15.03.2022, Dresden (DE), on site",
    ]
