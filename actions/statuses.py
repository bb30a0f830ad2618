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
        "wykonano|odbyło się|odbyła się|odbył się|osiągnięte|osiągnięty|osiągnięta|"
        "osiągnięto|erfolgt|durchgefuehrt|"
        "fertiggestellt|cumplido|cumplida|conseguido|conseguida|finalizado|finalizada|a eu lieu|"
        "tenu|tenue|accompli|accomplie|tenuto|tenuta|conseguito|ultimato|ultimata"
    ),
    Status.PLANNED: (
        "planned|scheduled|foreseen|expected|to do|todo|identified|not started|upcoming|geplant|"
        "vorgesehen|offen|planificado|planificada|previsto|prevista|programado|programada|prévu|"
        "prévue|planifié|planifiée|programmé|pianificato|pianificata|programmato|in programma|"
        "planowane|planowany|planowana|zaplanowane|zaplanowany|zaplanowana|zaplanowano|"
        "identifiziert|identificado|identificada|identifié|identifiée|individuato|individuata|"
        "identificato|identificata|zidentyfikowane|zidentyfikowany|zidentyfikowana|"
        "zidentyfikowano"
    ),
    Status.UNDER_WAY: (
        "under way|underway|ongoing|on going|in progress|started|running|in negotiation|"
        "under negotiation|pending|laufend|läuft|in arbeit|in bearbeitung|begonnen|gestartet|"
        "en curso|en marcha|en proceso|iniciado|iniciada|en cours|commencé|commencée|démarré|"
        "in corso|in lavorazione|avviato|avviata|iniziato|w toku|w trakcie|rozpoczęte|rozpoczęty|"
        "rozpoczęta|trwa|w realizacji|"
        "in vorbereitung|in verhandlung|en preparación|en negociación|en préparation|"
        "en négociation|in preparazione|in trattativa|in fase di negoziazione|w przygotowaniu|"
        "w negocjacjach|w trakcie negocjacji|in preparation"
    ),
    Status.DROPPED: (
        "dropped|cancelled|canceled|abandoned|not pursued|called off|abgesagt|entfallen|storniert|"
        "gestrichen|abgebrochen|cancelado|cancelada|anulado|anulada|suspendido|annulé|annulée|"
        "abandonné|abandonnée|supprimé|annullato|annullata|cancellato|cancellata|soppresso|"
        "odwołane|odwołany|odwołana|odwołano|anulowane|anulowany|anulowana|zaniechane|"
        "aufgegeben|nicht weiterverfolgt|nicht verfolgt|descartado|descartada|abandonado|"
        "abandonada|no continuado|sin continuidad|non poursuivi|non poursuivie|abbandonato|"
        "abbandonata|non proseguito|non proseguita|niekontynuowane|niekontynuowany|"
        "niekontynuowana|nie kontynuowane|zaniechany|zaniechana|zaniechano"
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
