"""The page of whom the project reaches, and its charts as files: SVG, PNG and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from partners import clock
from partners.access import ProjectView
from partners.roles import Capability

from .models import Deadline
from .picture_views import ChartFile
from .reach import ACHIEVED, ALL, Reach, reach_of
from .reach_drawing import (
    cut_words,
    map_heading,
    map_parts,
    map_picture,
    map_words,
    network_of,
    network_picture,
    network_words,
)

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int


class ReachPage(ProjectView):
    """The map of countries and the network of partners and organisations, with their tables."""

    capability = Capability.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        which = ALL if request.GET.get("of") == ALL else ACHIEVED
        reach = reach_of(self.project, which)
        network = network_of(reach)
        return render(
            request,
            "kpis/reach.html",
            {
                "reach": reach,
                "of_all": which == ALL,
                "query": f"?of={ALL}" if which == ALL else "",
                "map": map_parts(reach),
                "map_heading": map_heading(reach),
                "map_words": map_words(reach),
                "network": network,
                "network_words": network_words(reach),
                "cut_words": cut_words(network) if network.is_cut else "",
                "may_export": self.may(Capability.EXPORT),
                "may_add": self.may(Capability.ADD_ACTION),
            },
        )


class ReachFile(ChartFile):
    """A file of the reach; an unknown choice of actions is not found."""

    def reach(self) -> Reach:
        which = self.request.GET.get("of", ACHIEVED)
        if which not in (ACHIEVED, ALL):
            raise Http404
        return reach_of(self.project, which)

    def suffix(self, reach: Reach) -> str:
        return "" if reach.which == ACHIEVED else reach.which


class MapFile(ReachFile):
    """The map of countries as a picture."""

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        reach, today = self.reach(), clock.today()
        return self.file(map_picture(reach, today), form, today, "countries", self.suffix(reach))


class NetworkFile(ReachFile):
    """The network as a picture."""

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        reach, today = self.reach(), clock.today()
        return self.file(network_picture(reach, today), form, today, "network", self.suffix(reach))


class MapTable(ReachFile):
    """The countries as a CSV file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        reach = self.reach()
        headings = [
            _("Country"), _("Code"), _("Actions"), _("Organisations"), _("Partners at home here")
        ]  # fmt: skip
        rows: list[list[Cell]] = [
            [c.name, c.code, c.actions, c.organisations, c.partners] for c in reach.countries
        ]
        return csv_file(self.project.acronym, "countries", clock.today(), headings, rows)


class NetworkTable(ReachFile):
    """Each partner with each organisation as a CSV file: all of them, also where few are drawn."""

    def get(self, request: HttpRequest) -> HttpResponse:
        reach = self.reach()
        headings = [_("Partner"), _("Organisation"), _("Country"), _("Actions")]
        rows: list[list[Cell]] = [
            [j.partner.code, j.organisation.name, str(j.organisation.country.name), j.actions]
            for j in reach.joint
        ]
        return csv_file(self.project.acronym, "network", clock.today(), headings, rows)


class TimelineTable(ProjectView):
    """What is due in which month as a CSV file, of one mission where one is asked for."""

    capability = Capability.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        deadlines = self.project.deadlines.select_related("mission")
        slug = request.GET.get("mission", "")
        if slug:
            deadlines = deadlines.filter(mission__slug=slug)
            if not deadlines:
                raise Http404
        headings = [
            _("Project month"), _("Month"), _("Activity"), _("Mission"), _("Status"), _("Overdue")
        ]  # fmt: skip
        rows = [self.row(deadline, today) for deadline in deadlines]
        return csv_file(self.project.acronym, f"timeline-{slug}", today, headings, rows)

    def row(self, deadline: Deadline, today: date) -> list[Cell]:
        deadline.project = self.project
        return [
            f"M{deadline.month}",
            f"{deadline.month_start:%Y-%m}",
            deadline.activity,
            deadline.mission.name if deadline.mission else "",
            str(deadline.get_status_display()),
            _("yes") if deadline.is_overdue(today) else _("no"),
        ]


def csv_file(
    acronym: str,
    name: str,
    day: date,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> HttpResponse:
    """A table as UTF-8 with the mark that Excel looks for; no text is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([disarmed(cell) if isinstance(cell, str) else cell for cell in row])
    said = "-".join(part for part in (acronym, name.strip("-"), day.isoformat()) if part)
    disposition = content_disposition_header(as_attachment=True, filename=f"{said}.csv")
    headers = {"Content-Disposition": disposition or "attachment"}
    content = text.getvalue().encode("utf-8-sig")
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def disarmed(text: str) -> str:
    """A text which no spreadsheet takes for a formula, as the files of the report write it."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text
