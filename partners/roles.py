"""What each role may do: one table, denied unless it stands here."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PARTNER = "partner", _("Partner user")
    LEADER = "leader", _("Task leader")
    ADMIN = "admin", _("Administrator")
    READER = "reader", _("Reader")


class Capability(StrEnum):
    """One thing that a member of a project may be allowed to do."""

    VIEW = "view"
    EXPORT = "export"
    ADD_ACTION = "add_action"
    EDIT_ANY_ACTION = "edit_any_action"
    EXCLUDE_ACTION = "exclude_action"
    ADD_ORGANISATION = "add_organisation"
    EDIT_ORGANISATION = "edit_organisation"
    MERGE_ORGANISATIONS = "merge_organisations"
    EXPLAIN_DEVIATION = "explain_deviation"
    EXPLAIN_ANY_DEVIATION = "explain_any_deviation"
    KEEP_TIMELINE = "keep_timeline"
    SET_TARGETS = "set_targets"
    KEEP_TEMPLATES = "keep_templates"
    IMPORT = "import"
    REVIEW = "review"
    SEE_RESTRICTED = "see_restricted"
    ERASE_FILE = "erase_file"
    SHARE_CREDIT = "share_credit"
    RESTORE = "restore"
    ANSWER_CHECKS = "answer_checks"
    AMEND = "amend"
    CHOOSE_FIGURE = "choose_figure"
    SEAL = "seal"
    SAVE_VIEW = "save_view"
    SHARE_VIEW = "share_view"
    DELETE_SHARED_VIEW = "delete_shared_view"


_EVERYONE = frozenset({Capability.VIEW, Capability.EXPORT, Capability.SAVE_VIEW})
_WRITER = _EVERYONE | {
    Capability.ADD_ACTION,
    Capability.ADD_ORGANISATION,
    Capability.EXPLAIN_DEVIATION,
    Capability.SHARE_VIEW,
}
_KEEPER = _WRITER | {
    Capability.EDIT_ANY_ACTION,
    Capability.EXCLUDE_ACTION,
    Capability.EDIT_ORGANISATION,
    Capability.EXPLAIN_ANY_DEVIATION,
    Capability.KEEP_TIMELINE,
    Capability.SET_TARGETS,
    Capability.KEEP_TEMPLATES,
    Capability.REVIEW,
    Capability.SEE_RESTRICTED,
    Capability.ERASE_FILE,
    Capability.SHARE_CREDIT,
    Capability.RESTORE,
    Capability.ANSWER_CHECKS,
    Capability.AMEND,
    Capability.CHOOSE_FIGURE,
    Capability.SEAL,
    Capability.DELETE_SHARED_VIEW,
}

CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.READER: _EVERYONE,
    Role.PARTNER: _WRITER,
    Role.LEADER: _KEEPER,
    Role.ADMIN: _KEEPER | {Capability.MERGE_ORGANISATIONS, Capability.IMPORT},
}

# What may be done while the project is looked at as it was known on a past day: nothing is changed.
OF_THE_PAST = frozenset({Capability.VIEW, Capability.EXPORT, Capability.SEE_RESTRICTED})
