"""The words of dates, places and proofs in six languages (en, de, es, fr, it, pl): data.

All words stand here as ``folded`` gives them: in lower case and without accents.
"""

from __future__ import annotations


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# January to December: whole words, cases of Polish, and what people shorten them to.
MONTH_NAMES: tuple[str, ...] = (
    "january jan januar janner enero ene janvier janv gennaio genn gen styczen stycznia styczniu "
    "sty",
    "february feb februar feber febrero fevrier fevr fev febbraio febbr luty lutego lutym lut",
    "march mar marz maerz mrz marzo mars marzec marca marcu",
    "april apr abril abr avril avr aprile kwiecien kwietnia kwietniu kwi",
    "may mai mayo maggio magg mag maj maja maju",
    "june jun juni junio juin giugno giu czerwiec czerwca czerwcu cze",
    "july jul juli julio juillet juil luglio lug lipiec lipca lipcu lip",
    "august aug agosto ago aout agost sierpien sierpnia sierpniu sie",
    "september sept sep septiembre setiembre set septembre settembre sett wrzesien wrzesnia "
    "wrzesniu wrz",
    "october oct oktober okt octubre octobre ottobre ott pazdziernik pazdziernika pazdzierniku paz",
    "november nov noviembre novembre listopad listopada listopadzie lis",
    "december dec des dezember dez diciembre dic decembre dicembre grudzien grudnia grudniu gru",
)
MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()
}
ORDINALS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "first erstes erste primer primero premier primo prima pierwszy pierwsze i",
            "second zweites zweite segundo deuxieme secondo seconda drugi drugie ii",
            "third drittes dritte tercer tercero troisieme terzo trzeci iii",
            "fourth viertes vierte cuarto quatrieme quarto czwarty iv",
        ),
        start=1,
    )
    for name in names.split()
}
# The months that a season touches; a winter lies in two years, and stands for the year named.
SEASONS: dict[str, tuple[int, int]] = {
    name: months
    for months, names in {
        (3, 6): "spring fruhling fruhjahr primavera printemps wiosna wiosna wiosny",
        (6, 9): "summer sommer verano ete estate lato latem lata",
        (9, 12): "autumn fall herbst otono automne autunno jesien jesienia jesieni",
        (1, 12): "winter invierno hiver inverno zima zimy",
    }.items()
    for name in names.split()
}
# What a word does in a date, as a letter of the grammar in ``finding``.
_ROLES: dict[str, str] = {
    "m": " ".join(MONTHS),
    "T": "to til till until through bis al a hasta au aux do po",
    "A": "and und y e et i oraz ed sowie",
    "O": "of de del d di",
    "L": "the el le il lo den dem zum am dia dnia",
    "B": "between entre zwischen tra fra miedzy",
    "p": (
        "participants people persons visitors attendees companies smes members eur euro euros "
        "teilnehmer teilnehmende personen besucher unternehmen participantes personas empresas "
        "personnes visiteurs entreprises partecipanti persone imprese uczestnikow osob firm"
    ),
    "q": "q t quarter quartal trimestre kwartal kwartale kw kwartalu",
    "H": "h half halbjahr semestre polrocze polroczu hj",
    "e": " ".join(SEASONS),
    "n": " ".join(word for word in ORDINALS if word != "i"),
}
ROLES: dict[str, str] = {word: role for role, words in _ROLES.items() for word in words.split()}
ENDINGS_OF_NUMBERS = _words("st nd rd th er re eme ere º ª o")

ONLINE = _phrases(
    "online|on line|virtual|virtually|virtuell|virtuelle|virtuel|virtuale|virtualmente|remote|"
    "remotely|remoto|en ligne|en linea|in linea|zdalnie|zdalne|zdalny|distanciel|a distance|"
    "a distanza|a distancia|telco|telcos|teleconference|teleconferences|telekonferenz|"
    "videoconference|videokonferenz|visioconference|visio|videoconferencia|videoconferenza|"
    "wideokonferencja|webinar|webinars|webinaire|webinario|webinarium|webex|b2match|skype|"
    "ms teams|microsoft teams|google meet|livestream|streaming"
)
# Names that are also plain words: only with a capital letter.
PLATFORMS = ("teams", "zoom")
ON_SITE = _phrases(
    "on site|onsite|f2f|face to face|in person|physical|physically|vor ort|prasenz|in prasenz|"
    "presentiel|en presentiel|presencial|presencialmente|in presenza|di persona|stacjonarnie|"
    "stacjonarny|stacjonarne|stacjonarna|sur place|en personne|en persona"
)
HYBRID = _phrases("hybrid|hybride|hibrido|hibrida|ibrido|ibrida|hybrydowo|hybrydowe|hybrydowy")
JOINING = "and|und|y|e|et|i|oraz|as well as|sowie"

UNITS_OF_HOURS = (
    "uhr|h|hrs|hours|am|pm|a\\.m\\.?|p\\.m\\.?|o'clock|oclock|ore|godz|heures|horas|cet|cest"
)
WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lunes martes miercoles jueves viernes sabado domingo "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunedi martedi mercoledi giovedi venerdi sabato domenica "
    "poniedzialek wtorek sroda czwartek piatek sobota niedziela"
)
# Words that tie a date or a place to its sentence, and say nothing by themselves.
TIES = _words(
    "on in at from during since the of to until and "
    "am im vom von den der die das dem zum ab seit in bei und ab uber per "
    "le la les du de des en a au et depuis pendant chez "
    "el los las del desde y al durante "
    "il lo gli i dal nel nella e presso della dello "
    "od do w we dnia dniu dniach na z ze r roku " + WEEKDAYS
)
# Words that tell what was done, when or how: a text with one of them is no place.
DOINGS = _words(
    "meeting meetings event events contact contacts session sessions call calls phone telf "
    "telephone telco telcos visit visits mission missions workshop workshops conference "
    "seminar training talk talks discussion agreement agreements agreed procedure "
    "participation participated participants information presentation exchange network "
    "networking matchmaking b2b collaboration cooperation activity activities action actions "
    "relation relationship regular several numerous monthly weekly yearly annual mutual next "
    "first last initial final common organisation organization times time day days week "
    "month months year years date dates start started starting end ongoing going planned tbd "
    "tbc tba defined done held pending postponed cancelled canceled confirmed open unknown "
    "soon later after before not no yes same also only approx ca ma see various "
    "treffen besprechung veranstaltung termin termine gesprach gesprache kontakt kontakte "
    "besuch austausch sitzung schulung geplant offen folgt regelmassig mehrere erste erster "
    "reunion reuniones evento eventos contacto contactos sesion visita llamada jornada taller "
    "previsto planificado pendiente varias varios regular "
    "rencontre rencontres evenement seance appel visite atelier echange prevu plusieurs "
    "riunione riunioni incontro incontri sessione visite chiamata laboratorio da definire "
    "previsto vari varie primo "
    "spotkanie spotkania wydarzenie rozmowa wizyta warsztat warsztaty kontakty planowane "
    "kilka regularne pierwsze "
    "smes companies partners members clusters european guests with for by via about around circa "
    "english german french spanish italian polish"
)
MEETINGS = _words(
    "meeting meetings event events workshop workshops conference seminar talks session visit "
    "treffen veranstaltung reunion evento rencontre evenement atelier riunione incontro "
    "spotkanie wydarzenie warsztaty"
)
PLACED = "in|at|en|a|w|bei"  # words before a place, in a sentence

# Names of countries that are in daily use beside those of the standard.
MORE_COUNTRIES: dict[str, str] = {
    "usa": "US",
    "u s a": "US",
    "united states": "US",
    "estados unidos": "US",
    "stati uniti": "US",
    "etats unis": "US",
    "stany zjednoczone": "US",
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "great britain": "GB",
    "united kingdom": "GB",
    "grossbritannien": "GB",
    "uae": "AE",
    "united arab emirates": "AE",
    "emirates": "AE",
    "czech republic": "CZ",
    "tschechische republik": "CZ",
    "holland": "NL",
    "the netherlands": "NL",
    "south korea": "KR",
    "russia": "RU",
    "deutschland": "DE",
}
# After a comma these are as likely a federal state: “Atlanta, Georgia”, “Chicago, IL”.
NOT_AFTER_A_COMMA = frozenset({"georgia"})
CODES_AFTER_A_COMMA = _words(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK "
    "UK US USA AE JP CN TR UA"
)

# What people call the kinds of evidence (EvidenceKind), as ``name_key`` spells them.
EVIDENCE_NAMES: dict[str, tuple[str, ...]] = {
    "agreement": _phrases(
        "signed agreement|agreement|agreements|signed contract|contract|mou|"
        "memorandum of understanding|letter of intent|"
        "vereinbarung|unterzeichnete vereinbarung|kooperationsvereinbarung|vertrag|"
        "kooperationsvertrag|absichtserklarung|"
        "acuerdo|acuerdo firmado|convenio|contrato|carta de intenciones|"
        "memorando de entendimiento|"
        "accord|accord signe|convention signee|contrat|lettre d intention|protocole d accord|"
        "accordo|accordo firmato|convenzione|contratto|lettera di intenti|protocollo d intesa|"
        "umowa|podpisana umowa|porozumienie|list intencyjny"
    ),
    "agenda": _phrases(
        "agenda|programme|program|schedule|tagesordnung|programm|ablaufplan|orden del dia|"
        "programa|ordre du jour|ordine del giorno|programma|porzadek obrad|program wydarzenia"
    ),
    "attendance": _phrases(
        "signed attendance list|attendance list|attendance lists|list of attendance|attendance|"
        "attendance sheet|participants list|participant list|list of participants|"
        "list of attendees|attendees list|attendee list|signature list|list of signatures|"
        "sign in sheet|"
        "teilnehmerliste|teilnehmendenliste|teilnahmeliste|anwesenheitsliste|"
        "unterschriftenliste|liste der teilnehmer|liste der teilnehmenden|"
        "lista de asistencia|lista de asistentes|listado de asistentes|lista de participantes|"
        "hoja de firmas|hoja de asistencia|"
        "liste de presence|feuille de presence|liste des participants|feuille d emargement|"
        "liste d emargement|"
        "lista presenze|lista delle presenze|foglio presenze|foglio firme|registro presenze|"
        "elenco partecipanti|elenco dei partecipanti|lista partecipanti|lista dei partecipanti|"
        "lista obecnosci|podpisana lista obecnosci|lista uczestnikow"
    ),
    "picture": _phrases(
        "picture|pictures|photo|photos|photograph|photographs|image|images|screenshot|"
        "screenshots|foto|fotos|bild|bilder|gruppenfoto|gruppenbild|bildschirmfoto|"
        "fotografia|fotografias|imagen|imagenes|captura de pantalla|"
        "photographie|photographies|capture d ecran|fotografie|immagine|immagini|"
        "zdjecie|zdjecia|zrzut ekranu"
    ),
    "other": _phrases(
        "other evidence|other|sonstiger nachweis|sonstiges|otra prueba|otro|autre preuve|autre|"
        "altra prova|altro|inny dowod|inne"
    ),
}
# What is none of them yet, whatever it will become.
UNSIGNED = _words(
    "draft drafts unsigned template entwurf entwurfe unsigniert vorlage borrador plantilla "
    "brouillon modele bozza modello projekt wzor szkic"
)
