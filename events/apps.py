"""Names the events app for Django and registers its record types."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from . import records

        records.register_events()
        self._record_rows()

    def _record_rows(self) -> None:
        """Name the tables whose rows the database records."""
        from partners.versions import keep

        from . import models

        keep(models.Event, record="action", through="action_ptr")
        keep(models.MatchmakingMeeting, record="action", through="event_ptr")
        keep(models.BusinessMeeting, record="action", through="matchmaking")
