"""The few functions that write projects, organisations and the history of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from .bulk import insert_many, insert_values
from .models import (
    NEEDS_A_LETTER,
    Change,
    Membership,
    Organisation,
    OrganisationAlias,
    Partner,
    PartnerAlias,
    Project,
    Sector,
    User,
)
from .names import name_key
from .versions import current_transaction

LABEL_LENGTH = 300
# What the title page of a report says of a project besides its name.
TITLE_PAGE = ("deliverable", "report_title", "work_package")
# What every page and file shows of the funder.
FUNDER = ("funder_statement", "disclaimer", "emblem", "emblem_image", "emblem_alt")
CHANGE_FIELDS = (
    "project_id", "user_id", "at", "kind", "record", "record_id", "label", "fields", "source",
    "reason", "transaction",
)  # fmt: skip


def root_name(record: models.Model) -> str:
    """The name under which history keeps a record: that of the table which gives its id."""
    return _root_name_of(type(record))


@cache
def _root_name_of(model: type[models.Model]) -> str:
    ancestors = model._meta.get_parent_list()
    return (ancestors[-1] if ancestors else model)._meta.model_name or ""


@dataclass(frozen=True)
class Recorded:
    """One line of history to be: ``fields`` holds old and new as people read them, by field."""

    kind: str
    record: models.Model
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    reason: str = ""


def record_changes(
    *, project: Project, user: User | None, records: Iterable[Recorded], source: str = ""
) -> None:
    """Write lines of history; call it in the transaction that makes the changes."""
    now = timezone.now()
    user_id = user.pk if user else None
    transaction_id = current_transaction()
    rows = [
        (
            project.pk,
            user_id,
            now,
            recorded.kind,
            root_name(recorded.record),
            recorded.record.pk,
            str(recorded.record)[:LABEL_LENGTH],
            {name: list(pair) for name, pair in recorded.fields.items()},
            source,
            recorded.reason,
            transaction_id,
        )
        for recorded in records
    ]
    insert_values(Change, CHANGE_FIELDS, rows)


def record_change(
    *,
    project: Project,
    user: User | None,
    kind: str,
    record: models.Model,
    fields: Mapping[str, tuple[Any, Any]] | None = None,
    source: str = "",
    reason: str = "",
) -> None:
    """Write one line of history; call it in the transaction that makes the change.

    ``reason`` is why, in the words of who made it, where it was asked for.
    """
    recorded = Recorded(kind, record, fields or {}, reason)
    record_changes(project=project, user=user, records=[recorded], source=source)


@transaction.atomic
def add_organisation(
    *,
    project: Project,
    user: User | None,
    name: str,
    kind: str = Organisation.Kind.OTHER,
    country: str = "",
    note: str = "",
    sectors: list[Sector] | None = None,
    aliases: list[str] | None = None,
    source: str = "",
) -> Organisation:
    """Add an organisation; raises ValidationError where the project has one of this name."""
    organisation = Organisation(
        project=project, name=name.strip(), kind=kind, country=country, note=note
    )
    organisation.full_clean()
    _save_once(organisation)
    organisation.sectors.set(sectors or [])
    set_aliases(organisation=organisation, names=aliases or [])
    record_change(
        project=project,
        user=user,
        kind=Change.Kind.ADDED,
        record=organisation,
        fields={"name": ("", organisation.name)},
        source=source,
    )
    return organisation


@transaction.atomic
def add_member(
    *,
    project: Project,
    user: User,
    role: str,
    partner: Partner | None,
    by: User | None,
    source: str = "",
) -> Membership:
    """Make a user a member of a project, in a role, for a partner where there is one."""
    membership = Membership(project=project, user=user, role=role, partner=partner)
    membership.full_clean()
    membership.save()
    record_change(
        project=project,
        user=by,
        kind=Change.Kind.ADDED,
        record=membership,
        fields={"role": ("", str(membership.get_role_display()))},
        source=source,
    )
    return membership


def faults_of_name(name: str) -> list[str]:
    """What keeps a name from being that of an organisation, in words."""
    organisation = Organisation(name=name.strip(), key=name_key(name))
    try:
        organisation.clean_fields(exclude=["project", "key"])
    except ValidationError as error:
        return error.messages
    return [] if organisation.key else [str(NEEDS_A_LETTER)]


def add_organisations(
    *, project: Project, user: User | None, names: Sequence[str], source: str = ""
) -> list[Organisation]:
    """Add an organisation of each name, in a few statements; call it in a transaction.

    The names have no faults and are different from each other by their keys. One that
    somebody else has added meanwhile is given as it is.
    """
    keys = [name_key(name) for name in names]
    meanwhile = {
        organisation.key: organisation
        for at in range(0, len(keys), 500)
        for organisation in project.organisations.filter(key__in=keys[at : at + 500])
    }
    new = [
        Organisation(project=project, name=name, key=key)
        for name, key in zip(names, keys, strict=True)
        if key not in meanwhile
    ]
    insert_many(Organisation, new)
    record_changes(
        project=project,
        user=user,
        source=source,
        records=[Recorded(Change.Kind.ADDED, o, {"name": ("", o.name)}) for o in new],
    )
    return [*new, *meanwhile.values()]


def _save_once(organisation: Organisation) -> None:
    """Save, and give in words what the database says when somebody else was quicker."""
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        organisation.validate_constraints()
        raise


def organisation_values(organisation: Organisation) -> dict[str, str]:
    """What people read of an organisation, for the history."""
    return {
        "name": organisation.name,
        "kind": str(organisation.get_kind_display()),
        "country": str(organisation.country.name or ""),
        "note": organisation.note,
        "sectors": ", ".join(s.name for s in organisation.sectors.all()),
        "aliases": ", ".join(a.name for a in organisation.aliases.all()),
    }


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    user: User | None,
    values: Mapping[str, Any],
    sectors: list[Sector],
    aliases: list[str],
) -> Organisation:
    """Write new values of name, kind, country and note; history holds old and new.

    A former name stays as another spelling: files that were written before still say it.
    """
    before = organisation_values(Organisation.objects.get(pk=organisation.pk))
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    _save_once(organisation)
    organisation.sectors.set(sectors)
    set_aliases(organisation=organisation, names=[*aliases, before["name"]])
    after = organisation_values(Organisation.objects.get(pk=organisation.pk))
    fields = {n: (before[n], after[n]) for n in after if before[n] != after[n]}
    if fields:
        record_change(
            project=organisation.project,
            user=user,
            kind=Change.Kind.CHANGED,
            record=organisation,
            fields=fields,
        )
    return organisation


def set_aliases(*, organisation: Organisation, names: list[str]) -> None:
    """Make ``names`` the other spellings of an organisation; its own name is none of them."""
    wanted = {name_key(n): n.strip() for n in names if name_key(n)}
    wanted.pop(organisation.key, None)
    organisation.aliases.exclude(key__in=wanted).delete()
    known = set(organisation.aliases.values_list("key", flat=True))
    for key, name in wanted.items():
        if key not in known:
            OrganisationAlias.objects.create(organisation=organisation, name=name)


def set_partner_aliases(*, partner: Partner, names: list[str]) -> None:
    """Add other spellings to a partner, for reading tables."""
    known = set(partner.aliases.values_list("key", flat=True))
    for name in names:
        if name_key(name) not in known:
            PartnerAlias.objects.create(partner=partner, name=name)


@transaction.atomic
def delete_organisation(*, organisation: Organisation, user: User | None, source: str = "") -> None:
    """Delete an organisation that nothing touches; history keeps what it was."""
    fields = {n: (value, "") for n, value in organisation_values(organisation).items() if value}
    record_change(
        project=organisation.project,
        user=user,
        kind=Change.Kind.DELETED,
        record=organisation,
        fields=fields,
        source=source,
    )
    organisation.delete()


@transaction.atomic
def merge_organisations(
    *, kept: Organisation, merged: Organisation, user: User | None
) -> Organisation:
    """Move all that touches ``merged`` to ``kept``, keep its names as aliases, delete it.

    Country and note are taken over where ``kept`` has none; a second note is added below.
    """
    if kept.pk == merged.pk or kept.project_id != merged.project_id:
        raise ValueError("two different organisations of one project")
    before = organisation_values(kept)
    spellings = [a.name for a in kept.aliases.all()]
    spellings += [merged.name, *(a.name for a in merged.aliases.all())]
    _move_references(kept, merged)
    kept.sectors.add(*merged.sectors.all())
    kept.country = kept.country or merged.country
    kept.note = "\n".join(note for note in (kept.note, merged.note) if note)
    if kept.kind == Organisation.Kind.OTHER:
        kept.kind = merged.kind
    name, pk = merged.name, merged.pk
    delete_organisation(organisation=merged, user=user)
    kept.full_clean()
    kept.save()
    set_aliases(organisation=kept, names=spellings)
    after = organisation_values(Organisation.objects.get(pk=kept.pk))
    fields = {n: (before[n], after[n]) for n in after if before[n] != after[n]}
    fields["merged"] = ("", f"{name} (#{pk})")
    record_change(
        project=kept.project, user=user, kind=Change.Kind.MERGED, record=kept, fields=fields
    )
    return kept


def _move_references(kept: Organisation, merged: Organisation) -> None:
    """Point every foreign key and many-to-many row of other floors at ``kept``.

    The relations are asked of Django, so that a record type added later is moved as well.
    """
    for relation in Organisation._meta.related_objects:
        if relation.related_model is OrganisationAlias:
            continue
        if relation.many_to_many:
            _move_links(relation, kept, merged)
        else:
            model: Any = relation.related_model
            rows = model._base_manager.filter(**{relation.field.name: merged})
            rows.update(**{relation.field.name: kept})


def _move_links(relation: Any, kept: Organisation, merged: Organisation) -> None:
    through = relation.through
    to = relation.field.m2m_reverse_field_name()
    owner = relation.field.m2m_field_name()
    known = through._base_manager.filter(**{to: kept}).values(owner)
    links = through._base_manager.filter(**{to: merged})
    links.filter(**{f"{owner}__in": known}).delete()
    through._base_manager.filter(**{to: merged}).update(**{to: kept})


def change_title_page(
    *, project: Project, user: User | None, values: Mapping[str, str], source: str = ""
) -> bool:
    """Write what the title page of the report says, with history; whether anything changed."""
    return _change_project(project, user, values, TITLE_PAGE, source)


def change_funder(
    *, project: Project, user: User | None, values: Mapping[str, str], source: str = ""
) -> bool:
    """Write what pages and files show of the funder, with history; whether anything changed."""
    return _change_project(project, user, values, FUNDER, source)


@transaction.atomic
def _change_project(
    project: Project,
    user: User | None,
    values: Mapping[str, str],
    allowed: Sequence[str],
    source: str,
) -> bool:
    unknown = set(values) - set(allowed)
    if unknown:
        raise ValueError(f"not to be changed here: {unknown}")
    now = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    changed = [name for name, value in values.items() if getattr(now, name) != value]
    for name in changed:
        setattr(project, name, values[name])
    if changed:
        project.full_clean()
        project.save(update_fields=changed)
        record_change(
            project=project,
            user=user,
            kind=Change.Kind.CHANGED,
            record=project,
            fields={name: (_as_read(now, name), _as_read(project, name)) for name in changed},
            source=source,
        )
    return bool(changed)


def _as_read(project: Project, name: str) -> str:
    """A value of a project as the history tells it."""
    if name == "emblem":
        return str(project.get_emblem_display())
    value: str = getattr(project, name)
    return PurePosixPath(value).name if name == "emblem_image" else value
