"""Reads every short cell of the project's own report, and loses no word of any text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actions.columns import CellError
from actions.dates import DateError, OccasionData, PartialDate, read_date, read_occasions, take_date
from actions.joined import OutcomeColumn, split_outcome
from actions.lookup import Lookup
from actions.records import record_type
from actions.vocabulary import TIES
from agreements.records import state_in
from partners.models import Project
from partners.names import folded
from tests.conftest import ELCA

ACTIONS: dict[str, dict[str, Any]] = {
    row["reference"]: row for row in json.loads((ELCA / "actions.json").read_text())
}

# A cell: its rows in the fixtures; each occasion as date, precision, mode, place, country; a note.
DATE_CELLS: dict[str, tuple[str, list[str], str]] = {
    "26.05.21, online 03.09.21 online 19.11.2021 Dresden at LZS 04.02.2022 Online": (
        "T2-01",
        [
            "26.05.2021 | day | online | - | -",
            "03.09.2021 | day | online | - | -",
            "19.11.2021 | day | on_site | Dresden at LZS | -",
            "04.02.2022 | day | online | - | -",
        ],
        "",
    ),
    "10.03.2021 online 03.06.2021 Online\n19.10.2021 TU Chemnitz": (
        "T2-02",
        [
            "10.03.2021 | day | online | - | -",
            "03.06.2021 | day | online | - | -",
            "19.10.2021 | day | on_site | TU Chemnitz | -",
        ],
        "",
    ),
    "30.07.2021 Dresden": ("T2-03", ["30.07.2021 | day | on_site | Dresden | -"], ""),
    (
        "10.03.2022 online\n14.07.2022 Dresden, Freiberg\n31.08.2022 "
        "online\n30.09.2022, Berlin\n20.10.2022 online"
    ): (
        "T2-04",
        [
            "10.03.2022 | day | online | - | -",
            "14.07.2022 | day | on_site | Dresden, Freiberg | -",
            "31.08.2022 | day | online | - | -",
            "30.09.2022 | day | on_site | Berlin | -",
            "20.10.2022 | day | online | - | -",
        ],
        "",
    ),
    "03.09. 2021 Dresden": ("T2-05", ["03.09.2021 | day | on_site | Dresden | -"], ""),
    "Several meetings online Sept., Oct. 2021": (
        "T2-06",
        ["09.2021 | month | online | - | -", "10.2021 | month | online | - | -"],
        "Several meetings",
    ),
    "Range of telf. and physical contacts, June 2022": (
        "T2-07",
        ["06.2022 | month | - | - | -"],
        "Range of telf. and physical contacts",
    ),
    "Numerous contacts, monthly telcos, common event organisation": (
        "T2-08",
        [],
        "Numerous contacts, monthly telcos, common event organisation",
    ),
    "Regular working contacts,": ("T2-09", [], "Regular working contacts,"),
    "Regular contact": ("T2-10 T2-11", [], "Regular contact"),
    "April 2022": ("T2-12", ["04.2022 | month | - | - | -"], ""),
    "2 meetings per year": ("T2-13", [], "2 meetings per year"),
    "Regular meetings": ("T2-14", [], "Regular meetings"),
    "On line meeting november 10 2021": ("T2-15", ["10.11.2021 | day | online | - | -"], "meeting"),
    "June 2022": ("T2-16", ["06.2022 | month | - | - | -"], ""),
    "June 2021": ("T2-17", ["06.2021 | month | - | - | -"], ""),
    "September 2021": ("T2-18", ["09.2021 | month | - | - | -"], ""),
    "Dubai January 2022": ("T6-01", ["01.2022 | month | on_site | Dubai | -"], ""),
    "On line event November 2022 Chile Mission": (
        "T6-02",
        ["11.2022 | month | online | - | -"],
        "event\nChile Mission",
    ),
    "08.09.2022\nAgreed procedure meeting with A.Suri and G. Sharma, moderated by ELCA": (
        "T6-03",
        ["08.09.2022 | day | - | - | -"],
        "Agreed procedure meeting with A.Suri and G. Sharma, moderated by ELCA",
    ),
    (
        "08.09.2022 Agreed procedure as result of a meeting with "
        "A.Suri and G.Sharma, moderated by ELCA"
    ): (
        "T6-04",
        ["08.09.2022 | day | - | - | -"],
        "Agreed procedure as result of a meeting with A.Suri and G.Sharma, moderated by ELCA",
    ),
    "Online after matchmaking event": ("T6-05", [], "Online after matchmaking event"),
    "Online after UAE mission": ("T6-06", [], "Online after UAE mission"),
    "11.01.2022, Warsaw": ("T6-07", ["11.01.2022 | day | on_site | Warsaw | -"], ""),
    "07.02.2022, Dubai": ("T6-08", ["07.02.2022 | day | on_site | Dubai | -"], ""),
    "November 2022": ("T6-09 T6-10", ["11.2022 | month | - | - | -"], ""),
    "9/06/2022, Barcelona (Spain)": ("T7-01", ["09.06.2022 | day | on_site | Barcelona | ES"], ""),
    "15/09/2022, Barcelona (Spain)": ("T7-02", ["15.09.2022 | day | on_site | Barcelona | ES"], ""),
    "Online 05.10.2021": ("T7-03", ["05.10.2021 | day | online | - | -"], ""),
    "03.09.2021 online": ("T7-04", ["03.09.2021 | day | online | - | -"], ""),
    "14.07.2021 (online)": ("T7-05", ["14.07.2021 | day | online | - | -"], ""),
    "28.06.2022 (Forlì, Italy + online)": ("T7-06", ["28.06.2022 | day | hybrid | Forlì | IT"], ""),
    "21.06.2022, Bydgoszcz (Poland)": (
        "T7-07",
        ["21.06.2022 | day | on_site | Bydgoszcz | PL"],
        "",
    ),
    "17.11.2022, Żnin (Poland)": ("T7-08", ["17.11.2022 | day | on_site | Żnin | PL"], ""),
    "18/12/2022 (online)": ("T7-09", ["18.12.2022 | day | online | - | -"], ""),
    "09/07/2021 (online)": ("T7-10", ["09.07.2021 | day | online | - | -"], ""),
    (
        "Mutual information, first contact in May 2021, "
        "Participation at E-LASS annual event Jun. 2022"
    ): (
        "T8-01",
        ["05.2021 | month | - | - | -", "06.2022 | month | - | - | -"],
        "Mutual information, first contact\nParticipation at E-LASS annual event",
    ),
    "First initial telco Ma 2021, next actions tbd": (
        "T8-02",
        ["2021 | year | online | - | -"],
        "First initial telco Ma\nnext actions tbd",
    ),
    "July 2022": ("T8-03", ["07.2022 | month | - | - | -"], ""),
    "24.03.2022, B2B on-line session for European and Indian SMEs": (
        "T8-04",
        ["24.03.2022 | day | online | - | -"],
        "B2B on-line session for European and Indian SMEs",
    ),
    "April 2021, on going": ("T8-05", ["04.2021 | month | - | - | -"], "on going"),
    "Online 09.02.2022, F2F 26.09.2022 Prague": (
        "T8-06",
        ["09.02.2022 | day | online | - | -", "26.09.2022 | day | on_site | Prague | -"],
        "",
    ),
    "On line several times during November 2022": (
        "T8-07",
        ["11.2022 | month | online | - | -"],
        "On line several times",
    ),
    "28.01.2022 online": ("T8-08", ["28.01.2022 | day | online | - | -"], ""),
    "20.10.2022 Dortmund\nPhysical and online": (
        "T8-09",
        ["20.10.2022 | day | hybrid | Dortmund | -"],
        "",
    ),
    "4-8.02.2022, Dubai": ("T9-01 T9-02", ["04-08.02.2022 | day | on_site | Dubai | -"], ""),
    "24-27.05.2022, Kielce (Poland)": (
        "T9-03",
        ["24-27.05.2022 | day | on_site | Kielce | PL"],
        "",
    ),
    "27-29.09.2022, Bydgoszcz (Poland)": (
        "T9-04",
        ["27-29.09.2022 | day | on_site | Bydgoszcz | PL"],
        "",
    ),
    "4-13.11.2022": ("T9-05", ["04-13.11.2022 | day | - | - | -"], ""),
    "8-15.10.2022": ("T9-06", ["08-15.10.2022 | day | - | - | -"], ""),
    "03/05/2022 to 05/05/2022 Paris, France": (
        "T9-07",
        ["03-05.05.2022 | day | on_site | Paris | FR"],
        "",
    ),
    "24.03.2022, 09:00 – 17:00 – B2B Meetings": (
        "T10-01",
        ["24.03.2022 | day | - | - | -"],
        "09:00 – 17:00 – B2B Meetings",
    ),
    "14.07.2022, Dresden": ("T10-02", ["14.07.2022 | day | on_site | Dresden | -"], ""),
    "09.11.2022 B2match online": ("T10-03", ["09.11.2022 | day | online | - | -"], ""),
    "14.12.2022 meeting in Barcelona with some member connected on line": (
        "T10-04",
        ["14.12.2022 | day | hybrid | Barcelona | -"],
        "meeting in Barcelona with some member connected on line",
    ),
    "20/10/2022 & 25/10/2022\nK Fair, Düsseldorf, Germany": (
        "T10-05",
        [
            "20.10.2022 | day | on_site | K Fair, Düsseldorf | DE",
            "25.10.2022 | day | on_site | K Fair, Düsseldorf | DE",
        ],
        "",
    ),
    "09.11.2022 online\n15.11.2022 Berlin": (
        "T11-01",
        ["09.11.2022 | day | online | - | -", "15.11.2022 | day | on_site | Berlin | -"],
        "",
    ),
}

# A cell: the codes that it names, an outside organisation, and its rows in the fixtures.
PARTNER_CELLS: dict[str, tuple[str, str, str]] = {
    "AMZ": (
        "AMZ",
        "",
        (
            "T2-01 T2-02 T2-03 T2-04 T2-05 T2-06 T2-07 T2-08 T2-09 "
            "T3-01 T3-02 T3-03 T3-04 T4-01 T4-02 T4-04 T5-05 T5-06 "
            "T5-07 T5-08 T6-03 T6-04 T7-03 T7-04 T8-01 T11-01"
        ),
    ),
    "MAV": (
        "MAV",
        "",
        (
            "T2-10 T2-11 T2-12 T2-13 T2-14 T3-05 T3-06 T3-07 T4-09 "
            "T5-01 T5-02 T5-03 T5-04 T6-01 T6-02 T7-01 T7-02 T8-07 "
            "T10-04"
        ),
    ),
    "POL": (
        "POL",
        "",
        (
            "T2-15 T3-08 T3-09 T3-10 T4-10 T4-11 T5-13 T5-14 T5-15 "
            "T5-16 T6-09 T6-10 T7-09 T7-10 T8-03 T8-05 T10-05"
        ),
    ),
    "BIC": (
        "BIC",
        "",
        (
            "T2-16 T3-11 T4-03 T5-17 T5-18 T5-19 T5-20 T6-07 T6-08 "
            "T7-07 T7-08 T8-04 T9-02 T9-03 T9-04 T9-05"
        ),
    ),
    "MECH": (
        "MECH",
        "",
        ("T2-17 T2-18 T3-12 T3-13 T4-08 T5-09 T5-10 T5-11 T5-12 T6-05 T6-06 T7-05 T7-06 T9-01"),
    ),
    "AMZ, BIC, MECH, MAV": ("AMZ BIC MECH MAV", "", "T4-05 T4-06 T4-07"),
    "AMZ, MAV": ("AMZ MAV", "", "T8-02"),
    "AMZ/ELCA": ("AMZ ELCA", "", "T8-06 T10-02"),
    "ELCA": ("ELCA", "", "T8-08 T8-09 T10-01"),
    "POLYMERIS, BIC, MAV, MECH, AMZ": ("POL BIC MAV MECH AMZ", "", "T9-06"),
    "POLYMERIS": ("POL", "", "T9-07"),
    "AMZ, EEN": ("AMZ", "Enterprise Europe Network", "T10-03"),
}

# A cell: its rows, the status, the date of the signature, the one expected, and a note. The longer
# sentences are shortened, with their dates and states in their places.
SIGNATURE_CELLS: dict[str, tuple[str, str, str, str, str]] = {
    "Start of co-operation 2021. SIGNED": (
        "T3-01",
        "achieved",
        "2021",
        "",
        "Start of co-operation",
    ),
    "Started Jan. 2021 SIGNED": ("T3-02", "achieved", "01.2021", "", "Started"),
    "20.10.2022 SIGNED": ("T3-03 T4-01", "achieved", "20.10.2022", "", ""),
    "Started Nov. 2022 TO BE SIGNED JAN.23": (
        "T3-04",
        "under_way",
        "",
        "01.2023",
        "Started Nov. 2022",
    ),
    "Not defined signature day NOT SIGNED": (
        ("T3-05 T3-06 T3-07 T3-08 T3-09 T3-10 T3-12 T3-13 T4-05 T4-06 T4-07 T4-08"),
        "planned",
        "",
        "",
        "Not defined signature day",
    ),
    "04.04.2022 SIGNED": ("T3-11", "achieved", "04.04.2022", "", ""),
    "15.12.2021 SIGNED": ("T4-02", "achieved", "15.12.2021", "", ""),
    "November 2021 SIGNED": ("T4-03", "achieved", "11.2021", "", ""),
    "October 2021 SIGNED": ("T4-04", "achieved", "10.2021", "", ""),
    "July 2021 SIGNED": ("T4-09", "achieved", "07.2021", "", ""),
    "08/04/2022 SIGNED": ("T4-10", "achieved", "08.04.2022", "", ""),
    "22/06/2022 SIGNED": ("T4-11", "achieved", "22.06.2022", "", ""),
    "Call during Chile mission, agreement possible later. NOT SIGNED": (
        "T5-01",
        "planned",
        "",
        "",
        "Call during Chile mission, agreement possible later.",
    ),
    "Calls before Chile mission, already a MAV partner SIGNED": (
        "T5-02 T5-03",
        "achieved",
        "",
        "",
        "Calls before Chile mission, already a MAV partner",
    ),
    "Several emails, to meet with MAV partners SMEs NOT SIGNED": (
        "T5-04",
        "planned",
        "",
        "",
        "Several emails, to meet with MAV partners SMEs",
    ),
    "Clients met in Abu Dhabi and Dubai NOT SIGNED": (
        "T5-05",
        "planned",
        "",
        "",
        "Clients met in Abu Dhabi and Dubai",
    ),
    "Reported on 28.08.2022, started by ELCA, under discussion. SIGNED": (
        "T5-06",
        "achieved",
        "28.08.2022",
        "",
        "Reported on started by ELCA, under discussion.",
    ),
    "20.10.2022 Agreement at the event in Düsseldorf SIGNED": (
        "T5-07",
        "achieved",
        "20.10.2022",
        "",
        "Agreement at the event in Düsseldorf",
    ),
    "15.11.2022, first meeting after matchmaking event at 08.11.2022 SIGNED": (
        "T5-08",
        "achieved",
        "15.11.2022",
        "",
        "first meeting after matchmaking event at 08.11.2022",
    ),
    "Already started, roadmap is under conversation. NOT SIGNED": (
        "T5-09",
        "planned",
        "",
        "",
        "Already started, roadmap is under conversation.",
    ),
    "Relationship with CLUST-ER MECH, already started NOT SIGNED": (
        "T5-10 T5-12",
        "planned",
        "",
        "",
        "Relationship with CLUST-ER MECH, already started",
    ),
    "Relationship with CLUST-ER MECH, already started. SIGNED": (
        "T5-11",
        "achieved",
        "",
        "",
        "Relationship with CLUST-ER MECH, already started.",
    ),
    "In contact for an agreement in the future. NOT SIGNED": (
        "T5-13 T5-14 T5-15 T5-16",
        "planned",
        "",
        "",
        "In contact for an agreement in the future.",
    ),
    "Relation with BIC during Japan Mission. NOT SIGNED": (
        "T5-17 T5-18 T5-19 T5-20",
        "planned",
        "",
        "",
        "Relation with BIC during Japan Mission.",
    ),
}
# The state of each row of Table 6 stands at the end of its results.
RESULTS_STATES: dict[str, str] = {
    "T6-01 T6-02": "Work goes on. SIGNED",
    "T6-03 T6-04 T6-05 T6-06 T6-07 T6-08 T6-09 T6-10": "Work goes on. NOT SIGNED",
}
NOT_SIGNED = {"planned", "under_way"}


def told(occasion: OccasionData) -> str:
    when = occasion.when
    parts = [str(when), str(when.precision), occasion.mode, occasion.place, occasion.country]
    return " | ".join(part or "-" for part in parts)


def test_the_cells_are_those_of_every_row() -> None:
    dated = {row for rows, _occasions, _note in DATE_CELLS.values() for row in rows.split()}
    signed = {row for rows, *_rest in SIGNATURE_CELLS.values() for row in rows.split()}
    responsible = [row for *_rest, rows in PARTNER_CELLS.values() for row in rows.split()]
    stated = {row for rows in RESULTS_STATES for row in rows.split()}
    assert dated.isdisjoint(signed)
    assert dated | signed == set(responsible) == set(ACTIONS)
    assert len(responsible) == len(ACTIONS) == 104
    assert stated == {row for row in ACTIONS if row.startswith("T6-")}


@pytest.mark.parametrize("cell", DATE_CELLS)
def test_dates_and_places_are_read(cell: str) -> None:
    _rows, occasions, note = DATE_CELLS[cell]
    found = read_occasions(cell)
    assert [told(occasion) for occasion in found.occasions] == occasions
    assert found.note == note


@pytest.mark.parametrize("cell", [cell for cell in DATE_CELLS if "\n" in cell])
def test_lines_that_were_joined_say_the_same_dates(cell: str) -> None:
    lines, joined = read_occasions(cell), read_occasions(cell.replace("\n", " "))
    assert joined.occasions == lines.occasions


@pytest.mark.parametrize("cell", DATE_CELLS)
def test_dates_agree_with_those_made_by_hand(cell: str) -> None:
    """A country or a mode that is known only from the rest of the row may be missing."""
    rows, _occasions, _note = DATE_CELLS[cell]
    found = read_occasions(cell).occasions
    for row in rows.split():
        by_hand = ACTIONS[row]["occasions"]
        assert [o.when.start.isoformat() for o in found] == [o["start"] for o in by_hand], row
        assert [o.when.end.isoformat() for o in found] == [o["end"] for o in by_hand], row
        assert [o.when.precision for o in found] == [o["precision"] for o in by_hand], row
        for occasion, known in zip(found, by_hand, strict=True):
            assert occasion.mode in ("", known["mode"]), row
            assert occasion.country in ("", known["country"]), row
            places = set(folded(known["place"]).split(", "))
            said = set(re.split(", | at ", folded(occasion.place)))
            assert not occasion.place or said == places, row


@pytest.mark.parametrize("cell", PARTNER_CELLS)
def test_responsible_partners_are_read(cell: str, elca: Project) -> None:
    codes, outside, rows = PARTNER_CELLS[cell]
    lookup = Lookup(elca)
    assert [partner.code for partner in lookup.partners(cell)] == codes.split()
    assert lookup.took_part == [outside] * bool(outside)
    for row in rows.split():
        assert ACTIONS[row]["partners"] == codes.split(), row
        assert not outside or outside in ACTIONS[row]["organisations"], row


@pytest.mark.parametrize("cell", SIGNATURE_CELLS)
def test_signatures_are_read(cell: str, elca: Project) -> None:
    rows, status, signed, expected, note = SIGNATURE_CELLS[cell]
    read = record_type("agreement").printed("signature").read(cell, Lookup(elca))
    dates = [str(read[name] or "") for name in ("signed_on", "expected_signature")]
    assert (read["status"], dates, read["dates_note"]) == (status, [signed, expected], note)
    for row in rows.split():
        by_hand = ACTIONS[row]
        assert status == by_hand["status"] or {status, by_hand["status"]} == NOT_SIGNED, row
        for name, said in (("signed_on", signed), ("expected_signature", expected)):
            assert _typed(by_hand[name]) == said, row


def _typed(iso: str | None) -> str:
    return str(read_date(iso)) if iso else ""


@pytest.mark.parametrize("rows", RESULTS_STATES)
def test_states_in_a_text_are_read(rows: str) -> None:
    for row in rows.split():
        status, by_hand = state_in(RESULTS_STATES[rows]), ACTIONS[row]["status"]
        assert status == by_hand or {status, by_hand} == NOT_SIGNED, row


# Any text

PIECES = st.sampled_from(
    [
        "14.03.2022", "4-8.02.2022", "31.02.2022", "05/14/2022", "March", "maja", "de", "bis", "to",
        "Q1", "H2", "2022", "2021/22", "3.", "and", "&", ",", "-", "–", "(", ")", "Spain", "(DE)",
        "Dresden", "online", "+ online", "hybrid", "Teams", "vor Ort", "09:00", "9h", "10 am", "\n",
        "\n\n", '"', "meeting in Lyon", "SIGNED", "NOT SIGNED", "to be signed", "wird", "signé",
        "unterzeichnet", "expected 03.2023", "pending", "Results:", "Expectations:", ". Results:",
        "AMZ", "MAV", "POLYMERIS", "/", ";", "EEN", "XYZ", "Clust-ER MECH", "all partners",
        "\u017feptember",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=14).map(" ".join),
    st.lists(PIECES, max_size=14).map("".join),
    st.text(max_size=120),
    st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=10).map(" ".join),
)
_WORD = re.compile(r"[0-9]+|[^\W\d_]+")


def lost_words(text: str, kept: str) -> list[str]:
    """The words and numbers of a text that are found nowhere in what was kept of it."""
    return [word for word in _WORD.findall(_composed(text)) if word not in _composed(kept)]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def read_or_refused(read: Callable[[], Any], refusal: type[ValueError]) -> Any:
    """What is read; None where it was refused in a sentence."""
    try:
        return read()
    except refusal as error:
        return None if str(error).endswith((".", "?")) else error


@settings(max_examples=400, deadline=None)
@given(text=TEXTS)
def test_no_word_of_dates_is_lost(text: str) -> None:
    found = read_or_refused(lambda: read_occasions(text), DateError)
    if found is not None:
        kept = "\n".join([found.note, *(occasion.words for occasion in found.occasions)])
        assert lost_words(text, kept) == []
        assert all(len(occasion.words) <= 500 for occasion in found.occasions)


@pytest.mark.parametrize(
    "text", ["14.03.2022 " + "very " * 300 + "last", "x" * 900 + " 14.03.2022"]
)
def test_words_that_are_too_many_go_into_the_note(text: str) -> None:
    found = read_occasions(text)
    assert len(found.occasions[0].words) <= 500
    assert lost_words(text, found.note) == []


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_taking_a_date_out_leaves_every_other_word(text: str) -> None:
    taken = read_or_refused(lambda: take_date(text), DateError)
    if taken is None:
        return
    when, left = taken
    if when is None:
        assert left == text.strip()
        return
    lost = lost_words(text, left)
    assert len(lost) <= 8  # no more than one date has
    assert isinstance(when, PartialDate)
    assert when.is_single


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_no_word_of_a_signature_is_lost(text: str) -> None:
    column, lookup = record_type("agreement").printed("signature"), Lookup.__new__(Lookup)
    lookup.warnings = []
    read = read_or_refused(lambda: column.read(text, lookup), CellError)
    if read is None:
        return
    state = state_in(text)
    dates = [str(read[name] or "") for name in ("signed_on", "expected_signature")]
    lost = [word for word in lost_words(text, read["dates_note"]) if not word.isdigit()]
    assert set(map(folded, lost)) <= WORDS_OF_STATES | WORDS_OF_DATES | TIES
    assert not lost or state or any(dates)


WORDS_OF_STATES = {"signed", "not", "to", "be", "unterzeichnet", "signe", "expected"}
WORDS_OF_DATES = {"march", "maja", "de", "bis", "to", "and", "am", "q", "h"}


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_no_word_of_an_outcome_is_lost(text: str) -> None:
    found = split_outcome(text)
    lost = lost_words(text, "\n".join(found.values()))
    assert set(lost) <= {"Results", "Expectations"}


def _holds_a_mark(text: str) -> bool:
    return bool(re.search("(Expectations|Results):", text))


@settings(max_examples=300, deadline=None)
@given(expectations=TEXTS, results=TEXTS)
def test_an_outcome_reads_back_as_it_is_written(expectations: str, results: str) -> None:
    values = {"expectations": expectations.strip(), "results": results.strip()}
    assume(not all(map(_holds_a_mark, values.values())))
    column = OutcomeColumn("outcome", ("expectations", "results"))
    assert column.read(column.write(values), Lookup.__new__(Lookup)) == values
