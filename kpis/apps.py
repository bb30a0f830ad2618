"""Names the kpis app for Django and adds its panel to the page of every action."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = _("Indicators and deadlines")

    def ready(self) -> None:
        from actions.panels import register_panel

        from .panels import counting_panel

        register_panel(counting_panel)
