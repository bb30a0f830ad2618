"""Names the actions app for Django and registers the plain action as a record type."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionsConfig(AppConfig):
    name = "actions"
    verbose_name = _("Actions")

    def ready(self) -> None:
        from . import records

        records.register_plain_action()
