"""Measures the import of 20,000 rows beside django-import-export and plain reading by openpyxl.

Run by ``tests.bench`` on a database of its own. The reference has its default settings and does
less with the same rows: it takes the cell of dates as words, adds no occasions, writes no history
and finds no duplicates.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

ROWS = 20_000
HEADINGS = [
    "6. National workshops with SMEs 10 in total (2 per partner)",
    "Responsible",
    "Description",
    "Dates & Location",
    "Expectations & Results",
    "Status",
    "Participants",
    "SMEs",
]
CODES = ["AMZ", "MAV", "POL", "BIC", "MECH"]


def rows() -> Iterator[list[Any]]:
    for number in range(ROWS):
        codes = [CODES[number % 5], CODES[(number + 1) % 5]][: 1 + number % 2]
        yield [
            f"Workshop {number} on lightweight construction",
            ", ".join(codes),
            f"Number {number} of many workshops for companies of the region, with talks.",
            f"{number % 28 + 1:02d}.{number % 12 + 1:02d}.2022, Dresden (DE), online",
            "Expectations: new contacts.\nResults: new contacts were made.",
            "Held",
            number % 90 + 10,
            number % 10,
        ]


def workbook() -> bytes:
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": False, "in_memory": True})
    sheet = book.add_worksheet("Table 7")
    for number, row in enumerate([HEADINGS, *rows()]):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def timed(job: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = job()
    return time.perf_counter() - start, found


@contextmanager
def taken_back() -> Iterator[None]:
    """Run something whose writing is of no further use."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def show(name: str, taken: float, beside: str, reference: float) -> None:
    print(
        f"  {name:<28}{ROWS / taken:9,.0f} rows/s   {reference / taken:6.1f} times {beside}"
        f" ({ROWS / reference:,.0f} rows/s)",
        flush=True,
    )


def plain_reading(content: bytes) -> int:
    """What openpyxl takes to read the cells and nothing more."""
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    return sum(1 for sheet in book for _row in sheet.iter_rows(values_only=True))


def reference_resource(project: Any) -> Any:
    """The same rows for django-import-export, with its default settings."""
    from import_export import fields, resources, widgets

    from events.models import Event
    from partners.models import Partner
    from partners.names import name_key

    workshops = project.action_types.get(slug="national-workshops")

    class EventResource(resources.ModelResource):
        title = fields.Field("title", HEADINGS[0])
        description = fields.Field("description", HEADINGS[2])
        dates_note = fields.Field("dates_note", HEADINGS[3])
        results = fields.Field("results", HEADINGS[4])
        participants = fields.Field("participants", HEADINGS[6], widget=widgets.IntegerWidget())
        smes = fields.Field("smes", HEADINGS[7], widget=widgets.IntegerWidget())
        partners = fields.Field(
            "partners",
            HEADINGS[1],
            widget=widgets.ManyToManyWidget(Partner, field="code", separator=", "),
        )

        class Meta:
            model = Event
            fields = (
                "id", "title", "description", "dates_note", "results", "participants", "smes",
                "partners",
            )  # fmt: skip

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.project, instance.type = project, workshops
            instance.reference = f"R{kwargs['row_number']}"
            instance.project_start = project.starts_on
            instance.title_key = name_key(instance.title)
            instance.status = "achieved"

    return EventResource()


def measure(project: Any, user: Any) -> None:
    """Print rows per second of reading, preview and apply, each beside its reference."""
    from django.core.files.base import ContentFile
    from tablib import Dataset

    from reports import keeping
    from reports.importing import understand
    from reports.models import Import
    from reports.reading.reader import read_file
    from reports.wishes import Wishes

    content = workbook()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        path.write_bytes(content)
        plain, _rows = timed(lambda: plain_reading(content))
        reading, _found = timed(
            lambda: understand(project, read_file(path, path.name), None, Wishes())
        )
    show("import: reading", reading, "plain reading by openpyxl", plain)
    dataset_reading, dataset = timed(lambda: Dataset().load(content, format="xlsx"))
    dataset.headers = HEADINGS
    show("import: reading", reading, "django-import-export", dataset_reading)
    resource = reference_resource(project)
    with taken_back():
        previewed, _result = timed(lambda: resource.import_data(dataset, dry_run=True))
    with taken_back():
        applied, result = timed(lambda: resource.import_data(dataset, raise_errors=True))
        assert result.totals["new"] == ROWS, result.totals
    record = Import.objects.create(
        project=project, user=user, name="rows.xlsx", file=ContentFile(content, "rows.xlsx")
    )
    preview, _record = timed(lambda: keeping.preview(record, user=user))
    show("import: preview", preview, "django-import-export", dataset_reading + previewed)
    show("import: preview", preview, "plain reading by openpyxl", plain)
    Import.objects.filter(pk=record.pk).update(state="applying")
    record.state = "applying"
    apply, done = timed(lambda: keeping.apply(record, user=user))
    assert done and done.applied, record.summary["counts"]  # noqa: PT018 the second needs the first
    show("import: apply", apply, "django-import-export", dataset_reading + applied)
    show("import: apply", apply, "plain reading by openpyxl", plain)
    again = Import.objects.create(
        project=project, user=user, name="rows.xlsx", file=ContentFile(content, "rows.xlsx")
    )
    second, _record = timed(lambda: keeping.preview(again, user=user))
    show("import: the same once more", second, "plain reading by openpyxl", plain)
    record.file.delete(save=False)
    again.file.delete(save=False)
