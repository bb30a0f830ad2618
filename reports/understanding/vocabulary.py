"""The words by which people of six languages head the columns of their tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from partners.names import name_key

TITLE = "title"
ROW_ID_FIELD = "row_id"
# What a column may say of a date, where date and place stand in columns of their own.
DATE, START, END, PLACE, COUNTRY = "date", "start", "end", "place", "country"
PARTS_OF_DATES = (DATE, START, END, PLACE, COUNTRY)

# By field, in English, German, Spanish, French, Italian and Polish; a record without a field
# ignores its words. A word of several fields means the first of them that a table has.
ALIASES: Mapping[str, str] = {
    ROW_ID_FIELD: """
        row id; id; reference; ref; row reference; action id; zeilen id; kennung; referenz;
        id fila; id de fila; referencia; identifiant; id ligne; id de ligne; riferimento; id riga;
        identyfikator; id wiersza; nr wiersza
    """,
    "participants": """
        participants; number of participants; attendees; number of attendees; attendance;
        people; headcount; teilnehmer; teilnehmende; teilnehmerzahl; anzahl teilnehmer;
        anzahl der teilnehmer; participantes; numero de participantes; asistentes;
        numero de asistentes; nombre de participants; partecipanti; numero di partecipanti;
        numero partecipanti; uczestnicy; liczba uczestnikow
    """,
    "participants_certainty": """
        certainty; exact or estimated; estimate; genauigkeit; geschatzt; estimacion; estimation;
        stima; szacunek; how sure the number is; genauigkeit der zahl; certeza del numero;
        exactitud del numero; precision du nombre; fiabilite du nombre; precisione del numero;
        dokladnosc liczby; dokladnosc
    """,
    "smes": """
        smes; sme; number of smes; kmu; anzahl kmu; pymes; numero de pymes; pme;
        nombre de pme; pmi; numero di pmi; msp; liczba msp
    """,
    "clusters": """
        clusters; number of clusters; anzahl cluster; numero de clusteres;
        nombre de clusters; numero di cluster; klastry; liczba klastrow
    """,
    "research": """
        research; rtos; number of rtos; research centres; forschung; forschungseinrichtungen;
        investigacion; centros de investigacion; recherche; centres de recherche; ricerca;
        centri di ricerca; nauka; jednostki badawcze
    """,
    "public": """
        public bodies; public; authorities; offentliche stellen; behorden;
        organismos publicos; organismes publics; enti pubblici; instytucje publiczne
    """,
    "organisations_present": """
        organisations represented; number of organisations; number of organizations;
        anzahl organisationen; numero de organizaciones; nombre d organisations;
        numero di organizzazioni; liczba organizacji; vertretene organisationen;
        organizaciones representadas; organisations representees; organizzazioni rappresentate;
        reprezentowane organizacje
    """,
    "meetings": """
        who met whom; b2b meetings; business meetings; wer traf wen; geschaftstreffen;
        reuniones b2b; rendez vous b2b; incontri b2b; spotkania b2b; wer hat wen getroffen;
        quien se reunio con quien; quien conocio a quien; qui a rencontre qui;
        chi ha incontrato chi;
        kto z kim sie spotkal; kto kogo spotkal
    """,
    TITLE: """
        title; name; action; activity; event; event name; event title; name of event;
        name of the event; name of the action; activity name; action name; name of the organisation;
        name of the organization; name of organisation; name of organization;
        organisation name; organization name; organisation; organization; cluster; clusters;
        cluster name; name of the cluster; network; company; company name; sme; workshop;
        workshop title; meeting; agreement; agreement with; counterpart; titel; bezeichnung;
        veranstaltung; name der veranstaltung; massnahme; maßnahme; aktion; aktivitat; firma;
        unternehmen; name der organisation; einrichtung; treffen; vereinbarung; titulo; nombre;
        accion; actividad; evento; organizacion; empresa; nombre de la organizacion;
        nombre del evento; taller; reunion; acuerdo; titre; nom; intitule; evenement;
        activite; organisme; entreprise; nom de l organisation; nom de l evenement; atelier;
        accord; titolo; nome; azione; attivita; organizzazione; azienda; impresa;
        nome dell organizzazione; nome dell evento; incontro; accordo; tytul; nazwa;
        dzialanie; wydarzenie; organizacja; klaster; firma; przedsiebiorstwo;
        nazwa organizacji; nazwa wydarzenia; nazwa dzialania; warsztat; spotkanie; umowa;
        podpisane porozumienie; porozumienie; unterzeichnete vereinbarung; acuerdo firmado;
        accord signe; accordo firmato
    """,
    "partners": """
        responsible; responsible partner; responsible partners; responsible cluster;
        responsible organisation; responsible organization; partner responsible; responsibility;
        partner; partners; project partner; project partners; cluster partner; elca partner;
        lead; lead partner; leader; led by; who; owner; in charge; organiser; organizer;
        organised by; verantwortlich; verantwortlicher; verantwortliche;
        verantwortlicher partner; verantwortung; zustandig; zustandiger partner;
        zustandigkeit; projektpartner; federfuhrend; federfuhrung; wer; responsable;
        responsables; socio responsable; entidad responsable; socio; socios; lider; quien;
        partenaire; partenaires; partenaire responsable; chef de file; pilote; qui;
        responsabile; responsabili; partner responsabile; capofila; referente; chi;
        odpowiedzialny; odpowiedzialna; odpowiedzialni; partner odpowiedzialny;
        osoba odpowiedzialna; odpowiedzialnosc; partnerzy; kto
    """,
    "organisations": """
        organisations; organizations; organisations involved; organizations involved;
        partner organisations; participating organisations; stakeholders; parties; involved;
        companies; companies involved; organisation; organization; organisationen;
        beteiligte; beteiligte organisationen; einrichtungen; parteien; organizaciones;
        entidades; entidades participantes; organismes; parties prenantes; organizzazioni;
        enti coinvolti; organizacje; podmioty; strony; companies met
    """,
    "description": """
        description; short description; brief description; details; about; content; contents;
        summary; subject; topic; what; beschreibung; kurzbeschreibung; inhalt; inhalte;
        thema; details; descripcion; breve descripcion; contenido; resumen; detalle;
        descriptif; contenu; resume; objet; descrizione; breve descrizione; contenuto;
        contenuti; sintesi; opis; krotki opis; tresc; szczegoly
    """,
    "dates": """
        dates location; date location; dates and location; date and location; date and place;
        dates and place; dates and places; when and where; date place; date venue;
        date and venue; occasions; occasion; datum und ort; datum ort; termin und ort;
        zeit und ort; wann und wo; fecha y lugar; fechas y lugar; fechas y lugares;
        cuando y donde; date et lieu; dates et lieu; dates et lieux; quand et ou; data e luogo;
        date e luogo; date e luoghi; quando e dove; data i miejsce; termin i miejsce;
        daty i miejsca; daty i miejsce; kiedy i gdzie
    """,
    "dates_note": """
        about the dates; note on dates; dates note; anmerkung zum datum; nota sobre las fechas;
        note sur les dates; note sulle date; uwagi do dat
    """,
    DATE: """
        date; dates; day; when; date of event; date of the event; event date; meeting date;
        period; timing; datum; termin; termine; tag; wann; zeitraum; zeitpunkt; fecha; fechas;
        dia; cuando; periodo; jour; quand; periode; data; giorno; quando; daty; dzien; kiedy;
        date of meeting; datum der veranstaltung; fecha del evento; data dell evento;
        data wydarzenia; date de l evenement
    """,
    START: """
        start; start date; begin; beginning; from; starts; beginn; anfang; startdatum; von;
        inicio; fecha de inicio; desde; debut; date de debut; du; inizio; data di inizio;
        data inizio; dal; poczatek; data rozpoczecia; rozpoczecie; od
    """,
    END: """
        end; end date; until; to; ends; ende; enddatum; bis; fin; fecha de fin;
        fecha de finalizacion; hasta; date de fin; au; fine; data di fine; data fine; al;
        koniec; data zakonczenia; zakonczenie; do
    """,
    PLACE: """
        place; places; location; locations; city; town; venue; where; ort; orte;
        veranstaltungsort; stadt; wo; lugar; lugares; ciudad; sede; donde; ubicacion; lieu;
        lieux; ville; endroit; ou; luogo; luoghi; citta; dove; miejsce; miejscowosc; miasto;
        gdzie; lokalizacja
    """,
    COUNTRY: "country; countries; land; lander; pais; pays; paese; kraj; staat; panstwo",
    "outcome": """
        expectations results; expectations and results; results and expectations;
        expectation and result; outcome; outcomes; expected and actual results;
        erwartungen und ergebnisse; ergebnisse und erwartungen; expectativas y resultados;
        resultados y expectativas; attentes et resultats; resultats et attentes;
        aspettative e risultati; risultati e aspettative; risultati e aspettative;
        oczekiwania i rezultaty; oczekiwania i wyniki; oczekiwania i efekty; wyniki i oczekiwania
    """,
    "expectations": """
        expectations; expectation; expected; expected results; expected outcome;
        expected outcomes; objectives; objective; goals; goal; aim; aims; erwartungen; erwartung;
        erwartete ergebnisse; ziele; ziel; expectativas; expectativa; resultados esperados;
        objetivos; objetivo; attentes; attente; resultats attendus; objectifs; objectif;
        aspettative; risultati attesi; obiettivi; obiettivo; oczekiwania; oczekiwane rezultaty;
        oczekiwane wyniki; cele; cel
    """,
    "results": """
        results; result; actual results; achieved results; achievements; impact; outcome;
        ergebnisse; ergebnis; resultate; resultat; resultados; resultado; logros; resultats;
        acquis; risultati; risultato; rezultaty; rezultat; wyniki; wynik; efekty; efekt
    """,
    "status": """
        status; state; stage; progress; stand; zustand; fortschritt; estado; situacion; statut;
        etat; avancement; stato; stato di avanzamento; avanzamento; stan; status realizacji;
        stan realizacji
    """,
    "signature": """
        expected date of signature; date of signature; date of agreement; agreement date;
        signature date; signature; signed; signing; signing date; date of signing;
        signature and status; unterzeichnung; unterschrift; unterzeichnet;
        datum der unterzeichnung; unterzeichnungsdatum; datum der vereinbarung;
        voraussichtliches datum der unterzeichnung; voraussichtliche unterzeichnung; firma;
        fecha de firma; fecha de la firma; fecha prevista de firma;
        fecha prevista de la firma; fecha del acuerdo; firmado; date de signature;
        date prevue de signature; date de l accord; signe; data di firma; data della firma;
        data prevista di firma; data prevista della firma; data dell accordo; firmato;
        data podpisania; przewidywana data podpisania; planowana data podpisania;
        data umowy; podpisanie; podpisano
    """,
    "signed_on": """
        signed on; date of signature; signature date; date signed; signing date;
        date of signing; unterzeichnet am; unterschrieben am; datum der unterzeichnung;
        unterzeichnungsdatum; firmado el; fecha de firma; fecha de la firma; signe le;
        date de signature; firmato il; data di firma; data della firma; podpisano dnia;
        data podpisania
    """,
    "expected_signature": """
        expected signature; expected date of signature; planned signature; signature expected;
        voraussichtliche unterzeichnung; voraussichtliches datum der unterzeichnung;
        geplante unterzeichnung; firma prevista; fecha prevista de firma;
        fecha prevista de la firma; signature prevue; date prevue de signature;
        data prevista di firma; data prevista della firma; planowane podpisanie;
        planowana data podpisania; przewidywana data podpisania
    """,
    "mission": """
        mission; target market; target country; mission to; zielmarkt; zielland; mision;
        mercado objetivo; pais objetivo; marche cible; pays cible; missione;
        mercato di riferimento; paese obiettivo; misja; rynek docelowy; kraj docelowy
    """,
    "sectors": """
        sectors; sector; industry; industries; field; branche; branchen; sektor; sektoren;
        industrie; sectores; secteur; secteurs; filiere; settore; settori; branza; branze;
        sektory
    """,
    "evidence": """
        evidence; proof; link; links; url; website; documents; attachments; source;
        means of verification; nachweis; nachweise; beleg; belege; evidencia; evidencias;
        enlace; enlaces; prueba; preuve; preuves; lien; liens; justificatif; justificatifs;
        prova; prove; evidenze; documentazione; documentacion; documentation; dokumentation;
        dokumentacja; collegamento; dowod; dowody; zalaczniki; odnosnik
    """,
}
# Columns that count or keep the books: no field is guessed for them from their cells.
STRANGERS = """
    no; nr; number; lp; l p; n; num; numero; table; last modified; modified; updated; created;
    last update; geandert; erstellt; aktualisiert; actualizado; mis a jour; aggiornato;
    zaktualizowano; email; e mail; phone; contact; contact person; budget; cost; costs
"""
# Which field stands in for one that a table does not have.
INSTEAD: Mapping[str, tuple[str, ...]] = {
    "dates": ("occasions",),
    "occasions": ("dates",),
    DATE: ("dates", "signature", "occasions"),
    START: ("dates", "occasions"),
    END: ("dates", "occasions"),
    PLACE: ("dates", "occasions"),
    COUNTRY: ("dates", "occasions"),
    "outcome": ("results",),
}
# What a heading of two words means that stand for different things.
TOGETHER: Mapping[frozenset[str], str] = {
    frozenset({DATE, PLACE}): "dates",
    frozenset({DATE, PLACE, COUNTRY}): "dates",
    frozenset({START, END}): "dates",
    frozenset({PLACE, COUNTRY}): PLACE,
    frozenset({"expectations", "results"}): "outcome",
    frozenset({"signature", "status"}): "signature",
    frozenset({"organisations", TITLE}): TITLE,
}
TABLE_WORDS = "table|tabelle|tab|tabla|cuadro|tableau|tabella|tabela|tablica"
TOTAL_WORDS = (
    "total|totals|grand total|sum|subtotal|summe|gesamt|gesamtsumme|insgesamt|suma|suma total|"
    "somme|totale|totali|somma|razem|łącznie|ogółem"
)
IN_TOTAL = "in total|insgesamt|gesamt|en total|au total|in totale|łącznie|razem"
NOTE_WORDS = (
    "notes?|source|sources|remark|remarks|comment|comments|nb|n\\.b\\.|hinweis|anmerkung|"
    "anmerkungen|quelle|nota|notas|fuente|remarque|remarques|fonte|note|uwaga|uwagi|źródło"
)
STATE_WORDS = re.compile(
    r"\b(?:not signed|to be signed|not pursued|signed|unterzeichnet|firmado|signé|firmato"
    r"|podpisan\w)",
    re.I,
)


def _words(text: str) -> list[str]:
    return [key for word in text.split(";") if (key := name_key(word))]


def _by_key() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for field, words in ALIASES.items():
        for key in dict.fromkeys(_words(words)):
            found[key].append(field)
    return dict(found)


FIELDS_BY_KEY = _by_key()
STRANGER_KEYS = frozenset(_words(STRANGERS)) | {""}
