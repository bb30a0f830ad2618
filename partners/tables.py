"""The list of organisations."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from .listing import NameColumn
from .models import Organisation


class OrganisationTable(tables.Table):
    """Organisations with their kind, country and how many actions touch them."""

    name = NameColumn(
        of="name",
        verbose_name=_("Name"),
        linkify=("organisation", {"project": A("project__slug"), "pk": A("pk")}),
    )
    aliases = tables.TemplateColumn(
        template_name="partners/cells/aliases.html",
        verbose_name=_("Other spellings"),
        orderable=False,
    )
    action_count = tables.Column(
        verbose_name=_("Actions"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )

    class Meta:
        model = Organisation
        fields = ("name", "kind", "country", "aliases", "action_count")
        order_by = ("name",)
        empty_text = _("No organisation fits. Change or clear the filters, or add one.")
