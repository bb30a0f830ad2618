"""Names the actions app for Django and registers the plain action as a record type."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = _("Actions")

    def ready(self) -> None:
        from partners.rowwords import hide_in_words
        from partners.states import register_teller
        from partners.story import register_headings

        from . import records
        from .credit_views import credit_panel
        from .models import EvidenceFile
        from .panels import register_panel
        from .states import tell_of_actions

        records.register_plain_action()
        register_headings(
            "action",
            {
                "files": _("File"),
                "review": _("Review"),
                "proposed": _("Proposed change"),
                "accepted": _("Accepted"),
                "comment": _("Words"),
                "credit": _("Shared credit"),
                "duplicate_of": _("Duplicate of"),
                "exclusion_reason": _("Left out of the count"),
            },
        )
        register_headings(
            "actiontype",
            {
                "section": _("Section of the report"),
                "evidence": _("Evidence that is asked for"),
            },
        )
        register_panel(credit_panel)
        # The history is read by all, the name of a restricted file is not.
        hide_in_words(EvidenceFile, "title", "name", "file", "sha256")
        self._let_find()
        register_teller(tell_of_actions)
        self._record_rows()
        self._bring_back_files()

    def _let_find(self) -> None:
        """Say how the search finds what stands on this floor."""
        from partners.searching import register_finder

        from .finders import find_actions, find_evidence

        register_finder("actions", find_actions, position=1)
        register_finder("evidence", find_evidence, position=8)

    def _bring_back_files(self) -> None:
        """Say how files of evidence come back: with their actions, and by themselves."""
        from partners.restoring import Part, comes_back_alone, on_restore

        from .file_services import bring_back_files
        from .gone_files import mend, why_not_back
        from .models import EvidenceFile

        on_restore(EvidenceFile, mend)
        comes_back_alone(Part(EvidenceFile, "action", "files", why_not_back, bring_back_files))

    def _record_rows(self) -> None:
        """Name the tables whose rows the database records."""
        from partners.versions import keep

        from . import models

        keep(models.ActionType, record="actiontype")
        keep(models.Action, record="action")
        of_an_action = (
            models.Action.partners.through,
            models.Action.organisations.through,
            models.Action.sectors.through,
            models.Occasion,
            models.Evidence,
            models.ReviewNote,
            models.ProposedChange,
            models.CreditShare,
        )
        for model in of_an_action:
            keep(model, record="action", through="action")
        # Who may open a file, and whether it can be opened, is a matter of today.
        now = ["restricted", "erased_at", "erased_by", "erased_why"]
        keep(models.EvidenceFile, record="action", through="action", today=now)
