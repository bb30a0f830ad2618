"""Compares a report as it was sealed with the same report as it would be written now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import EvidenceKind, Review, table_name
from kpis.models import Deadline, Indicator
from kpis.verdicts import COUNTED
from partners.models import Measure
from partners.words import Words

from .lines import (
    ADDED,
    CHANGED,
    GONE,
    NEW,
    OTHER,
    PARTNER,
    RULES,
    TERMS,
    THINGS,
    WITHDRAWN,
    Compared,
    Differences,
    Line,
    shown,
)
from .plain import Plain, typed

TERM_WORDS: dict[str, Words] = {
    "number": gettext_lazy("Number"),
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "target": gettext_lazy("Target"),
    "counts": gettext_lazy("What it counts"),
    "first_month": gettext_lazy("First month"),
    "last_month": gettext_lazy("Last month"),
    "tables": gettext_lazy("Tables"),
}
DEADLINE_WORDS: dict[str, Words] = {
    "month": gettext_lazy("Month"),
    "activity": gettext_lazy("Activity"),
    "status": gettext_lazy("Status"),
    "mission": gettext_lazy("Mission"),
}
PARTNER_WORDS: dict[str, Words] = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name"),
    "country": gettext_lazy("Country"),
}


def compare(
    then: Plain, now: Plain, *, lead_now: str, existing: set[int], names: Mapping[int, str]
) -> Differences:
    """What differs between two reports as plain data, the second written by the rules of the first.

    ``lead_now`` is the figure that leads in the project now, by which the second was not written;
    ``existing`` are the ids of all actions that are there now, ``names`` those of files of evidence
    that everyone may read.
    """
    return _Comparison(then, now, existing, names).differences(lead_now)


class _Comparison:
    def __init__(
        self, then: Plain, now: Plain, existing: set[int], names: Mapping[int, str]
    ) -> None:
        self._then, self._now, self._existing, self._names = then, now, existing, names
        self._old, self._new = _rows_of_tables(then), _rows_of_tables(now)
        self._ids_then = {ref: each["id"] for ref, each in then["actions"].items()}
        self._ids_now = {ref: each["id"] for ref, each in now["actions"].items()}
        self._codes = {p["id"]: p["code"] for p in now["partners"]}
        self._day = date.fromisoformat((then["as_of"] or then["today"])["date"])

    def differences(self, lead_now: str) -> Differences:
        new = {each["id"]: each for each in self._now["indicators"]}
        old = {each["id"] for each in self._then["indicators"]}
        indicators = [
            self._indicator(each, new.get(each["id"])) for each in self._then["indicators"]
        ]
        indicators += [
            self._new_indicator(each) for each in self._now["indicators"] if each["id"] not in old
        ]
        counted = {line.pk for each in indicators for line in each.rows}
        rows = [*self._changed_rows(), *self._rows_of_no_figure(counted)]
        return Differences(indicators, rows, [*self._rules(lead_now), *self._others()])

    # Figures

    def _indicator(self, old: Plain, new: Plain | None) -> Compared:
        where = _("KPI %(number)d") % {"number": old["number"]}
        compared = Compared(
            old["number"],
            old["title"],
            _figure(old["total"]),
            _figure(new["total"]) if new else None,
            [
                (str(Measure(measure).label), number, new["total"]["measures"].get(measure))
                if new
                else (str(Measure(measure).label), number, None)
                for measure, number in sorted(old["total"]["measures"].items())
            ],
        )
        then, now = self._by_pk(old, self._ids_then), self._by_pk(new, self._ids_now)
        compared.lines += self._counted(where, then, now)
        compared.lines += _things(where, old, new)
        compared.lines += self._partners(where, old, new, then, now)
        compared.lines += self._terms(where, old, new)
        return compared

    def _new_indicator(self, new: Plain) -> Compared:
        where = _("KPI %(number)d") % {"number": new["number"]}
        compared = Compared(new["number"], new["title"], None, _figure(new["total"]), [])
        compared.lines.append(Line(TERMS, where, "", new["title"], str(TERM_WORDS["title"])))
        compared.lines += self._counted(where, {}, self._by_pk(new, self._ids_now))
        return compared

    def _by_pk(self, indicator: Plain | None, ids: Mapping[str, int]) -> dict[int, Plain]:
        rows = indicator["rows"] if indicator else []
        return {ids[row["reference"]]: row for row in rows if row["is_first"]}

    def _counted(
        self, where: str, then: Mapping[int, Plain], now: Mapping[int, Plain]
    ) -> Iterator[Line]:
        """The rows that count now and did not then, and those that counted then and do not now."""
        for pk, row in now.items():
            if _counts(row) and not _counts(then.get(pk)):
                old = then[pk]["reason"] if pk in then else _("Not there yet")
                begins = typed(row["counts_from"])
                yield _line(
                    ADDED, where, row, old, row["reason"], pk=pk,
                    is_later=begins is not None and begins > self._day,
                )  # fmt: skip
        for pk, row in then.items():
            if _counts(row) and not _counts(now.get(pk)):
                yield _line(WITHDRAWN, where, row, row["reason"], self._reason(pk, now), pk=pk)

    def _reason(self, pk: int, now: Mapping[int, Plain]) -> str:
        if pk in now:
            return str(now[pk]["reason"])
        if pk in self._existing:
            return _("No longer a row that the indicator looks at")
        return _("Deleted")

    def _partners(
        self,
        where: str,
        old: Plain,
        new: Plain | None,
        then: Mapping[int, Plain],
        now: Mapping[int, Plain],
    ) -> Iterator[Line]:
        """The figures of partners that differ, with the rows that came and went."""
        for partner in self._then["partners"]:
            was, now_is = partner["code"], self._codes.get(partner["id"])
            figure = new["partners"].get(now_is) if new and now_is else None
            mine = {pk for pk, row in then.items() if _counts(row) and was in row["partners"]}
            still = {pk for pk, row in now.items() if _counts(row) and now_is in row["partners"]}
            pair = (_figure(old["partners"][was]), _figure(figure) if figure else None)
            if pair[0] == pair[1] and mine == still:
                continue
            came = sorted(now[pk]["reference"] for pk in still - mine)
            went = sorted(then[pk]["reference"] for pk in mine - still)
            told = [
                _("added: %(rows)s") % {"rows": ", ".join(came)} if came else "",
                _("withdrawn: %(rows)s") % {"rows": ", ".join(went)} if went else "",
            ]
            rows = "; ".join([shown(pair[1]), *(each for each in told if each)])
            yield Line(PARTNER, where, shown(pair[0]), rows, was)

    def _terms(self, where: str, old: Plain, new: Plain | None) -> Iterator[Line]:
        if new is None:
            yield Line(TERMS, where, old["title"], _("Deleted"), str(TERM_WORDS["title"]))
            return
        yield from _fields(TERMS, where, old, new, TERM_WORDS, _term)
        for partner in self._then["partners"]:
            share = new["partners"].get(self._codes.get(partner["id"]) or "", {})
            pair = (old["partners"][partner["code"]]["target"], share.get("target"))
            if pair[0] != pair[1]:
                name = _("Target of %(code)s") % {"code": partner["code"]}
                yield Line(TERMS, where, shown(pair[0]), shown(pair[1]), name)

    # Rows

    def _changed_rows(self) -> Iterator[Line]:
        for pk, (table, row) in self._old.items():
            if pk in self._new:
                new_table, new_row = self._new[pk]
                cells = dict(_cells(new_table, new_row))
                for (heading, key), old in _cells(table, row).items():
                    new = cells.get((heading, key), old)
                    if old != new:
                        yield self._changed(table, row, pk, heading, old, new)
                if row["reference"] != new_row["reference"]:
                    pair = (row["reference"], new_row["reference"])
                    yield self._changed(table, row, pk, _("Row id"), *pair)
        yield from self._changed_around()

    def _changed(self, table: Plain, row: Plain, pk: int, heading: str, old: str, new: str) -> Line:
        where = _table_name(table)
        return Line(CHANGED, where, old, new, heading, row["reference"], _title(table, row), pk)

    def _changed_around(self) -> Iterator[Line]:
        """What differs of the review, the credit and the evidence of a row."""
        now = {each["id"]: each for each in self._now["actions"].values()}
        for reference, then in self._then["actions"].items():
            pk = then["id"]
            if pk not in now:
                continue
            pairs = zip(self._around(then), self._around(now[pk]), strict=True)
            table, row = self._old.get(pk, ({}, {}))
            for (name, old), (_name, new) in pairs:
                if old != new:
                    where, title = _table_name(table), _title(table, row)
                    gone = "\n".join(each for each in old if each not in new)
                    came = "\n".join(each for each in new if each not in old)
                    yield Line(CHANGED, where, gone, came, name, reference, title, pk)

    def _around(self, action: Plain) -> list[tuple[str, list[str]]]:
        credit = [f"{code} {typed(share)} %" for code, share in sorted(action["credit"].items())]
        return [
            (_("Review"), [str(Review(action["review"]).label)]),
            (_("Credit"), credit),
            (_("Links"), sorted(_link(link) for link in action["links"])),
            (_("Files"), sorted(self._file(file) for file in action["files"])),
        ]

    def _file(self, file: Plain) -> str:
        """A file in words: by its digest, and its name where everyone may read that."""
        name = self._names.get(file["id"])
        known = [*([name] if name else []), file["sha256"][:12]]
        return f"{EvidenceKind(file['kind']).label}: {', '.join(known)}"

    def _rows_of_no_figure(self, counted: set[int | None]) -> Iterator[Line]:
        for pk, (table, row) in self._new.items():
            if pk not in self._old and pk not in counted:
                yield Line(
                    NEW, _table_name(table), "", row["status_word"], "", row["reference"],
                    _title(table, row), pk,
                )  # fmt: skip
        for pk, (table, row) in self._old.items():
            if pk not in self._new and pk not in counted:
                why = _("Not in the period") if pk in self._existing else _("Deleted")
                yield Line(
                    GONE, _table_name(table), row["status_word"], why, "", row["reference"],
                    _title(table, row), pk,
                )  # fmt: skip

    # All else

    def _rules(self, lead_now: str) -> Iterator[Line]:
        lead = self._then["measure"]
        if lead != lead_now:
            pair = (str(Measure(lead).label), str(Measure(lead_now).label))
            yield Line(RULES, "", *pair, _("Leading figure"))
        for rule in _without(self._then["rules"], self._now["rules"]):
            yield Line(RULES, "", rule, "")
        for rule in _without(self._now["rules"], self._then["rules"]):
            yield Line(RULES, "", "", rule)

    def _others(self) -> Iterator[Line]:
        yield from self._records("partners", PARTNER_WORDS, "code", _("Partner"))
        yield from self._records("deadlines", DEADLINE_WORDS, "activity", _("Deadline"))
        yield from self._records("amendments", {"name": _("Amendment")}, "name", _("Amendment"))
        for name, old in self._then["project"].items():
            new = self._now["project"][name]
            if old != new:
                yield Line(OTHER, _("Project"), shown(typed(old)), shown(typed(new)), name)
        yield from self._words()

    def _records(
        self, name: str, words: Mapping[str, Words], title: str, where: str
    ) -> Iterator[Line]:
        """Records of a list that were added, deleted or changed, matched by their ids."""
        then = {each["id"]: each for each in self._then[name]}
        now = {each["id"]: each for each in self._now[name]}
        for pk, old in then.items():
            if pk in now:
                yield from _fields(OTHER, f"{where} {old[title]}", old, now[pk], words, _term)
            else:
                yield Line(OTHER, where, old[title], _("Deleted"))
        for pk, new in now.items():
            if pk not in then:
                yield Line(OTHER, where, "", new[title])

    def _words(self) -> Iterator[Line]:
        """The partners' words on why a target is missed."""
        then, now = _told(self._then), _told(self._now)
        numbers = {each["id"]: each["number"] for each in self._now["indicators"]}
        numbers |= {each["id"]: each["number"] for each in self._then["indicators"]}
        for key in then.keys() | now.keys():
            if then.get(key) != now.get(key):
                where = _("Deviation of KPI %(number)d") % {"number": numbers[key[0]]}
                yield Line(OTHER, where, then.get(key, ""), now.get(key, ""), key[1])


def _counts(row: Plain | None) -> bool:
    return row is not None and row["verdict"] == COUNTED


def _line(kind: str, where: str, row: Plain, old: str, new: str, **more: Any) -> Line:
    return Line(kind, where, old, new, "", row["reference"], row["title"], **more)


def _figure(figure: Plain) -> int | None:
    """The figure as it is shown: None for a dash."""
    if not sum(figure["verdicts"].values()):
        return None
    things = figure["things"]
    counted: int = figure["verdicts"].get(COUNTED, 0)
    return counted if things is None else len(things)


def _things(where: str, old: Plain, new: Plain | None) -> Iterator[Line]:
    then = old["total"]["things"] or []
    now = (new["total"]["things"] or []) if new else []
    for thing in _without(then, now):
        yield Line(THINGS, where, thing, "")
    for thing in _without(now, then):
        yield Line(THINGS, where, "", thing)


def _rows_of_tables(content: Plain) -> dict[int, tuple[Plain, Plain]]:
    """Each row of the tables with its table, by the id of its action."""
    return {row["pk"]: (table, row) for table in content["tables"] for row in table["rows"]}


def _cells(table: Plain, row: Plain) -> dict[tuple[str, str], str]:
    """The cells of a row as texts, by the headings of the columns and what these hold."""
    return {
        (column["heading"], "+".join(column["parts"])): _shown_cell(typed(cell))
        for column, cell in zip(table["columns"], row["cells"], strict=True)
    }


def _title(table: Plain, row: Plain) -> str:
    """What a row is called: the cell that holds its title."""
    for column, cell in zip(table.get("columns", ()), row.get("cells", ()), strict=False):
        if column["parts"] == ["title"]:
            return _shown_cell(typed(cell))
    return ""


def _table_name(table: Plain) -> str:
    return table_name(table["table_number"]) if table else ""


def _link(link: Plain) -> str:
    kind = str(EvidenceKind(link["kind"]).label)
    return " ".join(each for each in (f"{kind}:", link["title"], link["url"]) if each)


def _told(content: Plain) -> dict[tuple[int, str], str]:
    return {
        (short["indicator"], code): text
        for short in content["deviations"]
        for code, text in short["words"]
    }


def _fields(
    kind: str, where: str, old: Plain, new: Plain, words: Mapping[str, Words], show: Any
) -> Iterator[Line]:
    for name, heading in words.items():
        if old[name] != new[name]:
            yield Line(kind, where, show(name, old[name]), show(name, new[name]), str(heading))


def _term(name: str, value: Any) -> str:
    if name == "counts":
        return str(Indicator.Counts(value).label)
    if name == "status":
        return str(Deadline.Status(value).label)
    return ", ".join(value) if isinstance(value, list) else shown(value)


def _without(some: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(others)
    return [each for each in some if each not in known]


def _shown_cell(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return "" if value is None else str(value)
