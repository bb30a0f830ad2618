"""What a reader of cells must know of a project, loaded once for a whole file."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from partners.models import LONGEST_NAME, Mission, Organisation, Partner, Project, Sector
from partners.names import name_key
from partners.querysets import organisations_by_key

from .columns import CellError

T = TypeVar("T")


class Lookup:
    """Finds partners, organisations, sectors and missions by the words that people write.

    ``warnings`` collects what is worth a word but is no error; whoever reads a row empties it.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.warnings: list[str] = []
        self._partners = self._partners_by_key()
        self._organisations = organisations_by_key(project)
        self._sectors = {name_key(s.name): s for s in project.sectors.all()}
        self._missions: dict[str, Mission] = {}
        for mission in project.missions.all():
            self._missions[name_key(mission.name)] = mission
            self._missions[name_key(mission.slug)] = mission

    def _partners_by_key(self) -> dict[str, Partner]:
        found: dict[str, Partner] = {}
        for partner in self.project.partners.prefetch_related("aliases"):
            names = [partner.code, partner.name, *(a.name for a in partner.aliases.all())]
            found.update({name_key(name): partner for name in names})
        return found

    def partners(self, text: str) -> tuple[Partner, ...]:
        """The partners named in a cell, apart by comma, slash, semicolon or line.

        An organisation named among them is a warning: it took part, but answers for nothing.
        """
        names = [n.strip() for n in _split_names(text) if n.strip()]
        found: list[Partner] = []
        for name in names:
            partner = self._partners.get(name_key(name))
            if partner:
                found.append(partner)
            elif self.organisation(name):
                message = _("“%(name)s” is an organisation, not a partner: it took part.")
                self.warnings.append(message % {"name": name})
            else:
                known = ", ".join(sorted({p.code for p in self._partners.values()}))
                message = _("“%(name)s” is no partner of this project. Partners are: %(known)s.")
                raise CellError(message % {"name": name, "known": known})
        if not found:
            raise CellError(_("At least one responsible partner is needed."))
        return tuple(found)

    def organisation(self, name: str) -> Organisation | None:
        return self._organisations.get(name_key(name))

    def organisation_name(self, name: str) -> str:
        """The name under which an organisation is known, or the name as it was given."""
        known = self.organisation(name)
        return known.name if known else name.strip()

    def check_organisation(self, name: str) -> None:
        """Raise CellError for a name that cannot be one; warn of one that will be added."""
        if not name_key(name) or len(name) > LONGEST_NAME:
            raise CellError(_("“%(name)s” cannot be the name of an organisation.") % {"name": name})
        if not self.organisation(name):
            message = _("“%(name)s” is a new organisation and will be added.")
            self.warnings.append(message % {"name": name})

    def add_organisation(self, organisation: Organisation) -> None:
        """Remember an organisation that was added after the lookup was made."""
        self._organisations[organisation.key] = organisation

    def sector(self, name: str) -> Sector:
        return _find(self._sectors, name, _("“%(name)s” is no sector of this project."))

    def mission(self, name: str) -> Mission:
        return _find(self._missions, name, _("“%(name)s” is no mission of this project."))


def _split_names(text: str) -> list[str]:
    for mark in ("/", ";", "\n", "&"):
        text = text.replace(mark, ",")
    return text.split(",")


def _find(known: dict[str, T], name: str, message: str) -> T:
    found = known.get(name_key(name))
    if found is None:
        raise CellError(message % {"name": name})
    return found
