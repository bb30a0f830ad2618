"""Holds how names are compared and how project months are counted."""

from datetime import date

import pytest

from partners.models import Project
from partners.months import add_months, last_day_of_month, months_between
from partners.names import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TOYOINK", "ToyoInk"),
        ("Clust-ER  Green Tech", "clust er green tech"),
        ("ACCIÓ", "accio"),
        ("Żnin", "znin"),
        ("R&D_Lab", "r d lab"),
        ("Straße", "STRASSE"),
    ],
)
def test_two_spellings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("ELA", "ELCA"), ("C3", "C4"), ("Łódź", "Wódź")])
def test_two_names(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("nothing", ["", "  ", "–", "___", "!?", "\u0301"])
def test_what_has_no_letter_is_no_name(nothing: str) -> None:
    assert name_key(nothing) == ""


def test_months() -> None:
    assert add_months(date(2020, 9, 1), 5) == date(2021, 2, 1)
    assert add_months(date(2020, 9, 30), -9) == date(2019, 12, 1)
    assert months_between(date(2020, 9, 1), date(2021, 2, 28)) == 5
    assert months_between(date(2021, 2, 1), date(2020, 12, 31)) == -2
    assert last_day_of_month(date(2024, 2, 3)) == date(2024, 2, 29)


def test_the_months_of_elca(elca: Project) -> None:
    assert elca.month_start(6) == date(2021, 2, 1)
    assert elca.month_number(date(2021, 2, 28)) == 6
    assert elca.month_number(date(2020, 8, 31)) == 0
    assert elca.ends_on == date(2022, 12, 31)
