"""The style guide: every component of app.css once, with made-up content, in light and dark."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from partners.models import Change, User
from partners.story import Entry

from .charts import (
    BulletFigure,
    MonthPoint,
    PartnerRow,
    bullet,
    partner_bars,
    progress_lines,
)
from .charts.legend import legend_of

SCHEMES = ("light", "dark")
# What stands in the palette, by the names of the tokens.
PALETTE = (
    *("ground", "surface", "sunken", "line", "ink", "muted", "link", "brand", "accent"),
    *("ok", "info", "warn", "bad", "plain"),
    *("chart-claimed", "chart-evidenced", "chart-verified", "chart-expected", "chart-target"),
)
BULLET_LEGEND = ("verified", "evidenced", "claimed", "under-way", "expected", "target")
LINES_LEGEND = ("achieved", "expected-line", "target-line")
PACES = ("ahead", "on_track", "behind", "missed")
DAY = date(2022, 3, 14)


class SampleForm(forms.Form):
    """A field of each kind."""

    title = forms.CharField(label=gettext_lazy("Title"), help_text=gettext_lazy("As it is printed"))
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    partner = forms.ChoiceField(
        label=gettext_lazy("Partner"), choices=[("a", "AMZ"), ("b", "BIC")], required=False
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=[("on", gettext_lazy("on site")), ("off", gettext_lazy("online"))],
        widget=forms.RadioSelect,
        required=False,
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    restricted = forms.BooleanField(label=gettext_lazy("Holds personal data"), required=False)


class SampleRow(forms.Form):
    """A row that can be added again."""

    place = forms.CharField(label=gettext_lazy("Place"), required=False)
    day = forms.CharField(label=gettext_lazy("Day"), required=False)


class SampleFilter(forms.Form):
    """A search, a filter at hand, and one behind “More filters”."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False)
    partner = forms.ChoiceField(label=gettext_lazy("Partner"), choices=[("a", "AMZ")])
    mission = forms.ChoiceField(label=gettext_lazy("Mission"), choices=[("d", "Dubai")])


class SampleTable(tables.Table):
    """Three rows that can be sorted."""

    title = tables.Column(verbose_name=gettext_lazy("Title"), attrs={"td": {"class": "main"}})
    partner = tables.Column(verbose_name=gettext_lazy("Partner"))
    count = tables.Column(
        verbose_name=gettext_lazy("Participants"),
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )


class StyleGuide(View):
    """Shows the components; ``?scheme=`` says in which scheme, else in that of the page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        scheme = request.GET.get("scheme", "")
        scheme = scheme if scheme in SCHEMES else ""
        return render(request, "kpis/style_guide.html", sample(request, scheme))


def sample(request: HttpRequest, scheme: str) -> dict[str, Any]:
    """All that the page shows."""
    refused = SampleForm({"title": ""}, prefix="refused")
    rows = forms.formset_factory(SampleRow, extra=1, can_delete=True)(prefix="rows")
    return {
        "scheme": scheme,
        "schemes": SCHEMES,
        "palette": PALETTE,
        "paces": PACES,
        "statuses": [
            ("planned", _("Planned")),
            ("under_way", _("Under way")),
            ("achieved", _("Achieved")),
            ("dropped", _("Dropped")),
        ],
        "tones": ["ok", "info", "warn", "bad", "plain"],
        "form": SampleForm(),
        "refused": refused,
        "formset": rows,
        "quick": SampleRow(prefix="quick"),
        "filterset": {"form": SampleFilter(prefix="")},
        "table": SampleTable(sample_rows(), order_by="title"),
        "pages": Paginator(range(120), 25).page(2),
        "notices": sample_messages(),
        "history": sample_history(cast(User, request.user)),
        "day": DAY,
        **sample_charts(),
    }


def sample_rows() -> list[dict[str, Any]]:
    titles = (_("Workshop on batteries"), _("Meeting in Michigan"), _("Visit to Dubai Expo"))
    pairs = zip(titles, ("AMZ", "MAV", "POL"), (34, 8, 120), strict=True)
    return [{"title": title, "partner": code, "count": count} for title, code, count in pairs]


def sample_messages() -> list[Message]:
    return [
        Message(constants.SUCCESS, _("Saved: Workshop on batteries")),
        Message(constants.INFO, _("The report is being written.")),
        Message(constants.WARNING, _("Two rows lack evidence.")),
        Message(constants.ERROR, _("This file could not be read.")),
    ]


def sample_history(user: User) -> list[Entry]:
    moment = datetime(2022, 3, 14, 9, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    return [
        Entry(
            moment,
            Change.Kind.CHANGED,
            user=user,
            fields=[(_("Status"), _("Planned"), _("Achieved"))],
            change=Change(kind=Change.Kind.CHANGED),
        ),
    ]


def sample_charts() -> dict[str, Any]:
    days = [date(2021, month, 1) for month in range(1, 9)]
    counts = (0, 1, 1, 3, 4, 4, 6, 7)
    months = [
        MonthPoint(day, f"M{number}", count, 1.5 * number)
        for number, (day, count) in enumerate(zip(days, counts, strict=True), 1)
    ]
    title = _("Seven of twelve were achieved")
    partners = [
        PartnerRow(code, name, achieved, 4, "#charts")
        for code, name, achieved in (("AMZ", "Amazing", 5), ("BIC", "Bicycles", 2))
    ]
    figure = BulletFigure(7, 12, claimed=7, evidenced=4, verified=2, under_way=2, expected=9.5)
    return {
        "bullet": bullet(figure, name=_("Workshops"), words=title),
        "bullet_legend": legend_of(BULLET_LEGEND),
        "lines_legend": legend_of(LINES_LEGEND),
        "lines": progress_lines(months=months, target=12, title=title, today=None),
        "bars": partner_bars(rows=partners),
    }
