"""Writes all evidence of a report as one zip: files named by row ids, and an index of every row."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import cached_property
from pathlib import PurePath
from typing import IO, BinaryIO

from django.db.models import Prefetch, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from actions.evidence import missing_kinds
from actions.files import ENDINGS
from actions.models import Action, Evidence, EvidenceFile
from kpis.verdicts import COUNTED, rows_of
from partners.catalogue import spoken
from partners.funder import funder_of
from partners.models import Measure, User
from reports.layout import ROW_ID, Cell

from .content import Tell
from .pack import write_rows
from .rows import Scope
from .sheets import Workbook
from .spool import Spool

ROWS_AT_ONCE = 200
HEADINGS = [
    ROW_ID,
    gettext_noop("Table"),
    gettext_noop("Title"),
    gettext_noop("Partners"),
    gettext_noop("Kind"),
    gettext_noop("What it is"),
    gettext_noop("File or link"),
    gettext_noop("Size"),
    "SHA-256",
    gettext_noop("Uploaded by"),
    gettext_noop("Uploaded at"),
    gettext_noop("Restricted"),
    gettext_noop("Erased"),
    gettext_noop("Note"),
]
_INDEX_TIME = (1980, 1, 1, 0, 0, 0)  # the same state gives the same bytes
_NOT_SAFE = re.compile(r"[^A-Za-z0-9.-]+")


class EvidenceBundle:
    """The evidence of every row that a report counts, as far as a user may open it."""

    def __init__(self, scope: Scope, user: User) -> None:
        self.scope, self.user = scope, user

    @cached_property
    def actions(self) -> list[int]:
        """The rows counted by any indicator, in the order of the tables.

        As claimed: what lacks evidence is what the reader of the index looks for.
        """
        scope = self.scope
        counted: set[int] = set()
        for indicator in scope.project.indicators.all():
            indicator.project = scope.project
            rows = rows_of(
                indicator,
                as_of=scope.as_of,
                since=scope.since,
                partner=scope.partner,
                measure=Measure.CLAIMED,
            )
            counted.update(rows.filter(verdict=COUNTED).values_list("pk", flat=True))
        actions = Action.objects.of(scope.project).order_by("type__table_number", "pk")
        return [pk for pk in actions.values_list("pk", flat=True) if pk in counted]

    @property
    def size(self) -> int:
        """How many bytes of files the zip will hold at most."""
        return sum(
            EvidenceFile.objects.filter(action__in=chunk).aggregate(all=Sum("size"))["all"] or 0
            for chunk in self._chunks()
        )

    def write(self, out: BinaryIO, tell: Tell | None = None) -> None:
        """Write the files as they are met, then the index of them all."""
        with (
            zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack,
            closing(Spool([*map(spoken, HEADINGS)], self._lines(pack, tell))) as index,
        ):
            _add_csv(pack, index)
            self._add_workbook(pack, index)

    def _chunks(self) -> Iterator[list[int]]:
        for at in range(0, len(self.actions), ROWS_AT_ONCE):
            yield self.actions[at : at + ROWS_AT_ONCE]

    def _lines(self, pack: zipfile.ZipFile, tell: Tell | None) -> Iterator[list[Cell]]:
        """The lines of the index; each file is written before its line."""
        names: set[str] = set()
        for number, chunk in enumerate(self._chunks()):
            if tell:
                tell(number * ROWS_AT_ONCE, len(self.actions))
            visible = EvidenceFile.objects.visible_to(self.user).filter(action__in=chunk)
            opened = set(visible.values_list("pk", flat=True))
            whole = set(visible.with_content().values_list("pk", flat=True))
            for action in _whole(chunk):
                yield from _lines_of(action, opened, whole, names, pack)

    def _add_workbook(self, pack: zipfile.ZipFile, index: Spool) -> None:
        title = f"{self.scope.project.acronym} {_('evidence')}"
        funder = funder_of(self.scope.project)
        with tempfile.TemporaryFile() as written:
            with Workbook(written, title, foot=funder.statement) as book:
                day = datetime.combine(self.scope.day, datetime.min.time(), UTC)
                book.book.set_properties({"title": title, "created": day.replace(tzinfo=None)})
                book.fill(
                    book.sheet(_("Evidence")),
                    index.headings,
                    index.rows(),
                    caption=self.scope.project.title,
                    notes=funder.words,
                )
            written.seek(0)
            with _entry(pack, "index.xlsx") as entry:
                shutil.copyfileobj(written, entry)


def _whole(pks: list[int]) -> Iterator[Action]:
    files = EvidenceFile.objects.select_related("uploaded_by")
    actions = Action.objects.filter(pk__in=pks).select_related("type")
    found = actions.prefetch_related("partners", "evidence", Prefetch("files", files)).in_bulk()
    return (found[pk] for pk in pks if pk in found)


def _lines_of(
    action: Action, opened: set[int], whole: set[int], names: set[str], pack: zipfile.ZipFile
) -> Iterator[list[Cell]]:
    """A line for each proof of an action, and one for what is missing.

    Of the ``opened`` files the reader may know, of the ``whole`` ones get the content.
    """
    partners = ", ".join(partner.code for partner in action.partners.all())
    row: list[Cell] = [action.reference, action.type.table_name, action.title, partners]
    for link in action.evidence.all():
        yield [*row, *_link_cells(link)]
    numbers: Counter[str] = Counter()
    for file in action.files.all():
        # Each is numbered, also one that is left out: names do not hang on who asks.
        numbers[file.kind] += 1
        name = _name(file, action, numbers[file.kind], names)
        if file.pk in whole:
            yield [*row, *_file_cells(file, name, _add_file(pack, file, name))]
        elif file.pk in opened:
            yield [*row, *_file_cells(file, None, file.erased_why or _("left out: it is gone"))]
        else:
            yield [*row, *_closed_cells(file)]
    missing = [str(kind.label) for kind in missing_kinds(action)]
    if missing:
        yield [*row, *[None] * 9, _("missing: %(kinds)s") % {"kinds": ", ".join(missing)}]
    elif not (action.evidence.all() or action.files.all()):
        yield [*row, *[None] * 9, _("none is asked for, and there is none")]


def _link_cells(link: Evidence) -> list[Cell]:
    return [str(link.get_kind_display()), link.title, link.url or None, *[None] * 7]


def _closed_cells(file: EvidenceFile) -> list[Cell]:
    """A restricted file which the reader may not open: that it is there, and nothing else."""
    erased = _day(file.erased_at)
    left_out = _("left out: it holds personal data")
    return [str(file.get_kind_display()), *[None] * 6, _("yes"), erased, left_out]


def _file_cells(file: EvidenceFile, name: str | None, note: str) -> list[Cell]:
    by = file.uploaded_by
    return [
        str(file.get_kind_display()),
        file.title,
        name,
        file.size,
        file.sha256,
        (by.get_full_name() or by.get_username()) if by else None,
        timezone.localtime(file.uploaded_at).isoformat(" ", "minutes"),
        _("yes") if file.restricted else _("no"),
        _day(file.erased_at),
        note or None,
    ]


def _day(moment: datetime | None) -> Cell:
    return timezone.localtime(moment).date().isoformat() if moment else None


def _name(file: EvidenceFile, action: Action, number: int, names: set[str]) -> str:
    """A name of plain letters only, of nothing that anybody typed, and given once."""
    ending = PurePath(file.file.name).suffix.lower()
    ending = ending if ending in ENDINGS else ""
    reference = _NOT_SAFE.sub("-", action.reference).strip(".-")
    name = f"table-{action.type.table_number}/{reference}_{file.kind}_{number}{ending}"
    if name in names:
        name = f"table-{action.type.table_number}/{reference}_{file.kind}_{file.pk}{ending}"
    names.add(name)
    return name


def _add_file(pack: zipfile.ZipFile, file: EvidenceFile, name: str) -> str:
    """Copy a file into the zip; gives what is to be said of it, such as that the disk lost it."""
    try:
        content = file.file.open("rb")
    except OSError:
        return _("not in the zip: the server has lost the file")
    info = zipfile.ZipInfo(name, timezone.localtime(file.uploaded_at).timetuple()[:6])
    info.external_attr = 0o600 << 16
    digest = hashlib.sha256()
    with content, pack.open(info, "w", force_zip64=True) as entry:
        for piece in content.chunks():
            digest.update(piece)
            entry.write(piece)
    return "" if digest.hexdigest() == file.sha256 else _("its content is not what was uploaded")


def _add_csv(pack: zipfile.ZipFile, index: Spool) -> None:
    with tempfile.TemporaryFile() as written:
        write_rows(written, index.headings, index.rows())
        written.seek(0)
        with _entry(pack, "index.csv") as entry:
            shutil.copyfileobj(written, entry)


def _entry(pack: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = zipfile.ZipInfo(name, _INDEX_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return pack.open(info, "w", force_zip64=True)
