"""The words for how far an action is, in English, German, Spanish, French, Italian and Polish."""

from __future__ import annotations

from partners.names import folded, name_key

from .models import Status

_PHRASES: dict[str, str] = {
    Status.ACHIEVED: (
        "achieved|done|held|completed|complete|finished|finalised|finalized|closed|took place|"
        "implemented|realised|realized|carried out|erledigt|durchgeführt|abgeschlossen|erreicht|"
        "fertig|stattgefunden|umgesetzt|beendet|realizado|realizada|hecho|hecha|completado|"
        "completada|celebrado|celebrada|terminado|terminada|logrado|réalisé|réalisée|effectué|"
        "effectuée|terminé|terminée|fait|achevé|achevée|atteint|realizzato|realizzata|svolto|"
        "svolta|completato|completata|concluso|conclusa|fatto|raggiunto|zrealizowane|"
        "zrealizowany|zrealizowana|zrealizowano|zakończone|zakończony|zakończona|wykonane|"
        "wykonano|odbyło się|odbyła się|odbył się"
    ),
    Status.PLANNED: (
        "planned|scheduled|foreseen|expected|to do|todo|identified|not started|upcoming|geplant|"
        "vorgesehen|offen|planificado|planificada|previsto|prevista|programado|programada|prévu|"
        "prévue|planifié|planifiée|programmé|pianificato|pianificata|programmato|in programma|"
        "planowane|planowany|planowana|zaplanowane|zaplanowany|zaplanowana|zaplanowano"
    ),
    Status.UNDER_WAY: (
        "under way|underway|ongoing|on going|in progress|started|running|in negotiation|"
        "under negotiation|pending|laufend|läuft|in arbeit|in bearbeitung|begonnen|gestartet|"
        "en curso|en marcha|en proceso|iniciado|iniciada|en cours|commencé|commencée|démarré|"
        "in corso|in lavorazione|avviato|avviata|iniziato|w toku|w trakcie|rozpoczęte|rozpoczęty|"
        "rozpoczęta|trwa|w realizacji"
    ),
    Status.DROPPED: (
        "dropped|cancelled|canceled|abandoned|not pursued|called off|abgesagt|entfallen|storniert|"
        "gestrichen|abgebrochen|cancelado|cancelada|anulado|anulada|suspendido|annulé|annulée|"
        "abandonné|abandonnée|supprimé|annullato|annullata|cancellato|cancellata|soppresso|"
        "odwołane|odwołany|odwołana|odwołano|anulowane|anulowany|anulowana|zaniechane"
    ),
}
_STATUSES: dict[str, str] = {
    name_key(folded(phrase)): status
    for status, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
}


def status_of_words(text: str) -> str | None:
    """The status that a cell names in one of the six languages, if it names one."""
    return _STATUSES.get(name_key(folded(text)))
