"""What the weekly e-mail says, to whom, and how the mail itself is made."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import ngettext

from actions.models import Action
from actions.reviewing import Intent, return_action, return_change, save_for_review
from kpis.models import Deadline
from partners import clock
from partners.languages import speaking_to
from partners.models import Membership, Project, User
from partners.months import add_months
from partners.versions.numbers import current_transaction
from reports.notices.content import Content, News
from reports.notices.sending import Outcome, Result, send_all
from tests.making import make_action, on

SITE = "https://tracker.example.org"


@pytest.fixture
def project(elca_empty: Project) -> Project:
    """The project without actions and deadlines: nothing waits but silence."""
    elca_empty.deadlines.all().delete()
    assert current_transaction()
    return elca_empty


def person(project: Project, role: str, partner: str = "", **more: Any) -> Membership:
    name = f"{role}-{partner}"
    user = User.objects.create(username=name, **{"email": f"{name}@example.org", **more})
    found = project.partners.get(code=partner) if partner else None
    Membership.objects.create(project=project, user=user, role=role, partner=found)
    return Membership.objects.select_related("user", "project", "partner").get(user=user)


def content_of(membership: Membership) -> Content:
    return News(membership.project).of(membership)


def told(membership: Membership) -> dict[str, list[tuple[str, str]]]:
    """The lines of each section: text and note."""
    sections = content_of(membership).sections
    return {s.key: [(line.text, line.note) for line in s.lines] for s in sections}


def outcomes() -> list[Outcome]:
    rows = Membership.objects.select_related("user", "project", "partner").order_by("pk")
    return list(send_all(rows, site=SITE))


def the_mail() -> EmailMultiAlternatives:
    [outcome] = outcomes()
    assert (outcome.result, outcome.fault) == (Result.SENT, "")
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    return sent


def submitted(project: Project, title: str, **values: Any) -> Action:
    action = make_action(project, "sectors", title=title, **values)
    Action.objects.filter(pk=action.pk).update(review="submitted")
    action.refresh_from_db()
    return action


def deadline(project: Project, activity: str, day: date, status: str = "open") -> Deadline:
    return project.deadlines.create(
        activity=activity, month=project.month_number(day), status=status
    )


# What is told


def test_who_has_nothing_waiting_gets_no_mail(project: Project) -> None:
    person(project, "partner", "AMZ")
    assert [o.result for o in outcomes()] == [Result.NOTHING]
    assert mail.outbox == []


def test_a_partner_user_is_told_what_came_back_and_why(project: Project) -> None:
    amz = person(project, "partner", "AMZ")
    returned = submitted(project, "Workshop in Jaén")
    return_action(action=returned, user=None, reason="The date\nis missing.")
    of_others = submitted(project, "Of BIC", partners="BIC")
    return_action(action=of_others, user=None, reason="Not yours")
    expected = [(f"{returned.reference} Workshop in Jaén", "The date is missing.")]
    assert told(amz)["returned"] == expected


def test_a_change_that_came_back_is_told_too(project: Project) -> None:
    amz = person(project, "partner", "AMZ")
    action = submitted(project, "Accepted once")
    Action.objects.filter(pk=action.pk).update(review="accepted")
    action.refresh_from_db()
    save_for_review(
        intent=Intent.SUBMIT,
        project=project,
        action_type=action.type,
        user=None,
        values={"description": "Other words"},
        action=action,
    )
    return_change(action=action, user=None, reason="Keep the former words.")
    expected = [(f"{action.reference} Accepted once", "Keep the former words.")]
    assert told(amz)["returned"] == expected


def test_a_draft_is_told_of_after_two_weeks(project: Project) -> None:
    amz = person(project, "partner", "AMZ")
    action = make_action(project, "sectors", title="Half done")
    for days, is_told in ((13, False), (15, True)):
        moment = timezone.now() - timedelta(days=days)
        Action.objects.filter(pk=action.pk).update(review="draft", updated_at=moment)
        assert ("drafts" in told(amz)) is is_told
    [(text, note)] = told(amz)["drafts"]
    assert text == f"{action.reference} Half done"
    assert re.fullmatch(r"Untouched since \d{1,2} \w+\.? \d{4}\.", note)


def test_deadlines_are_told_that_are_near_or_overdue(project: Project) -> None:
    amz, leader = person(project, "partner", "AMZ"), person(project, "leader", "MAV")
    today = clock.today()
    month = today.replace(day=1)
    deadline(project, "Late", add_months(month, -2))
    deadline(project, "Later", add_months(month, -1), "started")
    deadline(project, "Now", month)
    deadline(project, "Far", add_months(month, 3))
    deadline(project, "Done", add_months(month, -1), "done")
    found = told(amz)["deadlines"]
    assert [text for text, _note in found] == ["Now", "Late", "Later"]
    assert [note.split()[0] for _text, note in found] == ["Due", "Overdue", "Overdue"]
    assert told(leader)["deadlines"] == found


def test_what_a_partner_lacks_is_told_to_that_partner(project: Project) -> None:
    amz, bic = person(project, "partner", "AMZ"), person(project, "partner", "BIC")
    held = (on(2022, 3, 1),)
    make_action(project, "national-workshops", title="Unproven", status="achieved", occasions=held)
    make_action(project, "sectors", title="Undated", status="achieved")
    lines = [text for text, _note in told(amz)["missing"]]
    assert any("“Unproven” is achieved and lacks evidence: Agenda" in line for line in lines)
    assert any("“Undated” is achieved and has no date" in line for line in lines)
    assert "missing" not in told(bic)


def test_what_a_partner_owes_goes_along_and_is_no_reason_to_write(project: Project) -> None:
    amz = person(project, "partner", "AMZ")
    content = content_of(amz)
    assert content.sections == []
    assert content.standing
    shares = [t for i in project.indicators.all() for t in i.partner_targets.all()]
    number = sum(share.partner.code == "AMZ" for share in shares)
    assert content.standing.text == f"AMZ has reached 0 of its {number} targets."
    assert "(0 of 2)" in content.standing.note


def test_a_leader_is_told_of_the_whole(project: Project) -> None:
    leader = person(project, "leader", "MAV")
    submitted(project, "One")
    submitted(project, "Two", partners="BIC")
    held = (on(2022, 3, 1),)
    make_action(project, "national-workshops", title="Unproven", status="achieved", occasions=held)
    long_ago = timezone.now() - timedelta(days=100)
    Action.objects.filter(partners__code="BIC").update(updated_at=long_ago)
    found = told(leader)
    assert found["review"] == [("3 wait for you.", "")]
    assert found["checks"] == [("1 thing must be closed before a report.", "")]
    silent = [text for text, _note in found["silent"]]
    assert len(silent) == 4
    assert sum("nothing was ever recorded" in text for text in silent) == 3
    assert sum("nothing was recorded since" in text for text in silent) == 1
    assert content_of(leader).standing is None


@pytest.mark.parametrize("role", ["admin", "reader"])
def test_others_are_told_only_when_they_ask(role: str, project: Project) -> None:
    member = person(project, role)
    submitted(project, "One")
    assert [o.result for o in outcomes()] == [Result.OFF]
    User.objects.filter(pk=member.user_id).update(notices=True)
    assert [o.result for o in outcomes()] == [Result.SENT]
    assert "1 waits for you." in str(mail.outbox[0].body)


def test_who_wants_none_or_has_no_address_gets_none(project: Project) -> None:
    submitted(project, "One")
    person(project, "leader", "MAV", notices=False)
    person(project, "leader", "AMZ", email="")
    assert [o.result for o in outcomes()] == [Result.OFF, Result.NO_ADDRESS]
    assert mail.outbox == []


def test_many_things_are_cut_and_counted(project: Project) -> None:
    amz = person(project, "partner", "AMZ")
    for number in range(11):
        return_action(action=submitted(project, f"A{number}"), user=None, reason="Why")
    [section] = content_of(amz).sections
    assert len(section.lines) == 8
    assert section.more
    assert (section.more.text, section.more.url) == ("3 more", "/elca/partners/AMZ/")


# The mail


class Links(HTMLParser):
    """The addresses that an HTML part links to, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.urls += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_mail_has_text_and_html_that_say_the_same(project: Project) -> None:
    amz = person(project, "partner", "AMZ", first_name="Anna", last_name="Muster")
    action = submitted(project, "Fish & <Chips>")
    return_action(action=action, user=None, reason="It's “half” <b>done</b>")
    sent = the_mail()
    assert sent.to == [amz.user.email]
    assert sent.subject == "ELCA: what waits for you"
    text = str(sent.body)
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    found = Links(str(html))
    for words in (
        "Hello Anna Muster,",
        project.title,
        f"{action.reference} Fish & <Chips>",
        "It's “half” <b>done</b>",
        "AMZ has reached 0 of its",
    ):
        assert words in text
        assert words in found.words
    assert "<b>done" not in str(html)
    urls = re.findall(r"https?://\S+", text)
    assert set(urls) == set(found.urls)
    assert all(url.startswith(f"{SITE}/") for url in urls)
    assert f"{SITE}{action.get_absolute_url()}" in urls
    assert "\n\n\n" not in text


def test_every_link_of_a_mail_opens(project: Project, client: Any) -> None:
    amz = person(project, "partner", "AMZ")
    return_action(action=submitted(project, "One"), user=None, reason="Why")
    make_action(project, "sectors", title="Undated", status="achieved")
    deadline(project, "Late", add_months(clock.today().replace(day=1), -2))
    client.force_login(amz.user)
    urls = set(re.findall(r"https?://\S+", str(the_mail().body)))
    assert len(urls) >= 7
    for url in urls:
        assert client.get(url.removeprefix(SITE)).status_code == 200, url


def test_the_mail_can_be_stopped_with_one_click(project: Project, client: Any) -> None:
    leader = person(project, "leader", "MAV")
    submitted(project, "One")
    headers = the_mail().message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address in str(mail.outbox[0].body)
    answer = client.post(
        address.removeprefix(SITE),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    leader.user.refresh_from_db()
    assert leader.user.notices is False


HOSTILE = "ELCA\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>\u2028x\x00"


def test_no_name_of_anything_becomes_a_header(project: Project) -> None:
    name = HOSTILE.replace("\x00", "")  # which no database takes
    person(project, "partner", "AMZ", first_name=name[:100])
    Project.objects.filter(pk=project.pk).update(acronym=name[:40], title=name)
    return_action(action=submitted(project, "One"), user=None, reason=name)
    deadline(project, name, add_months(clock.today().replace(day=1), -2))
    Action.objects.update(title=name)
    sent = the_mail()
    whole = sent.message()
    assert whole["Bcc"] is None
    assert sent.recipients() == ["partner-AMZ@example.org"]
    assert sent.subject == "ELCA Bcc: all@example.org <script>al: what waits for you"
    assert not [line for line in str(sent.body).splitlines() if line.startswith("Bcc:")]
    assert "<script>" not in str(sent.alternatives[0][0])


def test_the_mail_speaks_the_language_of_its_reader(project: Project) -> None:
    deadline(project, "Late", date(2021, 3, 1))
    person(project, "partner", "AMZ", language="de")
    person(project, "partner", "BIC")
    assert [o.result for o in outcomes()] == [Result.SENT, Result.SENT]
    german, english = (str(sent.body) for sent in mail.outbox)
    assert "31. März 2021" in german
    assert "31 Mar 2021" in english
    assert '<html lang="de">' in str(mail.outbox[0].alternatives[0][0])


@pytest.mark.parametrize(("language", "numbers"), [("de", (1, 2)), ("pl", (1, 3))])
def test_numbers_in_the_mail_take_the_forms_of_the_language(
    language: str, numbers: tuple[int, ...], project: Project
) -> None:
    leader = person(project, "leader", "MAV", language=language)
    forms, rows = set(), 0
    for number in numbers:
        while rows < number:
            rows += 1
            submitted(project, f"Row {rows}")
        with speaking_to(leader.user):
            words = ngettext("%(number)d waits for you.", "%(number)d wait for you.", number)
            assert told(leader)["review"] == [(words % {"number": number}, "")]
        forms.add(words)
    assert len(forms) == len(numbers)
    assert not forms & {"%(number)d waits for you.", "%(number)d wait for you."}
    sent = the_mail()
    assert words % {"number": number} in str(sent.body)
    assert words % {"number": number} in str(sent.alternatives[0][0])
