"""The rows behind a figure: those that it counts, and those that it leaves out with the reason."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from actions.models import Action
from partners.listing import NameColumn

from .explanation import reason_of
from .verdicts import DUPLICATE, REASONS


class CountedTable(tables.Table):
    """The rows that a figure counts."""

    reference = tables.Column(verbose_name=_("No."), order_by=("type__table_number", "pk"))
    title = NameColumn(
        of="title", verbose_name=_("Title"), linkify=True, attrs={"td": {"class": "main"}}
    )
    partners = tables.TemplateColumn(
        template_name="actions/cells/partners.html",
        verbose_name=_("Responsible"),
        orderable=False,
    )
    first_on = tables.TemplateColumn(
        template_name="actions/cells/first_date.html",
        verbose_name=_("Counts by its date"),
        order_by=("first_on", "pk"),
    )

    class Meta:
        model = Action
        fields = ("reference", "title", "partners", "first_on")
        order_by = ("reference",)
        empty_text = _("No row is counted yet.")
        prefix = "counted-"


class NotCountedTable(CountedTable):
    """The rows that a figure leaves out."""

    verdict = tables.Column(verbose_name=_("Why it is not counted"))
    first_on = tables.TemplateColumn(
        template_name="actions/cells/first_date.html",
        verbose_name=_("First date"),
        order_by=("first_on", "pk"),
    )

    class Meta:
        model = Action
        fields = ("reference", "title", "partners", "verdict", "first_on")
        order_by = ("reference",)
        empty_text = _("No row is left out.")
        prefix = "left-"

    def render_verdict(self, value: str, record: Action) -> str:
        """The reason in words, with what was said of this row; a duplicate leads to the other."""
        words = reason_of(record, str(REASONS[value]))
        if value == DUPLICATE and record.duplicate_of:
            return format_html('<a href="{}">{}</a>', record.duplicate_of.get_absolute_url(), words)
        return words
