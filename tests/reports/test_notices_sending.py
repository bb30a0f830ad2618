"""One digest a week, whoever asks and however often; what fails is not taken for sent."""

from __future__ import annotations

import email
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from io import StringIO
from threading import Barrier, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from actions.reviewing import return_action
from partners.models import Membership, Project, User
from reports.models import Digest
from reports.notices import sending
from reports.notices.addresses import SALT, site_url, stop_path
from reports.notices.content import News
from reports.notices.sending import Result, send_all, week_of
from tests.making import make_action
from tests.pages import page
from tests.reports.test_notices import HOSTILE, SITE, outcomes, person, submitted
from tests.test_access import everything


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    with override_settings(SITE_URL=SITE):
        yield


@pytest.fixture
def waiting(elca: Project) -> list[Membership]:
    """Two users for whom something waits: the deadlines of ELCA are overdue."""
    return [person(elca, "partner", "AMZ"), person(elca, "partner", "BIC")]


def run(*options: str) -> str:
    out = StringIO()
    call_command("send_notices", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def receivers() -> list[str]:
    return sorted(to for sent in mail.outbox for to in sent.recipients())


BOTH = ["partner-AMZ@example.org", "partner-BIC@example.org"]


# Once a week


def test_twice_is_once(waiting: list[Membership]) -> None:
    assert "2 sent, of 2 members." in run()
    assert "0 sent, of 2 members." in run()
    assert receivers() == BOTH
    assert {(d.user_id, d.week) for d in Digest.objects.all()} == {
        (member.user_id, week_of(timezone.localdate())) for member in waiting
    }
    headers = [str(sent.message()["Message-ID"]) for sent in mail.outbox]
    assert [d.message_id for d in Digest.objects.order_by("pk")] == headers
    assert all(d.sent_at for d in Digest.objects.all())


@pytest.mark.parametrize(("days", "number"), [(7, 4), (5, 4), (3, 2)])
def test_next_week_is_another_week(days: int, number: int, waiting: list[Membership]) -> None:
    """But not a few days later, where the week ends in between."""
    run()
    last_week = week_of(timezone.localdate()) - timedelta(days=7)
    ago = timezone.now() - timedelta(days=days)
    Digest.objects.update(week=last_week, sent_at=ago, claimed_at=ago)
    run()
    assert len(mail.outbox) == number
    assert Digest.objects.count() == number
    assert {d.user_id for d in Digest.objects.all()} == {member.user_id for member in waiting}


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_is_once(elca: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runs have seen that nothing was sent yet, and know what to say."""
    person(elca, "partner", "AMZ")
    both, of = Barrier(2, timeout=60), News.of
    results: list[Result] = []

    def together(news: News, membership: Membership) -> Any:
        content = of(news, membership)
        both.wait()
        return content

    def one_run() -> None:
        results.extend(outcome.result for outcome in outcomes())
        connection.close()

    monkeypatch.setattr(News, "of", together)
    runs = [Thread(target=one_run) for _number in range(2)]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    assert sorted(results) == sorted([Result.SENT, Result.ALREADY])
    assert receivers() == BOTH[:1]
    assert Digest.objects.count() == 1


def test_a_run_that_died_holds_nobody_up_for_ever(waiting: list[Membership]) -> None:
    now = timezone.now()
    for member, minutes in zip(waiting, (10, 90), strict=True):
        Digest.objects.create(
            project=member.project,
            user=member.user,
            week=week_of(timezone.localdate()),
            claimed_at=now - timedelta(minutes=minutes),
        )
    run()
    assert receivers() == BOTH[1:]


# What fails


class Broken(EmailBackend):
    """A mail server that does not take mail to AMZ."""

    def send_messages(self, messages: Any) -> int:
        if any("AMZ" in to for message in messages for to in message.to):
            raise ConnectionRefusedError("nobody listens")
        return super().send_messages(messages)


def test_what_fails_is_not_recorded_and_the_others_go_on(
    waiting: list[Membership], capsys: Any
) -> None:
    backend = f"{__name__}.Broken"
    with (
        override_settings(EMAIL_BACKEND=backend),
        pytest.raises(CommandError, match=r"1 could not be sent\."),
    ):
        call_command("send_notices")
    assert "elca partner-AMZ: ConnectionRefusedError: nobody listens" in capsys.readouterr().err
    assert receivers() == BOTH[1:]
    assert [d.user for d in Digest.objects.all()] == [waiting[1].user]
    run()
    assert receivers() == BOTH


def test_an_address_that_is_none_stops_nobody_else(waiting: list[Membership]) -> None:
    User.objects.filter(pk=waiting[0].user_id).update(email="a@b.org\nBcc: all@example.org")
    with pytest.raises(CommandError):
        run()
    assert receivers() == BOTH[1:]


def test_even_a_fault_of_our_own_leaves_no_claim(
    waiting: list[Membership], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "mail_of", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    assert Digest.objects.count() == 0
    assert len(waiting) == 2


# The command


def test_a_dry_run_says_who_would_get_what_and_writes_nothing(waiting: list[Membership]) -> None:
    before = everything()
    said = run("--dry-run")
    assert "elca partner-AMZ: would be sent" in said
    assert "Overdue since" in said
    assert "lacks evidence: Signed agreement" in said
    assert "AMZ has reached" in said
    assert "2 would be sent, of 2 members. Nothing was sent." in said
    assert "@" not in said
    assert everything() == before
    assert mail.outbox == []
    assert len(waiting) == 2


def test_json_is_for_programs(waiting: list[Membership]) -> None:
    User.objects.filter(pk=waiting[1].user_id).update(notices=False)
    first, second = json.loads(run("--format", "json"))
    assert (first["project"], first["user"], first["result"]) == ("elca", "partner-AMZ", "sent")
    assert set(first["sections"]) == {"deadlines", "missing"}
    assert first["standing"][0].startswith("AMZ has reached")
    assert (second["user"], second["result"], second["sections"]) == ("partner-BIC", "off", {})


def test_one_project_and_one_user_can_be_named(waiting: list[Membership]) -> None:
    run("--user", "partner-BIC", "--project", "elca")
    assert receivers() == BOTH[1:]
    with pytest.raises(CommandError, match="no project “none”"):
        run("--project", "none")
    with pytest.raises(CommandError, match="no user “none”"):
        run("--user", "none")
    assert len(waiting) == 2


def test_who_may_not_sign_in_is_not_written_to(waiting: list[Membership]) -> None:
    User.objects.filter(pk=waiting[0].user_id).update(is_active=False)
    Membership.objects.filter(pk=waiting[1].pk).delete()
    assert "0 sent, of 0 members." in run()


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("", False),
        ("tracker.example.org", False),
        ("ftp://tracker.example.org", False),
        ("https://", False),
        ("https://tracker.example.org/?a=b", False),
        ("https://tracker.example.org/", True),
        ("http://127.0.0.1:8000", True),
    ],
)
def test_without_an_address_of_its_own_it_refuses(
    url: str, is_one: bool, waiting: list[Membership]
) -> None:
    with override_settings(SITE_URL=url):
        assert bool(site_url()) is is_one
        if is_one:
            run()
            assert f"{url.rstrip('/')}/elca/" in str(mail.outbox[0].body)
            return
        with pytest.raises(CommandError, match="SITE_URL is not set"):
            run("--dry-run")
    assert (mail.outbox, len(waiting)) == ([], 2)


def test_many_members_take_few_queries_each(
    elca: Project, waiting: list[Membership], django_assert_max_num_queries: Any
) -> None:
    """The checks, which are long, are asked once for a project."""
    for number in range(10):
        user = User.objects.create(username=f"more-{number}", email=f"{number}@example.org")
        partner = elca.partners.get(code="AMZ")
        Membership.objects.create(project=elca, user=user, role="partner", partner=partner)
    rows = list(Membership.objects.select_related("user", "project", "partner").order_by("pk"))
    with django_assert_max_num_queries(70):
        found = list(send_all(rows, site=SITE, dry_run=True))
    assert len(found) == len(waiting) + 10


# No more of it


def test_the_page_asks_and_a_post_stops_it_without_signing_in(waiting: list[Membership]) -> None:
    user, client = waiting[0].user, Client(enforce_csrf_checks=True)
    address = stop_path(user)
    answer = client.get(address)
    assert [form.action for form in page(answer).forms] == ["", "/language/"]
    assert "Send me no more" in page(answer).text
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "private" in answer["Cache-Control"]
    user.refresh_from_db()
    assert user.notices is None
    for _time in range(2):
        assert "You get no more weekly e-mails" in page(client.post(address)).text
        user.refresh_from_db()
        assert user.notices is False
    assert "partner-AMZ: wants none" in run()


def test_it_can_be_undone_in_the_account(waiting: list[Membership]) -> None:
    user, client = waiting[0].user, Client()
    client.post(stop_path(user))
    client.force_login(user)
    client.post("/account/", {"language": "", "notices": "on"})
    run("--user", user.username)
    assert receivers() == BOTH[:1]


def test_a_token_that_is_not_ours_is_not_there(waiting: list[Membership]) -> None:
    one, other = (stop_path(member.user) for member in waiting)
    forged = other.split(":")[0] + ":" + one.split(":")[1]
    for address in (forged, one[:-3] + "x/", "/notices/stop/1/", f"/notices/stop/{SALT}/"):
        assert Client().get(address).status_code == 404
        assert Client().post(address).status_code == 404
    User.objects.filter(pk=waiting[0].user_id).delete()
    assert Client().get(one).status_code == 404


# A real server


class Letterbox:
    """Keeps what a mail server was given; refuses the recipients that it is told to."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.refused = ""

    async def handle_RCPT(  # noqa: N802 the name that the server calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refused and self.refused in address:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 the name that the server calls
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        self.got.append(envelope)
        return "250 OK"


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    """A mail server of this process to which Django sends over the network."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    try:
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
            yield box
    finally:
        controller.stop()


def test_a_mail_server_gets_what_is_meant(
    elca: Project, waiting: list[Membership], letterbox: Letterbox
) -> None:
    Project.objects.filter(pk=elca.pk).update(title=HOSTILE.replace("\x00", ""))
    return_action(
        action=submitted(elca, "Ćwiczenie № 1"), user=None, reason="Zażółć\r\n.\r\nQUIT\r\n"
    )
    letterbox.refused = "BIC"
    with pytest.raises(CommandError, match=r"1 could not be sent\."):
        run()
    [envelope] = letterbox.got
    assert envelope.rcpt_tos == BOTH[:1]
    assert Digest.objects.count() == 1
    found = email.message_from_bytes(envelope.content, policy=policy.default)
    assert set(found.keys()) == {
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID",
        "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip
    assert found["Subject"] == "ELCA: what waits for you"
    assert found["List-Unsubscribe"].strip() == f"<{SITE}{stop_path(waiting[0].user)}>"
    assert found["Message-ID"] == Digest.objects.get().message_id
    assert found["Message-ID"].endswith("@tracker.example.org>")
    text, html = (found.get_body((kind,)) for kind in ("plain", "html"))
    for part in (text, html):
        assert part
        assert "Ćwiczenie № 1" in part.get_content()
        assert "Zażółć . QUIT" in part.get_content()
    assert all(len(line) <= 998 for line in envelope.content.split(b"\r\n"))


def test_where_no_server_is_nothing_is_recorded(waiting: list[Membership]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with (
        override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port),
        pytest.raises(CommandError, match=r"2 could not be sent\."),
    ):
        run()
    assert (Digest.objects.count(), len(waiting)) == (0, 2)
    assert make_action(waiting[0].project, "sectors", title="Nothing else is hurt").pk
