"""Holds the document of an agreement: filled from its row, and never with “None” in it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from actions.dates import PartialDate
from agreements.models import Agreement
from partners.models import Project
from reports.writing.word.agreement_facts import BLANK, agreement_facts, template_kind
from tests.making import make_action
from tests.pages import member, page
from tests.reports.words import template_of, texts


def document_of(client: Any, agreement: Any) -> Any:
    answer = client.get(f"/elca/agreements/{agreement.pk}/document/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'{agreement.reference}.docx"')
    return docx.Document(BytesIO(b"".join(answer)))


def said_in(document: Any) -> str:
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*texts(document), *cells])


def test_every_agreement_of_elca_fills_its_document(elca: Project) -> None:
    for agreement in Agreement.objects.of(elca).select_related("type", "project"):
        facts = agreement_facts(elca, agreement).values
        told = facts["agreement"]
        assert told["title"] == agreement.title
        assert told["reference"] == agreement.reference
        assert told["subject"] == (agreement.description or BLANK)
        names = {p["name"] for p in facts["partners"]}
        assert names == {p.name for p in agreement.partners.all()}
        parties = {p["name"] for p in facts["parties"]}
        assert parties == ({o.name for o in agreement.organisations.all()} or {BLANK})
        for name in ("expected_signature", "signed_on"):
            day = getattr(agreement, name)
            precision = getattr(agreement, f"{name}_precision")
            assert told[name] == (str(PartialDate.of(day, precision)) if day else BLANK)


@pytest.mark.parametrize(
    ("reference", "title"), [("T6-01", "Business agreement"), ("T3-02", "Cooperation agreement")]
)
def test_the_document_says_what_the_row_says(elca: Project, reference: str, title: str) -> None:
    agreement = Agreement.objects.get(project=elca, reference=reference)
    document = document_of(member(elca, "reader"), agreement)
    said = said_in(document)
    assert texts(document)[:2] == [title, agreement.title]
    assert agreement.description in said
    for name in [p.name for p in agreement.partners.all()] + [
        o.name for o in agreement.organisations.all()
    ]:
        assert said.count(name) >= 3  # as a party, with its contribution, and to sign
    rows = [[c.text for c in row.cells] for row in document.tables[-1].rows]
    assert len(rows) == 1 + agreement.partners.count() + agreement.organisations.count()
    assert agreement.reference in document.sections[0].header.paragraphs[0].text
    assert elca.grant_agreement in said
    assert "None" not in said
    assert "{" not in said


def test_what_is_not_known_is_a_line_to_fill_in(elca: Project) -> None:
    agreement = make_action(elca, "sme-business", title="Żółć & <b> {{ 7*7 }}")
    elca.grant_agreement = ""
    elca.save()
    document = document_of(member(elca), agreement)
    said = said_in(document)
    assert texts(document)[:2] == ["Business agreement", "Żółć & <b> {{ 7*7 }}"]
    assert f"{BLANK} ({BLANK})" in said
    assert f"grant agreement {BLANK}" in said
    assert f"It was signed on: {BLANK}" in said
    assert "None" not in said


def test_the_kind_follows_the_table(elca: Project) -> None:
    kinds = {
        a.type.table_number: template_kind(a)
        for a in Agreement.objects.of(elca).select_related("type")
    }
    assert kinds == {3: "cooperation", 4: "cooperation", 5: "cooperation", 6: "business"}


def test_an_own_template_is_filled(elca: Project) -> None:
    admin = member(elca)
    own = template_of(
        "{{ agreement.reference }} between:",
        "{%p for party in parties %}", "{{ party.name }}, {{ party.country }}", "{%p endfor %}",
    )  # fmt: skip
    url = "/elca/report/templates/cooperation/"
    assert admin.post(url, {"file": SimpleUploadedFile("o.docx", own)}).status_code == 302
    agreement = Agreement.objects.get(project=elca, reference="T3-02")
    party = agreement.organisations.get()
    lines = texts(document_of(admin, agreement))
    assert lines == ["T3-02 between:", f"{party.name}, {party.country.name}"]
    business = Agreement.objects.get(project=elca, reference="T6-01")
    assert texts(document_of(admin, business))[0] == "Business agreement"


def test_a_template_is_tried_in_a_project_without_agreements(elca_empty: Project) -> None:
    admin = member(elca_empty)
    url = "/elca/report/templates/business/"
    bad = SimpleUploadedFile("o.docx", template_of("{{ agreement.titel }}"))
    answer = admin.post(url, {"file": bad})
    assert "“agreement.title” meant" in page(answer).text
    good = SimpleUploadedFile("o.docx", template_of("{{ agreement.title }}"))
    assert admin.post(url, {"file": good}).status_code == 302


def test_the_page_of_an_agreement_leads_to_its_document_and_no_other_page(elca: Project) -> None:
    reader = member(elca, "reader")
    agreement = Agreement.objects.get(project=elca, reference="T3-02")
    url = f"/elca/agreements/{agreement.pk}/document/"
    assert url in {link.url for link in page(reader.get(agreement.get_absolute_url())).links}
    action = elca.actions.get(reference="T7-01")
    found = page(reader.get(action.get_absolute_url())).links
    assert not [link for link in found if link.url.endswith("/document/")]
    for pk in (action.pk, 0, 10**30):
        assert reader.get(f"/elca/agreements/{pk}/document/").status_code == 404
