"""Holds the kinds of evidence: guessed, named in cells, asked for by a table, and missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from actions.evidence import lacks_evidence, missing_kinds
from actions.file_services import add_evidence_file
from actions.lookup import Lookup
from actions.models import Action, EvidenceKind
from actions.proofs import guessed_kind
from actions.records import record_type
from actions.rows import EvidenceData
from kpis.gaps import gaps
from partners.models import Change, Project, User
from tests.making import make_action
from tests.pages import filled, page

from .test_files import upload

AGREEMENT, AGENDA, ATTENDANCE, PICTURE, OTHER = EvidenceKind
COLUMN = record_type("action").column("evidence")
ALL_OF_AN_EVENT = (
    EvidenceData("Programme", kind=AGENDA),
    EvidenceData("Who came", kind=ATTENDANCE),
    EvidenceData("Group photo", kind=PICTURE),
)


# Kinds in words


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Signed agreement", AGREEMENT),
        ("Cooperation agreement with Dubai", AGREEMENT),
        ("MoU, 12.03.2021", AGREEMENT),
        ("Kooperationsvereinbarung", AGREEMENT),
        ("Convenio de colaboración", AGREEMENT),
        ("Lettre d’intention", AGREEMENT),
        ("Accordo firmato", AGREEMENT),
        ("Podpisana umowa", AGREEMENT),
        ("Draft agreement", OTHER),
        ("Agenda", AGENDA),
        ("Tagesordnung 1. Tag", AGENDA),
        ("Orden del día", AGENDA),
        ("Ordre du jour", AGENDA),
        ("Ordine del giorno", AGENDA),
        ("Porządek obrad", AGENDA),
        ("Agenda of the signing of the agreement", AGENDA),
        ("Agreement on the programme", AGREEMENT),
        ("Signed attendance list", ATTENDANCE),
        ("LIST OF PARTICIPANTS", ATTENDANCE),
        ("Teilnehmerliste", ATTENDANCE),
        ("Lista de asistencia", ATTENDANCE),
        ("Feuille d'émargement", ATTENDANCE),
        ("Foglio firme", ATTENDANCE),
        ("Lista obecności", ATTENDANCE),
        ("Photo of the attendance list", ATTENDANCE),
        ("Group photo", PICTURE),
        ("Fotos", PICTURE),
        ("Zdjęcia z warsztatu", PICTURE),
        ("Minutes", OTHER),
        ("List", OTHER),
        ("Photovoltaics roadmap", OTHER),
    ],
)
def test_a_title_says_what_a_proof_is(title: str, kind: EvidenceKind) -> None:
    assert guessed_kind(title) == kind


def read(cell: str) -> tuple[EvidenceData, ...]:
    return COLUMN.read(cell, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proof", "cell"),
    [
        (EvidenceData("Agenda", "https://e.org/a", AGENDA), "Agenda | https://e.org/a"),
        (EvidenceData("Minutes", kind=OTHER), "Minutes"),
        (EvidenceData("Minutes", kind=AGENDA), "[Agenda] Minutes"),
        (EvidenceData("Agenda", kind=OTHER), "[Other evidence] Agenda"),
        (EvidenceData("[Agenda] x", kind=AGENDA), "[Agenda] [Agenda] x"),
        (EvidenceData("[Draft] x", kind=OTHER), "[Draft] x"),
        (EvidenceData("a | b", kind=OTHER), "a | b |"),
        (EvidenceData("a | b", "https://e.org", OTHER), "a | b | https://e.org"),
        (EvidenceData("a |", kind=OTHER), "a | |"),
    ],
)
def test_a_cell_names_the_kind_where_it_would_be_guessed_wrongly(
    proof: EvidenceData, cell: str
) -> None:
    assert str(proof) == cell
    assert read(cell) == (proof,)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("[Tagesordnung] Erster Tag | https://e.org", AGENDA),
        ("[lista de asistencia] Taller", ATTENDANCE),
        ("[photo] Atelier", PICTURE),
        ("[Accordo] Carta", AGREEMENT),
        ("[Inny dowód] Agenda", OTHER),
        ("[unheard of] Minutes", OTHER),
    ],
)
def test_kinds_are_read_in_every_language(cell: str, kind: EvidenceKind) -> None:
    (proof,) = read(cell)
    assert proof.kind == kind
    assert proof.title.startswith("[") is ("unheard" in cell)


# What a line of a form can hold: no breaks, no blanks around it.
WORDS = [
    "agenda", "[Agenda]", "[", "]", "|", "agreement", "photo", "draft", "[Other evidence]",
]  # fmt: skip
TITLES = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=60),
).map(lambda text: " ".join(text.split()) or "x")
PROOFS = st.builds(
    EvidenceData,
    TITLES,
    st.sampled_from(["", "https://example.org/a?b=c", "https://e.org/%7C"]),
    st.sampled_from(EvidenceKind.values),
)


@given(proofs=st.lists(PROOFS, max_size=4).map(tuple))
def test_every_proof_comes_back_from_its_cell(proofs: tuple[EvidenceData, ...]) -> None:
    cell = COLUMN.write(proofs)
    assert (COLUMN.read(cell, None) if cell else ()) == proofs  # type: ignore[arg-type]


def test_every_proof_comes_back_from_its_json(elca: Project) -> None:
    value = (EvidenceData("a", "https://e.org", ATTENDANCE), EvidenceData("b"))
    assert COLUMN.load(COLUMN.dump(value), Lookup(elca)) == value
    # As an import kept it before there were kinds.
    assert COLUMN.load([{"title": "a", "url": ""}], Lookup(elca)) == (EvidenceData("a"),)


# What is missing


def loaded(action: Action) -> Action:
    return Action.objects.for_detail().get(pk=action.pk)


def lacking(project: Project) -> set[str]:
    actions = Action.objects.of(project)
    told = actions.filter(lacks_evidence(project.action_types.all()))
    asked = set(actions.filter(lacks_evidence()).values_list("title", flat=True))
    assert set(told.values_list("title", flat=True)) == asked
    return asked


def test_links_and_files_are_evidence_alike(elca_empty: Project) -> None:
    event = make_action(elca_empty, "national-workshops", title="Event", status="achieved")
    paper = make_action(elca_empty, "sme-cooperation", title="Paper", status="achieved")
    plain = make_action(elca_empty, "sectors", title="Plain", status="achieved")
    assert missing_kinds(loaded(event)) == [AGENDA, ATTENDANCE, PICTURE]
    assert missing_kinds(loaded(paper)) == [AGREEMENT]
    assert missing_kinds(loaded(plain)) == []
    event.evidence.create(title="Programme", kind=AGENDA)
    event.evidence.create(title="Anything", kind=OTHER)
    add_evidence_file(action=event, title="Photo", file=upload(), user=None)
    assert missing_kinds(loaded(event)) == [ATTENDANCE]
    assert lacking(elca_empty) == {"Event", "Paper"}
    add_evidence_file(action=event, title="x", file=upload(content=b"%PDF-2"), user=None,
                      kind=ATTENDANCE)  # fmt: skip
    assert missing_kinds(loaded(event)) == []
    assert lacking(elca_empty) == {"Paper"}


def test_the_gap_is_listed_and_counted_alike(elca_empty: Project, as_user: Any) -> None:
    for status in ("achieved", "planned"):
        make_action(elca_empty, "national-workshops", title=f"{status} event", status=status)
    whole = make_action(
        elca_empty, "national-workshops", title="Whole", status="achieved",
        evidence=ALL_OF_AN_EVENT,
    )  # fmt: skip
    found = {gap.key: gap for gap in gaps(elca_empty)}
    assert found["lacks_evidence"].count == 1
    assert found["no_evidence"].count == 1
    listed = page(as_user("reader").get(found["lacks_evidence"].url)).text
    assert "achieved event" in listed
    assert "planned event" not in listed
    assert "Whole" not in listed
    whole.evidence.filter(kind=PICTURE).delete()
    found = {gap.key: gap for gap in gaps(elca_empty)}
    assert (found["lacks_evidence"].count, found["no_evidence"].count) == (2, 1)


def part(answer: Any) -> str:
    """The words of the page's part on evidence."""
    said = page(answer).text.partition("Its table asks for this evidence")[2]
    return said.partition("Links and files")[0].partition("Nothing yet")[0]


def test_the_page_of_an_action_ticks_what_is_there(elca: Project, as_user: Any) -> None:
    event = make_action(elca, "national-workshops", status="achieved", evidence=ALL_OF_AN_EVENT[:1])
    said = part(as_user("reader").get(event.get_absolute_url()))
    assert "Agendathere" in said
    assert "Signed attendance listmissing" in said
    assert "Picturemissing" in said
    planned = make_action(elca, "national-workshops", title="Later", status="planned")
    said = part(as_user("reader").get(planned.get_absolute_url()))
    assert "once it is achieved" in said
    assert "Picturenot there yet" in said
    assert "missing" not in said


# Forms


def test_a_form_offers_the_first_missing_kind(elca: Project, as_user: Any) -> None:
    client: Client = as_user("amz")
    event = make_action(elca, "national-workshops", evidence=ALL_OF_AN_EVENT[:1])
    url = f"{event.get_absolute_url()}edit/"
    form = filled(client.get(url))
    assert form["evidence-0-kind"] == ["agenda"]
    assert form["evidence-1-kind"] == ["attendance"]
    assert filled(client.get(f"/elca/actions/{event.pk}/files/"))["kind"] == ["attendance"]
    # An empty row is none, whatever kind was offered in it.
    assert client.post(url, filled(client.get(url), title="Again")).status_code == 302
    assert [(e.title, e.kind) for e in event.evidence.all()] == [("Programme", "agenda")]
    sent = filled(client.get(url), evidence__1__title="Everyone")
    assert client.post(url, sent).status_code == 302
    sent = filled(client.get(url), evidence__2__title="Lista obecności", evidence__2__kind="")
    assert client.post(url, sent).status_code == 302
    assert [(e.title, e.kind) for e in event.evidence.all()] == [
        ("Programme", "agenda"), ("Everyone", "attendance"), ("Lista obecności", "attendance"),
    ]  # fmt: skip


def test_the_kind_alone_is_a_change(elca: Project, as_user: Any) -> None:
    client: Client = as_user("amz")
    event = make_action(elca, "national-workshops", evidence=(EvidenceData("Day", kind=AGENDA),))
    url = f"{event.get_absolute_url()}edit/"
    assert client.post(url, filled(client.get(url), evidence__0__kind="picture")).status_code == 302
    assert event.evidence.get().kind == PICTURE
    change = Change.objects.filter(record="action", record_id=event.pk).latest("pk")
    assert change.fields["evidence"] == ["[Agenda] Day", "[Picture] Day"]
    wrong = client.post(url, filled(client.get(url), evidence__0__kind="proof"))
    assert wrong.status_code == 422


def test_administrators_tick_what_a_table_asks_for(elca: Project, cast: dict[str, User]) -> None:
    client = Client()
    client.force_login(cast["admin"])
    kind = elca.action_types.get(slug="national-workshops")
    url = f"/admin/actions/actiontype/{kind.pk}/change/"
    form = filled(client.get(url))
    assert form["evidence"] == ["agenda", "attendance", "picture"]
    assert client.post(url, {**form, "evidence": ["agenda", "nonsense"]}).status_code == 200
    assert client.post(url, {**form, "evidence": ["agenda"]}).status_code == 302
    kind.refresh_from_db()
    assert kind.evidence == ["agenda"]
    assert client.post(url, {**form, "evidence": []}).status_code == 302
    kind.refresh_from_db()
    assert kind.evidence == []
