"""Sends what no careful person would send: whatever it is, the answer is a sentence, not a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from actions.forms import ActionForm
from actions.models import Action
from actions.rows import EvidenceData
from events.records import MeetingData
from partners.models import Organisation, Project
from partners.services import add_organisation
from tests.making import make_action, on
from tests.pages import Fields, filled, form_of, member, page, quick

HUGE = "9" * 20
LONGEST = "9" * 5000
MARKUP = "<b id=evil>&amp;</b><script>alert(1)</script>'\""
ODD = {
    "nothing": "",
    "nul": "a\0b",
    "emoji": "🏭 👩‍🔬 🇪🇺",
    "controls": "a\x01\x08\x0b\x1f\x7f\x85\u2028b",
    "right to left": "\u202egnp.exe\u202c עברית",
    "not a character": "\ufffe\uffff\ufdd0",
    "ligatures": "ﷺ" * 250,
    "long": "x" * 5000,
    "very long": "long words " * 20_000,
    "huge number": HUGE,
    "longest number": LONGEST,
    "minus": "-1",
    "fraction": "1.5",
    "exponent": "1e400",
    "other digits": "٣٤",
    "not a number": "NaN",
    "wildcards": "%_\\%",
    "quotes": "';--\"`",
    "markup": MARKUP,
    "template": "{{ 7|add:7 }}{% debug %}",
    "format": "%(x)s %s {0} {x.__class__}",
    "path": "../../etc/passwd",
    "dotless": "apr\u0131l 2021",
    "long s": "\u017feptember 2021",
}


# Those that a database takes amiss: sent one at a time as well.
ALONE = ("nul", "huge number", "ligatures")
# Those that mean nothing in a form, and those that mean nothing in an address.
ONLY_ASKED = ("nothing", "longest number", "minus", "other digits", "wildcards", "path")
ONLY_TYPED = ("very long", "template", "quotes", "not a number", "exponent", "dotless", "long s")


@pytest.fixture
def admin(as_user: Any) -> Client:
    return quick(as_user("admin"))


ASKED = [
    ("actions/", "q type gap status partner mission since until sort page per_page"),
    ("search/", "q in"),
    ("wall/", "page still"),
    ("views/new/", "page query"),
    ("checks/", "who severity kind page"),
    ("organisations/", "q kind country sector sort page per_page"),
    ("organisations/suggest/", "q"),
    ("organisations/new/", "name"),
    ("", "as_of"),
    ("kpis/4/", "as_of partner counted-page counted-sort left-page left-sort"),
    ("partners/AMZ/", "as_of"),
    ("deviations/", "as_of"),
    ("timeline/", "mission"),
    ("report/", "form as_of since partner"),
    ("report/file/", "form as_of since partner"),
    ("lists/action/", "q type partner status gap since form"),
    ("organisations/export/", "q kind country sector form"),
    ("charts/overview.svg", "as_of partner"),
    ("charts/kpi-4.svg", "as_of partner"),
    ("charts/kpi-4-partners.svg", "as_of"),
    ("charts/kpi-4-target.csv", "as_of partner figure"),
    ("charts/partners.csv", "as_of figure"),
    ("charts/timeline.svg", "mission"),
]


@pytest.mark.parametrize("odd", [n for n in ODD if n not in (*ALONE, *ONLY_TYPED)])
def test_odd_values_in_an_address_have_an_answer(admin: Client, odd: str) -> None:
    for path, names in ASKED:
        answer = admin.get(f"/elca/{path}", dict.fromkeys(names.split(), ODD[odd]))
        assert answer.status_code in (200, 400, 404, 422), path


@pytest.mark.parametrize("odd", ALONE)
def test_each_odd_value_in_an_address_has_an_answer(admin: Client, odd: str) -> None:
    """One at a time, so that no other error hides what the value does in the database."""
    for path, names in ASKED:
        for name in names.split():
            answer = admin.get(f"/elca/{path}", {name: ODD[odd]})
            assert answer.status_code in (200, 400, 404, 422), (path, name)


@pytest.mark.parametrize("ending", ["xlsx", "docx", "pdf", "zip", "csv"])
def test_days_at_the_ends_of_the_calendar_have_an_answer(admin: Client, ending: str) -> None:
    for as_of, since in [
        ("0001-01-01", "0001-01-01"),
        ("2021-12-31", "0001-01-01"),
        ("0001-01-01", ""),
        ("9999-12-31", "9999-12-31"),
        ("12022-01-01", ""),
    ]:
        asked = {"form": ending, "as_of": as_of, "since": since, "partner": "AMZ"}
        answer = admin.get("/elca/report/file/", asked)
        assert answer.status_code == (200 if as_of < "1" or as_of == "2021-12-31" else 422)


PAGES_OF_A_DAY = ("", "deviations/", "kpis/4/", "partners/AMZ/")
CHARTS_OF_A_DAY = (
    "overview.svg", "kpi-4.svg", "overview.png", "kpi-4.png", "kpi-4-partners.png",
    "kpi-4-target.svg", "kpi-4.csv", "partners.svg",
)  # fmt: skip


@pytest.mark.parametrize("day", ["0001-01-01", "1582-10-10"])
def test_charts_and_pages_of_days_at_the_ends_of_the_calendar(admin: Client, day: str) -> None:
    for path in (*PAGES_OF_A_DAY, *(f"charts/{name}" for name in CHARTS_OF_A_DAY)):
        assert admin.get(f"/elca/{path}", {"as_of": day}).status_code == 200, path


def test_a_day_that_has_not_come_yet_is_told_and_has_no_chart(admin: Client) -> None:
    for path in PAGES_OF_A_DAY:
        answer = admin.get(f"/elca/{path}", {"as_of": "9999-12-31"})
        assert "This day has not come yet. Leave it empty for today." in page(answer).text, path
    for name in CHARTS_OF_A_DAY:
        assert admin.get(f"/elca/charts/{name}", {"as_of": "9999-12-31"}).status_code == 404, name


@pytest.mark.parametrize("number", [HUGE, LONGEST, "0", "-1", "٣", "1.5", "a", "%00", "9" * 9])
def test_a_number_that_names_nothing_is_not_there(admin: Client, number: str) -> None:
    for path in [
        "/elca/actions/{}/",
        "/elca/actions/{}/edit/",
        "/elca/agreements/{}/delete/",
        "/elca/events/{}/exclude/",
        "/elca/matchmaking/{}/",
        "/elca/organisations/{}/",
        "/elca/organisations/{}/merge/",
        "/elca/kpis/{}/targets/",
        "/elca/kpis/{}/deviations/AMZ/",
        "/elca/timeline/{}/",
        "/elca/actions/{}/files/",
        "/elca/files/{}/",
        "/elca/files/{}/delete/",
        "/elca/agreements/{}/document/",
        "/elca/report/exports/{}/",
        "/elca/report/exports/{}/progress/",
        "/elca/report/exports/{}/file/",
        "/elca/report/templates/{}/",
        "/elca/report/templates/{}/file/",
        "/elca/report/templates/{}/built-in/",
        "/elca/lists/{}/",
        "/elca/charts/kpi-{}.svg",
        "/elca/charts/kpi-{}-partners.png",
        "/elca/charts/overview.{}",
        "/elca/import/{}/",
        "/{}/timeline/",
    ]:
        assert admin.get(path.format(number)).status_code == 404, path


@pytest.mark.parametrize("code", ["%00", "A%00B", "amz", "%F0%9F%8F%AD", "a" * 5000, "AMZ%2F", "%"])
def test_a_code_that_names_nobody_is_not_there(admin: Client, code: str) -> None:
    for path in ("/elca/partners/{}/", "/elca/kpis/4/deviations/{}/"):
        assert admin.get(path.format(code)).status_code in (400, 404), path
        assert admin.post(path.format(code)).status_code in (400, 404, 405), path


def everywhere(fields: Fields, odd: str) -> Fields:
    """A form in which every value is the odd one, but for what holds the form together."""
    keep = ("csrfmiddlewaretoken", "-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM", "-MAX_NUM")
    return {n: v if any(k in n for k in keep) else [odd] for n, v in fields.items()}


FORMS = [
    "actions/new/cluster-networks/",
    "agreements/new/sme-cooperation/",
    "events/new/national-workshops/",
    "matchmaking/new/matchmaking/",
    "organisations/new/",
    "kpis/4/targets/",
]


@pytest.mark.parametrize("odd", [n for n in ODD if n not in ONLY_ASKED])
def test_odd_values_in_every_field_have_an_answer(
    admin: Client, blank: Callable[[str], Fields], odd: str
) -> None:
    for path in [
        "matchmaking/new/matchmaking/",
        "organisations/new/",
        "kpis/4/deviations/AMZ/",
        "report/title-page/",
    ]:
        fields = blank(path)
        assert len(fields) >= 3, path
        sent = everywhere({**fields, "partners": [], "sectors": []}, ODD[odd])
        assert admin.post(f"/elca/{path}", sent).status_code in (302, 400, 422), path


@pytest.fixture
def blank(admin: Client) -> Callable[[str], Fields]:
    """The untouched forms of pages, each fetched once for all tests."""

    def fields(path: str) -> Fields:
        if path not in _BLANK:
            _BLANK[path] = form_of(admin.get(f"/elca/{path}"))
        return _BLANK[path]

    return fields


_BLANK: dict[str, Fields] = {}


@pytest.mark.parametrize("odd", [*ALONE, "controls", "long s"])
def test_each_odd_value_in_an_otherwise_good_form(
    admin: Client, elca: Project, blank: Callable[[str], Fields], odd: str
) -> None:
    """One field at a time, so that no other error hides what the value does when it is stored."""
    path = "matchmaking/new/matchmaking/"
    partner = str(elca.partners.get(code="AMZ").pk)
    good = {**blank(path), "title": ["Fine"], "partners": [partner], "save_anyway": ["on"]}
    action_type = elca.action_types.get(slug="matchmaking")
    membership = elca.memberships.get(user__username="admin")
    for name in [*good, "sectors"]:
        data = QueryDict(mutable=True)
        for key, values in {**good, name: [ODD[odd]]}.items():
            data.setlist(key, values)
        form = ActionForm(
            action_type=action_type, membership=membership, user=membership.user, data=data
        )
        saved = form.save() if form.is_valid() else None
        assert bool(saved) is not form.has_errors(), name
    assert admin.get("/elca/matchmaking/").status_code == 200


@pytest.mark.parametrize("path", [*FORMS, "import/", "report/templates/report/"])
def test_an_empty_post_is_answered_with_the_form(admin: Client, path: str) -> None:
    before = (Action.objects.count(), Organisation.objects.count())
    answer = admin.post(f"/elca/{path}", {})
    assert answer.status_code == (302 if "targets" in path else 422)
    assert (Action.objects.count(), Organisation.objects.count()) == before
    if answer.status_code == 422:
        assert "Not saved yet" in page(answer).text or "required" in page(answer).text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", '{"title": "x"}'),
        ("text/plain", "title=x"),
        ("application/x-www-form-urlencoded", "title=%ED%A0%80&partners=%FF&=&&;"),
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=x", "--x\r\nbroken"),
        ("application/x-www-form-urlencoded; charset=utf-7", "title=+AGE-"),
        ("application/x-www-form-urlencoded; charset=nonsense", "title=x"),
    ],
)
def test_a_body_that_is_no_form_has_an_answer(admin: Client, kind: str, body: str) -> None:
    for path in (
        "actions/new/sectors/",
        "organisations/new/",
        "import/",
        "report/templates/report/",
        f"actions/{Action.objects.first().pk}/files/",
    ):
        answer = admin.generic("POST", f"/elca/{path}", body, content_type=kind)
        assert answer.status_code in (400, 422), path


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_methods_that_no_page_knows_are_refused(admin: Client, elca: Project, method: str) -> None:
    action = elca.actions.filter(type__record="action").first()
    for path in [
        "",
        "actions/",
        f"actions/{action.pk}/",
        f"actions/{action.pk}/delete/",
        "import/",
    ]:
        assert admin.generic(method, f"/elca/{path}").status_code == 405, path
    assert elca.actions.filter(pk=action.pk).exists()


@pytest.mark.parametrize("path", ["", "actions/", "timeline/", "kpis/1/", "partners/AMZ/"])
def test_a_page_without_a_form_refuses_posts(admin: Client, path: str) -> None:
    assert admin.post(f"/elca/{path}", {"status": "done"}).status_code == 405


def test_too_many_fields_are_refused(admin: Client) -> None:
    flood = {f"occasions-{n}-place": "x" for n in range(6000)}
    assert admin.post("/elca/actions/new/sectors/", flood).status_code == 400


# Markup


@pytest.fixture
def marked(elca_empty: Project) -> Action:
    """A matchmaking meeting whose every text is markup, in a project where all else is too."""
    elca_empty.partners.filter(code="AMZ").update(name=f"P{MARKUP}")
    elca_empty.missions.update(name=f"M{MARKUP}")
    sector = elca_empty.sectors.create(name=f"S{MARKUP}")
    elca_empty.indicators.update(title=f"I{MARKUP}", description=MARKUP)
    elca_empty.action_types.update(caption=f"T{MARKUP}", heading=MARKUP)
    elca_empty.deadlines.filter(month=12).update(activity=f"D{MARKUP}")
    elca_empty.title, elca_empty.acronym = f"E{MARKUP}", f"A{MARKUP}"[:40]
    elca_empty.save()
    action = make_action(
        elca_empty,
        "matchmaking",
        title=f"X{MARKUP}",
        status="achieved",
        organisations=(f"O{MARKUP}",),
        sectors=(sector,),
        mission=elca_empty.missions.first(),
        occasions=(on(2022, 3, 1, place=MARKUP, words=MARKUP),),
        evidence=(EvidenceData(MARKUP, "https://example.org/?a=1&b=<script>"),),
        meetings=(MeetingData(MARKUP, MARKUP, MARKUP),),
        description=MARKUP,
        expectations=MARKUP,
        results=MARKUP,
        dates_note=MARKUP,
    )
    make_action(elca_empty, "matchmaking", title="Left", partners="AMZ", status="achieved")
    return action


def test_markup_is_shown_as_it_was_typed_and_never_run(marked: Action) -> None:
    admin = member(marked.project)
    organisation = marked.organisations.get()
    organisation.note = MARKUP
    organisation.save()
    organisation.aliases.create(name=f"L{MARKUP}")
    admin.post(f"/elca/matchmaking/{marked.pk}/exclude/", {"reason": MARKUP})
    base = f"matchmaking/{marked.pk}/"
    paths = [
        "", "kpis/9/", "kpis/9/?partner=AMZ", f"kpis/9/?partner={MARKUP}", "kpis/9/targets/",
        "partners/AMZ/", "timeline/", "actions/", "matchmaking/", "matchmaking/?q=" + "<script>",
        base, base + "edit/", base + "delete/", "matchmaking/new/matchmaking/", "actions/new/",
        "organisations/", f"organisations/{organisation.pk}/",
        f"organisations/{organisation.pk}/edit/", f"organisations/{organisation.pk}/merge/",
        f"organisations/{organisation.pk}/delete/", "report/", "import/",
    ]  # fmt: skip
    for path in paths:
        answer = admin.get(f"/elca/{path}")
        assert answer.status_code == 200, path
        text = answer.content.decode()
        assert "alert(1)" in text or "?q=" in path or "import" in path or "report" in path, path
        assert "<script>alert" not in text, path
        assert "<b id=evil>" not in text, path
        assert "evil" not in page(answer).ids, path
        scripts = [said for tag, said in page(answer).tags if tag == "script"]
        assert all(said.get("src", "").startswith("/static/") for said in scripts), path


def test_a_link_that_would_run_a_script_is_refused(admin: Client, elca: Project) -> None:
    path = "/elca/actions/new/sectors/"
    partner = str(elca.partners.get(code="AMZ").pk)
    for url in ("javascript:alert(1)", "data:text/html,x", " javascript://x%0aalert(1)"):
        sent = filled(
            admin.get(path), title="Fine", partners=partner, evidence__0__title="E",
            evidence__0__url=url,
        )  # fmt: skip
        answer = admin.post(path, sent)
        assert answer.status_code == 422
        assert "Enter a valid URL" in page(answer).text


# Searching


@pytest.mark.parametrize("wildcard", ["%", "_", "%%", "\\", "_" * 5])
def test_wildcards_of_the_database_are_letters_like_others(
    elca_empty: Project, wildcard: str
) -> None:
    make_action(elca_empty, "sectors", title=f"Odd {wildcard} one")
    make_action(elca_empty, "sectors", title="Plain one")
    found = elca_empty.actions.searched(wildcard)
    assert [a.title for a in found] == [f"Odd {wildcard} one"]
    add_organisation(project=elca_empty, user=None, name=f"Odd {wildcard} one")
    assert elca_empty.organisations.containing(wildcard).count() == 0


def test_a_search_of_very_many_words_is_refused_in_words(admin: Client) -> None:
    answer = admin.get("/elca/actions/", {"q": "a " * 1500})
    assert answer.status_code == 200
    assert "0 rows" in page(answer).text


def test_names_as_long_as_they_may_be_are_kept_whole(admin: Client, elca: Project) -> None:
    """Taken apart for comparing, some letters become many: that must not be too long to store."""
    name = "ﷺ" * 250
    path = "/elca/organisations/new/"
    answer = admin.post(path, filled(admin.get(path), name=name, aliases="ﷻ" * 250))
    assert answer.status_code == 302
    stored = elca.organisations.get(name=name)
    assert stored.aliases.get().name == "ﷻ" * 250
    assert 0 < len(stored.key) <= 250
    again = admin.post(path, filled(admin.get(path), name=name))
    assert again.status_code == 422
    assert "is known already" in page(again).text
