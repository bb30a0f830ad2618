"""Names the agreements app for Django and registers its record type."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = _("Agreements")

    def ready(self) -> None:
        from . import records

        records.register_agreement()
        self._record_rows()

    def _record_rows(self) -> None:
        """Name the table whose rows the database records."""
        from partners.versions import keep

        from .models import Agreement

        keep(Agreement, record="action", through="action_ptr")
