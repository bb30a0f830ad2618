"""Measures exports of many rows beside openpyxl and XlsxWriter writing the very same cells.

Run by ``tests.bench`` on its database, once the import has been measured there. Every measurement
is a process of its own, so that its peak of memory is its own; the cells that the references write
are taken once from the application and wait on disk, so that theirs is flat as well.
"""

from __future__ import annotations

import csv
import json
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parent.parent
FEW, MANY = 20_000, 200_000
ROUNDS = {FEW: 3, MANY: 1}
ROWS_AT_ONCE = 500
SLUG = "elca"
OURS = "write"
UNITS = ("seconds", "megabytes")

Job = tuple[object, ...]
Found = dict[str, float]


def main() -> None:
    """Fill the database with events, few then many, and print what writing them takes."""
    with tempfile.TemporaryDirectory(prefix="elca-bench-") as folder:
        for rows in (FEW, MANY):
            child("fill", rows)
            compare("list", rows, Path(folder))
            if rows == FEW:
                compare("report", rows, Path(folder))


def compare(subject: str, rows: int, folder: Path) -> None:
    """One file of so many rows, as .xlsx and as .csv, each beside its references."""
    cells, out = folder / "cells", folder / "out"
    child("take", subject, cells)
    for ending, references in (("xlsx", ("openpyxl", "XlsxWriter")), ("csv", ("csv",))):
        jobs: dict[str, Job] = {OURS: ("write", subject, ending, out)}
        jobs |= {name: (name, cells, out) for name in references}
        show(f"{subject} .{ending}", rows, measured(rows, jobs))


def measured(rows: int, jobs: dict[str, Job]) -> dict[str, Found]:
    """Seconds and megabytes of jobs, the middle of several rounds.

    They take turns, so that whatever else the machine does meets all of them.
    """
    rounds = [{name: child(*job) for name, job in jobs.items()} for _round in range(ROUNDS[rows])]
    return {
        name: {what: statistics.median(each[name][what] for each in rounds) for what in UNITS}
        for name in jobs
    }


def show(name: str, rows: int, found: dict[str, Found]) -> None:
    own = found.pop(OURS)
    fastest = min(each["seconds"] for each in found.values())
    others = ", ".join(f"{other} {said(rows, each)}" for other, each in found.items())
    print(
        f"  export: {rows:7,} rows, {name:<13}{said(rows, own)}"
        f"   x {own['seconds'] / fastest:5.2f} of the faster of: {others}",
        flush=True,
    )


def said(rows: int, found: Found) -> str:
    return f"{rows / found['seconds']:8,.0f} rows/s {found['megabytes']:5.1f} MB"


def child(*job: object) -> Found:
    """Run a job in a process of its own and give what it measured of itself."""
    command = [sys.executable, "-m", "tests.bench_exports", *map(str, job)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: Found = json.loads(done.stdout)
    return found


# In a process of its own


def work(name: str, *options: str) -> None:
    """Do a job, and print how long it took and how much memory it needed beside that before."""
    jobs: dict[str, Callable[..., None]] = {
        "fill": fill, "take": take, "write": write, "csv": by_csv,
        "openpyxl": by_openpyxl, "XlsxWriter": by_xlsxwriter,
    }  # fmt: skip
    prepare(name)
    before, start = peak(), time.perf_counter()
    jobs[name](*options)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "megabytes": peak() - before}))


def peak() -> float:
    """The most memory that this process had, in megabytes; Linux says it in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def prepare(name: str) -> None:
    """Load what a job needs, so that neither its time nor its memory counts as the job's."""
    if name in ("fill", "take", "write"):
        import django

        django.setup()
        import reports.exporting  # noqa: F401
    else:
        import openpyxl  # noqa: F401
        import xlsxwriter  # noqa: F401


def fill(rows: str) -> None:
    """ELCA with so many events, of two partners each, and whatever a careful partner writes."""
    from django.core.management import call_command
    from django.db import transaction

    from actions.models import Action, ActionType, Occasion
    from events.models import Event
    from kpis.loading import load_project
    from partners.bulk import count_anew, insert_many, insert_values
    from partners.models import Organisation

    call_command("migrate", verbosity=0)
    project = load_project(ROOT / "fixtures" / SLUG, with_actions=False).project
    with transaction.atomic():
        Action.objects.of(project).delete()
        Organisation.objects.of(project).delete()
        kind = ActionType.objects.get(project=project, slug="national-workshops")
        organisations = [
            Organisation(project=project, name=f"Company {n}", key=f"company {n}")
            for n in range(50)
        ]
        Organisation.objects.bulk_create(organisations)
        events = [event(project, kind, number) for number in range(int(rows))]
        insert_many(Action, events)
        for each in events:
            each.action_ptr_id = each.id
        insert_many(Event, events)
        partners = list(project.partners.all())
        for field, others, most in (("partners", partners, 2), ("organisations", organisations, 2)):
            links = getattr(Action, field).through
            pairs = [
                (each.pk, others[(number + step) % len(others)].pk)
                for number, each in enumerate(events)
                for step in range(1 + number % most)
            ]
            insert_values(links, ("action_id", links._meta.concrete_fields[-1].attname), pairs)
        occasions = [
            Occasion(action_id=e.pk, start=e.first_on, end=e.first_on, mode="on_site",
                     place="Dresden", country="DE")
            for e in events
        ]  # fmt: skip
        Occasion.objects.bulk_create(occasions, batch_size=5000)
    count_anew(Action, Action.partners.through, Occasion)


def event(project: Any, kind: Any, number: int) -> Any:
    from events.models import Event

    day = date(2021, 2, 1) + timedelta(days=number % 600)
    return Event(
        project=project,
        type=kind,
        reference=f"T7-{number + 1:02d}",
        title=f"Workshop {number} on lightweight construction",
        title_key=f"workshop {number} on lightweight construction",
        description=f"Number {number} of many workshops for companies of the region, with talks.",
        expectations="New contacts between companies and research.",
        results="New contacts were made." if number % 3 else "",
        status=("achieved", "planned", "under_way")[number % 3],
        first_on=day,
        first_precision="day",
        counts_from=day,
        project_start=project.starts_on,
        participants=number % 90 + 10,
        smes=number % 10,
    )


def write(subject: str, ending: str, path: str) -> None:
    """Write a file as the application does."""
    from partners.models import Project, User
    from reports.exporting import Asked

    project = Project.objects.get(slug=SLUG)
    wishes = {"key": "event"} if subject == "list" else {}
    asked = Asked(project, bench_user(User, project), subject, ending, wishes)
    with Path(path).open("wb") as out:
        asked.write(out, lambda _done, _total: None)


def bench_user(users: Any, project: Any) -> Any:
    user, _made = users.objects.get_or_create(username="bench-export")
    project.memberships.get_or_create(user=user, defaults={"role": "reader"})
    return user


def take(subject: str, path: str) -> None:
    """Keep the cells which the application writes, sheet by sheet, instead of writing them."""
    from reports.writing.sheets import Workbook

    with Path(path).open("wb") as out:

        def keep(
            _book: Workbook, sheet: Any, headings: list[Any], rows: Iterable[Any], **_look: Any
        ) -> int:
            number = 0
            for batch in batches([headings], rows):
                plain = [[value_of(cell) for cell in row] for row in batch]
                pickle.dump((sheet.name, plain), out)
                number += len(plain)
            return number - 1

        setattr(Workbook, "fill", keep)  # noqa: B010 mypy allows no assignment
        write(subject, "xlsx", "/dev/null")


def batches(*parts: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    rows = (row for part in parts for row in part)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


def value_of(cell: Any) -> Any:
    """A cell without its look: what a formula gives, the words of a link."""
    if cell is None or isinstance(cell, str | int | float | date):
        return cell
    return cell.value if hasattr(cell, "value") else cell.text


def kept(path: str) -> Iterator[tuple[str, list[list[Any]]]]:
    """The cells that were taken, some hundred rows at a time, each with the name of its sheet."""
    with Path(path).open("rb") as file:
        yield from _loaded(file)


def _loaded(file: BinaryIO) -> Iterator[tuple[str, list[list[Any]]]]:
    while True:
        try:
            yield pickle.load(file)
        except EOFError:
            return


def by_openpyxl(cells: str, path: str) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheets: dict[str, Any] = {}
    for name, rows in kept(cells):
        sheet = sheets.get(name) or sheets.setdefault(name, book.create_sheet(name))
        for row in rows:
            sheet.append(row)
    book.save(path)


def by_xlsxwriter(cells: str, path: str) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd.mm.yyyy"})
    sheet, last, number = None, "", 0
    for name, rows in kept(cells):
        if name != last:
            sheet, last, number = book.add_worksheet(name), name, 0
        assert sheet is not None
        for row in rows:
            sheet.write_row(number, 0, row)
            number += 1
    book.close()


def by_csv(cells: str, path: str) -> None:
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for _name, rows in kept(cells):
            writer.writerows(rows)


if __name__ == "__main__":
    work(*sys.argv[1:]) if len(sys.argv) > 1 else main()
