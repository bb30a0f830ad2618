"""Holds the front door: sign-in with its lock, passwords, headers, and who lands where."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from partners.models import Membership, Partner, Project, User
from partners.roles import CAPABILITIES, Capability, Role
from tests.conftest import PASSWORD
from tests.pages import page


def sign_in(client: Client, password: str, name: str = "amz") -> int:
    return client.post("/sign-in/", {"username": name, "password": password}).status_code


@pytest.mark.usefixtures("cast")
def test_five_wrong_passwords_lock_the_name_for_that_address() -> None:
    client = Client()
    assert [sign_in(client, "wrong") for _try in range(5)] == [200, 200, 200, 200, 429]
    assert sign_in(client, PASSWORD) == 429
    assert sign_in(client, PASSWORD, "bic") == 302
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), PASSWORD) == 302


@pytest.mark.usefixtures("cast")
def test_a_right_password_opens_and_the_way_out_closes() -> None:
    client = Client()
    assert sign_in(client, PASSWORD) == 302
    assert client.get("/elca/").status_code == 200
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/elca/").headers["Location"] == "/sign-in/?next=/elca/"


@pytest.mark.usefixtures("cast")
def test_nobody_is_led_to_a_stranger_after_signing_in() -> None:
    sent = {"username": "amz", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/sign-in/", sent).headers["Location"] == "/"


@pytest.mark.parametrize("weak", ["short", "123456789012345", "password1234"])
def test_a_weak_password_is_refused_in_words(as_user: Any, weak: str) -> None:
    sent = {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
    answer = as_user("amz").post("/password/", sent)
    assert "This password is" in page(answer).text
    assert User.objects.get(username="amz").check_password(PASSWORD)


def test_every_answer_carries_the_rules_for_the_browser(as_user: Any) -> None:
    for answer in (Client().get("/sign-in/"), as_user("admin").get("/elca/")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_page_holds_inline_script_or_style(as_user: Any) -> None:
    client = as_user("admin")
    for url in (
        "/elca/",
        "/elca/kpis/4/",
        "/elca/timeline/",
        "/elca/events/new/national-workshops/",
    ):
        tags = page(client.get(url)).tags
        assert not [said for tag, said in tags if tag == "script" and not said.get("src")]
        assert not [said for _tag, said in tags if "style" in said]
        assert not [said for _tag, said in tags if any(name.startswith("on") for name in said)]


def test_home_leads_to_the_only_project_or_offers_the_choice(
    elca: Project, cast: dict[str, User], as_user: Any
) -> None:
    assert "You are in no project yet" in page(as_user("outsider").get("/")).text
    second = Project.objects.create(
        slug="second", acronym="SECOND", title="Another", first_month="2024-01-01", length_months=6
    )
    Membership.objects.create(project=second, user=cast["reader"], role=Role.READER)
    text = page(as_user("reader").get("/")).text
    assert "SECOND" in text
    assert elca.acronym in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"first_month": "2024-01-02"}, "first day of a calendar month"),
        ({"length_months": 0}, "greater than or equal to 1"),
        ({"slug": "admin"}, "used by the application itself"),
        ({"slug": "elca"}, "already exists"),
    ],
)
def test_a_project_that_cannot_be_is_refused_in_words(
    elca: Project, values: dict[str, Any], words: str
) -> None:
    good = {"slug": "new", "acronym": "N", "title": "N", "first_month": "2024-01-01"}
    project = Project(**{**good, "length_months": elca.length_months, **values})
    with pytest.raises(ValidationError) as refused:
        project.full_clean()
    assert words in str(refused.value)


def test_one_task_leader_and_one_code_in_a_project(elca: Project) -> None:
    second = Partner(project=elca, code="NEW", name="New", is_task_leader=True)
    with pytest.raises(ValidationError, match="has a task leader already"):
        second.full_clean()
    with pytest.raises(ValidationError, match="Another partner of the project has this code"):
        Partner(project=elca, code="AMZ", name="Again").full_clean()


def test_a_partner_user_belongs_to_a_partner(elca: Project, cast: dict[str, User]) -> None:
    alone = Membership(project=elca, user=cast["outsider"], role=Role.PARTNER)
    with pytest.raises(ValidationError, match="choose one"):
        alone.full_clean()


def test_every_role_is_in_the_table_and_none_may_more_than_it_says() -> None:
    assert set(CAPABILITIES) == set(Role)
    own = {Capability.VIEW, Capability.EXPORT, Capability.SAVE_VIEW}
    assert CAPABILITIES[Role.READER] == own
    assert Capability.IMPORT not in CAPABILITIES[Role.LEADER]
    assert Capability.EDIT_ANY_ACTION not in CAPABILITIES[Role.PARTNER]
