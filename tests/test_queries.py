"""Holds what each page costs: as many queries for 30 actions in a table as for 3, 19 at most."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.dates import Mode
from actions.file_services import add_evidence_file
from actions.lookup import Lookup
from actions.models import Action
from actions.records import record_type
from actions.rows import EvidenceData
from actions.services import save_action
from events.records import MeetingData
from partners.models import Project
from reports.models import Import
from reports.writing.content import Report, Scope
from reports.writing.workbook import write_workbook
from tests.making import on
from tests.pages import member

MOST_QUERIES = 19
MOST_QUERIES_OF_THE_REPORT = 150  # a file of ten tables and ten indicators, each read by itself
STATUSES = ["achieved", "planned", "under_way", "achieved"]


def add_actions(project: Project, numbers: Iterable[int]) -> None:
    """Actions of every table in turn, each with two of everything that hangs on one."""
    types = list(project.action_types.all())
    codes = list(project.partners.all())
    sectors = list(project.sectors.all())
    missions = list(project.missions.all())
    lookup = Lookup(project)
    for number in numbers:
        action_type = types[number % len(types)]
        record = record_type(action_type.record)
        values = {column.name: column.empty() for column in record.columns}
        values.update(
            title=f"Action {number}",
            partners=(codes[0], codes[1 + number % (len(codes) - 1)]),
            status=STATUSES[number % len(STATUSES)],
            organisations=(f"Organisation {number}", f"Organisation {number + 1}"),
            sectors=tuple(sectors[number % 3 : number % 3 + 2]),
            mission=missions[number % len(missions)],
            occasions=(on(2022, 1, 1, mode=Mode.ONLINE), on(2022, 2, number % 28 + 1)),
            evidence=(EvidenceData("List"), EvidenceData("Picture", "https://example.org/")),
        )
        if "meetings" in values:
            values["meetings"] = (MeetingData("One", "Two"), MeetingData("One", "Three"))
        save_action(
            project=project, action_type=action_type, user=None, values=values, lookup=lookup
        )


def pages_of(project: Project) -> dict[str, str]:
    """The address of every page by a name: lists, details, forms, dashboards and files."""
    slug = project.slug
    pages = {
        "overview": "",
        "overview of a past day": "?as_of=2022-06-30",
        "indicator 4": "kpis/4/",
        "indicator 10": "kpis/10/",
        "indicator of a partner": "kpis/4/?partner=AMZ&as_of=2022-06-30",
        "targets": "kpis/4/targets/",
        "verified figure": "kpis/4/?figure=verified",
        "leading figure": "figure/",
        "amendments": "amendments/",
        "new amendment": "amendments/new/",
        "deviations": "deviations/",
        "checks": "checks/",
        "words on a deviation": "kpis/4/deviations/AMZ/",
        "partner": "partners/AMZ/",
        "timeline": "timeline/",
        "review": "review/",
        "history": "history/",
        "wall": "wall/",
        "search of everything": "search/?q=action",
        "search of one kind": "search/?q=action&in=actions",
        "saved views": "views/",
        "picture of the overview": "charts/overview.svg?partner=AMZ&as_of=2022-06-30",
        "picture of an indicator": "charts/kpi-10.svg",
        "picture of partners": "charts/kpi-4-partners.svg",
        "picture of the timeline": "charts/timeline.svg",
        "timeline as a table": "charts/timeline.csv",
        "reach": "reach/?of=all",
        "picture of the countries": "charts/countries.svg",
        "countries as a table": "charts/countries.csv",
        "picture of the network": "charts/network.svg?of=all",
        "network as a table": "charts/network.csv?of=all",
        "actions of a country": "actions/?country=DE&reach=all",
        "organisations of a country": "organisations/?country=DE&reach=all",
        "choice of a table": "actions/new/",
        "form": "events/new/national-workshops/",
        "search": "actions/?q=action&partner=AMZ&status=achieved&gap=no_evidence",
        "last page": "actions/?page=999&sort=-occasions",
        "organisations": "organisations/",
        "search of organisations": "organisations/?q=organisation",
        "suggestions": "organisations/suggest/?q=organisation",
        "new organisation": "organisations/new/",
        "report": "report/",
        "templates": "report/templates/",
        "template of the report": "report/templates/report/",
        "template of agreements": "report/templates/cooperation/",
        "title page": "report/title-page/",
        "imports": "import/",
        "files to erase": "evidence/",
        "workbook": "report/file/",
        "workbook of a partner": "report/file/?partner=AMZ&as_of=2022-06-30",
        "list of organisations": "organisations/export/",
    }  # fmt: skip
    for key in ("action", "agreement", "event", "matchmaking"):
        record = record_type(key)
        action = Action.objects.of(project).filter(type__record=key).first()
        pages[f"list: {key}"] = f"{record.path}/"
        pages[f"file: {key}"] = f"lists/{key}/"
        if action:
            for part in ("", "edit/", "quick/", "delete/"):
                pages[f"{part or 'detail'}: {key}"] = f"{record.path}/{action.pk}/{part}"
            if key == "agreement":
                pages["document of an agreement"] = f"agreements/{action.pk}/document/"
        if action and key == "action":
            pages["dates that are typed"] = "actions/dates/?text=14.03.2022,+Warsaw"
            pages["several rows"] = f"actions/change/?ticked={action.pk}"
            pages["form like another"] = f"actions/new/{action.type.slug}/?like={action.pk}"
            pages["new file"] = f"actions/{action.pk}/files/"
    organisation = project.organisations.first()
    if organisation:
        for part in ("", "edit/", "merge/", "delete/"):
            pages[f"organisation {part}"] = f"organisations/{organisation.pk}/{part}"
    upload = Import.objects.of(project).first()
    if upload:
        pages["import"] = f"import/{upload.pk}/"
    return {name: f"/{slug}/{path}" for name, path in pages.items()}


def queries(client: Client, pages: dict[str, str]) -> dict[str, int]:
    """How many queries each page takes."""
    found = {}
    for name, url in pages.items():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url)
        assert answer.status_code == 200, url
        found[name] = len(captured)
    return found


def test_pages_take_as_many_queries_for_300_actions_as_for_3_in_each_table(
    elca_empty: Project,
) -> None:
    client = member(elca_empty)
    add_actions(elca_empty, range(30))
    pages = pages_of(elca_empty)
    few = queries(client, pages)
    add_actions(elca_empty, range(30, 300))
    assert elca_empty.actions.count() == 300
    assert queries(client, pages) == few


def test_a_record_takes_as_many_queries_with_many_things_as_with_few(elca_empty: Project) -> None:
    client = member(elca_empty)
    add_actions(elca_empty, [8, 18])
    action = Action.objects.of(elca_empty).first()
    assert action
    organisation = action.organisations.first()
    parts = ("", "edit/", "quick/", "delete/")
    pages = {part: f"{action.get_absolute_url()}{part}" for part in parts}
    pages["organisation"] = organisation.get_absolute_url()
    few = queries(client, pages)
    add_actions(elca_empty, range(20, 30))
    for other in elca_empty.actions.all():
        other.organisations.add(organisation)
    for number in range(30):
        organisation.aliases.create(name=f"Alias {number}")
        action.organisations.create(project=elca_empty, name=f"More {number}")
        action.evidence.create(title=f"Evidence {number}")
        file = SimpleUploadedFile("a.txt", str(number).encode())
        add_evidence_file(action=action, title="File", file=file, user=None)
        action.occasions.create(start="2022-03-01", end="2022-03-01")
        client.post(f"{action.get_absolute_url()}exclude/", {"reason": f"Reason {number}"})
    assert queries(client, pages) == few


@pytest.mark.parametrize(("role", "partner"), [("admin", ""), ("partner", "AMZ")])
def test_no_page_of_elca_takes_more_than_19_queries(elca: Project, role: str, partner: str) -> None:
    client = member(elca, role, partner)
    pages = pages_of(elca)
    if role != "admin":
        closed = (
            "edit/", "quick/", "delete/", "merge/", "imports", "targets", "template", "title page",
            "erase", "leading figure", "new amendment",
        )  # fmt: skip
        pages = {n: u for n, u in pages.items() if not any(c in n for c in closed)}
    files = {n: pages.pop(n) for n in ("workbook", "workbook of a partner")}
    assert {n: q for n, q in queries(client, pages).items() if q > MOST_QUERIES} == {}
    assert max(queries(client, files).values()) <= MOST_QUERIES_OF_THE_REPORT


def test_imports_take_few_queries_to_show(elca: Project) -> None:
    out = io.BytesIO()
    write_workbook(Report(Scope(elca)), out)
    admin = member(elca)
    file = SimpleUploadedFile("report.xlsx", out.getvalue())
    assert admin.post("/elca/import/", {"file": file}).status_code == 302
    found = queries(admin, {n: u for n, u in pages_of(elca).items() if "import" in n})
    assert found.keys() == {"imports", "import"}
    assert all(number <= MOST_QUERIES for number in found.values())
