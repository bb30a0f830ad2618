"""The search over everything: what it finds, in which order, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from actions.file_services import add_evidence_file
from actions.rows import EvidenceData
from kpis.models import Deviation
from partners.models import Project
from partners.searching import Group
from partners.services import add_organisation
from partners.spelling import Asked, pattern_of
from reports.sealing.sealing import seal_report
from tests.making import make_action, on
from tests.pages import member, page


def groups(client: Any, words: str, **more: str) -> dict[str, Group]:
    answer = client.get("/elca/search/", {"q": words, **more})
    assert answer.status_code == 200
    return {group.key: group for group in answer.context["groups"]}


def titles(group: Group) -> list[str]:
    return [str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in group.hits]


@pytest.fixture
def reader(elca_empty: Project) -> Any:
    return member(elca_empty, "reader")


TEXTS: list[dict[str, Any]] = [
    {"title": "Łódź Świętokrzyskie"},
    {"description": "Held at ŁÓDŹ, by świętokrzyskie people"},
    {"expectations": "lodz, swietokrzyskie"},
    {"results": "Łódź.\nŚWIĘTOKRZYSKIE"},
    {"organisations": ("Łódź Świętokrzyskie Chamber",)},
    {"occasions": (on(2022, 3, 1, place="Łódź", words="1.3., Świętokrzyskie"),)},
    {"dates_note": "Łódź świętokrzyskie"},
]


@pytest.mark.parametrize("values", TEXTS, ids=lambda values: next(iter(values)))
@pytest.mark.parametrize("words", ["łódź świętokrzyskie", "LODZ swieto", "Łodz ŚWIETOKRZYSKIE"])
def test_an_action_is_found_by_any_of_its_words_whatever_their_accents(
    elca_empty: Project, reader: Any, values: dict[str, Any], words: str
) -> None:
    made = make_action(elca_empty, "sectors", **{"title": "One", **values})
    make_action(elca_empty, "sectors", title="Łódź alone")
    found = groups(reader, words)["actions"]
    assert [hit.url for hit in found.hits] == [made.get_absolute_url()]
    listed = reader.get("/elca/actions/", {"q": words})
    assert listed.context["table"].paginator.count == found.total == 1


def test_words_of_an_alias_and_a_sharp_s_are_found(elca_empty: Project, reader: Any) -> None:
    add_organisation(project=elca_empty, user=None, name="Große Werke", aliases=["Straßenbau Ltd"])
    make_action(elca_empty, "sectors", title="One", organisations=("Große Werke",))
    for words in ("strassenbau", "STRASSENBAU werke", "grosse", "große"):
        found = groups(reader, words)
        assert titles(found["organisations"]) == ["Große Werke"], words
        assert titles(found["actions"]) == ["One"], words


def test_what_was_asked_for_exactly_comes_first(elca: Project) -> None:
    admin = member(elca)
    for words in ("T8-04", "t8-04", "8-04", "T8 4"):
        found = groups(admin, words)
        assert next(iter(found)) == "actions"
        best = elca.actions.get(reference="T8-04")
        assert found["actions"].hits[0].url.endswith(f"/{best.pk}/")
    for words in ("KPI 4", "kpi4"):
        found = groups(admin, words)
        assert next(iter(found)) == "indicators"
        assert titles(found["indicators"])[0] == elca.indicators.get(number=4).title
    assert next(iter(groups(admin, "MAV"))) == "partners"
    assert next(iter(groups(admin, "M14"))) == "deadlines"


def test_titles_come_before_other_words(elca_empty: Project, reader: Any) -> None:
    make_action(elca_empty, "sectors", title="Far away", results="about hydrogen")
    for title in ("The hydrogen day", "Hydrogen day of all", "Hydrogen"):
        make_action(elca_empty, "sectors", title=title)
    found = groups(reader, "hydrogen")["actions"]
    assert titles(found) == ["Hydrogen", "Hydrogen day of all", "The hydrogen day", "Far away"]
    assert str(found.hits[3].where) == "Results"
    assert str(found.hits[3].excerpt) == "about <mark>hydrogen</mark>"


def test_every_kind_of_record_is_found(elca_empty: Project) -> None:
    leader = member(elca_empty, "leader")
    action = make_action(
        elca_empty, "sectors", title="Zebra", evidence=(EvidenceData("Zebra list"),),
        organisations=("Zebra Ltd",),
    )  # fmt: skip
    indicator = elca_empty.indicators.get(number=4)
    elca_empty.indicators.filter(number=4).update(description="About zebras")
    elca_empty.deadlines.create(month=3, activity="Zebra due")
    partner = elca_empty.partners.get(code="AMZ")
    partner.aliases.create(name="Zebra cluster")
    Deviation.objects.create(indicator=indicator, partner=partner, text="The zebra ran away")
    seal_report(project=elca_empty, user=None, title="Zebra report", as_of=elca_empty.ends_on)
    found = groups(leader, "zébra")
    kinds = "actions indicators organisations partners deadlines deviations sealed evidence"
    assert {key: group.total for key, group in found.items()} == dict.fromkeys(kinds.split(), 1)
    for group in found.values():
        for hit in group.hits:
            assert leader.get(hit.url).status_code == 200, hit.url
            assert "<mark>" in f"{hit.title}{hit.excerpt}"
    assert found["evidence"].hits[0].url == f"{action.get_absolute_url()}#evidence"


def test_the_name_of_a_restricted_file_is_found_by_who_may_open_it(elca_empty: Project) -> None:
    action = make_action(elca_empty, "sectors", title="One")
    for name, restricted in (("Open zebra", False), ("Closed zebra", True)):
        file = SimpleUploadedFile(f"{name}.txt", name.encode())
        add_evidence_file(action=action, title=name, file=file, user=None, restricted=restricted)
    both = ["Closed zebra", "Open zebra"]
    expected = {"leader": both, "admin": both, "reader": ["Open zebra"]}
    for role, names in expected.items():
        found = groups(member(elca_empty, role), "zebra")["evidence"]
        assert sorted(titles(found)) == names
        assert found.total == len(names)
    assert sorted(titles(groups(member(elca_empty, "partner", "AMZ"), "zebra")["evidence"])) == both
    bic = member(elca_empty, "partner", "BIC")
    assert titles(groups(bic, "zebra")["evidence"]) == ["Open zebra"]
    assert "Closed" not in page(bic.get("/elca/search/?q=zebra")).text


def test_nothing_of_another_project_is_found(elca: Project) -> None:
    other = Project.objects.create(
        slug="other", acronym="OTHER", title="Other", first_month="2021-01-01", length_months=12
    )
    outsider = member(other)
    assert outsider.get("/elca/search/?q=cluster").status_code == 404
    answer = outsider.get("/other/search/?q=cluster")
    assert answer.context["groups"] == []
    assert "Nothing was found" in page(answer).text
    assert elca.actions.searched("cluster").exists()


def test_many_are_cut_and_the_rest_is_a_link_away(elca_empty: Project, reader: Any) -> None:
    for number in range(9):
        make_action(
            elca_empty, "sectors", title=f"Many {number}", evidence=(EvidenceData("Many lists"),)
        )
    shown = page(reader.get("/elca/search/?q=many"))
    found = groups(reader, "many")
    assert [found[key].total for key in ("actions", "evidence")] == [9, 9]
    assert [len(found[key].hits) for key in ("actions", "evidence")] == [6, 6]
    links = {link.url for link in shown.links}
    assert {"/elca/actions/?q=many", "/elca/search/?q=many&in=evidence"} <= links
    only = groups(reader, "many", **{"in": "evidence"})
    assert list(only) == ["evidence"]
    assert len(only["evidence"].hits) == 9


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("x" * 10_000, "at most 200 characters"),
        ("a\0b", "Null characters are not allowed"),
        ("%", "at least one letter or digit"),
        ("_ _", "at least one letter or digit"),
    ],
)
def test_what_cannot_be_searched_is_said_beside_the_field(
    elca: Project, words: str, said: str
) -> None:
    answer = member(elca).get("/elca/search/", {"q": words})
    assert answer.status_code == 422
    assert said in page(answer).text


def test_markup_is_shown_as_it_was_typed(elca_empty: Project, reader: Any) -> None:
    make_action(
        elca_empty, "sectors", title="<b>Bold</b> & 'quoted'", results="<script>bold</script>"
    )
    answer = reader.get("/elca/search/", {"q": "bold"})
    html = answer.content.decode()
    assert "<b>Bold" not in html
    assert "<script>bold" not in html
    assert "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt; &amp; &#x27;quoted&#x27;" in html


def test_patterns_read_the_same_for_every_accent() -> None:
    assert Asked("ÉCOLE d'été").keys == ("ecole", "d ete")
    assert Asked("ete").marked("été, ÉTÉ & ete") == (
        "<mark>été</mark>, <mark>ÉTÉ</mark> &amp; <mark>ete</mark>"
    )
    assert pattern_of("t8 04").startswith("[tT")
    assert Asked("жук").is_in("ЖУК")
    long = Asked("needle").excerpt("before " * 50 + "a needle " + "after " * 50)
    assert long.startswith("… before")
    assert long.endswith("after …")
    assert "<mark>needle</mark>" in long
