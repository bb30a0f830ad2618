"""The checks without a database say of a record what Django and the database say of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Length
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.checking import broken_rules, condition_of, field_faults, plain_fields, rules_of
from actions.models import Action, Status
from agreements.models import Agreement
from events.models import Event, MatchmakingMeeting
from partners.models import Project

pytestmark = pytest.mark.django_db

MODELS: list[type[Action]] = [Action, Agreement, Event, MatchmakingMeeting]
BEGAN = date(2020, 9, 1)
GENEROUS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEXTS = st.sampled_from(["", " ", "a", "x" * 300, "x" * 301, "y" * 20_000, "y" * 20_001, "\x00"])
STATUSES = st.sampled_from([*Status, "planned", "", "signed", "PLANNED", None, 1])
PRECISIONS = st.sampled_from(["", "day", "month", "year", "week", "days-and-more", None])
DATES = st.none() | st.sampled_from(
    [date(2019, 1, 1), BEGAN, date(2022, 2, 28), date(2022, 3, 1), date(9999, 12, 31)]
)
NUMBERS = st.none() | st.sampled_from([0, 1, 9, 10, 11, -1, 2**31 - 1, 2**63, 2**64, "7", "x", 2.5])
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXTS | st.none() | st.just(5),
    "description": TEXTS,
    "expectations": TEXTS,
    "results": TEXTS,
    "status": STATUSES,
    "dates_note": st.sampled_from(["", "n" * 2000, "n" * 2001]),
    "first_on": DATES,
    "first_precision": PRECISIONS,
    "counts_from": DATES,
    "project_start": st.sampled_from([BEGAN, date(2022, 3, 1), None]),
    "excluded": st.sampled_from([True, False, None, 1, 0, "x"]),
    "exclusion_reason": st.sampled_from(["", "Because", "b" * 300, "b" * 301]),
    "review": st.sampled_from(["draft", "submitted", "accepted", "returned", "", "done", None]),
    "reviewed_at": st.none() | st.just(datetime(2022, 3, 1, tzinfo=UTC)) | st.just("x"),
    "expected_signature": DATES,
    "expected_signature_precision": PRECISIONS,
    "signed_on": DATES,
    "signed_on_precision": PRECISIONS,
    "participants": NUMBERS,
    "participants_certainty": st.sampled_from(["", "exact", "about", "none", None]),
    "smes": NUMBERS,
    "clusters": NUMBERS,
    "research": NUMBERS,
    "public": NUMBERS,
    "organisations_present": NUMBERS,
}


# Of a record that has no fault.
GOOD = {"title": "A title", "project_start": BEGAN, "reference": "T7-900", "title_key": "a"}


def drawn(data: st.DataObject, model: type[Action]) -> Action:
    """A record of which some fields are otherwise than they should be."""
    names = [field.name for field, _look in plain_fields(model)]
    some = data.draw(st.lists(st.sampled_from(names), max_size=5, unique=True))
    return model(**{**GOOD, **{name: data.draw(PLAIN[name], name) for name in some}})


def copy_of(record: Action) -> Action:
    fields = type(record)._meta.concrete_fields
    values = {f.attname: getattr(record, f.attname) for f in fields}
    return type(record)(**values)


def django_says(record: Action) -> dict[str, list[str]]:
    """What Django finds, but for what points elsewhere and what is set when it is saved."""
    relations = {f.name for f in type(record)._meta.concrete_fields if f.is_relation}
    try:
        record.full_clean(
            exclude=relations | {"reference", "title_key", "id"}, validate_unique=False
        )
    except ValidationError as error:
        return error.message_dict
    return {}


def test_every_field_is_drawn() -> None:
    names = {field.name for model in MODELS for field, _look in plain_fields(model)}
    assert names == set(PLAIN)


@pytest.mark.parametrize("model", MODELS)
@GENEROUS
@given(data=st.data())
def test_they_find_what_django_finds(
    elca: Project, model: type[Action], data: st.DataObject
) -> None:
    assert elca.pk
    record = drawn(data, model)
    expected = django_says(copy_of(record))
    faults = dict(field_faults(record))
    assert {name: said for name, said in expected.items() if name != "__all__"} == faults
    if not faults:
        assert sorted(broken_rules(record)) == sorted(expected.get("__all__", []))


@pytest.mark.parametrize("model", MODELS)
@GENEROUS
@given(data=st.data())
def test_the_database_breaks_no_rule_that_they_do_not_know(
    elca: Project, model: type[Action], data: st.DataObject
) -> None:
    record = drawn(data, model)
    record.project, record.type = elca, elca.action_types.get(slug="national-workshops")
    if any(True for _fault in field_faults(record)) or nulls(record) or "\x00" in texts(record):
        return  # Django passes over a NUL in a long text; PostgreSQL does not take it
    assert bool(list(broken_rules(record))) is not is_stored(record)


def is_stored(record: Action) -> bool:
    """Whether the database takes a record; it is not kept."""
    try:
        with transaction.atomic():
            record.save()
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def texts(record: Action) -> str:
    values = (getattr(record, field.attname) for field, _look in plain_fields(type(record)))
    return "".join(value for value in values if isinstance(value, str))


def nulls(record: Action) -> list[str]:
    """The fields that the database wants filled, and Django does not ask for."""
    return [
        field.name
        for field, _look in plain_fields(type(record))
        if getattr(record, field.attname) is None and not field.null
    ]


@pytest.mark.parametrize("model", MODELS)
def test_no_rule_is_asked_of_the_database(
    elca: Project, model: type[Action], django_assert_num_queries: Any
) -> None:
    assert elca.pk
    rules = rules_of(model)
    tables = [model, *model._meta.get_parent_list()]
    checks = [r for t in tables for r in t._meta.constraints if isinstance(r, CheckConstraint)]
    assert {rule.name for rule, _obeys in rules} == {rule.name for rule in checks}
    with django_assert_num_queries(0):
        assert list(broken_rules(model(**GOOD))) == []


RULES: list[tuple[type[Action], dict[str, Any], str]] = [
    (Action, {"status": "signed"}, "status is not known"),
    (Action, {"status": "achieved", "counts_from": date(2020, 8, 31)}, "before the project"),
    (Action, {"first_on": date(2022, 1, 2), "counts_from": date(2022, 1, 1)}, "starts before"),
    (Action, {"first_on": date(2022, 1, 2)}, "starts before"),
    (Action, {"excluded": True}, "Say why"),
    (Action, {"exclusion_reason": "x"}, "Say why"),
    (Agreement, {"signed_on": BEGAN}, "needs a precision"),
    (Agreement, {"signed_on_precision": "day"}, "needs a precision"),
    (Agreement, {"expected_signature": BEGAN}, "needs a precision"),
    (Event, {"participants": 5, "smes": 6}, "more SMEs"),
    (Event, {"participants": 5, "clusters": 6}, "more clusters"),
    (MatchmakingMeeting, {"participants": 0, "research": 1}, "from research"),
    (MatchmakingMeeting, {"participants": 5, "public": 6}, "public bodies"),
]


@pytest.mark.parametrize(("model", "values", "words"), RULES)
def test_each_rule_speaks(model: type[Action], values: dict[str, Any], words: str) -> None:
    [said] = broken_rules(model(**{**GOOD, **values}))
    assert words in said


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Event, {"participants": None, "smes": 10}),
        (Event, {"participants": 10, "smes": None}),
        (Event, {"participants": 10, "smes": 10}),
        (Action, {"status": "achieved", "counts_from": None}),
        (Action, {"status": "achieved", "counts_from": BEGAN}),
        (Action, {"status": "planned", "counts_from": date(2019, 1, 1)}),
        (Action, {"first_on": BEGAN, "counts_from": BEGAN}),
    ],
)
def test_what_is_not_known_breaks_no_rule(model: type[Action], values: dict[str, Any]) -> None:
    record = model(**{**GOOD, **values})
    if record.counts_from and not record.first_on:
        record.first_on = record.counts_from
    assert list(broken_rules(record)) == []


# Conditions in general


LEAVES = st.sampled_from(
    [
        Q(smes=1), Q(smes__gt=1), Q(smes__gte=2), Q(smes__lt=models.F("clusters")),
        Q(smes__lte=models.F("clusters")), Q(smes__isnull=True), Q(clusters__isnull=False),
        Q(smes__in=[1, 2]), Q(participants_certainty=""), Q(participants_certainty="about"),
        Q(smes=1, clusters__gte=1), ~Q(smes=1), ~Q(smes=1, clusters=2),
    ]
)  # fmt: skip


def conditions() -> st.SearchStrategy[Q]:
    return st.recursive(
        LEAVES,
        lambda inner: (
            st.builds(lambda a, b: a & b, inner, inner)
            | st.builds(lambda a, b: a | b, inner, inner)
            | st.builds(lambda a: ~a, inner)
        ),
        max_leaves=5,
    )


@GENEROUS
@given(
    condition=conditions(),
    smes=st.none() | st.integers(0, 3),
    clusters=st.none() | st.integers(0, 3),
    sure=st.sampled_from(["", "about"]),
)
def test_a_condition_holds_as_django_says(
    elca: Project, condition: Q, smes: int | None, clusters: int | None, sure: str
) -> None:
    assert elca.pk
    # Of fields of its own table only: Django passes over a rule about any other.
    record = Event(smes=smes, clusters=clusters, participants_certainty=sure)
    rule = CheckConstraint(condition=condition, name="any")
    try:
        rule.validate(Event, record)
    except ValidationError:
        obeys = False
    else:
        obeys = True
    assert (condition_of(condition)(record) is not False) is obeys


@pytest.mark.parametrize(
    "condition", [Q(title__startswith="x"), Q(a=1) ^ Q(b=2), Q(title=Length("description"))]
)
def test_what_cannot_be_read_is_said(condition: Q) -> None:
    with pytest.raises(KeyError):
        condition_of(condition)


def test_a_fault_names_its_field_and_takes_over_what_was_cleaned() -> None:
    record = Event(title="x" * 301, participants="12", status="no", project_start=BEGAN)
    found = dict(field_faults(record))
    assert list(found) == ["title", "status"]
    assert "at most 300" in found["title"][0]
    assert record.participants == 12


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes any number")
def test_a_number_is_not_larger_than_the_database_takes() -> None:
    record = Event(title="x", participants=2**31, project_start=BEGAN)
    assert [name for name, _said in field_faults(record)] == ["participants"]
