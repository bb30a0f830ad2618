"""Names the reports app for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Imports and reports")

    def ready(self) -> None:
        from actions.evidence import register_keeper
        from actions.panels import register_panel
        from partners.searching import register_finder
        from partners.story import register_headings

        from .evidence_kept import KEEPER
        from .finders import find_sealed
        from .panels import document_panel
        from .templates import headings_of_templates

        register_panel(document_panel)
        register_keeper(KEEPER)
        register_finder("sealed", find_sealed, position=7)
        register_headings("project", headings_of_templates())
        self._record_rows()

    def _record_rows(self) -> None:
        """Name the table whose rows the database records, and what it refuses to change."""
        from partners.versions import freeze, keep

        from .models import DocumentTemplate, SealedFile, SealedReport

        keep(DocumentTemplate, record="documenttemplate")
        words = _("What was sealed is never changed.")
        freeze(SealedReport, emptied=["sealed_by"], words=words)
        # A file is closed, erased and loses its name for good.
        freeze(SealedFile, once=["restricted", "erased_at"], emptied=["name"], words=words)
