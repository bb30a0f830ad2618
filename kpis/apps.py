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
        self._name_fields()
        self._let_find()
        self._record_rows()

    def _name_fields(self) -> None:
        """Say what the history calls the fields of what is promised."""
        from partners.story import register_headings

        from . import models

        for model in (models.Indicator, models.Deadline, models.Amendment, models.CheckAnswer):
            fields = {field.name: field.verbose_name for field in model._meta.fields}
            register_headings(model._meta.model_name or "", fields)

    def _let_find(self) -> None:
        """Say how the search finds what stands on this floor."""
        from partners.searching import register_finder

        from .finders import find_deadlines, find_deviations, find_indicators

        register_finder("indicators", find_indicators, position=2)
        register_finder("deadlines", find_deadlines, position=5)
        register_finder("deviations", find_deviations, position=6)

    def _record_rows(self) -> None:
        """Name the tables whose rows the database records."""
        from partners.versions import keep

        from . import models

        keep(models.Indicator, record="indicator")
        keep(models.Indicator.action_types.through, record="indicator", through="indicator")
        keep(models.PartnerTarget, record="indicator", through="indicator")
        keep(models.Deviation, record="indicator", through="indicator")
        keep(models.Deadline, record="deadline")
        keep(models.Amendment, record="amendment")
        keep(models.FormerTerms, record="indicator", through="indicator")
        keep(models.CheckAnswer, record="checkanswer")
