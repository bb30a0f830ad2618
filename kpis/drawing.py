"""Draws the charts of a project from the figures that progress.py counts, for pages and files."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import clock
from partners.models import Measure, Partner, Project
from partners.months import add_months, last_day_of_month, months_between

from . import charts, sentences
from .figure import Figure
from .forecast import Forecast, forecast_of
from .models import Deadline, Indicator
from .months import by_month
from .progress import IndicatorProgress, Progress
from .shares import heat_numbers, heat_rows
from .verdicts import is_past

PICTURE_WIDTH = 760  # of the charts that take any width, in pixels
THREE = ("claimed", "evidenced", "verified")


def bullet_figure(
    progress: Progress, line: IndicatorProgress, figure: Figure
) -> charts.BulletFigure:
    """What a bullet draws of a figure; what is expected only of the whole, over the whole time."""
    comparable = figure is line.total and progress.since is None
    return charts.BulletFigure(
        achieved=figure.shown,
        target=figure.target,
        claimed=figure.claimed,
        evidenced=figure.evidenced,
        verified=figure.verified,
        under_way=figure.under_way,
        expected=line.expected if comparable else None,
    )


def bullet_numbers(rows: list[charts.OverviewRow]) -> charts.Numbers:
    """The numbers of bullets, one in each row."""
    headings = [
        _("No."), _("Indicator"), _("Achieved"), _("Target"), _("Claimed"), _("Evidenced"),
        _("Verified"), _("Under way"), _("Expected by now"),
    ]  # fmt: skip
    return charts.Numbers(headings, [_bullet_row(row) for row in rows])


def _bullet_row(row: charts.OverviewRow) -> list[Any]:
    figure = row.figure
    three = [None if figure.achieved is None else getattr(figure, name) for name in THREE]
    names = [str(row.number), row.title]
    return [*names, figure.achieved, figure.target, *three, figure.under_way, figure.expected]


def _row_of(progress: Progress, line: IndicatorProgress, figure: Figure) -> charts.OverviewRow:
    indicator = line.indicator
    drawn = bullet_figure(progress, line, figure)
    return charts.OverviewRow(indicator.number, indicator.title, drawn)


def bullet_of(progress: Progress, line: IndicatorProgress, figure: Figure) -> Any:
    """The small bullet of a figure in a row of a table."""
    row = _row_of(progress, line, figure)
    words = bullet_numbers([row]).said()
    return charts.bullet(row.figure, name=line.indicator.title, words=words)


def bullet_chart(
    progress: Progress, line: IndicatorProgress, partner: Partner | None = None
) -> charts.Chart:
    """The bullet of one indicator as a chart of its own."""
    figure = line.partners[partner.code] if partner else line.total
    row = _row_of(progress, line, figure)
    numbers = bullet_numbers([row])
    title = sentences.said(_titled(line, figure, partner), sentences.of_review(figure))
    return charts.Chart(
        charts.large_bullet(row.figure, title=title, words=numbers.said()),
        title,
        numbers,
        _bullet_keys([row], "expected-mark"),
        width=PICTURE_WIDTH,
        words=numbers.said(),
    )


def _titled(line: IndicatorProgress, figure: Figure, partner: Partner | None) -> str:
    title = line.indicator.title
    return sentences.of_figure(f"{partner.code}, {title}" if partner else title, figure)


def _bullet_keys(rows: list[charts.OverviewRow], expected: str) -> list[str]:
    """The entries of a legend: the three figures, and what else is drawn."""
    figures = [row.figure for row in rows]
    also = {
        "under-way": any(figure.under_way for figure in figures),
        expected: any(figure.expected is not None for figure in figures),
        "target": any(figure.target for figure in figures),
    }
    return [*reversed(THREE), *(key for key, is_there in also.items() if is_there)]


def overview_chart(progress: Progress, partner: Partner | None = None) -> charts.Chart:
    """Every indicator against its target: the consortium's, or one partner's own."""
    rows = [
        _row_of(progress, line, line.partners[partner.code] if partner else line.total)
        for line in progress.lines
    ]
    title = sentences.of_overview(progress, partner)
    without = any(not row.figure.target for row in rows)
    note = _("Without a target, only the figure is given.")
    words = _overview_words(rows)
    return charts.Chart(
        charts.overview_bars(rows=rows, title=title, words=words),
        title,
        bullet_numbers(rows),
        _bullet_keys(rows, "expected"),
        [note] if without else [],
        words=words,
    )


def _overview_words(rows: list[charts.OverviewRow]) -> str:
    """The figure of each indicator, one after the other."""
    return "; ".join(
        f"{row.number} {row.title}: {charts.figure_words(row.figure.achieved, row.figure.target)}"
        for row in rows
    )


def month_chart(
    progress: Progress,
    line: IndicatorProgress,
    as_of: date | None,
    partner: Partner | None = None,
) -> charts.Chart:
    """One indicator over the months: the consortium's figure or one partner's."""
    indicator, figure = line.indicator, line.partners[partner.code] if partner else line.total
    day = as_of or clock.today()
    points, forecast = _months_of(indicator, figure, day, as_of, partner, progress.measure)
    target = figure.target or 0
    title = sentences.said(
        _titled(line, figure, partner),
        sentences.of_months(
            indicator,
            figure,
            reached_in=_reached_in(points, target),
            is_over=day > indicator.ends_on,
            forecast=forecast,
        ),
    )
    numbers = _month_numbers(points, target)
    svg = charts.progress_lines(
        months=points,
        target=target,
        title=title,
        today=day,
        label=date_format(day, "DATE_FORMAT") if is_past(as_of) else "",
    )
    keys = ["achieved", "expected-line", *(["forecast"] if forecast else []), "target-line"]
    notes = [sentences.of_forecast(forecast)] if forecast else []
    notes += _undated(figure, points, as_of)
    return charts.Chart(svg, title, numbers, keys, notes, PICTURE_WIDTH)


def _months_of(
    indicator: Indicator,
    figure: Figure,
    day: date,
    as_of: date | None,
    partner: Partner | None,
    measure: str,
) -> tuple[list[charts.MonthPoint], Forecast | None]:
    """The months from the first of the project to the last of the indicator, or to the day."""
    months = by_month(indicator, as_of=as_of, partner=partner, measure=measure, named=figure.named)
    first = indicator.project.first_month
    last = months_between(first, indicator.ends_on)
    # What begins after the day is not achieved yet, nor is a project that has not begun.
    begun = min(max(months_between(first, day) + 1, 0), len(months))
    achieved = [month.achieved for month in months[:begun]]
    forecast = forecast_of(achieved, last - months_between(first, day)) if begun else None
    coming = forecast.coming if forecast else []
    share = (figure.target or 0) / indicator.target if indicator.target else 0
    points = []
    for number in range(max(len(months), last + 1)):
        month = add_months(first, number)
        ahead = number - begun
        points.append(
            charts.MonthPoint(
                month,
                f"M{number + 1}",
                achieved[number] if ahead < 0 else None,
                indicator.expected(last_day_of_month(month)) * share,
                coming[ahead] if 0 <= ahead < len(coming) else None,
            )
        )
    return points, forecast


def _reached_in(points: list[charts.MonthPoint], target: int) -> date | None:
    """The month by whose end the target was reached; an undated row is in none."""
    if not target:
        return None
    return next((p.month for p in points if (p.achieved or 0) >= target), None)


def _month_numbers(points: list[charts.MonthPoint], target: int) -> charts.Numbers:
    headings = [
        _("No."), _("Month"), _("Achieved"), _("Expected"), _("Forecast"), _("Target"),
    ]  # fmt: skip
    return charts.Numbers(
        headings,
        [[p.label, p.month, p.achieved, p.expected, p.forecast, target or None] for p in points],
    )


def _undated(figure: Figure, points: list[charts.MonthPoint], as_of: date | None) -> list[str]:
    """Rows without a date stand in no month, but count today: the chart says so."""
    reached = [p.achieved for p in points if p.achieved is not None]
    if is_past(as_of) or figure.things is not None or not reached:
        return []
    number = figure.counted_rows - reached[-1]
    words = ngettext(
        "%(number)d row is counted but has no date: it stands in no month.",
        "%(number)d rows are counted but have no date: they stand in no month.",
        number,
    )
    return [words % {"number": number}] if number > 0 else []


def partner_chart(progress: Progress, line: IndicatorProgress, query: str = "") -> charts.Chart:
    """What each partner contributes to one indicator; each leads to its rows."""
    sign = "&" if query else "?"
    url = line.indicator.get_absolute_url()
    rows = [
        charts.PartnerRow(
            partner.code,
            partner.name,
            line.partners[partner.code].shown,
            line.partners[partner.code].target,
            f"{url}{query}{sign}partner={partner.code}#counted",
        )
        for partner in progress.partners
    ]
    title = sentences.of_partners(progress, line)
    headings = [_("Partner"), _("Name"), _("Achieved"), _("Own target")]
    return charts.Chart(
        charts.partner_bars(rows=rows, title=title),
        title,
        charts.Numbers(headings, [[r.code, r.name, r.achieved, r.target] for r in rows]),
        ["achieved", *(["target"] if any(row.target for row in rows) else [])],
        [_("A joint action counts for each of its partners.")],
        PICTURE_WIDTH,
    )


def heat_chart(progress: Progress) -> charts.Chart:
    """The partners beside the indicators, darker for more; on its page it is a table."""
    title = sentences.of_shares(progress)
    codes = [partner.code for partner in progress.partners]
    rows = heat_rows(progress)
    return charts.Chart(
        charts.heat_map(rows=rows, codes=codes, title=title),
        title,
        heat_numbers(progress),
        [f"heat-{band}" for band in ("none", "0", "1", "2", "3")],
        [
            _(
                "The share of the partner's own target; without one, of the rows that count for"
                " the consortium."
            ),
            _("A joint action counts for each of its partners."),
        ],
    )


def timeline_heading(deadlines: list[Deadline], today: date) -> str:
    """What the timeline shows, as a sentence; the deadlines must know their project."""
    words = {
        "done": sum(d.status == Deadline.Status.DONE for d in deadlines),
        "all": len(deadlines),
        "overdue": sum(d.is_overdue(today) for d in deadlines),
    }
    sentence = ngettext(
        "%(done)d of %(all)d deadlines are done, %(overdue)d is overdue",
        "%(done)d of %(all)d deadlines are done, %(overdue)d are overdue",
        words["overdue"],
    )
    return sentence % words


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
    words = {"project": progress.project.acronym, "day": _day(progress.as_of)}
    if progress.since is None:
        said = _("%(project)s, as of %(day)s") % words
    else:
        words["since"] = _day(progress.since)
        said = _("%(project)s, from %(since)s to %(day)s") % words
    if progress.measure == Measure.EVIDENCED:
        return _("%(said)s, evidenced figures") % {"said": said}
    if progress.measure == Measure.VERIFIED:
        return _("%(said)s, verified figures") % {"said": said}
    return said


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def overview_picture(progress: Progress, partner: Partner | None = None) -> charts.Picture:
    """Every indicator against its target, as a file and for documents."""
    return overview_chart(progress, partner).picture(said_of(progress))


def timeline_picture(
    project: Project, deadlines: list[Deadline], today: date, *, begins: int | None = None
) -> charts.Picture:
    """Table 12 as a picture; the deadlines must know their project."""
    heading = timeline_heading(deadlines, today)
    none = charts.timeline(lanes=[], months=[], first_number=1, today=None, title=heading)
    source = {"project": project.acronym, "day": _day(today)}
    return charts.picture(
        timeline_chart(project, deadlines, today, begins=begins) if deadlines else none,
        heading=heading,
        source=_("%(project)s, as of %(day)s") % source,
        legend=["done", "started", "open", "overdue"],
        width=PICTURE_WIDTH,
    )
