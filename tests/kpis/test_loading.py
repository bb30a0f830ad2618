"""Holds that the ELCA project is loaded whole, once, and leaves alone what people changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count

from actions.models import Action
from kpis.loading import load_project
from partners.models import Change, Membership, Organisation, OrganisationAlias, Project, User
from partners.names import name_key
from partners.querysets import organisations_by_key
from tests.conftest import ELCA

ROWS = {2: 18, 3: 13, 4: 11, 5: 20, 6: 10, 7: 10, 8: 9, 9: 7, 10: 5, 11: 1}


def test_all_rows_of_all_tables_are_there(elca: Project) -> None:
    counted = elca.action_types.annotate(n=Count("actions")).values_list("table_number", "n")
    assert dict(counted) == ROWS
    assert sum(ROWS.values()) == 104


def test_the_timeline_has_its_lines(elca: Project) -> None:
    deadlines = elca.deadlines.values_list("status").annotate(n=Count("pk")).order_by()
    assert dict(deadlines) == {"done": 13, "open": 6, "started": 2}
    assert elca.deadlines.get(month=12).month_start.isoformat() == "2021-08-01"
    missions = [m.name for m in elca.missions.all()]
    assert missions == ["Michigan", "India", "Dubai", "Japan", "Latin America", "Ohio"]


def test_loading_again_adds_nothing_and_keeps_what_was_changed(elca: Project) -> None:
    Action.objects.filter(project=elca, reference="T2-01").update(title="Renamed here")
    before = (Action.objects.count(), Organisation.objects.count(), Change.objects.count())
    loaded = load_project(ELCA)
    assert (loaded.actions, loaded.organisations, loaded.kept) == (0, 0, 104)
    assert (Action.objects.count(), Organisation.objects.count(), Change.objects.count()) == before
    assert Action.objects.get(project=elca, reference="T2-01").title == "Renamed here"


def test_without_actions_there_is_the_rest(elca_empty: Project) -> None:
    assert elca_empty.actions.count() == elca_empty.organisations.count() == 0
    assert (elca_empty.indicators.count(), elca_empty.deadlines.count()) == (10, 21)


@pytest.mark.parametrize(
    ("spellings", "references"),
    [
        (["Composites United", "Composites United E-Germany"], {"T2-01", "T3-01"}),
        (["RIGHTWEIGHT"], {"T2-15", "T3-08"}),
        (["Toyo Ink", "TOYOINK"], {"T5-16", "T6-09"}),
        (["Mitsubishi Chemical Group"], {"T5-13", "T6-10"}),
        (["IN-MOVE by Railgrup", "Railgrup"], {"T2-10", "T3-05"}),
        (["ELA", "European Lightweight Association"], {"T2-04", "T3-03", "T4-01", "T10-02"}),
    ],
)
def test_an_organisation_is_one_row_however_it_is_spelt(
    elca: Project, spellings: list[str], references: set[str]
) -> None:
    known = organisations_by_key(elca)
    found = {known[name_key(spelling)] for spelling in spellings}
    assert len(found) == 1
    touched = set(found.pop().actions.values_list("reference", flat=True))
    assert references <= touched


def test_no_spelling_leads_to_two_organisations(elca: Project) -> None:
    names = list(elca.organisations.values_list("key", flat=True))
    aliases = OrganisationAlias.objects.filter(organisation__project=elca)
    keys = names + list(aliases.values_list("key", flat=True))
    assert len(keys) == len(set(keys))


def test_dates_have_the_precision_that_they_have(elca: Project) -> None:
    def occasions(reference: str) -> list[str]:
        action = Action.objects.get(project=elca, reference=reference)
        return [str(occasion) for occasion in action.occasions.all()]

    assert occasions("T2-01") == [
        "26.05.2021, online",
        "03.09.2021, online",
        "19.11.2021, LZS, Dresden (DE), on site",
        "04.02.2022, online",
    ]
    assert occasions("T9-01")[0].startswith("04-08.02.2022, Dubai")
    regular = Action.objects.get(project=elca, reference="T2-10")
    assert (regular.occasions.count(), regular.dates_note) == (0, "Regular contact")
    july = Action.objects.get(project=elca, reference="T8-03").occasions.get()
    assert (july.precision, str(july.when)) == ("month", "07.2022")


def test_the_fixtures_hold_no_figure() -> None:
    """What is achieved is counted, never typed in: no file says it."""
    text = json.loads((ELCA / "project.json").read_text("utf-8"))
    assert all(set(row) & {"achieved", "rows"} == set() for row in text["indicators"])


def test_the_users_of_the_demonstration(elca: Project, settings: Any, tmp_path: Any) -> None:
    settings.BASE_DIR = tmp_path
    call_command("demo_users", verbosity=0)
    roles = Membership.objects.of(elca).values_list("user__username", "role", "partner__code")
    assert set(roles) == {
        ("leader", "leader", "MAV"),
        ("amz", "partner", "AMZ"),
        ("mav", "partner", "MAV"),
        ("pol", "partner", "POL"),
        ("bic", "partner", "BIC"),
        ("mech", "partner", "MECH"),
        ("admin", "admin", None),
        ("reader", "reader", None),
    }
    notes = (tmp_path / "var" / "demo-users.txt").read_text("utf-8")
    name, password = notes.splitlines()[1].split()[:2]
    assert User.objects.get(username=name).check_password(password)
    call_command("demo_users", verbosity=0)
    assert (tmp_path / "var" / "demo-users.txt").read_text("utf-8") == notes
    assert not User.objects.filter(is_superuser=True).exists()


def test_what_is_filled_in_later_stands_in_the_history(elca: Project) -> None:
    workshops = elca.action_types.get(slug="national-workshops")
    workshops.evidence = []
    workshops.save()
    load_project(ELCA)
    workshops.refresh_from_db()
    assert workshops.evidence == ["agenda", "attendance", "picture"]
    change = Change.objects.get(record="actiontype", record_id=workshops.pk)
    assert change.fields == {"evidence": ["", "agenda, attendance, picture"]}
    assert change.source == "first load"
