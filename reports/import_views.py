"""Imports on screen: upload, mapping, preview with corrections, apply, undo, and their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.db.models.fields.json import KeyTransform
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from actions.models import Action, ActionType
from partners.access import ProjectView
from partners.languages import languages
from partners.roles import Capability

from . import jobs, keeping
from .answers import Asked, Questions, answers_in, has_decision, mapping_in
from .export_views import language_asked
from .exporting import LANGUAGE
from .forms import UploadForm
from .models import Import, ImportRow
from .querysets import ALL, TO_WRITE, WAITING, WARNED, ImportRowQuerySet
from .reading.cells import Mark
from .reading.reader import FileError, mark_file
from .results import (
    APPLYING,
    CHANGED,
    DUPLICATE,
    LEFT_OUT,
    NEW,
    PROPOSED,
    STOPPING,
    UNCHANGED,
    WRITING,
)
from .understanding.tables import fields_of
from .wishes import LEAVE_OUT, SAME, Wishes, row_key
from .writing.workbook import MEDIA_TYPE

IMPORTS_SHOWN = 50
ROWS_ON_A_PAGE = 25
KEPT = "kept"  # the rows that an undo left as they are
SAID = ("option", "chosen", "remembered")  # what somebody said is not asked again
RECOGNISED, UNSURE, UNKNOWN, SKIPPED = "sure", "unsure", "unknown", "left_out"
SURE = 0.8  # from this confidence on nobody is asked to look at a mapping first


class ImportList(ProjectView):
    """The imports so far, and the form that takes the next file."""

    capability = Capability.IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, UploadForm(project=self.project))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, project=self.project)
        if not form.is_valid():
            return self.show(request, form)
        file = form.cleaned_data["file"]
        record = jobs.begin(
            project=self.project,
            user=self.membership.user,
            file=file,
            name=file.name,
            only_type=form.cleaned_data["only_type"],
        )
        if record.state == Import.State.FAILED:
            # Nothing of it can be used: it is told at the field, and not kept.
            form.add_error("file", record.fault)
            record.file.delete(save=False)
            record.delete()
            return self.show(request, form)
        if record.state == Import.State.READY and is_unsure(record):
            return redirect("import-mapping", self.project.slug, record.pk)
        return redirect(record)

    def show(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        imports = Import.objects.of(self.project).visible_to(request.user).select_related("user")
        # The summary holds a word on every table: only its counts are asked for.
        counted = imports.annotate(counts=KeyTransform("counts", "summary")).defer("summary")
        context = {
            "form": form,
            "imports": counted[:IMPORTS_SHOWN],
            "most": IMPORTS_SHOWN,
            "types": self.project.action_types.all(),
            "languages": languages(),
            "language": language_asked(request).get(LANGUAGE, ""),
        }
        status = 422 if form.is_bound else 200
        return render(request, "reports/imports.html", context, status=status)


def is_unsure(record: Import) -> bool:
    """Whether a table or a column was not understood, or hardly: then its mapping is asked for."""
    return any(state_of(table) in (UNKNOWN, UNSURE) for table in record.summary["tables"])


def state_of(table: Mapping[str, Any]) -> str:
    """How well a table was understood."""
    if table["skip"]:
        return SKIPPED
    if not table["type"] or table["problems"]:
        return UNKNOWN
    sure = table["confidence"] >= SURE or table["how"] in SAID
    return RECOGNISED if sure and all(map(is_sure, table["columns"])) else UNSURE


def is_sure(column: Mapping[str, Any]) -> bool:
    if not column["heading"] and not column["field"]:
        return True
    return column["how"] in SAID or (bool(column["field"]) and column["confidence"] >= SURE)


class ImportPage(ProjectView):
    """A page of one import."""

    capability = Capability.IMPORT

    def find(self, pk: int) -> Import:
        imports = Import.objects.of(self.project).visible_to(self.request.user)
        found: Import = get_object_or_404(
            imports.select_related("user", "applied_by", "undone_by", "only_type"), pk=pk
        )
        found.project = self.project
        return found

    def find_ready(self, pk: int) -> Import:
        """An import that waits for answers; any other has nothing to ask."""
        record = self.find(pk)
        if record.state != Import.State.READY:
            raise Http404
        return record


@dataclass
class ShownRow:
    """A row of an import as its page shows it: with its table, its action and what is asked."""

    row: ImportRow
    sheet: dict[str, Any]
    address: str
    decision: str
    errors: Sequence[Asked]
    warnings: Sequence[Asked]

    @property
    def is_askable(self) -> bool:
        """Whether anything about the row can be answered."""
        asked = any(asked.ask for asked in (*self.errors, *self.warnings))
        return asked or has_decision(self.row, self.decision)


class ImportDetail(ImportPage):
    """What an import would do or did: to the figures, table by table and row by row."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        if record.is_working:
            context = {"record": record, "progress": jobs.progress_of(record)}
            return render(request, "reports/import_working.html", context)
        if record.state == Import.State.FAILED:
            return render(request, "reports/import_failed.html", {"record": record})
        return render(request, "reports/import_detail.html", self.context(request, record))

    def context(self, request: HttpRequest, record: Import) -> dict[str, Any]:
        counts = record.summary["counts"]
        undone = undo_counts(record)
        filters = self.filters(record, counts, undone)
        shown = which(request.GET.get("show"), [word for word, _label, _number in filters])
        rows = rows_shown_as(record, shown)
        page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        shown_rows = self.rows(record, page)
        return {
            "record": record,
            "summary": record.summary,
            "counts": counts,
            # An import that was kept before there were proposed changes counts none.
            "to_write": sum(counts.get(verdict, 0) for verdict in APPLYING),
            "waiting": sum(counts[verdict] for verdict in STOPPING),
            "answered": any(
                record.wishes.get(kind) for kind in ("cells", "rows", "partners", "organisations")
            ),
            "shown": shown,
            "filters": filters,
            "page": page,
            "rows": shown_rows,
            "askable": any(item.is_askable for item in shown_rows),
            "partners": self.project.partners.all(),
            "undo_counts": undone,
            "unsure": record.state == Import.State.READY and is_unsure(record),
        }

    def rows(self, record: Import, page: Page[ImportRow]) -> list[ShownRow]:
        sheets, decided = record.summary["sheets"], record.wishes.get("rows", {})
        questions, there = Questions(), self.actions_of(record, page)
        return [
            ShownRow(
                row,
                sheets[row.table],
                there.get(row.action or 0, ""),
                decided.get(row_key(row.sheet, row.number), ""),
                questions.errors(row),
                questions.warnings(row),
            )
            for row in page
        ]

    def actions_of(self, record: Import, page: Page[ImportRow]) -> dict[int, str]:
        """The addresses of the actions of rows, by id, as far as the actions are there."""
        # A new row of a preview has the id of an action that was taken back at once.
        written = record.applied_at is not None
        ids = [row.action for row in page if row.action and (written or row.verdict != NEW)]
        there = Action.objects.of(self.project).filter(pk__in=ids).order_by()
        return {
            pk: reverse(kind, args=[self.project.slug, pk])
            for pk, kind in there.values_list("pk", "type__record")
        }

    def filters(
        self, record: Import, counts: dict[str, int], undone: dict[str, int]
    ) -> list[tuple[str, str, int]]:
        """The filters of the rows: the word in the address, the label, how many rows.

        Those that matter most come first; the first is the one that is shown unasked.
        """
        waiting = sum(counts[verdict] for verdict in STOPPING)
        warned = ImportRow.objects.of(record).shown_as(WARNED).count()
        to_write = sum(counts[verdict] for verdict in WRITING)
        done = record.applied_at is not None
        found = [
            (KEPT, _("Not undone"), undone.get(ImportRow.Undo.CHANGED, 0)),
            (WAITING, _("To decide"), 0 if done else waiting),
            (TO_WRITE, pgettext("rows", "Written") if done else _("To be written"), to_write),
            (WAITING, _("Not imported"), waiting if done else 0),
            (NEW, _("New"), counts[NEW]),
            (CHANGED, _("Changed"), counts[CHANGED]),
            (PROPOSED, _("Proposed"), counts.get(PROPOSED, 0)),
            (UNCHANGED, _("Unchanged"), counts[UNCHANGED]),
            (WARNED, _("With a remark"), warned),
            (LEFT_OUT, _("Left out"), counts[LEFT_OUT]),
            (ALL, pgettext("rows", "All"), sum(counts.values())),
        ]
        return [(word, label, number) for word, label, number in found if number or word == ALL]


def which(asked: str | None, offered: Sequence[str]) -> str:
    """The filter that is shown: the one that is asked for, else all; unasked the first."""
    if asked in (None, *offered):
        return asked or offered[0]
    # A filter that was there before the last answer has no rows any more.
    return offered[0] if asked == WAITING else ALL


def rows_shown_as(record: Import, shown: str) -> ImportRowQuerySet:
    rows: ImportRowQuerySet = ImportRow.objects.of(record)
    return rows.filter(undo=ImportRow.Undo.CHANGED) if shown == KEPT else rows.shown_as(shown)


def undo_counts(record: Import) -> dict[str, int]:
    """How many rows were taken back, left as they are and gone already; nothing before an undo."""
    if record.state != Import.State.UNDONE:
        return {}
    found = ImportRow.objects.of(record).order_by().values_list("undo")
    counted = dict(found.annotate(number=Count("pk")))
    return {kind.value: counted.get(kind.value, 0) for kind in ImportRow.Undo}


class ImportProgress(ImportPage):
    """How far a long import is, for the page that shows it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        progress = jobs.progress_of(record)
        said = {"working": record.is_working, "alive": progress.alive, "percent": progress.percent}
        return JsonResponse(said)


@dataclass
class ShownTable:
    """A table of a file as the page of its mapping shows it; ``state`` says whether to look."""

    table: dict[str, Any]
    fields: Sequence[tuple[str, str]]
    problems: Sequence[dict[str, Any]]

    @property
    def state(self) -> str:
        return state_of(self.table)


class ImportMapping(ImportPage):
    """How the tables of a file are read: which they are, and what each column holds."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find_ready(pk)
        types = list(self.project.action_types.all())
        context = {
            "record": record,
            "tables": self.tables(record, types),
            "types": types,
            "sure": SURE,
        }
        return render(request, "reports/import_mapping.html", context)

    def tables(self, record: Import, types: Sequence[ActionType]) -> list[ShownTable]:
        by_slug = {action_type.slug: action_type for action_type in types}
        # What is left out has no place among the results.
        results = iter(record.summary["sheets"])
        return [
            ShownTable(
                table,
                fields_of(by_slug[table["type"]]) if table["type"] in by_slug else [],
                [] if table["skip"] else next(results)["errors"],
            )
            for table in record.summary["tables"]
        ]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find_ready(pk)
        wishes = Wishes.of(record.wishes)
        offered = {
            action_type.slug: {field for field, _label in fields_of(action_type)}
            for action_type in self.project.action_types.all()
        }
        chosen, again = mapping_in(request.POST, record.summary["tables"], offered)
        wishes.tables |= chosen
        keeping.answer(record, wishes)
        jobs.ask_for(record, jobs.PREVIEW, self.membership.user)
        if again:
            # Of another table than before: its columns are guessed anew, and shown.
            said = _("The columns were looked at anew for the table that you chose: check them.")
            messages.info(request, said)
            return redirect("import-mapping", self.project.slug, record.pk)
        record = self.find(pk)
        if record.state == Import.State.READY:
            keeping.remember_shapes(record, self.membership.user)
        return redirect(record)


class ImportAnswer(ImportPage):
    """Takes corrections and decisions on rows, and makes the preview anew with them."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find_ready(pk)
        wishes = answers_in(request.POST, Wishes.of(record.wishes))
        every = request.POST.get("every_duplicate", "")
        if every in (SAME, LEAVE_OUT) and "forget" not in request.POST:
            wishes.rows = decided_at_once(record, every) | wishes.rows
        keeping.answer(record, wishes)
        jobs.ask_for(record, jobs.PREVIEW, self.membership.user)
        self.tell(request, self.find(pk))
        return redirect(record)

    def tell(self, request: HttpRequest, record: Import) -> None:
        if record.state != Import.State.READY:
            return
        waiting = sum(record.summary["counts"][verdict] for verdict in STOPPING)
        if waiting:
            said = ngettext(
                "Your answers were read. %(number)d row still waits for one.",
                "Your answers were read. %(number)d rows still wait for one.",
                waiting,
            )
            messages.info(request, said % {"number": waiting})
        else:
            messages.success(request, _("Your answers were read. No row waits any more."))


def decided_at_once(record: Import, every: str) -> dict[str, str]:
    """One answer for every row that is likely there already, as far as it is not yet answered."""
    rows = ImportRow.objects.of(record).shown_as(DUPLICATE)
    found = {row_key(row.sheet, row.number): row.data["like"] for row in rows}
    if every == LEAVE_OUT:
        return dict.fromkeys(found, LEAVE_OUT)
    return {place: like[0] for place, like in found.items() if like}


class ImportAgain(ImportPage):
    """Makes a preview anew, from the project as it is now; or after it was interrupted."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        if record.is_working:
            jobs.start_again(record)
            record = self.find(pk)
        if record.state in (Import.State.READY, Import.State.FAILED):
            keeping.look_again(record)
            jobs.ask_for(record, jobs.PREVIEW, self.membership.user)
        return redirect(record)


class ImportApply(ImportPage):
    """Runs an import for good: once, and only where it does what its preview showed."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        if record.state == Import.State.APPLIED:
            messages.info(request, _("This import was applied already; nothing was done."))
            return redirect(record)
        valid_rows = request.POST.get("rows") == "valid"
        if not jobs.ask_for(record, jobs.APPLY, self.membership.user, valid_rows=valid_rows):
            messages.info(request, _("This import cannot be applied now; nothing was done."))
            return redirect(record)
        self.tell(request, self.find(pk))
        return redirect(record)

    def tell(self, request: HttpRequest, record: Import) -> None:
        if record.state == Import.State.APPLIED:
            said = _("Imported. New: %(new)d, changed: %(changed)d.")
            counts = record.summary["counts"]
            messages.success(request, said % {"new": counts[NEW], "changed": counts[CHANGED]})
            if counts[PROPOSED]:
                said = ngettext(
                    "%(number)d row is of an accepted action: it waits for the task leader.",
                    "%(number)d rows are of accepted actions: they wait for the task leader.",
                    counts[PROPOSED],
                )
                messages.info(request, said % {"number": counts[PROPOSED]})
        elif record.state == Import.State.READY and record.summary["problems"]:
            messages.error(request, _("Some rows wait for an answer: nothing was imported."))
        elif record.state == Import.State.READY:
            said = _("The project has changed since the preview: look at it again, then apply.")
            messages.warning(request, said)


class ImportUndo(ImportPage):
    """Takes an applied import back as a whole."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        if record.state != Import.State.APPLIED:
            return redirect(record)
        rows = ImportRow.objects.of(record)
        context = {
            "record": record,
            "written": rows.written().count(),
            "proposed": rows.proposed().count(),
        }
        return render(request, "reports/import_undo.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        if not jobs.ask_for(record, jobs.UNDO, self.membership.user):
            messages.info(request, _("There is nothing to undo."))
        elif self.find(pk).state == Import.State.UNDONE:
            messages.success(request, _("The import was undone."))
        return redirect(record)


class ImportFile(ImportPage):
    """The file as it was brought."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        record = self.find(pk)
        try:
            content = record.file.open()
        except OSError:
            raise Http404 from None
        # As bytes to be saved, never to be shown: it is whatever somebody uploaded.
        return FileResponse(
            content,
            as_attachment=True,
            filename=record.name,
            content_type="application/octet-stream",
        )


class ImportMarked(ImportPage):
    """The file as a workbook in which the cells with errors and remarks are marked."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.find(pk)
        if record.state not in (Import.State.READY, Import.State.APPLIED):
            raise Http404
        try:
            content = mark_file(record.file, record.name, list(marks_of(record)))
        except FileError as error:
            messages.error(request, str(error))
            return redirect(record)
        finally:
            record.file.close()
        name = f"{PurePath(record.name).stem}-marked.xlsx"
        disposition = content_disposition_header(as_attachment=True, filename=name)
        headers = {"Content-Disposition": disposition or "attachment"}
        return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)


def marks_of(record: Import) -> Iterable[Mark]:
    """What is to be marked in the file: each error and each remark at its cell."""
    for sheet in record.summary["sheets"]:
        for kind in ("errors", "warnings"):
            for problem in sheet[kind]:
                yield mark_of(sheet["index"], problem, error=kind == "errors")
    rows = ImportRow.objects.of(record).shown_as(WAITING) | ImportRow.objects.of(record).shown_as(
        WARNED
    )
    for row in rows:
        for kind in ("errors", "warnings"):
            for problem in row.data[kind]:
                yield mark_of(row.sheet, problem, error=kind == "errors")


def mark_of(sheet: int, problem: dict[str, Any], *, error: bool) -> Mark:
    return Mark(sheet, problem["row"], problem.get("at"), problem["message"], error)
