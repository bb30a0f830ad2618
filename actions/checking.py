"""Checks an action against the rules of its columns and of its table, without asking the database.

Django asks the database once for each rule and each row; an import of thousands of rows cannot.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Field, Model, Q

Compare = Callable[[Any, Any], bool]
Condition = Callable[[Any], bool | None]
_COMPARE: dict[str, Compare] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, among: value in among,
}
LARGEST = 2**31 - 1
_TEXTS = (models.CharField, models.TextField)


def field_faults(record: Model) -> Iterator[tuple[str, list[str]]]:
    """The faults of the plain fields by name: too long, not among the choices, missing."""
    for field, is_good in plain_fields(type(record)):
        value = getattr(record, field.attname)
        if is_good(value):
            continue
        try:
            setattr(record, field.attname, field.clean(value, record))
        except ValidationError as error:
            yield field.name, error.messages


@cache
def plain_fields(model: type[Model]) -> list[tuple[Field[Any, Any], Callable[[Any], bool]]]:
    """The fields that hold a value of their own, each with a quick look that finds most good.

    What a field points to was found in the database; what Django keeps by itself is right.
    """
    return [
        (field, _quick_look(field))
        for field in model._meta.concrete_fields
        if not (field.is_relation or field.primary_key or _is_kept_elsewhere(field))
    ]


def _is_kept_elsewhere(field: Any) -> bool:
    """Whether a field is set by Django, or by what saves an action, after it was checked."""
    times = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return times or field.name in ("reference", "title_key")


def _quick_look(field: Field[Any, Any]) -> Callable[[Any], bool]:
    """Whether a value is good at first sight; what is not is asked of the field itself."""
    empty = list(field.empty_values) if field.blank else []
    if type(field) in _TEXTS:
        most = field.max_length or sys.maxsize
        choices = dict(field.flatchoices) if field.choices else None

        def is_good_text(value: Any) -> bool:
            if not value or not isinstance(value, str):
                return value in empty
            if choices is not None:
                return value in choices
            return len(value) <= most and "\x00" not in value

        return is_good_text
    if type(field) is models.PositiveIntegerField:
        return lambda value: value in empty or (type(value) is int and 0 <= value <= LARGEST)
    if type(field) is models.BooleanField:
        return lambda value: type(value) is bool
    return lambda value: value in empty


def broken_rules(record: Model) -> Iterator[str]:
    """What the database would say of the record: the messages of the rules that it breaks."""
    for rule, obeys in rules_of(type(record)):
        if not obeys(record):
            yield str(rule.get_violation_error_message())


@cache
def rules_of(model: type[Model]) -> list[tuple[CheckConstraint, Callable[[Any], bool]]]:
    """The rules of the model's own table and of those that it extends, ready to be asked."""
    tables = [*model._meta.get_parent_list(), model]
    return [
        (rule, _ready(rule, table))
        for table in tables
        for rule in table._meta.constraints
        if isinstance(rule, CheckConstraint)
    ]


def _ready(rule: CheckConstraint, model: type[Model]) -> Callable[[Any], bool]:
    """A rule as a function; one that cannot be read here is asked of the database."""
    try:
        assert isinstance(rule.condition, Q)
        holds = condition_of(rule.condition)
    except (AssertionError, KeyError):
        return partial(_asks_database, rule, model)
    return lambda record: holds(record) is not False


def _asks_database(rule: CheckConstraint, model: type[Model], record: Model) -> bool:
    try:
        rule.validate(model, record)  # type: ignore[attr-defined]
    except ValidationError:
        return False
    return True


def condition_of(condition: Q) -> Condition:
    """A function that says whether a condition is true of a record; None where SQL says NULL.

    Raises KeyError for a comparison that is not known here.
    """
    if condition.connector not in (Q.OR, Q.AND):
        raise KeyError(condition.connector)
    parts = [_part_of(child) for child in condition.children]
    either, negated = condition.connector == Q.OR, condition.negated

    def holds(record: Any) -> bool | None:
        found: bool | None = not either
        for part in parts:
            value = part(record)
            if value is either:
                found = either
                break
            if value is None:
                found = None
        return not found if negated and found is not None else found

    return holds


def _part_of(child: Any) -> Condition:
    if isinstance(child, Q):
        return condition_of(child)
    path, wanted = child
    name, _mark, lookup = path.partition("__")
    value_of = operator.attrgetter(name)
    if lookup == "isnull":
        return lambda record: (value_of(record) is None) is wanted
    compare = _COMPARE[lookup or "exact"]
    if not isinstance(wanted, F) and hasattr(wanted, "resolve_expression"):
        raise KeyError(path)
    wanted_of = (
        operator.attrgetter(wanted.name) if isinstance(wanted, F) else lambda _record: wanted
    )

    def holds(record: Any) -> bool | None:
        value, other = value_of(record), wanted_of(record)
        return None if value is None or other is None else compare(value, other)

    return holds
