"""Loads a project from a folder of JSON files; what is there already stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from actions.lookup import Lookup
from actions.models import Action, ActionType
from actions.records import record_type
from actions.services import save_action
from partners.models import Change, Mission, Partner, Project, Sector
from partners.services import (
    FUNDER,
    TITLE_PAGE,
    add_organisation,
    change_funder,
    change_title_page,
    record_change,
    set_partner_aliases,
)

from .models import Deadline, Indicator, PartnerTarget

Row = Mapping[str, Any]
SOURCE = "first load"  # stands in the history where no user does


@dataclass
class Loaded:
    """How many organisations and actions a load added, and how many actions were there before."""

    project: Project
    organisations: int = 0
    actions: int = 0
    kept: int = 0


@transaction.atomic
def load_project(folder: Path, *, with_actions: bool = True) -> Loaded:
    """Load ``project.json`` and, with actions, ``organisations.json`` and ``actions.json``."""
    data = _read(folder / "project.json")
    loaded = Loaded(_project(data["project"]))
    project = loaded.project
    _partners(project, data["partners"])
    for row in data["sectors"]:
        Sector.objects.get_or_create(
            project=project,
            name=row["name"],
            defaults={"beyond_mobility": row["beyond_mobility"]},
        )
    for position, row in enumerate(data["missions"]):
        Mission.objects.get_or_create(
            project=project,
            slug=row["slug"],
            defaults={"name": row["name"], "position": position},
        )
    _action_types(project, data["action_types"])
    _indicators(project, data["indicators"])
    _deadlines(project, data["deadlines"])
    if with_actions:
        _organisations(loaded, _read(folder / "organisations.json"))
        _actions(loaded, _read(folder / "actions.json"))
    return loaded


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _project(row: Row) -> Project:
    year, month = map(int, row["first_month"].split("-"))
    project, added = Project.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "acronym": row["acronym"],
            "title": row["title"],
            "grant_agreement": row["grant_agreement"],
            "programme": row["programme"],
            "first_month": date(year, month, 1),
            "length_months": row["length_months"],
            **{name: row.get(name, "") for name in (*TITLE_PAGE, *FUNDER)},
        },
    )
    if added:
        # One line accounts for all that is loaded with the project in this transaction.
        record_change(
            project=project,
            user=None,
            kind=Change.Kind.ADDED,
            record=project,
            fields={"acronym": ("", project.acronym)},
            source=SOURCE,
        )
    _fill_what_is_empty(project, row)
    return project


def _fill_what_is_empty(project: Project, row: Row) -> None:
    """Give a project that was loaded before what its files say of it, where that is empty."""
    for names, change in ((TITLE_PAGE, change_title_page), (FUNDER, change_funder)):
        missing = {n: row[n] for n in names if row.get(n) and not getattr(project, n)}
        if missing:
            change(project=project, user=None, values=missing, source=SOURCE)


def _partners(project: Project, rows: list[Row]) -> None:
    for position, row in enumerate(rows):
        partner, added = Partner.objects.get_or_create(
            project=project,
            code=row["code"],
            defaults={
                "name": row["name"],
                "country": row["country"],
                "is_task_leader": row["task_leader"],
                "is_joint": row["joint"],
                "position": position,
            },
        )
        if added:
            set_partner_aliases(partner=partner, names=row["aliases"])


def _action_types(project: Project, rows: list[Row]) -> None:
    for row in rows:
        record_type(row["record"])  # an unknown record fails here, not on a page
        action_type, _added = ActionType.objects.get_or_create(
            project=project,
            slug=row["slug"],
            defaults={
                "table_number": row["table"],
                "number": row["number"],
                "heading": row["heading"],
                "caption": row["caption"].rstrip("."),
                "section": row.get("section", ""),
                "record": row["record"],
                "kind": row["kind"],
                "columns": row["columns"],
                "evidence": row.get("evidence", []),
            },
        )
        for name in ("section", "evidence"):
            _fill(action_type, name, row.get(name))


def _fill(action_type: ActionType, name: str, value: Any) -> None:
    """Give a type of a project that was loaded before what there was not at the time."""
    if value and not getattr(action_type, name):
        setattr(action_type, name, value)
        action_type.save(update_fields=[name])
        words = value if isinstance(value, str) else ", ".join(value)
        record_change(
            project=action_type.project,
            user=None,
            kind=Change.Kind.CHANGED,
            record=action_type,
            fields={name: ("", words)},
            source=SOURCE,
        )


def _indicators(project: Project, rows: list[Row]) -> None:
    for row in rows:
        indicator, added = Indicator.objects.get_or_create(
            project=project,
            number=row["number"],
            defaults={
                name: row[name]
                for name in (
                    "title", "description", "target", "counts", "first_month", "last_month",
                )
            },
        )  # fmt: skip
        if not added:
            continue
        indicator.action_types.set(project.action_types.filter(slug__in=row["action_types"]))
        PartnerTarget.objects.bulk_create(
            PartnerTarget(indicator=indicator, partner=partner, target=target)
            for partner in project.partners.all()
            if (target := row["partner_targets"].get(partner.code)) is not None
        )


def _deadlines(project: Project, rows: list[Row]) -> None:
    missions = {m.slug: m for m in project.missions.all()}
    for position, row in enumerate(rows):
        Deadline.objects.get_or_create(
            project=project,
            month=row["month"],
            activity=row["activity"],
            defaults={
                "mission": missions[row["mission"]] if row["mission"] else None,
                "status": row["status"],
                "position": position,
            },
        )


def _organisations(loaded: Loaded, rows: list[Row]) -> None:
    project = loaded.project
    lookup = Lookup(project)
    sectors = {s.name: s for s in project.sectors.all()}
    for row in rows:
        if lookup.organisation(row["name"]):
            continue
        add_organisation(
            project=project,
            user=None,
            name=row["name"],
            kind=row["kind"],
            country=row["country"],
            note=row["note"],
            sectors=[sectors[name] for name in row["sectors"]],
            aliases=row["aliases"],
            source=SOURCE,
        )
        loaded.organisations += 1


def _actions(loaded: Loaded, rows: list[Row]) -> None:
    project = loaded.project
    lookup = Lookup(project)
    types = {t.slug: t for t in project.action_types.all()}
    known = set(Action.objects.of(project).values_list("reference", flat=True))
    for row in rows:
        if row["reference"] in known:
            loaded.kept += 1
            continue
        save_action(
            project=project,
            action_type=types[row["type"]],
            user=None,
            values=_values(row, types[row["type"]], lookup),
            lookup=lookup,
            reference=row["reference"],
            source=SOURCE,
        )
        loaded.actions += 1


def _values(row: Row, action_type: ActionType, lookup: Lookup) -> dict[str, Any]:
    """The values of one row by column name; what the file does not say is empty."""
    columns = record_type(action_type.record).columns
    return {column.name: column.load(row.get(column.name), lookup) for column in columns}
