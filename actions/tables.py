"""The list of a record type, made from its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from .models import Action
from .records import RecordType

if TYPE_CHECKING:
    from partners.models import Project


class ActionTable(tables.Table):
    """Actions with their reference and their table; the record's columns come in between."""

    reference = tables.Column(
        verbose_name=_("No."),
        order_by=("type__table_number", "pk"),
        attrs={"td": {"class": "nowrap"}},
    )
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
        row_attrs: ClassVar[dict[str, Any]] = {"id": lambda record: f"row-{record.pk}"}
        empty_text = _("No action fits. Change or clear the filters, or log a new action.")

    tick = tables.TemplateColumn(
        template_name="actions/cells/tick.html",
        verbose_name=_("Tick"),
        orderable=False,
        attrs={"td": {"class": "col-tight"}, "th": {"class": "col-tight"}},
    )
    quick = tables.TemplateColumn(
        template_name="actions/cells/quick.html",
        verbose_name=_("Change"),
        orderable=False,
        attrs={"td": {"class": "col-tight"}, "th": {"class": "col-tight"}},
    )

    def __init__(
        self,
        *args: object,
        project: Project,
        record: RecordType,
        back: str = "",
        changes: bool = False,
        ticked: bool = False,
        **kwargs: object,
    ) -> None:
        """``changes``: with a tick and a small form for each row that the user may change, all
        ``ticked`` or none; ``back`` is the list as it is filtered, for the pages it leads to.
        """
        self.project = project
        self.record_type = record
        self.back, self.ticked = back, ticked
        columns = [(c.name, c.table_column()) for c in record.columns]
        extra = [(name, column) for name, column in columns if column is not None]
        sequence = ["reference", "title", "type", *(n for n, _c in extra if n != "title"), "review"]
        if changes:
            sequence = ["tick", *sequence, "quick"]
        else:
            kwargs["exclude"] = ("tick", "quick")
        super().__init__(*args, extra_columns=extra, sequence=sequence, **kwargs)
