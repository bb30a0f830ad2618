"""The checks before a report: what each finds and leaves, and how a finding is answered."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.dates import OccasionData, PartialDate
from actions.duplicates import mark_duplicate, unmark_duplicate
from actions.models import Action, Review
from actions.services import delete_action
from events.models import Event
from kpis.checks import CHECKS, findings
from kpis.checks.answers import confirm, dismiss
from kpis.checks.finding import Finding, Severity
from kpis.models import CheckAnswer, Indicator
from kpis.progress import project_progress
from partners.clock import as_if_on
from partners.door import past_may_go
from partners.models import Change, Project
from partners.services import add_organisation
from tests.making import make_action, on
from tests.pages import member, page

WORKSHOPS, MEETINGS, FAIRS = "national-workshops", "international-meetings", "international-events"
AGREEMENTS, CONTACTS = "sme-cooperation", "cluster-networks"


def found(project: Project, kind: str) -> list[Finding]:
    return [finding for finding in findings(project).open if finding.kind == kind]


def rows(project: Project, kind: str) -> list[list[str]]:
    """The titles of the rows that each finding of a kind names."""
    return [[row.title for row in finding.found.rows] for finding in found(project, kind)]


def held(project: Project, slug: str = WORKSHOPS, **values: Any) -> Action:
    """An action that was achieved on a day, unless told otherwise."""
    given = {"status": "achieved", "occasions": (on(2022, 3, 3),), **values}
    return make_action(project, slug, **given)


# Dates


def test_an_action_without_a_date_is_found_and_one_with_a_date_is_not(elca_empty: Project) -> None:
    held(elca_empty, CONTACTS, title="Undated", occasions=(), dates_note="Regular calls")
    held(elca_empty, CONTACTS, title="Dated")
    make_action(elca_empty, CONTACTS, title="Planned")
    assert rows(elca_empty, "undated") == [["Undated"]]
    assert "only the words “Regular calls”" in found(elca_empty, "undated")[0].found.sentence


def test_a_signed_agreement_needs_a_date_of_its_own(elca_empty: Project) -> None:
    signed = PartialDate.day(date(2022, 3, 3))
    held(elca_empty, AGREEMENTS, title="From an occasion")
    held(elca_empty, AGREEMENTS, title="Expected only", occasions=(), expected_signature=signed)
    held(elca_empty, AGREEMENTS, title="Signed", signed_on=signed)
    told = {f.found.rows[0].title: f.found.sentence for f in found(elca_empty, "unsigned")}
    assert told.keys() == {"From an occasion", "Expected only"}
    assert "counts from 3 Mar 2022, the first of its other dates" in told["From an occasion"]
    assert "only the expected one, 3 Mar 2022" in told["Expected only"]
    assert found(elca_empty, "undated") == []


def test_dates_outside_the_project(elca_empty: Project) -> None:
    held(elca_empty, title="Too late", occasions=(on(2023, 1, 1),))
    held(elca_empty, title="On the last day", occasions=(on(2022, 12, 31),))
    make_action(elca_empty, WORKSHOPS, title="Planned too late", occasions=(on(2023, 1, 1),))
    assert rows(elca_empty, "outside") == [["Too late"]]
    assert rows(elca_empty, "expected-outside") == [["Planned too late"]]


def test_what_was_recorded_as_achieved_before_its_day(elca_empty: Project) -> None:
    action = held(elca_empty, title="Early bird", occasions=(on(2022, 3, 3),))
    assert found(elca_empty, "ahead") == []
    changes = Change.objects.filter(record="action", record_id=action.pk)
    with past_may_go():
        changes.update(at=timezone.make_aware(timezone.datetime(2022, 3, 1, 12)))
    created = timezone.make_aware(timezone.datetime(2022, 3, 1, 12))
    Action.objects.filter(pk=action.pk).update(created_at=created)
    assert rows(elca_empty, "ahead") == [["Early bird"]]
    # A correction of its dates on a later day says that it was right by then.
    with past_may_go():
        changes.update(at=timezone.now(), fields={"occasions": ["", "03.03.2022"]})
    assert found(elca_empty, "ahead") == []


def test_what_is_open_although_its_date_has_passed(elca_empty: Project) -> None:
    make_action(elca_empty, WORKSHOPS, title="Passed", occasions=(on(2022, 3, 3),))
    make_action(elca_empty, WORKSHOPS, title="Today", occasions=(on(2022, 3, 4),))
    with as_if_on(date(2022, 3, 4)):
        assert rows(elca_empty, "overdue") == [["Passed"]]


def test_sundays_are_found_and_fairs_over_a_weekend_are_not(elca_empty: Project) -> None:
    fair = OccasionData(PartialDate.day(date(2022, 3, 4), date(2022, 3, 6)))
    held(elca_empty, FAIRS, title="Fair", occasions=(fair,))
    held(elca_empty, title="Sunday", occasions=(on(2022, 3, 6),))
    held(elca_empty, title="Saturday", occasions=(on(2022, 3, 5),))
    assert rows(elca_empty, "sunday") == [["Sunday"]]


# Evidence and review


def test_missing_evidence_is_named(elca_empty: Project) -> None:
    action = held(elca_empty, title="Half proven")
    action.evidence.create(title="Agenda", kind="agenda")
    (finding,) = found(elca_empty, "unproven")
    assert finding.found.sentence.endswith("lacks evidence: Signed attendance list, Picture.")
    for kind in ("attendance", "picture"):
        action.evidence.create(title=kind, kind=kind)
    assert found(elca_empty, "unproven") == []


def test_drafts_returned_rows_and_a_long_queue(elca_empty: Project) -> None:
    for state in (Review.DRAFT, Review.RETURNED, Review.SUBMITTED, Review.ACCEPTED):
        action = held(elca_empty, title=state.value)
        Action.objects.filter(pk=action.pk).update(review=state)
    assert rows(elca_empty, "unsent") == [["draft"], ["returned"]]
    assert found(elca_empty, "unreviewed") == []
    Action.objects.update(created_at=timezone.now() - timedelta(days=40))
    (finding,) = found(elca_empty, "unreviewed")
    assert finding.found.sentence.startswith("1 achieved row or change waits")
    assert finding.codes == ("leader",)


# Words


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("We met on 05.03.2022 in Lyon.", True),
        ("We met on 03.03.2022 in Lyon.", False),
        ("We met in March 2022.", False),
        ("The meeting was held in 2020.", True),
        ("Over 2020 visitors came to the fair.", False),
        ("A second meeting is planned for 05.04.2022.", False),
        ("The cluster was founded on 01.02.2021.", False),
        ("It has been known since 01.02.1998.", False),
        ("Some 30 of 40 people came.", False),
        ("They agreed on 31.02.2022.", True),
    ],
)
def test_words_of_another_day(elca_empty: Project, words: str, is_found: bool) -> None:
    held(elca_empty, title="Held", results=words)
    assert bool(found(elca_empty, "other-day")) is is_found


@pytest.mark.parametrize(
    ("title", "is_found"),
    [
        ("Assembly 2021", True),
        ("Assembly 2022", False),
        ("Assembly", False),
        ("Dubai Expo 2020", False),
        ("Horizon 2021-2027", False),
        ("Season 2021/22", False),
    ],
)
def test_a_title_of_another_year(elca_empty: Project, title: str, is_found: bool) -> None:
    held(elca_empty, title=title)
    assert bool(found(elca_empty, "title-year")) is is_found


def test_an_event_that_words_tell_of_is_logged_on_its_day(elca_empty: Project) -> None:
    words = "A matchmaking event was held with them on 15.03.2022."
    held(elca_empty, CONTACTS, title="Tells", results=words)
    assert rows(elca_empty, "unlogged") == [["Tells"]]
    held(elca_empty, "matchmaking", title="Match", occasions=(on(2022, 3, 15),))
    assert found(elca_empty, "unlogged") == []


def test_what_took_place_at_a_fair_lies_within_its_days(elca_empty: Project) -> None:
    days = OccasionData(PartialDate.day(date(2022, 3, 1), date(2022, 3, 5)))
    held(elca_empty, FAIRS, title="Big Fair 2022", occasions=(days,))
    held(elca_empty, title="At it", occasions=(on(2022, 3, 4, place="Big Fair, Lyon"),))
    assert found(elca_empty, "within") == []
    held(elca_empty, title="After it", occasions=(on(2022, 3, 9, place="Big Fair, Lyon"),))
    assert rows(elca_empty, "within") == [["After it", "Big Fair 2022"]]


def test_one_signature_is_at_one_place(elca_empty: Project) -> None:
    signed = {"signed_on": PartialDate.day(date(2022, 3, 3)), "occasions": ()}
    for place in ("Lyon", "Dresden"):
        held(elca_empty, title=place, occasions=(on(2022, 5, 5, place=place),))
    words = "The agreement was concluded in Dresden."
    held(elca_empty, AGREEMENTS, title="Paper", organisations=("X",), description=words, **signed)
    told = {"title": "Visit", "organisations": ("X",)}
    same = held(elca_empty, CONTACTS, results="It was signed in Dresden.", **told)
    assert found(elca_empty, "signing-place") == []
    Action.objects.filter(pk=same.pk).update(results="It was signed in Lyon.")
    assert rows(elca_empty, "signing-place") == [["Visit", "Paper"]]
    Action.objects.filter(pk=same.pk).update(results="It will be signed later in Lyon.")
    assert found(elca_empty, "signing-place") == []


# Duplicates


def test_two_partners_at_one_fair_are_found(elca_empty: Project) -> None:
    days = (OccasionData(PartialDate.day(date(2022, 3, 1), date(2022, 3, 5)), place="Lyon"),)
    held(elca_empty, FAIRS, title="Polymer Show Lyon", partners="AMZ", occasions=days)
    held(elca_empty, FAIRS, title="Lyon polymer show 2022", partners="BIC", occasions=days)
    held(elca_empty, FAIRS, title="Polymer Show Lyon", occasions=(on(2021, 3, 1),))
    assert rows(elca_empty, "same-event") == [["Polymer Show Lyon", "Lyon polymer show 2022"]]


def test_alike_in_one_respect_is_not_the_same_event(elca_empty: Project) -> None:
    held(elca_empty, title="Rail day", occasions=(on(2022, 3, 3, place="Lyon"),))
    held(elca_empty, title="Battery day", occasions=(on(2022, 3, 3, place="Lyon"),))
    held(elca_empty, MEETINGS, title="Talks", organisations=("X",), occasions=(on(2022, 4, 4),))
    held(elca_empty, FAIRS, title="Show", organisations=("X",), occasions=(on(2022, 4, 5),))
    assert found(elca_empty, "same-event") == []


def test_near_identical_words_on_one_day_are_one_event(elca_empty: Project) -> None:
    words = "Companies from both sides met in a hall, and forty contacts were made in one morning."
    place: dict[str, Any] = {"occasions": (on(2022, 3, 3, place="Lyon"),)}
    held(elca_empty, title="One", description=words, **place)
    held(elca_empty, MEETINGS, title="Two", description=words.replace("forty", "some"), **place)
    assert rows(elca_empty, "same-event") == [["One", "Two"]]


def test_an_agreement_in_two_tables(elca_empty: Project) -> None:
    day = {"signed_on": PartialDate.day(date(2022, 3, 3)), "occasions": ()}
    held(elca_empty, "cluster-agreements", title="One", organisations=("X", "Y"), **day)
    held(elca_empty, "intermediary-agreements", title="Two", organisations=("X",), **day)
    held(elca_empty, "sme-business", title="Other", organisations=("X", "Z"), **day)
    day["signed_on"] = PartialDate.day(date(2022, 3, 4))
    held(elca_empty, "sme-business", title="Another day", organisations=("X",), **day)
    pairs = {tuple(titles) for titles in rows(elca_empty, "same-agreement")}
    assert pairs == {("One", "Two"), ("Two", "Other")}


def test_many_that_share_a_day_and_a_word_are_not_compared_with_each_other(
    elca_empty: Project,
) -> None:
    for number in range(40):
        held(elca_empty, title=f"Rail {number}")
    assert found(elca_empty, "same-event") == []


# Organisations


@pytest.mark.parametrize(
    ("one", "other", "is_found"),
    [
        ("Lightore", "Lightore GmbH", True),
        ("Alpha Beta Cluster (ABC)", "ABC", True),
        ("ABN", "Alpha Beta Network", True),
        ("Silbaerg", "Silbarg", True),
        ("Rail Cluster", "Rail Cluster Saxony", True),
        ("EU-Japan Centre", "EU-India Centre", False),
        ("Rail", "Rail Cluster Saxony", False),
        ("Art-ER", "Clust-ER Green Tech", False),
    ],
)
def test_an_organisation_under_two_names(
    elca_empty: Project, one: str, other: str, is_found: bool
) -> None:
    elca_empty.organisations.all().delete()
    for name in (one, other):
        add_organisation(project=elca_empty, user=None, name=name)
    assert bool(found(elca_empty, "two-names")) is is_found
    elca_empty.organisations.filter(name=other).update(note=f"Not the same as {one}.")
    assert found(elca_empty, "two-names") == []


def test_a_partner_among_the_organisations(elca_empty: Project) -> None:
    add_organisation(project=elca_empty, user=None, name="polymeris")
    (finding,) = found(elca_empty, "partner-name")
    assert "is the partner POL" in finding.found.sentence


def test_organisations_without_a_country_where_countries_are_counted(elca_empty: Project) -> None:
    held(elca_empty, CONTACTS, organisations=("Nowhere",))
    assert found(elca_empty, "no-country") == []
    elca_empty.indicators.filter(number=1).update(counts=Indicator.Counts.COUNTRIES)
    (finding,) = found(elca_empty, "no-country")
    assert "“Nowhere” has no country, and KPI 1 counts countries" in finding.found.sentence


# Figures


def test_shares_and_headings_that_differ_from_the_target(elca_empty: Project) -> None:
    assert found(elca_empty, "shares") == found(elca_empty, "heading") == []
    elca_empty.indicators.filter(number=4).update(target=25)
    (finding,) = found(elca_empty, "shares")
    assert "add up to 20; its target is 25" in finding.found.sentence
    assert "says “20 in total”" in found(elca_empty, "heading")[0].found.sentence


@pytest.mark.usefixtures("elca_empty", "cast")
def test_silent_partners_and_who_can_close_it() -> None:
    project = Project.objects.get(slug="elca")
    held(project, partners="AMZ")
    held(project, partners="BIC")
    Action.objects.filter(partners__code="BIC").update(
        updated_at=timezone.now() - timedelta(days=100)
    )
    silent = {finding.key: finding.found for finding in found(project, "silent")}
    assert silent.keys() == {"MAV", "POL", "BIC", "MECH"}
    assert silent["BIC"].who.names == ("bic (BIC)",)
    assert silent["POL"].who.names == ("POL",)
    assert "ever" in silent["POL"].sentence


def test_words_on_a_shortfall_close_it(elca: Project) -> None:
    keys = {finding.key for finding in found(elca, "unexplained")}
    assert {"kpi-2", "kpi-4-AMZ"} <= keys
    amz = elca.partners.get(code="AMZ")
    for number in (2, 4):
        elca.indicators.get(number=number).deviations.create(partner=amz, text="Why")
    left = keys - {finding.key for finding in found(elca, "unexplained")}
    assert left == {"kpi-2", "kpi-4", "kpi-4-AMZ"}


# Duplicates are marked


def test_no_chains_no_circles_and_nothing_of_another_project(elca_empty: Project) -> None:
    one, two, three = (held(elca_empty, title=name) for name in ("One", "Two", "Three"))
    mark_duplicate(action=two, of=one, user=None, reason="Same day")
    with pytest.raises(ValidationError, match="is a duplicate itself"):
        mark_duplicate(action=three, of=two, user=None)
    with pytest.raises(ValidationError, match="has duplicates of its own"):
        mark_duplicate(action=one, of=three, user=None)
    with pytest.raises(ValidationError, match="only be the same as another one"):
        mark_duplicate(action=three, of=three, user=None)
    change = Change.objects.filter(record_id=two.pk).first()
    assert change
    assert change.fields == {"duplicate_of": ["", str(one)]}
    assert change.reason == "Same day"
    delete_action(action=Event.objects.get(pk=one.pk), user=None)
    two.refresh_from_db()
    assert two.duplicate_of is None


@pytest.mark.parametrize("seed", range(4))
def test_gross_is_net_and_duplicates_whatever_is_marked(elca_empty: Project, seed: int) -> None:
    dice = random.Random(seed)
    actions = [
        held(elca_empty, dice.choice([WORKSHOPS, MEETINGS]), title=f"A{n}", partners=code)
        for n, code in enumerate(["AMZ", "BIC", "AMZ BIC", "POL", "AMZ", "MAV POL", "BIC", "AMZ"])
    ]
    for _step in range(12):
        one, other = dice.sample(actions, 2)
        one.refresh_from_db()
        try:
            if one.duplicate_of_id and dice.random() < 0.5:
                unmark_duplicate(action=one, user=None)
            else:
                mark_duplicate(action=one, of=other, user=None)
        except ValidationError:
            pass
        marked = Action.objects.filter(duplicate_of__isnull=False)
        assert not marked.filter(duplicate_of__duplicate_of__isnull=False).exists()
        progress = project_progress(elca_empty)
        for code in ["", *progress.line(6).partners]:
            mine = Action.objects.filter(partners__code=code) if code else Action.objects.all()
            # The row that stays comes last, and so tells of the event where it is among them.
            order = mine.order_by(F("duplicate_of").desc(nulls_last=True), "-pk")
            tells = {row.duplicate_of_id or row.pk: row.pk for row in order}
            for number, slug in ((6, WORKSHOPS), (7, MEETINGS)):
                line = progress.line(number)
                figure = line.partners[code] if code else line.total
                told = mine.filter(type__slug=slug, pk__in=tells.values())
                assert figure.gross == mine.filter(type__slug=slug).count()
                assert figure.achieved == told.count()
                assert figure.gross - figure.achieved == figure.duplicates


# Answers


def pair(project: Project) -> Finding:
    days = (OccasionData(PartialDate.day(date(2022, 3, 1), date(2022, 3, 5)), place="Lyon"),)
    for code in ("AMZ", "BIC"):
        held(project, FAIRS, title="Polymer Show", partners=code, occasions=days)
    (finding,) = found(project, "same-event")
    return finding


def address(finding: Finding) -> str:
    return f"/elca/checks/{finding.kind}/{finding.key}/"


def test_a_duplicate_is_confirmed_told_and_taken_back(elca_empty: Project) -> None:
    finding, admin = pair(elca_empty), member(elca_empty)
    assert finding.found.pair
    stays, goes = finding.found.pair
    assert project_progress(elca_empty).line(8).total.achieved == 2
    answer = admin.post(
        address(finding), {"answer": "confirmed", "stays": stays.pk, "note": "One stand"}
    )
    assert answer.status_code == 302
    assert project_progress(elca_empty).line(8).total.achieved == 1
    assert found(elca_empty, "same-event") == []
    shown = page(admin.get("/elca/checks/")).text
    assert f"{goes.label} is a duplicate of {stays.label}, and is left out" in shown
    assert "One stand" in shown
    detail = page(admin.get(goes.url))
    assert f"Duplicate of {stays.reference}" in detail.text
    assert stays.url in {link.url for link in detail.links}
    assert admin.post(address(finding)).status_code == 302
    assert project_progress(elca_empty).line(8).total.achieved == 2
    assert len(found(elca_empty, "same-event")) == 1
    assert not CheckAnswer.objects.exists()


def test_a_pair_of_which_one_is_deleted_counts_again(elca_empty: Project) -> None:
    finding = pair(elca_empty)
    assert finding.found.pair
    stays, goes = finding.found.pair
    confirm(project=elca_empty, finding=finding, stays=stays.pk, note="", user=None)
    delete_action(action=Event.objects.get(pk=stays.pk), user=None)
    assert project_progress(elca_empty).line(8).total.achieved == 1
    assert findings(elca_empty).answered == []
    assert Action.objects.get(pk=goes.pk).duplicate_of is None


def test_what_is_dismissed_is_never_asked_again_until_it_is_opened(elca_empty: Project) -> None:
    finding, admin = pair(elca_empty), member(elca_empty)
    refused = admin.post(address(finding), {"answer": "dismissed", "note": " "})
    assert refused.status_code == 422
    assert "Say why." in page(refused).text
    admin.post(address(finding), {"answer": "dismissed", "note": "Two stands"})
    assert found(elca_empty, "same-event") == []
    assert "Two stands" in page(admin.get("/elca/checks/")).text
    change = Change.objects.filter(record="checkanswer").first()
    assert change
    assert change.reason == "Two stands"
    assert "Likely the same event" in str(change.fields["answer"])
    assert admin.post(address(finding)).status_code == 302
    assert len(found(elca_empty, "same-event")) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"answer": "x"},
        {"answer": "confirmed"},
        {"answer": "confirmed", "stays": "999999"},
        {"answer": "confirmed", "stays": "x"},
        {"answer": "dismissed", "note": "x" * 301},
    ],
)
def test_bad_answers_are_said_in_words(elca_empty: Project, data: dict[str, str]) -> None:
    finding, admin = pair(elca_empty), member(elca_empty)
    assert admin.post(address(finding), data).status_code == 422
    assert not CheckAnswer.objects.exists()


def test_what_must_be_closed_cannot_be_dismissed(elca: Project) -> None:
    admin = member(elca)
    grave = [f for f in findings(elca).open if f.check.severity != Severity.LOOK]
    for finding in {f.kind: f for f in grave}.values():
        with pytest.raises(ValidationError, match="closed by its cause"):
            dismiss(project=elca, finding=finding, note="No", user=None)
        answer = admin.post(address(finding), {"answer": "dismissed", "note": "No"})
        assert answer.status_code == 422
    assert not CheckAnswer.objects.exists()


def test_what_is_not_found_is_not_there(elca: Project) -> None:
    admin = member(elca)
    for path in ("same-event/1-2/", "nothing/1/", "same-event/x/", "undated/999999/"):
        assert admin.get(f"/elca/checks/{path}").status_code == 404
        assert admin.post(f"/elca/checks/{path}").status_code == 404


# The page and the command


def test_a_partner_user_sees_what_is_to_be_closed_there_first(elca: Project) -> None:
    bic = member(elca, "partner", "BIC")
    shown = page(bic.get("/elca/checks/"))
    text = shown.text
    assert text.index("T3-11 “Polish Chamber") < text.index("T2-08 “Enterprise Europe")
    assert "For you to close" in text
    links = {link.url for link in shown.links}
    own, others = (Action.objects.get(reference=r).pk for r in ("T6-07", "T6-03"))
    assert f"/elca/agreements/{own}/edit/" in links
    assert f"/elca/agreements/{others}/edit/" not in links
    assert not [url for url in links if url.startswith("/elca/checks/same-event/")]


def test_the_page_is_filtered_by_who_and_by_kind(elca: Project) -> None:
    admin = member(elca)
    text = page(admin.get("/elca/checks/?who=MECH&kind=unsigned")).text
    assert "T5-11" in text
    assert "T5-02" not in text
    assert "Nothing of this kind" in page(admin.get("/elca/checks/?who=POL&kind=undated")).text
    wrong = page(admin.get("/elca/checks/?who=NOBODY&kind=x")).text
    assert "Select a valid choice" in wrong


def test_the_page_is_filtered_by_how_grave_it_is(elca: Project) -> None:
    groups = member(elca).get("/elca/checks/?severity=look").context["groups"]
    assert groups
    assert {group.check.severity for group in groups} == {"look"}


def test_many_of_one_kind_are_folded_and_told_apart_by_who_closes_them(elca: Project) -> None:
    admin = member(elca)
    shown = admin.get("/elca/checks/")
    groups = {group.check.kind: group for group in shown.context["groups"]}
    assert groups["unproven"].total == 50
    assert [kind for kind, group in groups.items() if group.folded] == ["unproven", "unexplained"]
    html = shown.content.decode()
    assert html.count(str(groups["unproven"].check.closing)) == 1
    assert html.count('<details class="disclosure">\n      <summary>Show all') == 2
    asked = admin.get("/elca/checks/?kind=unproven").content.decode()
    assert '<details class="disclosure" open>' in asked


def test_nothing_to_close(elca_empty: Project) -> None:
    elca_empty.deadlines.all().delete()
    elca_empty.indicators.all().delete()
    for code in ("AMZ", "MAV", "POL", "BIC", "MECH"):
        make_action(elca_empty, "sectors", title=code, partners=code)
    text = page(member(elca_empty).get("/elca/checks/")).text
    assert "Nothing to close before the report" in text


def test_the_page_takes_as_many_queries_for_many_rows_as_for_few(elca: Project) -> None:
    admin = member(elca)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get("/elca/checks/").status_code == 200
        return len(captured)

    few = queries()
    for number in range(20):
        held(elca, title=f"More {number}", organisations=("X", f"Y {number}"))
    assert queries() == few <= 19


def test_every_kind_has_an_address_of_its_own() -> None:
    kinds = [check.kind for check in CHECKS]
    assert len(kinds) == len(set(kinds))
    assert all(len(kind) <= 40 for kind in kinds)


def printed(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_report", *args, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_the_same_and_leaves_with_one(elca: Project) -> None:
    code, text = printed()
    assert code == 1
    assert "T5-02 “EURECAT” is signed and has no date of signature" in text
    code, listed = printed("--format", "json", "--partner", "mech")
    assert code == 1
    told = json.loads(listed)
    assert [f["rows"] for f in told if f["kind"] == "unsigned"] == [["T5-11"]]
    assert len(told) < len(findings(elca).open)
    with pytest.raises(CommandError, match="is no partner"):
        call_command("check_report", "--partner", "XYZ")


def test_the_command_leaves_with_nothing_where_nothing_must_be_closed(elca_empty: Project) -> None:
    code, text = printed()
    assert code == 0
    assert "Must be closed: 0" in text
    assert elca_empty.actions.count() == 0
