"""The words of the deliverable's own tables: a project stores them, here they are translated.

A table of another project, or one that was renamed, keeps its words in every language.
"""

from django.utils.translation import gettext_noop as _

HEADINGS = (
    _("Responsible"),
    _("Description"),
    _("Dates & Location"),
    _("Expectations & Results"),
    _("Expected date of signature"),
    _("Date of agreement"),
)
SECTIONS = (
    _("Cluster organisations and business networks"),
    _("Cooperation agreements"),
    _("Business agreements"),
    _("Events"),
    _("Matchmaking meetings"),
    _("Sectors beyond mobility"),
)
CAPTIONS = (
    _("Clusters and Business Networks from participating countries"),
    _("Clusters Cooperation Agreements (from our countries)"),
    _("Clusters Cooperation Agreements"),
    _("Other Clusters or Consortiums & Intermediary Organizations Cooperation Agreements"),
    _("Clusters/Consortiums & Intermediary Organizations Cooperation Agreements"),
    _("SMEs Cooperation Agreements"),
    _("SMEs Business Agreements"),
    _("National workshops with SMEs"),
    _("National workshops with SMEs."),
    _("International meetings"),
    _("International meetings."),
    _("Other International events"),
    _("Cluster & business matchmaking meetings supported"),
    _("Other sectors involved beyond mobility"),
    _("Other sectors involved beyond mobility."),
)
TITLES = (
    _("1. Clusters and Business Networks from participating countries 12 in total"),
    _("2. Clusters Cooperation Agreements (from our countries) 12 in total"),
    _(
        "3. Other Clusters or Consortiums & Intermediary Organizations Cooperation"
        " Agreements 6 in total"
    ),
    _("4. SMEs Cooperation Agreements 20 in total (4 per partner)"),
    _("5. SMEs Business Agreements 10 in total (2 per partner)"),
    _("6. National workshops with SMEs 10 in total (2 per partner)"),
    _("7. International meetings 6 in total"),
    _("8. Other International events 6 in total"),
    _("9. Cluster & business matchmaking meetings supported 5 in total (1 per partner)"),
    _("10. Other sectors involved beyond mobility 3 in total"),
)
