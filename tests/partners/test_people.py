"""What histories tell of people: who was renamed or shut out, and no e-mail address."""

from __future__ import annotations

from typing import Any

from django.test import Client

from partners.filters import HistoryFilter
from partners.models import Change, Membership, Project, User
from partners.roles import Role
from tests.pages import filled, page


def admin_page(user: User) -> str:
    return f"/admin/partners/user/{user.pk}/change/"


def changes_of(project: Project, user: User) -> list[Change]:
    return list(project.changes.filter(record="user", record_id=user.pk))


def test_the_history_tells_that_a_user_was_renamed(as_user: Any, cast: dict[str, User]) -> None:
    client, user = as_user("admin"), cast["amz"]
    project = user.memberships.get().project
    form = filled(client.get(admin_page(user)), first_name="Anna", username="anna")
    assert client.post(admin_page(user), form).status_code == 302
    [change] = changes_of(project, user)
    assert change.user == cast["admin"]
    assert change.label == "anna"
    assert change.fields == {"username": ["amz", "anna"], "first_name": ["", "Anna"]}
    text = page(client.get("/elca/history/?type=user")).text
    assert "Username amz anna" in text
    assert "First name Anna" in text


def test_an_address_stands_in_no_history(as_user: Any, cast: dict[str, User]) -> None:
    client, user = as_user("admin"), cast["amz"]
    User.objects.filter(pk=user.pk).update(email="old@example.org")
    form = filled(client.get(admin_page(user)), email="new@example.org")
    form.pop("is_active")
    assert client.post(admin_page(user), form).status_code == 302
    [change] = changes_of(user.memberships.get().project, user)
    assert change.fields == {"is_active": ["yes", "no"], "email": ["", "changed"]}
    answer = client.get("/elca/history/").text
    assert "example.org" not in answer


def test_every_project_of_the_user_is_told_and_no_other(
    cast: dict[str, User], elca: Project
) -> None:
    second, third = (
        Project.objects.create(
            slug=slug, acronym=slug, title=slug, first_month="2022-01-01", length_months=12
        )
        for slug in ("second", "third")
    )
    Membership.objects.create(project=second, user=cast["amz"], role=Role.READER)
    User.objects.filter(username="admin").update(is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    form = filled(client.get(admin_page(cast["amz"])), last_name="Muster")
    assert client.post(admin_page(cast["amz"]), form).status_code == 302
    assert [len(changes_of(p, cast["amz"])) for p in (elca, second, third)] == [1, 1, 0]


def test_what_changes_nothing_is_told_nowhere(as_user: Any, cast: dict[str, User]) -> None:
    client, user = as_user("admin"), cast["amz"]
    client.post(admin_page(user), filled(client.get(admin_page(user))))
    assert changes_of(user.memberships.get().project, user) == []


def test_the_filter_says_who_by_name(elca: Project, cast: dict[str, User]) -> None:
    people = {
        "leader": ("Zoe", "Last"),
        "amz": ("anna", "First"),
        "admin": ("", ""),
        "bic": ("", ""),
    }
    for username, (first, last) in people.items():
        User.objects.filter(username=username).update(first_name=first, last_name=last)
        Change.objects.create(
            project=elca, user=cast[username], kind="added", record="user", record_id=1, label="x"
        )
    field = HistoryFilter({}, queryset=elca.changes.all(), project=elca).form.fields["user"]
    names = [label for value, label in field.choices if value]
    assert names == ["admin", "anna First (amz)", "bic", "Zoe Last (leader)"]
