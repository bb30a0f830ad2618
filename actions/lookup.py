"""What a reader of cells must know of a project, loaded once for a whole file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

from partners.models import LONGEST_NAME, Mission, Organisation, Partner, Project, Sector
from partners.names import folded, name_key
from partners.querysets import organisations_by_key

from .columns import CellError
from .similar import SimilarNames, closest, initials

T = TypeVar("T")

LONGEST_CODE = 5  # a single word of so few letters may be the code of a partner
MOST_PIECES_OF_A_NAME = 6
_SPLIT = re.compile(
    r"[,;/\n&+|]|\s[-–—]\s|\s(?:and|und|y|e|et|i|oraz|sowie|with|mit|con|avec|z)\s", re.I
)
_ROLE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_STOP_WORDS = frozenset({"and", "of", "the", "other", "any"})
_ALL = (
    "all partners|all|all of us|whole consortium|every partner|alle Partner|alle|"
    "todos los socios|todos|tous les partenaires|tous|tutti i partner|tutti|"
    "wszyscy partnerzy|wszyscy"
)
ALL_PARTNERS = frozenset(name_key(folded(words)) for words in _ALL.split("|"))


class Remark(str):
    """What is worth a word about a cell: the words concerned, and what could stand instead."""

    suggestions: tuple[str, ...]
    name: str

    def __new__(cls, message: str, *, name: str = "", suggestions: Iterable[str] = ()) -> Remark:
        made = super().__new__(cls, message)
        made.name, made.suggestions = name, tuple(suggestions)
        return made


class Lookup:
    """Finds partners, organisations, sectors and missions by the words that people write.

    ``warnings`` collects what is worth a word but is no error, and ``took_part`` the outside
    organisations named among the partners; whoever reads a row empties both, and says in
    ``row_text`` what the other cells of the row hold.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.warnings: list[Remark] = []
        self.took_part: list[str] = []
        self.row_text = ""
        self._all_partners: list[Partner] = []
        self._partners = self._partners_by_key()
        self._organisations = organisations_by_key(project)
        self._sectors = {name_key(s.name): s for s in project.sectors.all()}
        self._missions: dict[str, Mission] = {}
        for mission in project.missions.all():
            self._missions[name_key(mission.name)] = mission
            self._missions[name_key(mission.slug)] = mission

    def _partners_by_key(self) -> dict[str, Partner]:
        self._all_partners = list(self.project.partners.prefetch_related("aliases"))
        found: dict[str, Partner] = {}
        for partner in self._all_partners:
            names = [partner.name, *(a.name for a in partner.aliases.all())]
            found.update({name_key(name): partner for name in names})
        return found | {name_key(partner.code): partner for partner in self._all_partners}

    # Partners

    def partners(self, text: str) -> tuple[Partner, ...]:
        """The partners named in a cell: by code, name or alias, or by a spelling close to one.

        An organisation named beside a partner took part, but answers for nothing: it is added to
        ``took_part``. Raises CellError for a name that is neither.
        """
        if name_key(folded(text)) in ALL_PARTNERS and name_key(text) not in self._partners:
            return self._every_partner(text)
        found: list[Partner] = []
        others: list[str] = []
        for name in self._names_in(text):
            partner = self._partner(name)
            if partner:
                found.append(partner)
            else:
                others.append(name)
        for name in others:
            self._take_part(name, beside_a_partner=bool(found))
        if not found:
            raise CellError(_("At least one responsible partner is needed."))
        return tuple(dict.fromkeys(found))

    def _every_partner(self, text: str) -> tuple[Partner, ...]:
        found = tuple(partner for partner in self._all_partners if not partner.is_joint)
        if not found:
            raise CellError(_("At least one responsible partner is needed."))
        codes = ", ".join(partner.code for partner in found)
        self._remark(
            _("“%(name)s” was read as all partners: %(codes)s."), text.strip(), codes=codes
        )
        return found

    def _names_in(self, text: str) -> list[str]:
        """The names that a text lists; a mark inside a known name does not part it."""
        pieces: list[tuple[int, int]] = []
        start = 0
        for mark in _SPLIT.finditer(text):
            pieces.append((start, mark.start()))
            start = mark.end()
        pieces.append((start, len(text)))
        names: list[str] = []
        at = 0
        while at < len(pieces):
            upto = self._end_of_name(text, pieces, at)
            name = text[pieces[at][0] : pieces[upto - 1][1]].strip()
            names += self._apart(name) if name_key(name) else []
            at = upto
        return names

    def _end_of_name(self, text: str, pieces: list[tuple[int, int]], at: int) -> int:
        """Behind the last of the pieces that make one known name together."""
        for upto in range(min(at + MOST_PIECES_OF_A_NAME, len(pieces)), at + 1, -1):
            if name_key(text[pieces[at][0] : pieces[upto - 1][1]]) in self._partners:
                return upto
        return at + 1

    def _apart(self, name: str) -> list[str]:
        """“AMZ MAV” names two partners; any other name is left whole."""
        words = name.split()
        if name_key(name) in self._partners or not 1 < len(words) <= len(self._all_partners):
            return [name]
        return words if all(name_key(word) in self._partners for word in words) else [name]

    def _partner(self, name: str) -> Partner | None:
        """The partner of that name, or of one close to it, without the brackets behind it."""
        for spelling in (name, _ROLE.sub("", name)):
            partner = self._partners.get(name_key(spelling))
            if partner or self.organisation(spelling):
                return partner
        near = {self._partners[key] for key in closest(name_key(name), self._partners)}
        if len(near) != 1:
            return None
        partner = near.pop()
        full = partner.code if partner.code == partner.name else f"{partner.code} ({partner.name})"
        self._remark(
            _("“%(name)s” was read as %(partner)s."),
            name,
            partner=full,
            suggestions=(partner.code,),
        )
        return partner

    def _take_part(self, name: str, *, beside_a_partner: bool) -> None:
        """Note that an outside organisation took part; CellError if the name may be a mistake."""
        known = self._known_outside(name)
        if known or (beside_a_partner and (self._in_row(name) or not _is_like_a_code(name))):
            message = _(
                "“%(name)s” is no partner of this project: taken as an organisation that took part."
            )
            taken = known or name
            self._check_name(taken)
            self._remark(message, name, suggestions=(taken,) if taken != name else ())
            if taken not in self.took_part:
                self.took_part.append(taken)
            return
        self._refuse(name)

    def _known_outside(self, name: str) -> str:
        """The name of the organisation that is meant by a name, an alias or by initials, or ''."""
        organisation = self.organisation(name)
        if organisation is None:
            found = self._by_initials.get(name_key(name), set())
            return next(iter(found)) if len(found) == 1 else ""
        return organisation.name

    @cached_property
    def _by_initials(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for organisation in self._organisations.values():
            found.setdefault(initials(organisation.name), set()).add(organisation.name)
        return found

    def _in_row(self, name: str) -> bool:
        return f" {name_key(name)} " in f" {name_key_of_text(self.row_text)} "

    def _refuse(self, name: str) -> None:
        known = ", ".join(sorted(partner.code for partner in self._all_partners))
        message = _("“%(name)s” is no partner of this project. Partners are: %(known)s.")
        near = closest(name_key(name), self._partners, wider=True)
        codes = tuple(dict.fromkeys(self._partners[key].code for key in near))
        said = message % {"name": name, "known": known}
        if codes:
            said += " " + _("Did you mean %(codes)s?") % {"codes": ", ".join(codes)}
        raise CellError(said, suggestions=codes)

    def _remark(
        self, message: str, name: str, *, suggestions: Iterable[str] = (), **words: str
    ) -> None:
        said = message % {"name": name, **words}
        self.warnings.append(Remark(said, name=name, suggestions=suggestions))

    # Organisations

    def organisation(self, name: str) -> Organisation | None:
        return self._organisations.get(name_key(name))

    def organisation_name(self, name: str) -> str:
        """The name under which an organisation is known, or the name as it was given."""
        known = self.organisation(name)
        return known.name if known else name.strip()

    def similar_organisations(self, name: str, most: int = 3) -> list[str]:
        """Names of known organisations that a new name resembles, the closest first."""
        return self._similar.names_like(name, most)

    @cached_property
    def _similar(self) -> SimilarNames:
        return SimilarNames({key: o.name for key, o in self._organisations.items()})

    def check_organisation(self, name: str) -> None:
        """Raise CellError for a name that cannot be one; warn of one that will be added."""
        self._check_name(name)
        if self.organisation(name):
            return
        self._remark(_("“%(name)s” is a new organisation and will be added."), name)
        near = self.similar_organisations(name)
        if near:
            others = " / ".join(f"“{other}”" for other in near)
            message = _("“%(name)s” is new; is it %(others)s?")
            self._remark(message, name, suggestions=near, others=others)

    def _check_name(self, name: str) -> None:
        if not name_key(name) or len(name) > LONGEST_NAME:
            raise CellError(_("“%(name)s” cannot be the name of an organisation.") % {"name": name})

    def add_organisation(self, organisation: Organisation) -> None:
        """Remember an organisation that was added after the lookup was made."""
        self._organisations[organisation.key] = organisation
        self._similar.add(organisation.key, organisation.name)

    # Sectors and missions

    def sector(self, name: str) -> Sector:
        return _find(self._sectors, name, _("“%(name)s” is no sector of this project."))

    def sectors_in(self, text: str) -> tuple[Sector, ...]:
        """The sectors whose every word that matters stands somewhere in a text."""
        said = _words(text)
        return tuple(s for s in self._sectors.values() if self._words_of_sectors[s.name] <= said)

    @cached_property
    def _words_of_sectors(self) -> dict[str, frozenset[str]]:
        return {
            s.name: _words(s.name) - _STOP_WORDS or frozenset({name_key(s.name)})
            for s in self._sectors.values()
        }

    def mission(self, name: str) -> Mission:
        return _find(self._missions, name, _("“%(name)s” is no mission of this project."))


def name_key_of_text(text: str) -> str:
    """The words of a text of any length, spelt as in the key of a name."""
    return " ".join(name_key(part) for part in re.findall(r"\S+", text))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", folded(text)))


def _is_like_a_code(name: str) -> bool:
    return len(name.split()) == 1 and len(name) <= LONGEST_CODE


def _find(known: dict[str, T], name: str, message: str) -> T:
    found = known.get(name_key(name))
    if found is None:
        raise CellError(message % {"name": name})
    return found
