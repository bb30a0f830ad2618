"""A project as it was known at a moment is exactly what was in the tables at that moment."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action, EvidenceFile
from actions.services import save_action
from kpis.models import Deadline, PartnerTarget
from kpis.progress import project_progress
from partners import clock
from partners.bulk import insert_values
from partners.models import Change, Membership, Organisation, Project, RowVersion, Sector, User
from partners.services import CHANGE_FIELDS, add_organisation, merge_organisations
from partners.travel import NothingRecordedError, PastIsFixedError, end_of, journey, known
from partners.versions import state_of
from partners.versions.registry import kept_tables
from tests.making import make_action, on
from tests.past import let_days_pass

pytestmark = pytest.mark.django_db

Dump = dict[str, list[tuple[Any, ...]]]


def dump() -> Dump:
    """Every row of every recorded table, but for the columns that show their value of today."""
    found: Dump = {}
    for kept in kept_tables():
        if kept.travels:
            names = [f.attname for f in kept.fields if f.column not in kept.today]
            rows: Any = kept.model._base_manager.order_by("pk").values_list(*names)
            found[kept.table] = list(rows)
    return found


def now() -> int:
    """The id of the last version."""
    found = RowVersion.objects.order_by("-pk").first()
    assert found
    return found.pk


# Steps that change something; each takes the project and a source of chance.


def one(rows: Any, chance: random.Random) -> Any:
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return rows.model._base_manager.get(pk=chance.choice(pks)) if pks else None


def some_actions(project: Project, chance: random.Random) -> Any:
    pks = list(project.actions.order_by("pk").values_list("pk", flat=True))
    return Action.objects.filter(pk__in=chance.sample(pks, min(len(pks), 9)))


def save(project: Project, chance: random.Random) -> None:
    action = one(project.actions, chance)
    if action:
        action.title = f"Title {chance.random()} “ü”"
        action.save()


def update_many(project: Project, chance: random.Random) -> None:
    some_actions(project, chance).update(
        status=chance.choice(["planned", "dropped", "under_way"]), results="It's \\ 100 %"
    )


def delete_many(project: Project, chance: random.Random) -> None:
    some_actions(project, chance).delete()


def add(project: Project, chance: random.Random) -> None:
    slug = chance.choice(["sectors", "sme-cooperation", "matchmaking", "national-workshops"])
    make_action(project, slug, title=f"New {chance.random()}", occasions=(on(2022, 3, 1),))


def add_in_bulk(project: Project, chance: random.Random) -> None:
    Sector.objects.bulk_create(
        Sector(project=project, name=f"Sector {chance.random()}") for _number in range(3)
    )


def merge(project: Project, chance: random.Random) -> None:
    kept, merged = (one(project.organisations, chance) for _number in range(2))
    if kept and merged and kept != merged:
        merge_organisations(kept=kept, merged=merged, user=None)


def link(project: Project, chance: random.Random) -> None:
    action = one(project.actions, chance)
    if action:
        action.partners.set([one(project.partners, chance), one(project.partners, chance)])
        action.organisations.clear()


def retarget(project: Project, chance: random.Random) -> None:
    PartnerTarget.objects.filter(indicator__project=project).update(target=F("target") + 1)
    project.indicators.filter(number__lte=3).update(target=chance.randrange(50))


def withdraw(project: Project, chance: random.Random) -> None:
    indicator = one(project.indicators, chance)
    if indicator:
        indicator.delete()


def reschedule(project: Project, chance: random.Random) -> None:
    Deadline.objects.filter(project=project, month__lte=chance.randrange(30)).delete()
    Project.objects.filter(pk=project.pk).update(title=f"Title {chance.random()}")


def write_raw(project: Project, chance: random.Random) -> None:
    evidence = '["agenda", "picture"]' if chance.random() < 0.5 else "[]"
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE actions_actiontype SET "evidence" = %s WHERE "project_id" = %s',
            [evidence, project.pk],
        )
        cursor.execute(
            "UPDATE actions_occasion SET place = 'Łódź', mode = '' WHERE start < '2022-01-01'"
        )


def share_credit(project: Project, chance: random.Random) -> None:
    action = one(project.actions, chance)
    if action:
        action.credit_shares.all().delete()
        action.credit_shares.create(partner=one(project.partners, chance), percent="33.33")


STEPS: list[Callable[[Project, random.Random], None]] = [
    save, update_many, delete_many, add, add_in_bulk, merge, link, retarget, withdraw, reschedule,
    write_raw, share_credit,
]  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=8),
    seed=st.integers(0, 2**32),
)
def test_every_past_is_shown_exactly(elca: Project, steps: list[Any], seed: int) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        moments = [(now(), dump())]
        for step in steps:
            step(elca, chance)
            moments.append((now(), dump()))
        for moment, rows in chance.sample(moments, len(moments)):
            with known(elca, moment):
                assert dump() == rows, (steps, moment)
        assert dump() == moments[-1][1]
        transaction.set_rollback(True)


def test_each_step_on_its_own_is_taken_back(elca: Project) -> None:
    before, start = dump(), now()
    for number, step in enumerate(STEPS):
        past, moment = dump(), now()
        step(elca, random.Random(number))
        assert dump() != past, step
        with known(elca, moment):
            assert dump() == past, step
    with known(elca, start):
        assert dump() == before


def figures(project: Project) -> list[int | None]:
    return [line.total.achieved for line in project_progress(project).lines]


def test_a_day_shows_the_figures_of_that_day(elca: Project) -> None:
    before = figures(elca)
    let_days_pass(10)
    recorded = RowVersion.objects.count()
    elca.actions.filter(type__table_number=7).delete()
    make_action(elca, "sectors", title="Later")
    day = clock.today() - timedelta(days=5)
    with known(elca, end_of(day)) as then:
        assert figures(then) == before
        assert clock.today() == day
        assert not Action.objects.filter(title="Later").exists()
        assert not Change.objects.filter(label__contains="Later").exists()
        assert RowVersion.objects.count() == recorded
    assert clock.today() > day
    assert figures(elca)[5] == 0
    assert Change.objects.filter(label__contains="Later").exists()


def test_the_project_is_called_as_it_was_and_found_where_it_is(elca: Project) -> None:
    moment = now()
    Project.objects.filter(pk=elca.pk).update(acronym="NEW", slug="new")
    with known(elca, moment) as then:
        assert (then.acronym, then.slug) == ("ELCA", "new")


def test_nothing_of_another_project_is_there(elca: Project) -> None:
    other = Project.objects.create(
        slug="other", acronym="OTHER", title="O", first_month=date(2020, 1, 1), length_months=3
    )
    other.sectors.create(name="Foreign")
    moment = now()
    other.sectors.update(name="Changed")
    with known(elca, moment):
        assert Project.objects.get() == elca
        assert not Sector.objects.filter(name__in=["Foreign", "Changed"]).exists()
    with known(other, moment):
        assert Sector.objects.get().name == "Foreign"
        assert Action.objects.count() == 0


def test_rights_are_those_of_today(elca: Project) -> None:
    user = User.objects.create_user("late")
    moment = now()
    membership = Membership.objects.create(project=elca, user=user, role="admin")
    with known(elca, moment):
        assert Membership.objects.get(user=user).pk == membership.pk
        assert Action.objects.visible_to(user).count() == 104
        assert not Action.objects.editable_by(user).exists()
        assert not Organisation.objects.editable_by(user).exists()
    assert Action.objects.editable_by(user).count() == 104


def test_a_file_that_became_restricted_is_so_in_the_past(elca: Project) -> None:
    action = make_action(elca, "sectors")
    file = EvidenceFile.objects.create(
        action=action, title="List", file="x", name="x", size=1, media_type="x", sha256="x"
    )
    reader = User.objects.create_user("reader")
    Membership.objects.create(project=elca, user=reader, role="reader")
    moment = now()
    with known(elca, moment):
        assert EvidenceFile.objects.visible_to(reader).get() == file
    EvidenceFile.objects.filter(pk=file.pk).update(restricted=True)
    with known(elca, moment):
        assert not EvidenceFile.objects.visible_to(reader).exists()


WRITES: dict[str, Callable[[Project], Any]] = {
    "update": lambda p: p.actions.update(title="x"),
    "delete": lambda p: p.deadlines.all().delete(),
    "create": lambda p: p.sectors.create(name="x"),
    "service": lambda p: add_organisation(project=p, user=None, name="x"),
    "bulk": lambda p: Sector.objects.bulk_create([Sector(project=p, name="x")]),
    "history": lambda p: Change.objects.filter(project=p).update(label="x"),
}


@pytest.mark.parametrize("name", WRITES)
def test_the_past_is_not_written_to(name: str, elca: Project) -> None:
    before, start = dump(), now()
    with known(elca, start) as then, pytest.raises(PastIsFixedError), transaction.atomic():
        WRITES[name](then)
    assert (dump(), now()) == (before, start)


def test_not_even_in_bulk(elca: Project) -> None:
    row: tuple[Any, ...] = (elca.pk, None, clock_now(), "added", "x", 1, "x", {}, "", "", 0)
    assert len(row) == len(CHANGE_FIELDS)
    with (
        known(elca, now()),
        pytest.raises((PastIsFixedError, DatabaseError)),
        transaction.atomic(),
    ):
        insert_values(Change, CHANGE_FIELDS, [row])


def clock_now() -> Any:
    found = RowVersion.objects.order_by("-pk").first()
    assert found
    return found.at


def test_a_fault_within_leaves_no_past_behind(elca: Project) -> None:
    moment = now()
    elca.sectors.all().delete()
    seen = []

    def fail() -> None:
        with known(elca, moment):
            seen.append(Sector.objects.count())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert seen[0] > 0
    assert not Sector.objects.exists()
    assert journey() is None
    assert not clock.is_past()


def test_the_past_is_not_entered_twice(elca: Project) -> None:
    with known(elca, now()), pytest.raises(RuntimeError), known(elca, now()):
        pass
    assert journey() is None


def test_before_the_record_begins_nothing_is_known(elca: Project) -> None:
    with (
        pytest.raises(NothingRecordedError, match="nothing had been recorded yet"),
        known(elca, end_of(date(2022, 6, 30))),
    ):
        pass
    assert elca.actions.count() == 104


def test_a_record_is_told_as_it_was(elca: Project) -> None:
    action = make_action(elca, "sectors", partners="AMZ BIC", title="One")
    moment = now()
    values = {"title": "Two", "partners": tuple(elca.partners.filter(code="POL"))}
    save_action(project=elca, action_type=action.type, user=None, values=values, action=action)
    state = state_of(elca, "action", action.pk, moment)
    assert [row["title"] for row in state["actions_action"]] == ["One"]
    codes = {p.pk: p.code for p in elca.partners.all()}
    assert {codes[r["partner_id"]] for r in state["actions_action_partners"]} == {"AMZ", "BIC"}
    assert state_of(elca, "action", action.pk, moment - 10**6) == {}


def test_the_cost_is_that_of_the_project(elca: Project) -> None:
    """As many statements for one project as for another, whatever the rows."""

    def statements(project: Project) -> int:
        count = 0

        def counted(execute: Any, *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(counted), known(project, now()):
            pass
        return count

    other = Project.objects.create(
        slug="other", acronym="OTHER", title="O", first_month=date(2020, 1, 1), length_months=3
    )
    few = statements(other)
    elca.actions.update(title="Touched")
    assert statements(elca) == few


@pytest.mark.django_db(transaction=True)
def test_whoever_looks_back_keeps_nobody_from_writing(elca: Project) -> None:
    """Outside a transaction the temporary tables need no right to write."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one right to write for all")
    other = connection.copy("default")
    try:
        with known(elca, now()):
            with other.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                cursor.execute("UPDATE partners_sector SET name = name || '!'")
                cursor.execute("COMMIT")
            assert not Sector.objects.filter(name__endswith="!").exists()
        assert Sector.objects.filter(name__endswith="!").count() == elca.sectors.count()
        # And somebody who writes keeps nobody from looking back.
        with other.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            with known(elca, now()):
                assert Action.objects.count() == 104
            cursor.execute("ROLLBACK")
    finally:
        other.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.django_db(transaction=True)
def test_rows_that_nobody_read_to_the_end_leave_no_past_behind(elca: Project) -> None:
    moment = now()
    elca.actions.update(title="Now")
    with known(elca, moment):
        rows = Action.objects.order_by("pk").iterator(chunk_size=2)
        assert next(rows).title != "Now"
    assert set(Action.objects.values_list("title", flat=True)) == {"Now"}
    del rows
    assert Action.objects.count() == 104
