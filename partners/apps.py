"""Names the partners app for Django."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Project and partners")

    def ready(self) -> None:
        from .models import Organisation, Project, User
        from .story import register_headings

        for model in (Organisation, Project, User):
            fields = {f.name: f.verbose_name for f in model._meta.fields}
            register_headings(model._meta.model_name or "", fields)
        self._let_find()
        self._record_rows()

    def _let_find(self) -> None:
        """Say how the search finds what stands on this floor."""
        from .finders import find_organisations, find_partners
        from .searching import register_finder

        register_finder("organisations", find_organisations, position=3)
        register_finder("partners", find_partners, position=4)

    def _record_rows(self) -> None:
        """Name the tables whose rows the database records, and when its triggers are made."""
        from . import models
        from .door import give_door
        from .sorting import give_reading_keys
        from .versions import freeze, keep
        from .versions.installing import install, take_down
        from .versions.numbers import give_numbers

        connection_created.connect(give_numbers)
        connection_created.connect(give_door)
        connection_created.connect(give_reading_keys)
        pre_migrate.connect(take_down, sender=self)
        post_migrate.connect(install, sender=self)
        # Links lead to the address that the project has now.
        keep(models.Project, record="project", today=["slug"])
        keep(models.Partner, record="partner")
        keep(models.PartnerAlias, record="partner", through="partner")
        keep(models.Membership, record="membership", travels=False)
        keep(models.Sector, record="sector")
        keep(models.Mission, record="mission")
        keep(models.Organisation, record="organisation")
        keep(models.OrganisationAlias, record="organisation", through="organisation")
        sectors = models.Organisation.sectors.through
        keep(sectors, record="organisation", through="organisation")
        words = _("What is recorded of the past is never changed.")
        freeze(models.RowVersion, forgettable=True, words=words)
        # A user who goes leaves the lines without a name.
        freeze(models.Change, emptied=["user"], forgettable=True, words=words)
