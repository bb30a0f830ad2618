"""The pages of sealed reports: sealing one, showing it as it was, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from actions.models import Action
from kpis.figure import Figure
from kpis.progress import project_progress
from kpis.verdicts import COUNTED
from partners import clock
from partners.access import ProjectView
from partners.models import Measure, Membership, Project
from partners.roles import Capability, Role

from . import exporting
from .export_views import FileView, written
from .exporting import Asked, file_name
from .forms import PeriodForm, SealForm
from .models import SealedFile, SealedReport
from .sealing.differences import differences, figures_now, write_differences
from .sealing.opening import Opened, files_of, opened, opened_all
from .sealing.plain import Plain, typed
from .sealing.sealing import SealingError, next_number, overlapping, seal_report
from .writing.content import FigureLine, NotWrittenError
from .writing.formats import FORMATS

ROWS_ON_A_PAGE = 50
CSV = "text/csv; charset=utf-8"


class SealView(ProjectView):
    """A page about sealed reports: it shows what is there today, below ``/known/``, too."""

    travels = False


class Seal(SealView):
    """Shows what would be sealed, with its figures, and seals it."""

    capability = Capability.SEAL
    write_capability = Capability.SEAL

    def get(self, request: HttpRequest) -> HttpResponse:
        given = request.GET if "as_of" in request.GET else self.first_days()
        return self.show(request, PeriodForm(given))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SealForm(request.POST)
        sealed = self.seal(form) if form.is_valid() else None
        if sealed is None:
            days = {name: request.POST.get(name, "") for name in ("since", "as_of")}
            return self.show(request, PeriodForm(days), form)
        said = {"number": sealed.number, "title": sealed.title}
        messages.success(request, _("Sealed: report %(number)d, %(title)s") % said)
        return redirect(sealed)

    def seal(self, form: SealForm) -> SealedReport | None:
        try:
            return seal_report(project=self.project, user=self.membership.user, **form.cleaned_data)
        except SealingError as error:
            form.add_error(None, str(error))
        return None

    def first_days(self) -> dict[str, str]:
        """From the day after the last period that was sealed, if periods are sealed, to today."""
        last = self.project.sealed_reports.defer("content").first()
        today = clock.today()
        follows = last is not None and last.since is not None and last.as_of < today
        since = last.as_of + timedelta(days=1) if last and follows else None
        return {"since": since.isoformat() if since else "", "as_of": today.isoformat()}

    def show(
        self, request: HttpRequest, period: PeriodForm, form: SealForm | None = None
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "period": period,
            "form": form,
            "crumbs": crumbs(self.project),
            "checks_url": checks_url(self.project),
        }
        if period.is_valid():
            context.update(self.shown(**period.cleaned_data))
            context["form"] = form or SealForm(initial=self.suggested(**period.cleaned_data))
        refused = not period.is_valid() or form is not None
        return render(request, "reports/seal.html", context, status=422 if refused else 200)

    def shown(self, **days: Any) -> dict[str, Any]:
        progress = project_progress(self.project, **days)
        return {
            "progress": progress,
            "lead": Measure(progress.measure).label,
            "overlapping": overlapping(self.project, days["since"], days["as_of"]),
        }

    def suggested(self, **days: Any) -> dict[str, Any]:
        number, since = next_number(self.project), days["since"] or self.project.starts_on
        period = f"{since:%d.%m.%Y} – {days['as_of']:%d.%m.%Y}"
        title = _("Report %(number)d (%(period)s)") % {"number": number, "period": period}
        return {"title": title, "number": number, **days}


def checks_url(project: Project) -> str:
    """The page of gaps to be closed before a report, where there is one."""
    try:
        return reverse("checks", args=[project.slug])
    except NoReverseMatch:
        return ""


class SealedList(SealView):
    """All sealed reports of the project, and whether each is still what was sealed."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        reports = self.project.sealed_reports.select_related("sealed_by")
        context = {
            "found": opened_all(self.project, reports),
            "may_seal": self.may(Capability.SEAL),
            "crumbs": [(_("Report"), reverse("report", args=[self.project.slug]))],
        }
        return render(request, "reports/sealed_list.html", context)


class SealedPage(SealView):
    """A page of one sealed report; where that does not verify, the page that says so."""

    capability = Capability.VIEW

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotWrittenError as error:
            messages.error(request, str(error))
            return redirect("sealed", project=kwargs["project"], number=kwargs["number"])

    def find(self, number: int) -> Opened:
        reports = SealedReport.objects.of(self.project).select_related("sealed_by")
        sealed: SealedReport = get_object_or_404(reports, number=number)
        sealed.project = self.project
        return opened(sealed)

    def crumbs(self, found: Opened) -> list[tuple[str, str]]:
        return [*crumbs(self.project), (title_of(found), found.sealed.get_absolute_url())]


def crumbs(project: Project) -> list[tuple[str, str]]:
    return [
        (_("Report"), reverse("report", args=[project.slug])),
        (_("Sealed reports"), reverse("sealed-list", args=[project.slug])),
    ]


def title_of(found: Opened) -> str:
    return _("Sealed report %(number)d") % {"number": found.sealed.number}


@dataclass(frozen=True)
class ThenAndNow:
    """A figure as it was sealed, beside that of today's rows by the same rules."""

    line: FigureLine
    now: Figure | None

    @property
    def differs(self) -> bool:
        return self.now is None or self.now.shown != self.line.figure.shown


class SealedDetail(SealedPage):
    """A sealed report as it was: its figures, rules, tables and files, and its forms as files."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        found = self.find(number)
        context: dict[str, Any] = {
            "found": found,
            "sealed": found.sealed,
            "crumbs": crumbs(self.project),
            "may_export": self.may(Capability.EXPORT),
        }
        if found.verifies:
            context.update(self.shown(found))
        return render(request, "reports/sealed_detail.html", context)

    def shown(self, found: Opened) -> dict[str, Any]:
        report = found.report
        now = {line.indicator.pk: line.total for line in figures_now(found).lines}
        lines = [ThenAndNow(line, now.get(line.indicator.pk)) for line in report.figures]
        files = files_of(found)
        openable = opened_by(self.membership, files)
        return {
            "report": report,
            "lines": lines,
            "changed": sum(line.differs for line in lines),
            "lead": Measure(report.progress.measure).label,
            "tables": [(t, len(list(t.rows()))) for t in report.tables],
            "files": [(file, file.pk in openable) for file in files],
            "formats": FORMATS.values(),
        }


class SealedContent(SealedPage):
    """What was sealed as the very bytes of which the checksum was made."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        found = self.find(number)
        found.report  # noqa: B018 refuses what does not verify
        name = file_name(self.project, "sealed", str(number), ending="json")
        disposition = content_disposition_header(as_attachment=True, filename=name)
        return HttpResponse(
            found.sealed.content.encode(),
            content_type="application/json",
            headers={"Content-Disposition": disposition or "attachment"},
        )


class SealedIndicator(SealedPage):
    """The rows of one figure as they were sealed: those counted and those left out, with why."""

    def get(self, request: HttpRequest, number: int, indicator: int) -> HttpResponse:
        found = self.find(number)
        report, code = found.report, request.GET.get("partner", "")
        line = next((each for each in report.figures if each.indicator.number == indicator), None)
        if line is None or (code and code not in line.partners):
            raise Http404
        data = next(d for d in found.content["indicators"] if d["number"] == indicator)
        rows = [row for row in data["rows"] if not code or code in row["partners"]]
        context = {
            "found": found,
            "sealed": found.sealed,
            "crumbs": self.crumbs(found),
            "line": line,
            "code": code,
            "figure": line.partners[code] if code else line.figure,
            "tables": data["tables"],
            "partners": report.partners,
            "counted": page_of(request, "counted", self.rows(found, rows, is_counted=True)),
            "left": page_of(request, "left", self.rows(found, rows, is_counted=False)),
        }
        return render(request, "reports/sealed_indicator.html", context)

    def rows(self, found: Opened, rows: list[Plain], *, is_counted: bool) -> list[Plain]:
        """The rows with what is known of their actions; a row that names several things has one."""
        return [
            {**row, "counts_from": typed(row["counts_from"]), "action": actions_of(found, row)}
            for row in rows
            if row["is_first"] and (row["verdict"] == COUNTED) is is_counted
        ]


def actions_of(found: Opened, row: Plain) -> Plain:
    action: Plain = found.content["actions"][row["reference"]]
    return action


def page_of(request: HttpRequest, name: str, rows: list[Any]) -> Any:
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get(name))


class SealedTable(SealedPage):
    """One of the tables as it was sealed."""

    def get(self, request: HttpRequest, number: int, table: int) -> HttpResponse:
        found = self.find(number)
        tables = {each.action_type.table_number: each for each in found.report.tables}
        if table not in tables:
            raise Http404
        shown = tables[table]
        columns = shown.columns[: shown.printed]
        rows = page_of(request, "page", list(shown.rows()))
        context = {
            "found": found,
            "sealed": found.sealed,
            "crumbs": self.crumbs(found),
            "table": shown,
            "columns": columns,
            "rows": rows,
            "told": [(row, list(zip(columns, row.cells, strict=False))) for row in rows],
        }
        return render(request, "reports/sealed_table.html", context)


class SealedForm(FileView, SealedPage):
    """A sealed report in one of its forms, written of what was sealed."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest, number: int, form: str) -> HttpResponseBase:
        found = self.find(number)
        if form not in FORMATS:
            raise Http404
        found.report  # noqa: B018 refuses what does not verify
        wishes = {"number": str(number)}
        return self.hand_out(
            Asked(self.project, self.membership.user, exporting.SEALED, form, wishes)
        )


class SealedDifferences(SealedPage):
    """What has changed since a report was sealed, figure by figure and row by row."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        found = self.find(number)
        found.report  # noqa: B018 refuses what does not verify
        since = differences(found)
        differing = since.differences
        context = {
            "found": found,
            "sealed": found.sealed,
            "crumbs": self.crumbs(found),
            "since": since,
            "indicators": [
                (each, [(line, since.told_of(line)) for line in each.rows])
                for each in differing.indicators
                if each.differs
            ],
            "same": sum(not each.differs for each in differing.indicators),
            "rows": page_of(request, "page", [(x, since.told_of(x)) for x in differing.rows]),
            "others": differing.others,
            "may_export": self.may(Capability.EXPORT),
        }
        return render(request, "reports/sealed_differences.html", context)


class DifferencesFile(SealedPage):
    """All differences as a CSV file."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        found = self.find(number)
        found.report  # noqa: B018 refuses what does not verify
        day = clock.today().isoformat()
        name = file_name(self.project, "sealed", str(number), "differences", day, ending="csv")
        since = differences(found)
        return written(name, CSV, lambda out: write_differences(since, out))


class SealedFileDownload(SealView):
    """A file of evidence as it was sealed; of one that the user may not open, nothing is said."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest, number: int, pk: int) -> HttpResponseBase:
        files = SealedFile.objects.filter(report__project=self.project, report__number=number)
        file: SealedFile = get_object_or_404(files, pk=pk, erased_at=None)
        if file.pk not in opened_by(self.membership, [file]):
            raise Http404
        try:
            content = default_storage.open(file.file, "rb")
        except OSError:
            raise Http404 from None
        return FileResponse(
            content, as_attachment=True, filename=file.name, content_type=file.media_type
        )


def opened_by(membership: Membership, files: list[SealedFile]) -> set[int]:
    """The ids of the files that a member may open: at most one query.

    Those with personal data are for who answers for their action today, and for who sees all.
    """
    own: set[int] = set()
    sees_all = membership.may(Capability.SEE_RESTRICTED)
    is_partner = membership.role == Role.PARTNER and membership.partner is not None
    if is_partner and not sees_all and any(file.restricted for file in files):
        actions = Action.objects.of(membership.project).filter(partners=membership.partner)
        own = set(actions.order_by().values_list("pk", flat=True))
    return {file.pk for file in files if sees_all or not file.restricted or file.action_id in own}
