"""The list of a record type, made from its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from .models import Action
from .records import RecordType

if TYPE_CHECKING:
    from partners.models import Project


class ActionTable(tables.Table):
    """Actions with their reference and their table; the record's columns come in between."""

    reference = tables.Column(verbose_name=_("No."), order_by=("type__table_number", "pk"))
    type = tables.Column(
        verbose_name=_("Table"), accessor="type__caption", order_by="type__table_number"
    )

    review = tables.TemplateColumn(
        template_name="actions/cells/review.html", verbose_name=_("Review")
    )

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()
        order_by = ("reference",)
        empty_text = _("No action fits. Change or clear the filters, or log a new action.")

    def __init__(
        self, *args: object, project: Project, record: RecordType, **kwargs: object
    ) -> None:
        self.project = project
        self.record_type = record
        columns = [(c.name, c.table_column()) for c in record.columns]
        extra = [(name, column) for name, column in columns if column is not None]
        sequence = ["reference", "title", "type", *(n for n, _c in extra if n != "title"), "review"]
        super().__init__(*args, extra_columns=extra, sequence=sequence, **kwargs)
