"""The tables of the lowest floor: projects, people, organisations, views and histories."""

from .history import Change, RowVersion
from .organisations import LONGEST_NAME, NEEDS_A_LETTER, Organisation, OrganisationAlias
from .projects import (
    CODE,
    LONGEST_DISCLAIMER,
    LONGEST_PROJECT_MONTHS,
    LONGEST_STATEMENT,
    RESERVED_SLUGS,
    Alias,
    Emblem,
    Measure,
    Membership,
    Mission,
    Partner,
    PartnerAlias,
    Project,
    Sector,
    not_reserved,
)
from .saved_views import LONGEST_QUERY, SavedView
from .users import User

__all__ = [
    "CODE",
    "LONGEST_DISCLAIMER",
    "LONGEST_NAME",
    "LONGEST_PROJECT_MONTHS",
    "LONGEST_QUERY",
    "LONGEST_STATEMENT",
    "NEEDS_A_LETTER",
    "RESERVED_SLUGS",
    "Alias",
    "Change",
    "Emblem",
    "Measure",
    "Membership",
    "Mission",
    "Organisation",
    "OrganisationAlias",
    "Partner",
    "PartnerAlias",
    "Project",
    "RowVersion",
    "SavedView",
    "Sector",
    "User",
    "not_reserved",
]
