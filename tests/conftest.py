"""What every test may ask for: the ELCA project, its empty twin, and a small cast of users."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, TransactionTestCase
from django.utils import translation

from kpis.loading import load_project
from partners.door import past_may_go
from partners.models import Membership, Project, User
from partners.roles import Role

ELCA = Path(settings.BASE_DIR) / "fixtures" / "elca"
PASSWORD = "a-long-enough-passphrase"


_empty_after_a_test = TransactionTestCase._fixture_teardown


def _empty_with_its_past(case: TransactionTestCase) -> None:
    """A test that commits leaves an empty database, in which no past is refused to go."""
    with past_may_go():
        _empty_after_a_test(case)


TransactionTestCase._fixture_teardown = _empty_with_its_past


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:  # noqa: ARG001 order
    """Load the ELCA project once; each test works on it in a transaction that is rolled back."""
    with django_db_blocker.unblock():
        load_project(ELCA)


@pytest.fixture(autouse=True)
def spoken_to_in_english() -> None:
    """The language of an answer stays spoken in its thread: each test begins anew."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def elca(db: None) -> Project:  # noqa: ARG001 opens the database
    """The ELCA project with all its rows; loaded anew where a test with commits wiped it."""
    project = Project.objects.filter(slug="elca").first()
    return project or load_project(ELCA).project


@pytest.fixture
def elca_empty(elca: Project) -> Project:
    """The ELCA project as ``load_elca --without-actions`` leaves it."""
    elca.delete()
    return load_project(ELCA, with_actions=False).project


@pytest.fixture
def cast(elca: Project) -> dict[str, User]:
    """A user of each role by name: leader, amz, bic, admin, reader; and an outsider."""
    # Asked for anew: the project may have been emptied since it was loaded.
    project = Project.objects.get(slug=elca.slug)
    partners = {p.code: p for p in project.partners.all()}
    roles = {
        "leader": (Role.LEADER, partners["MAV"]),
        "amz": (Role.PARTNER, partners["AMZ"]),
        "bic": (Role.PARTNER, partners["BIC"]),
        "admin": (Role.ADMIN, None),
        "reader": (Role.READER, None),
    }
    users = {}
    for name, (role, partner) in roles.items():
        users[name] = User.objects.create_user(name, password=PASSWORD)
        Membership.objects.create(project=project, user=users[name], role=role, partner=partner)
    users["outsider"] = User.objects.create_user("outsider", password=PASSWORD)
    return users


@pytest.fixture
def as_user(cast: dict[str, User]) -> Any:
    """A function that gives a client in which the named member of the cast is signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast[name])
        return client

    return sign_in
