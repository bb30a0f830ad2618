"""Names the reports app for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Imports and reports")

    def ready(self) -> None:
        from actions.panels import register_panel

        from .panels import document_panel

        register_panel(document_panel)
