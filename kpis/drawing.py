"""Draws the charts of a project from the figures that progress.py counts, for pages and files."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import clock
from partners.models import Measure, Partner, Project
from partners.months import add_months

from . import charts
from .figure import Figure
from .models import Deadline, Indicator
from .months import by_month
from .progress import IndicatorProgress, Progress
from .verdicts import is_past

PICTURE_WIDTH = 760  # of the charts that take any width, in pixels


def bullet_of(line: IndicatorProgress, figure: Figure) -> Any:
    """The small bar of a figure against its target; the pace line only for the whole."""
    return charts.bullet(
        achieved=figure.achieved,
        target=figure.target or 0,
        expected=line.expected if figure is line.total else None,
        under_way=figure.under_way or 0,
        label=line.indicator.title,
    )


def month_chart(
    indicator: Indicator,
    figure: Figure,
    as_of: date | None,
    partner: Partner | None,
    measure: str | None = None,
) -> dict[str, Any]:
    """The line chart of an indicator, and its numbers for the table behind it.

    ``measure`` is the one by which the figure counts; None is that of the project.
    """
    months = by_month(indicator, as_of=as_of, partner=partner, measure=measure, named=figure.named)
    target = figure.target or 0
    share = target / indicator.target if indicator.target else 0
    points = [
        charts.MonthPoint(m.month, f"M{m.number}", m.achieved, m.expected * share) for m in months
    ]
    title = _("%(title)s: %(achieved)d of %(target)d") % {
        "title": indicator.title,
        "achieved": months[-1].achieved if months else 0,
        "target": target,
    }
    svg = charts.progress_lines(months=points, target=target, title=title, today=clock.today())
    # Rows without a date stand in no month, but count today: the chart says so.
    undated = 0 if is_past(as_of) or not months else figure.counted_rows - months[-1].achieved
    undated = undated if figure.things is None else 0
    return {"svg": svg, "months": points, "undated": undated}


def partner_chart(progress: Progress, line: IndicatorProgress, query: str) -> Any:
    sign = "&" if query else "?"
    url = line.indicator.get_absolute_url()
    return charts.partner_bars(
        rows=[
            charts.PartnerRow(
                partner.code,
                partner.name,
                line.partners[partner.code].achieved,
                line.partners[partner.code].target,
                f"{url}{query}{sign}partner={partner.code}#counted",
            )
            for partner in progress.partners
        ]
    )


def timeline_heading(deadlines: list[Deadline], today: date) -> str:
    """What the timeline shows, as a sentence; the deadlines must know their project."""
    words = {
        "done": sum(d.status == Deadline.Status.DONE for d in deadlines),
        "all": len(deadlines),
        "overdue": sum(d.is_overdue(today) for d in deadlines),
    }
    return _("%(done)d of %(all)d deadlines are done, %(overdue)d are overdue") % words


def timeline_chart(
    project: Project, deadlines: list[Deadline], today: date, *, begins: int | None = None
) -> Any:
    """The months as columns, the missions as lanes, with what is due as a shape in each.

    ``begins`` is the first month of any indicator; None asks the database.
    """
    lanes: dict[str, list[charts.Item]] = {}
    for deadline in deadlines:
        name = deadline.mission.name if deadline.mission else _("All missions")
        lanes.setdefault(name, []).append(
            charts.Item(
                month=deadline.month_start,
                label=deadline.activity,
                status=cast(Any, deadline.status),
                overdue=deadline.is_overdue(today),
                url=f"#deadline-{deadline.pk}",
            )
        )
    if begins is None:
        begins = project.indicators.aggregate(month=Min("first_month"))["month"]
    first = min(deadline.month for deadline in deadlines)
    first = min(first, begins or first)
    last = max(deadline.month for deadline in deadlines)
    start = project.month_start(first)
    return charts.timeline(
        lanes=[charts.Lane(name, items) for name, items in lanes.items()],
        months=[add_months(start, index) for index in range(last - first + 1)],
        first_number=first,
        today=today,
        title=timeline_heading(deadlines, today),
    )


# Pictures: the same charts as files, each with a heading that says what it shows.


def said_of(progress: Progress) -> str:
    """Whose figures a picture shows, and of which day: its source line."""
    words = {"project": progress.project.acronym, "day": f"{progress.as_of:%d.%m.%Y}"}
    if progress.since is None:
        said = _("%(project)s, as of %(day)s") % words
    else:
        words["since"] = f"{progress.since:%d.%m.%Y}"
        said = _("%(project)s, from %(since)s to %(day)s") % words
    if progress.measure == Measure.CLAIMED:
        return said
    figure = str(Measure(progress.measure).label).lower()
    return _("%(said)s, %(figure)s figures") % {"said": said, "figure": figure}


def _noted(progress: Progress, note: str, is_needed: bool = True) -> str:
    """The source, and after it what a reader must know of the figures."""
    return f"{said_of(progress)}. {note}" if is_needed else said_of(progress)


def overview_picture(progress: Progress, partner: Partner | None = None) -> charts.Picture:
    """Every indicator against its target: the consortium's, or one partner's own."""
    rows = [_overview_row(progress, line, partner) for line in progress.lines]
    with_target = [row for row in rows if row.target]
    reached = sum((row.achieved or 0) >= (row.target or 0) for row in with_target)
    words = {"reached": reached, "all": len(with_target)}
    heading = _("%(reached)d of %(all)d targets are reached") % words
    if partner:
        heading = f"{partner.code}: {heading}"
    shown = [
        ("achieved", True),
        ("under-way", any(row.under_way for row in rows)),
        ("expected", any(row.expected is not None for row in rows)),
    ]
    return charts.picture(
        charts.overview_bars(rows=rows, title=heading),
        heading=heading,
        source=_noted(
            progress, _("Without a target, only the figure is given."), len(with_target) < len(rows)
        ),
        legend=[key for key, is_there in shown if is_there],
        alt=_overview_words(heading, rows),
    )


def _overview_row(
    progress: Progress, line: IndicatorProgress, partner: Partner | None
) -> charts.OverviewRow:
    figure = line.partners[partner.code] if partner else line.total
    # The straight line runs over the whole time and for the whole target.
    comparable = partner is None and progress.since is None
    return charts.OverviewRow(
        number=line.indicator.number,
        title=line.indicator.title,
        achieved=figure.shown,
        target=figure.target,
        under_way=figure.under_way or 0,
        expected=line.expected if comparable else None,
    )


def _overview_words(heading: str, rows: list[charts.OverviewRow]) -> str:
    figures = [
        f"{row.number} {row.title}: {charts.figure_words(row.achieved, row.target)}" for row in rows
    ]
    return f"{heading}. {'; '.join(figures)}."


def months_picture(
    progress: Progress, line: IndicatorProgress, as_of: date | None, partner: Partner | None
) -> charts.Picture:
    """One indicator over the months: the consortium's figure or one partner's."""
    figure = line.partners[partner.code] if partner else line.total
    title = line.indicator.title
    chart = month_chart(line.indicator, figure, as_of, partner, progress.measure)
    undated = ngettext(
        "%(number)d row is counted but has no date: it stands in no month.",
        "%(number)d rows are counted but have no date: they stand in no month.",
        chart["undated"],
    )
    return charts.picture(
        chart["svg"],
        heading=_figure_heading(f"{partner.code}, {title}" if partner else title, figure),
        source=_noted(progress, undated % {"number": chart["undated"]}, chart["undated"] > 0),
        legend=["achieved", "expected-line", "target-line"],
        width=PICTURE_WIDTH,
    )


def partners_picture(progress: Progress, line: IndicatorProgress) -> charts.Picture:
    """What each partner contributes to one indicator."""
    heading = _figure_heading(line.indicator.title, line.total)
    return charts.picture(
        partner_chart(progress, line, ""),
        heading=heading,
        source=_noted(progress, _("A joint action counts for each of its partners.")),
        legend=["achieved", "target"],
        width=PICTURE_WIDTH,
    )


def _figure_heading(title: str, figure: Figure) -> str:
    words = charts.figure_words(figure.shown, figure.target)
    return _("%(title)s: %(figure)s achieved") % {"title": title, "figure": words}


def timeline_picture(
    project: Project, deadlines: list[Deadline], today: date, *, begins: int | None = None
) -> charts.Picture:
    """Table 12 as a picture; the deadlines must know their project."""
    heading = timeline_heading(deadlines, today)
    none = charts.timeline(lanes=[], months=[], first_number=1, today=None, title=heading)
    source = {"project": project.acronym, "day": f"{today:%d.%m.%Y}"}
    return charts.picture(
        timeline_chart(project, deadlines, today, begins=begins) if deadlines else none,
        heading=heading,
        source=_("%(project)s, as of %(day)s") % source,
        legend=["done", "started", "open", "overdue"],
        width=PICTURE_WIDTH,
    )
