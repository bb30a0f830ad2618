"""Finds partners, organisations and sectors by the words that people write for them."""

from __future__ import annotations

import pytest

from actions.columns import CellError
from actions.lookup import Lookup, Remark
from partners.models import Organisation, Project
from partners.names import core_key, folded, name_key
from tests.ending import sure_to_end


@pytest.fixture
def lookup(elca: Project) -> Lookup:
    return Lookup(elca)


def codes(lookup: Lookup, text: str) -> list[str]:
    return [partner.code for partner in lookup.partners(text)]


NAMES: dict[str, str] = {
    "AMZ": "AMZ",
    "amz": "AMZ",
    "Cluster MAV": "MAV",
    "POLYMERIS": "POL",
    "Bydgoszcz Industrial Cluster": "BIC",
    "Clust-ER MECH": "MECH",
    "MECH (lead)": "MECH",
    "AMZ/ELCA": "AMZ ELCA",
    "AMZ & MAV": "AMZ MAV",
    "AMZ + BIC": "AMZ BIC",
    "AMZ and MAV": "AMZ MAV",
    "Mav und Pol": "MAV POL",
    "AMZ – MAV": "AMZ MAV",
    "AMZ MAV": "AMZ MAV",
    "AMZ\nMAV;BIC": "AMZ MAV BIC",
    "Clust-ER MECH / AMZ": "MECH AMZ",
    "AMZ, AMZ": "AMZ",
}


@pytest.mark.parametrize("text", NAMES)
def test_partners_are_found_without_a_word(text: str, lookup: Lookup) -> None:
    assert codes(lookup, text) == NAMES[text].split()
    assert lookup.warnings == lookup.took_part == []


def test_a_mark_inside_a_known_name_does_not_part_it(elca: Project) -> None:
    elca.partners.filter(code="POL").update(name="Plastics / Rubber & Co, and Sons")
    lookup = Lookup(elca)
    assert codes(lookup, "AMZ, Plastics / Rubber & Co, and Sons, BIC") == ["AMZ", "POL", "BIC"]


@pytest.mark.parametrize("text", ["all partners", "Alle Partner", "TODOS", "tous", "wszyscy"])
def test_all_partners_are_all_but_the_joint_one_and_this_is_said(text: str, lookup: Lookup) -> None:
    assert codes(lookup, text) == ["AMZ", "MAV", "POL", "BIC", "MECH"]
    assert lookup.warnings == [f"“{text}” was read as all partners: AMZ, MAV, POL, BIC, MECH."]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Polymers", "POL (Polymeris)"),
        ("AZM", "AMZ (AMZ Saxony)"),
        ("AMZZ", "AMZ (AMZ Saxony)"),
        ("MEHC", "MECH (Clust-ER MECH)"),
        ("Clustr MAV", "MAV (Cluster MAV)"),
    ],
)
def test_a_slip_is_understood_and_said(text: str, read: str, lookup: Lookup) -> None:
    code = read.split()[0]
    assert codes(lookup, text) == [code]
    assert lookup.warnings == [f"“{text}” was read as {read}."]
    remark = lookup.warnings[0]
    assert isinstance(remark, Remark)
    assert (remark.name, remark.suggestions) == (text, (code,))


@pytest.mark.parametrize(
    ("text", "suggested"),
    [("AMX", ("AMZ",)), ("BC", ("BIC",)), ("Cluster MAC", ("MAV",)), ("XYZ", ()), ("AMZ, XYZ", ())],
)
def test_another_name_is_refused_with_what_may_be_meant(
    text: str, suggested: tuple[str, ...], lookup: Lookup
) -> None:
    with pytest.raises(CellError, match="is no partner of this project") as refused:
        lookup.partners(text)
    assert refused.value.suggestions == suggested
    assert ("Did you mean" in str(refused.value)) == bool(suggested)
    assert "AMZ, BIC, ELCA, MAV, MECH, POL" in str(refused.value)


def test_a_slip_between_two_partners_is_refused(elca: Project) -> None:
    for number in (1, 2):
        elca.partners.create(code=f"P{number}", name=f"Kunststoff {number}", country="DE")
    with pytest.raises(CellError) as refused:
        Lookup(elca).partners("Kunststoff 3")
    assert refused.value.suggestions == ("P1", "P2")


@pytest.mark.parametrize(
    ("text", "row_text", "taken"),
    [
        ("AMZ, EEN", "", "Enterprise Europe Network"),
        ("AMZ, Composites United", "", "Composites United"),
        ("AMZ, Fraunhofer IWU", "", "Fraunhofer IWU"),
        ("XQZ, AMZ", "Organised by XQZ and friends", "XQZ"),
    ],
)
def test_an_outside_organisation_beside_a_partner_took_part(
    text: str, row_text: str, taken: str, lookup: Lookup
) -> None:
    lookup.row_text = row_text
    assert codes(lookup, text) == ["AMZ"]
    assert lookup.took_part == [taken]
    name = next(part for part in text.split(", ") if part != "AMZ")
    assert lookup.warnings == [
        f"“{name}” is no partner of this project: taken as an organisation that took part."
    ]


@pytest.mark.parametrize("text", ["EEN", "Enterprise Europe Network", "", " / "])
def test_someone_must_answer(text: str, lookup: Lookup) -> None:
    with pytest.raises(CellError, match="At least one responsible partner is needed"):
        lookup.partners(text)
    assert len(lookup.warnings) == bool(text.strip(" /"))


# Organisations


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Composite United", "Composites United"),
        ("Nikon Corp", "Nikon Corporation"),
        ("Lightor", "Lightore"),
        ("Leitbau BW", "Leichtbau BW"),
    ],
)
def test_a_new_name_close_to_a_known_one_is_asked_about(
    name: str, known: str, lookup: Lookup
) -> None:
    lookup.check_organisation(name)
    assert lookup.warnings[0] == f"“{name}” is a new organisation and will be added."
    assert lookup.warnings[1] == f"“{name}” is new; is it “{known}”?"
    assert lookup.warnings[1].suggestions == (known,)
    assert lookup.similar_organisations(name) == [known]


@pytest.mark.parametrize("name", ["Fraunhofer IWU", "XY", "Ferrari", "Toyota Motor"])
def test_an_altogether_new_name_is_only_new(name: str, lookup: Lookup) -> None:
    lookup.check_organisation(name)
    assert [remark.suggestions for remark in lookup.warnings] == [()]


def test_an_organisation_that_was_added_is_known_and_resembles_others(
    elca: Project, lookup: Lookup
) -> None:
    assert lookup.similar_organisations("Nowe Technologie") == []
    lookup.add_organisation(Organisation.objects.create(project=elca, name="Nova Technologia"))
    assert lookup.similar_organisations("Nova Technologija") == ["Nova Technologia"]


def test_the_comparing_of_many_names_ends(elca: Project) -> None:
    lookup = Lookup(elca)
    for number in range(5000):
        name = f"Company of plastics number {number:04d}"
        lookup.add_organisation(Organisation(project=elca, name=name, key=name_key(name)))
    with sure_to_end():
        found = [lookup.similar_organisations(f"Society for metal {n:04d}") for n in range(1000)]
    assert found == [[]] * 1000


def test_names_are_compared_without_legal_forms_and_accents() -> None:
    assert core_key("Lightore GmbH") == core_key("LIGHTORE") == "lightore"
    assert core_key("GmbH") == "gmbh"
    assert folded("Düsseldorf, ŁÓDŹ, Forlì") == "dusseldorf, lodz, forli"
    assert len(folded("İstanbul ß ﬁ")) == len("İstanbul ß ﬁ")


# Sectors

TITLE = (
    "Civil engineering/construction,\nEnergy generation, energy efficiency\n"
    "Cluster Decarbonization of Industry (CDI)\n"
    "Any energy- intensive industries (cement, building industry, energy, chemical ind.)"
)


@pytest.mark.parametrize("title", [TITLE, TITLE.replace("\n", " "), TITLE.upper()])
def test_sectors_named_in_a_title_are_found(title: str, lookup: Lookup) -> None:
    assert [sector.name for sector in lookup.sectors_in(title)] == [
        "Civil engineering and construction",
        "Energy generation and efficiency",
        "Energy-intensive industries",
    ]


@pytest.mark.parametrize("title", ["K FAIR 2022", "Energy", "Construction of a railing", ""])
def test_a_title_about_something_else_names_no_sector(title: str, lookup: Lookup) -> None:
    assert lookup.sectors_in(title) == ()
