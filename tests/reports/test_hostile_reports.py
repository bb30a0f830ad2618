"""Asks for every form of the report, chart and document in projects that nobody would set up."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from actions.file_views import FilePage
from actions.models import EvidenceFile
from agreements.models import Agreement
from kpis.services import set_deviation
from partners.models import Project
from partners.roles import Role
from reports import background
from reports.models import DocumentTemplate, Export
from reports.writing.formats import FORMATS
from tests.making import make_action, on
from tests.pages import filled, form_of, member, page
from tests.reports.words import template_of

MARKUP = "<b id=evil>&amp;</b><script>alert(1)</script>'\""
FORMULA = '=cmd|"/c calc"!A1'
ODD_NAME = '../../x\r\nSet-Cookie: a=b 🏭 \u202egnp.exe "quoted"; filename=evil.html'
PDF = b"%PDF-1.7 signed"


def opened(ending: str, answer: Any) -> Any:
    """The file that was sent, opened by a library that did not write it."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if ending == "xlsx":
        return openpyxl.load_workbook(io.BytesIO(content))
    if ending == "docx":
        return docx.Document(io.BytesIO(content))
    if ending == "pdf":
        return pypdf.PdfReader(io.BytesIO(content))
    if ending == "zip":
        return zipfile.ZipFile(io.BytesIO(content))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def ask(client: Client, project: Project, ending: str, **more: str) -> Any:
    answer = client.get(f"/{project.slug}/report/file/", {"form": ending, **more})
    assert answer.status_code == 200, page(answer).text[:500]
    name = answer["Content-Disposition"]
    assert not re.search(
        r"[\r\n/\\:*?\[\]<>]", name.partition("filename")[2].replace("*=utf-8''", "")
    ), name
    return opened(ending, answer)


@pytest.fixture
def bare(db: None) -> Project:  # noqa: ARG001 opens the database
    """A project of which nothing is known but its name and its months."""
    return Project.objects.create(
        slug="bare",
        acronym=r"A/B\C:*?[]",
        title=FORMULA,
        first_month=date(2021, 1, 1),
        length_months=1,
    )


@pytest.mark.parametrize("ending", FORMATS)
def test_a_project_without_anything_has_every_form(bare: Project, ending: str) -> None:
    reader = member(bare, Role.READER)
    assert ask(reader, bare, ending)
    assert ask(reader, bare, ending, as_of="2021-01-15", since="2021-01-01")


def test_pages_of_a_project_without_anything(bare: Project) -> None:
    leader = member(bare, Role.LEADER)
    for path in [
        "report/", "deviations/", "report/templates/", "report/templates/report/",
        "report/templates/business/", "report/templates/cooperation/", "report/title-page/",
        "report/templates/report/file/", "timeline/", "",
    ]:  # fmt: skip
        assert leader.get(f"/bare/{path}").status_code == 200, path


def test_a_project_without_anything_has_every_chart(bare: Project) -> None:
    reader = member(bare, Role.READER)
    for form in ("svg", "png"):
        for chart in ("overview", "timeline"):
            assert reader.get(f"/bare/charts/{chart}.{form}").status_code == 200
            odd = reader.get(f"/bare/charts/{chart}.{form}", {"as_of": "1900-01-01"})
            assert odd.status_code == 200


@pytest.fixture
def odd_project(elca_empty: Project) -> Project:
    """ELCA with odd names, an action of odd words in every table, and no task leader."""
    elca_empty.partners.update(is_task_leader=False)
    elca_empty.acronym, elca_empty.title = r"A/B\C:*?[]", f"{FORMULA}{MARKUP}"
    elca_empty.deliverable, elca_empty.disclaimer = FORMULA, f"{MARKUP}\n{ODD_NAME}"
    elca_empty.funder_statement, elca_empty.emblem_alt = FORMULA, MARKUP
    elca_empty.save()
    elca_empty.action_types.update(caption="x" * 200, heading="y" * 200, section="")
    odd = elca_empty.action_types.first()
    odd.caption, odd.heading, odd.section = r"a/b\c:*?[]'", FORMULA, MARKUP
    odd.save()
    elca_empty.indicators.update(title=f"{FORMULA}{MARKUP}"[:200])
    for deadline in elca_empty.deadlines.all():
        deadline.activity = f"{FORMULA}{MARKUP}{deadline.pk}"
        deadline.save()
    for action_type in elca_empty.action_types.all():
        make_action(
            elca_empty,
            action_type.slug,
            partners="AMZ ELCA",
            title=f"{FORMULA} {MARKUP} {'🏭' * 100} \u202egnp.exe"[:300],
            organisations=(FORMULA, MARKUP, "ﷺ" * 250),
            occasions=(on(2022, 3, 1, place=FORMULA, words=MARKUP),),
            status="achieved",
            description=f"{FORMULA}\n\n{MARKUP}\t{{{{ 7*7 }}}} {'long ' * 4000}",
        )
    for indicator in elca_empty.indicators.all():
        partner = elca_empty.partners.get(code="AMZ")
        set_deviation(indicator=indicator, partner=partner, text=f"{FORMULA}\n{MARKUP}", user=None)
    return elca_empty


@pytest.mark.parametrize("ending", FORMATS)
def test_odd_names_and_words_come_out_in_every_form(odd_project: Project, ending: str) -> None:
    reader = member(odd_project, Role.READER)
    for more in ({}, {"partner": "AMZ", "as_of": "2022-12-31", "since": "2022-01-01"}):
        found = ask(reader, odd_project, ending, **more)
        if ending == "xlsx":
            cells = [c for sheet in found for row in sheet.iter_rows() for c in row]
            assert not [c for c in cells if c.data_type == "f" and "cmd" in str(c.value)]
            assert all(len(name) <= 31 for name in found.sheetnames)
        elif ending == "pdf":
            assert "evil" in "".join(p.extract_text() for p in found.pages)
        elif ending == "zip":
            assert all(re.fullmatch(r"[\w.-]+", name) for name in found.namelist())
        elif ending == "csv":
            assert not [c for row in found for c in row if c.startswith(FORMULA)]


def test_odd_names_come_out_in_every_chart_and_on_every_page(odd_project: Project) -> None:
    leader = member(odd_project, Role.LEADER)
    number = odd_project.indicators.first().number
    for chart in ("overview", "timeline", f"kpi-{number}", f"kpi-{number}-partners"):
        for form in ("svg", "png"):
            answer = leader.get(f"/elca/charts/{chart}.{form}")
            assert answer.status_code == 200, chart
            assert "/" not in answer["Content-Disposition"].replace("utf-8''", "")
            assert b"<script>alert" not in answer.content
    for path in (
        "deviations/", f"kpis/{number}/deviations/AMZ/", "report/", "report/templates/",
        "report/templates/report/", "report/templates/business/", "report/title-page/",
        "agreements/", "lists/agreement/", "lists/event/?form=csv", "organisations/export/",
    ):  # fmt: skip
        answer = leader.get(f"/elca/{path}")
        assert answer.status_code == 200, path
        if answer["Content-Type"].startswith("text/html"):
            assert "evil" not in page(answer).ids, path
            assert "<script>alert" not in answer.content.decode(), path


# Agreements


def test_agreements_that_are_hardly_any_have_their_document(elca: Project) -> None:
    types = elca.action_types.filter(record="agreement").values_list("slug", flat=True)
    reader = member(elca, Role.READER)
    elca.partners.update(country="")
    parties = tuple(f"Party {n} {'ﷺ' * 200}" for n in range(50))
    for type_slug in types:
        for organisations in ((), parties, (FORMULA, MARKUP)):
            made = make_action(
                elca, type_slug, title="x" * 300, organisations=organisations,
                description=f"{FORMULA}{MARKUP}\n" * 300,
            )  # fmt: skip
            answer = reader.get(f"/elca/agreements/{made.pk}/document/")
            assert answer.status_code == 200
            said = "\n".join(p.text for p in opened("docx", answer).paragraphs)
            assert "None" not in said


def test_documents_of_what_is_no_agreement_are_not_there(elca: Project) -> None:
    reader = member(elca, Role.READER)
    event = elca.actions.filter(type__record="event").first()
    for pk in (event.pk, "0", "9" * 20, "9" * 5000, "٣"):
        assert reader.get(f"/elca/agreements/{pk}/document/").status_code == 404


# Uploads


def docx_with(**parts: bytes) -> bytes:
    out = io.BytesIO()
    plain = io.BytesIO(template_of("{{ project.acronym }}"))
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        kept = {name: old.read(name) for name in old.namelist()}
        for name, content in {**kept, **parts}.items():
            new.writestr(name, content)
    return out.getvalue()


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "a")
    return out.getvalue()


def large_document() -> bytes:
    text = "x" * 100
    return template_of(*[f"{text} {{{{ project.acronym }}}}" for _n in range(15_000)])


@pytest.mark.parametrize("kind", ["report", "cooperation"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.docx", b""),
        ("text.docx", b"just words"),
        ("wrong.doc", template_of("x")),
        ("wrong.docx.exe", template_of("x")),
        ("macros.docm", template_of("x")),
        ("zip.docx", plain_zip()),
        ("cut.docx", template_of("x")[:-100]),
        ("no-body.docx", docx_with(**{"word/document.xml": b""})),
        ("no-xml.docx", docx_with(**{"word/document.xml": b"<w:document"})),
        ("other-root.docx", docx_with(**{"word/document.xml": b"<html/>"})),
        ("bomb.docx", docx_with(**{"word/media/big.bin": b"\0" * 80_000_000})),
        ("deep.docx", docx_with(**{"word/document.xml": b"<a>" * 100_000 + b"</a>" * 100_000})),
        ("no-styles.docx", docx_with(**{"word/styles.xml": b"<x/>"})),
        ("no-types.docx", docx_with(**{"[Content_Types].xml": b"<x/>"})),
        ("no-relations.docx", docx_with(**{"_rels/.rels": b"<x/>"})),
        ("names.docx", docx_with(**{"../../../../tmp/evil.xml": b"<x/>"})),
        ("unclosed.docx", template_of("{{ project.acronym")),
        ("many.docx", template_of(*["{{ nothing }}"] * 5000)),
    ],
)  # fmt: skip
def test_templates_that_are_none_are_refused_in_words(
    elca: Project, name: str, content: bytes, kind: str
) -> None:
    leader = member(elca, Role.LEADER)
    url = f"/elca/report/templates/{kind}/"
    answer = leader.post(url, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code in (302, 422), name
    if answer.status_code == 302:
        # What is taken must work.
        ask(leader, elca, "docx")
        assert name in ("names.docx", "no-styles.docx"), name
    else:
        assert "field--error" in answer.content.decode()
        assert not DocumentTemplate.objects.exists()


def test_a_large_template_of_many_placeholders_has_an_answer(elca: Project) -> None:
    leader = member(elca, Role.LEADER)
    file = SimpleUploadedFile("large.docx", large_document())
    answer = leader.post("/elca/report/templates/cooperation/", {"file": file})
    assert answer.status_code in (302, 422)


@pytest.mark.parametrize(
    "name", [ODD_NAME, "x" * 196, "x" * 5000, MARKUP, ".", "a/b\\c", "con", " . ", "\u202e" * 9]
)
def test_names_of_templates_and_files(elca: Project, name: str) -> None:
    leader = member(elca, Role.LEADER)
    url = "/elca/report/templates/cooperation/"
    answer = leader.post(url, {"file": SimpleUploadedFile(f"{name}.docx", template_of("x"))})
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        kept = leader.get(f"{url}file/")
        assert kept.status_code == 200
        assert "\n" not in kept["Content-Disposition"]
        assert "evil" not in page(leader.get("/elca/report/templates/")).ids
    action = make_action(elca, "sectors")
    content = SimpleUploadedFile(f"{name}.pdf", PDF)
    answer = leader.post(f"/elca/actions/{action.pk}/files/", {"title": MARKUP, "file": content})
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        file = EvidenceFile.objects.get()
        got = leader.get(f"/elca/files/{file.pk}/")
        assert b"".join(got.streaming_content) == PDF
        assert "\n" not in got["Content-Disposition"]
        assert "evil" not in page(leader.get(action.get_absolute_url())).ids
        assert leader.get(f"/elca/files/{file.pk}/delete/").status_code == 200
        assert leader.post(f"/elca/files/{file.pk}/delete/").status_code == 302
        assert leader.post(f"/elca/files/{file.pk}/delete/").status_code == 404
        assert leader.get(f"/elca/files/{file.pk}/").status_code == 404


def test_a_name_that_is_too_long_is_told_beside_the_field(elca: Project) -> None:
    leader = member(elca, Role.LEADER)
    url = "/elca/report/funder/"
    shown = leader.get(url).content.decode()
    # A browser would cut off silently what is pasted beyond it.
    assert "maxlength" not in shown[shown.index("<textarea") : shown.index("</textarea>")]
    long = "word " * 300
    answer = leader.post(url, filled(leader.get(url), disclaimer=long))
    assert answer.status_code == 422
    assert "at most 1000 characters" in page(answer).text
    assert form_of(answer)["disclaimer"] == [long]


# Long files


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The processes that would have been started; every CSV file is a long one."""
    calls: list[tuple[str, ...]] = []
    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], at_once=0))
    monkeypatch.setattr(background, "start", lambda *command: calls.append(command))
    return calls


def test_who_clicks_twice_waits_for_one_file(elca: Project, started: list[tuple[str, ...]]) -> None:
    leader, other = member(elca, Role.LEADER), member(elca, Role.ADMIN)
    url = "/elca/report/file/"
    asked = {"form": "csv", "as_of": "2022-06-30"}
    first = leader.get(url, asked)
    assert leader.get(url, asked)["Location"] == first["Location"]
    assert len(started) == 1
    for client, fields in (
        (leader, {**asked, "partner": "AMZ"}),
        (leader, {**asked, "since": "2022-01-01"}),
        (other, asked),
    ):
        assert client.get(url, fields)["Location"] != first["Location"]
    assert len(started) == 4
    # One that was interrupted, failed or is ready is no reason to get no new one.
    Export.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert leader.get(url, asked)["Location"] != first["Location"]
    Export.objects.update(state=Export.State.READY)
    leader.get(url, asked)
    assert len(started) == 6


@pytest.mark.usefixtures("started")
def test_a_ready_file_that_the_disk_has_lost_is_told(elca: Project) -> None:
    leader = member(elca, Role.LEADER)
    url = leader.get("/elca/report/file/", {"form": "csv"})["Location"]
    Export.objects.update(state=Export.State.READY)
    shown = page(leader.get(url))
    assert "The file is no longer there" in shown.text
    assert f"{url}file/" not in [link.url for link in shown.links]


def test_a_wrong_day_is_told_at_the_head_and_beside_the_field(elca: Project) -> None:
    asked = {"form": "docx", "as_of": "31.02.2022", "since": "x", "partner": "NOBODY"}
    answer = member(elca, Role.READER).get("/elca/report/file/", asked)
    assert answer.status_code == 422
    text = page(answer).text
    assert "Not written yet: please look at these fields" in text
    assert text.count("Enter a valid date.") == 4
    assert 'value="31.02.2022"' in answer.content.decode()


# Guessing


def test_nobody_guesses_their_way_to_what_is_not_theirs(elca: Project, bare: Project) -> None:
    """Every number and every kind, by those who have no right to it."""
    leader = member(elca, Role.LEADER)
    action = make_action(elca, "sectors", partners="AMZ")
    file = SimpleUploadedFile("scan.pdf", PDF)
    leader.post(f"/elca/actions/{action.pk}/files/", {"title": "Scan", "file": file})
    template = SimpleUploadedFile("own.docx", template_of("Ours alone"))
    leader.post("/elca/report/templates/report/", {"file": template})
    kept = EvidenceFile.objects.get()
    agreement = Agreement.objects.of(elca).first()
    assert agreement
    paths = [
        f"files/{kept.pk}/", f"files/{kept.pk}/delete/", f"actions/{action.pk}/files/",
        f"agreements/{agreement.pk}/document/", "kpis/4/deviations/AMZ/",
        "report/templates/report/file/", "report/templates/", "charts/kpi-4.svg",
    ]  # fmt: skip
    stranger = member(bare, Role.ADMIN)
    for path in paths:
        for send in (stranger.get, stranger.post):
            assert send(f"/elca/{path}").status_code == 404, path
        own = stranger.get(f"/bare/{path}")
        assert own.status_code == (200 if "templates" in path else 404), path
        if own.status_code == 200:
            said = b"".join(own.streaming_content) if own.streaming else own.content
            assert b"own.docx" not in said
            assert b"Ours alone" not in said
    other = member(elca, Role.PARTNER, "BIC")
    for path in (paths[1], paths[2], paths[4], *paths[5:7]):
        for send in (other.get, other.post):
            assert send(f"/elca/{path}").status_code in (403, 405), path
    assert EvidenceFile.objects.count() == 1


def test_who_removes_a_file_that_somebody_removes_now_is_not_called_forbidden(
    elca: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = member(elca, Role.LEADER)
    action = make_action(elca, "sectors")
    file = SimpleUploadedFile("scan.pdf", PDF)
    leader.post(f"/elca/actions/{action.pk}/files/", {"title": "Scan", "file": file})
    kept = EvidenceFile.objects.get()
    find = FilePage.find

    def find_and_lose(view: FilePage, pk: int) -> EvidenceFile:
        found = find(view, pk)
        EvidenceFile.objects.filter(pk=pk).delete()
        return found

    monkeypatch.setattr(FilePage, "find", find_and_lose)
    answer = leader.post(f"/elca/files/{kept.pk}/delete/")
    assert answer.status_code == 302
