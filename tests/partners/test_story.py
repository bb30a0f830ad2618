"""The story of a record tells every change, also what reached the rows past the application."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from actions.models import Action, Status
from actions.records import record_of
from actions.services import delete_action, save_action, set_excluded
from kpis.loading import load_project
from partners.models import Change, Organisation, Project, RowVersion, User
from partners.roles import Role
from partners.services import add_organisation, merge_organisations
from partners.story import Entry, outside_entries, story_of
from tests.conftest import ELCA
from tests.making import make_action, on
from tests.pages import member, page


def fields_of(entry: Entry) -> dict[str, tuple[str, str]]:
    return {str(heading): (old, new) for heading, old, new in entry.fields}


@pytest.fixture
def project(transactional_db: None) -> Project:  # noqa: ARG001 each test commits
    """The ELCA project without actions: it is loaded anew for every test that commits."""
    Project.objects.filter(slug="elca").delete()
    return load_project(ELCA, with_actions=False).project


@pytest.fixture
def action(project: Project) -> Action:
    return make_action(project, "sectors", title="Told", organisations=("Firm A", "Firm B"))


def test_a_bulk_update_is_told_as_past_the_application(project: Project, action: Action) -> None:
    Action.objects.filter(pk=action.pk).update(status=Status.ACHIEVED, description="Pushed in")
    newest, first = story_of(action, project)
    assert newest.outside
    assert newest.user is None
    assert fields_of(newest) == {
        "Status": ("Planned", "Achieved"),
        "Description": ("", "Pushed in"),
    }
    assert not first.outside
    assert first.kind == "added"


def test_what_a_form_saved_is_told_once(project: Project, action: Action) -> None:
    user = User.objects.create(username="writes")
    save_action(
        project=project,
        action_type=action.type,
        user=user,
        values={"occasions": (on(2022, 5, 6),), "title": "Told anew"},
        action=action,
    )
    newest, first = story_of(action, project)
    assert newest.user == user
    assert not newest.outside
    assert set(fields_of(newest)) == {"Title", "Dates & Location"}
    assert first.kind == "added"


def test_a_link_that_is_cut_past_the_application_is_told(project: Project, action: Action) -> None:
    gone = action.organisations.get(name="Firm A")
    action.organisations.remove(gone)
    newest = story_of(action, project)[0]
    assert newest.outside
    assert ("Firm A", "") in fields_of(newest).values()


def test_what_a_merge_moves_is_told_on_the_action_with_who_merged(
    project: Project, action: Action
) -> None:
    user = User.objects.create(username="merges")
    kept = add_organisation(project=project, user=user, name="Firm A Ltd")
    merged = project.organisations.get(name="Firm A")
    merge_organisations(kept=kept, merged=merged, user=user)
    newest = story_of(action, project)[0]
    assert not newest.outside
    assert newest.user == user
    assert newest.meanwhile
    assert newest.meanwhile.kind == Change.Kind.MERGED
    assert any("Firm A Ltd" in new for _old, new in fields_of(newest).values())


def test_the_history_lists_what_no_line_accounts_for(project: Project, action: Action) -> None:
    assert outside_entries(project) == []
    Organisation.objects.filter(name="Firm B").update(note="By hand")
    [(name, entry)] = outside_entries(project)
    assert name.startswith("Organisation #")
    assert fields_of(entry) == {"Note": ("", "By hand")}
    shown = page(member(project, Role.READER).get(f"/{project.slug}/history/")).text
    assert "Changed past the application" in shown
    assert "By hand" in shown
    assert str(action) in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=told", ["T11-01 Told"]),
        ("?type=organisation&q=Firm", ["Firm B", "Firm A"]),
        ("?kind=deleted", []),
        ("?since=2000-01-01&q=told", ["T11-01 Told"]),
        ("?until=2000-01-01", []),
        ("?kind=nonsense", []),
        ("?user=999999", []),
        ("?page=x&q=told", ["T11-01 Told"]),
    ],
)
def test_the_history_is_filtered(
    project: Project, action: Action, query: str, found: list[str]
) -> None:
    assert str(action) == "T11-01 Told"
    shown = member(project, Role.READER).get(f"/{project.slug}/history/{query}")
    assert shown.status_code == 200
    labels = [entry.change.label for entry, _url, _restorable in shown.context["entries"]]
    assert labels == found


# Bringing back


def deletion_of(action: Action) -> Change:
    return Change.objects.get(kind="deleted", record="action", record_id=action.pk)


def rows_of(project: Project, action: Action) -> list[Any]:
    """Everything that hangs on an action, by table."""
    whole = type(action).objects.for_detail().get(pk=action.pk)
    found = [
        sorted(whole.partners.values_list("code", flat=True)),
        sorted(whole.organisations.values_list("name", flat=True)),
        list(whole.occasions.values()),
        list(whole.evidence.values()),
        whole.reference,
        whole.updated_at,
        whole.status,
    ]
    assert whole.project_id == project.pk
    return found


@pytest.mark.parametrize("slug", ["sectors", "sme-cooperation", "matchmaking"])
def test_a_deleted_action_comes_back_as_it_was(project: Project, slug: str) -> None:
    leader = member(project, Role.LEADER)
    action = make_action(
        project,
        slug,
        partners="AMZ BIC",
        title="Comes back",
        status=Status.ACHIEVED,
        occasions=(on(2022, 5, 6), on(2022, 5, 9)),
        organisations=("Firm A", "Firm B"),
    )
    before, pk = rows_of(project, action), action.pk
    delete_action(action=action, user=None)
    action.pk = action.id = pk
    change = deletion_of(action)
    url = f"/{project.slug}/history/{change.pk}/restore/"
    assert f'href="{url}"' in leader.get(f"/{project.slug}/history/").content.decode()

    assert "Comes back" in page(leader.get(url)).text
    refused = leader.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert not Action.objects.filter(pk=pk).exists()
    answer = leader.post(url, {"reason": "Deleted by mistake"})
    assert answer.status_code == 302
    assert rows_of(project, action) == before
    newest = story_of(action, project)[0]
    assert (newest.kind, newest.reason) == ("restored", "Deleted by mistake")
    assert not newest.outside
    # It is there: it cannot come back twice.
    assert leader.get(url).status_code == 404
    assert leader.post(url, {"reason": "Again"}).status_code == 404


def test_an_organisation_comes_back_unless_its_name_is_taken(project: Project) -> None:
    admin = member(project, Role.ADMIN)
    firm = add_organisation(project=project, user=None, name="Lone Firm", aliases=["Alone"])
    admin.post(f"/{project.slug}/organisations/{firm.pk}/delete/")
    change = Change.objects.get(kind="deleted", record="organisation", record_id=firm.pk)
    url = f"/{project.slug}/history/{change.pk}/restore/"
    taken = add_organisation(project=project, user=None, name="Lone Firm")
    answer = admin.post(url, {"reason": "Needed"})
    assert answer.status_code == 422
    assert "Another record has taken its place" in page(answer).text
    taken.delete()
    assert admin.post(url, {"reason": "Needed"}).status_code == 302
    assert Organisation.objects.get(pk=firm.pk).aliases.get().name == "Alone"


def test_what_it_pointed_to_and_is_gone_is_said(project: Project) -> None:
    leader = member(project, Role.LEADER)
    action = make_action(project, "sectors", title="Points", organisations=("Gone Ltd",))
    pk = action.pk
    delete_action(action=action, user=None)
    action.pk = action.id = pk
    Organisation.objects.get(name="Gone Ltd").delete()
    url = f"/{project.slug}/history/{deletion_of(action).pk}/restore/"
    assert "is no longer there" in page(leader.get(url)).text
    assert leader.post(url, {"reason": "All the same"}).status_code == 302
    back = Action.objects.get(pk=pk)
    assert list(back.organisations.all()) == []
    assert back.title == "Points"


@pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (Role.PARTNER, 403)])
def test_who_may_not_restore_is_not_offered_it(
    project: Project, action: Action, role: Role, status: int
) -> None:
    pk = action.pk
    delete_action(action=action, user=None)
    action.pk = action.id = pk
    client: Client = member(project, role, "AMZ")
    url = f"/{project.slug}/history/{deletion_of(action).pk}/restore/"
    assert url not in client.get(f"/{project.slug}/history/").content.decode()
    assert client.get(url).status_code == status
    assert client.post(url, {"reason": "Please"}).status_code == status
    assert RowVersion.objects.filter(record="action", record_id=pk, new__isnull=True).exists()


# Going back


def test_an_action_goes_back_to_before_a_change(project: Project) -> None:
    leader = member(project, Role.LEADER)
    action = make_action(
        project, "sme-cooperation", title="First", partners="AMZ", occasions=(on(2022, 5, 6),)
    )
    former = record_of(action).values(whole(action))
    for title in ("Second", "Third"):
        save_action(
            project=project,
            action_type=action.type,
            user=None,
            action=whole(action),
            values={
                "title": title,
                "occasions": (on(2022, 7, 8), on(2022, 7, 9)),
                "partners": tuple(project.partners.filter(code__in=["BIC", "MAV"])),
            },
        )
    change = Change.objects.filter(record="action", record_id=action.pk, kind="changed").last()
    assert change
    assert change.fields["title"] == ["First", "Second"]
    url = f"{action.get_absolute_url()}back/{change.pk}/"
    assert f'href="{url}"' in leader.get(action.get_absolute_url()).content.decode()
    text = page(leader.get(url)).text
    assert "Third" in text
    assert "First" in text
    assert "Second" not in text
    assert leader.post(url).status_code == 302
    assert record_of(action).values(whole(action)) == former
    newest = story_of(action, project)[0]
    assert newest.source.startswith("back to before ")
    assert fields_of(newest)["Title"] == ("Third", "First")
    assert "nothing differs" in page(leader.get(url)).text
    assert leader.post(url).status_code == 422


def test_going_back_from_what_is_accepted_is_proposed(project: Project) -> None:
    client = member(project, Role.PARTNER, "AMZ")
    action = make_action(project, "sectors", title="Before")
    save_action(
        project=project, action_type=action.type, user=None, action=action, values={"title": "Now"}
    )
    Action.objects.filter(pk=action.pk).update(review="accepted")
    change = Change.objects.get(record="action", record_id=action.pk, kind="changed")
    answer = client.post(f"{action.get_absolute_url()}back/{change.pk}/", follow=True)
    assert "Proposed: until it is accepted" in page(answer).text
    action.refresh_from_db()
    assert action.title == "Now"
    assert action.proposed.values == {"title": "Before"}


def test_the_way_back_knows_only_changes_of_this_action(project: Project) -> None:
    leader = member(project, Role.LEADER)
    one, other = (make_action(project, "sectors", title=title) for title in ("One", "Other"))
    save_action(
        project=project, action_type=one.type, user=None, action=one, values={"title": "Changed"}
    )
    changed = Change.objects.get(record="action", record_id=one.pk, kind="changed")
    added = Change.objects.get(record="action", record_id=one.pk, kind="added")
    for action, change in ((other, changed.pk), (one, added.pk), (one, 10**12)):
        assert leader.get(f"{action.get_absolute_url()}back/{change}/").status_code == 404
        assert leader.post(f"{action.get_absolute_url()}back/{change}/").status_code == 404


def whole(action: Action) -> Action:
    found: Action = record_of(action).model.objects.for_detail().get(id=action.pk)
    return found


def test_going_back_leaves_a_waiting_change_alone(project: Project) -> None:
    leader = member(project, Role.LEADER)
    action = make_action(project, "sectors", title="First", description="Old words")
    save_action(
        project=project, action_type=action.type, user=None, action=action,
        values={"description": "New words"},
    )  # fmt: skip
    Action.objects.filter(pk=action.pk).update(review="accepted")
    action.refresh_from_db()
    save_action(
        project=project, action_type=action.type, user=None, action=action,
        values={"title": "Waits"},
    )  # fmt: skip
    change = Change.objects.filter(record="action", record_id=action.pk, kind="changed").earliest(
        "pk"
    )
    answer = leader.post(f"{action.get_absolute_url()}back/{change.pk}/")
    assert answer.status_code == 422
    assert "A change of this action waits" in page(answer).text
    action.refresh_from_db()
    assert action.proposed.values == {"title": "Waits"}


def test_only_changes_of_values_lead_back(project: Project) -> None:
    leader = member(project, Role.LEADER)
    action = make_action(project, "sectors", title="First")
    set_excluded(action=action, user=None, reason="Logged twice")
    shown = leader.get(action.get_absolute_url()).content.decode()
    assert "Logged twice" in shown
    assert "Back to before this" not in shown
