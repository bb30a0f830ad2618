"""Reads dates as partners write them, refuses those that cannot be, reads back what it writes."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from actions.columns import CellError
from actions.dates import (
    DateError,
    DatesRead,
    Mode,
    OccasionData,
    PartialDate,
    country_code,
    note_lines,
    read_date,
    read_occasions,
    take_date,
)
from actions.lookup import Lookup
from actions.records import record_type
from tests.conftest import ELCA
from tests.ending import sure_to_end
from tests.pages import filled

day, month, year = PartialDate.day, PartialDate.month, PartialDate.year

DATES: dict[str, PartialDate] = {
    "26.05.21": day(date(2021, 5, 26)),
    "03.09. 2021": day(date(2021, 9, 3)),
    "9/06/2022": day(date(2022, 6, 9)),
    " 15/09/2022 ": day(date(2022, 9, 15)),
    "2022-03-14": day(date(2022, 3, 14)),
    "14 March 2022": day(date(2022, 3, 14)),
    "14. Mar. 2022": day(date(2022, 3, 14)),
    "november 10 2021": day(date(2021, 11, 10)),
    "29.02.2024": day(date(2024, 2, 29)),
    "4-8.02.2022": day(date(2022, 2, 4), date(2022, 2, 8)),
    "24-27.05.2022": day(date(2022, 5, 24), date(2022, 5, 27)),
    "30.05-02.06.2022": day(date(2022, 5, 30), date(2022, 6, 2)),
    "03/05/2022 to 05/05/2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "30.12.2021 – 02.01.2022": day(date(2021, 12, 30), date(2022, 1, 2)),
    "July 2021": month(2021, 7),
    "Jun. 2022": month(2022, 6),
    "Des 2021": month(2021, 12),
    "Sept.2021": month(2021, 9),
    "JAN.23": month(2023, 1),
    "06.2022": month(2022, 6),
    "2021": year(2021),
    "28 Feb – 3 March 2022": day(date(2022, 2, 28), date(2022, 3, 3)),
    "from the 3rd to the 5th of May 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "between 3 and 5 May 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "entre el 3 y el 5 de mayo de 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "vom 3. bis zum 5.5.2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "from 3 to 5 May 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "vom 3. bis 5. Mai 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "del 3 al 5 de mayo de 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "du 3 au 5 mai 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "dal 3 al 5 maggio 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "od 3 do 5 maja 2022 r.": day(date(2022, 5, 3), date(2022, 5, 5)),
    "28.12.2021 - 3 January 2022": day(date(2021, 12, 28), date(2022, 1, 3)),
    "2022-03-24/2022-03-26": day(date(2022, 3, 24), date(2022, 3, 26)),
    "2022-03-24T09:00": day(date(2022, 3, 24)),
    "2022-03-24 00:00:00": day(date(2022, 3, 24)),
    "14-03-2022": day(date(2022, 3, 14)),
    "16 Des 2021": day(date(2021, 12, 16)),
    "le 1er février 2022": day(date(2022, 2, 1)),
    "3RD OF MAY, 2022": day(date(2022, 5, 3)),
    "Montag, 14. Marz 2022": day(date(2022, 3, 14)),
    "5 stycznia 2022": day(date(2022, 1, 5)),
    "3 LUTEGO 2022": day(date(2022, 2, 3)),
    "May 3-5, 2022": day(date(2022, 5, 3), date(2022, 5, 5)),
    "March 28 - April 2, 2022": day(date(2022, 3, 28), date(2022, 4, 2)),
    "12 de octubre de 2022": day(date(2022, 10, 12)),
    "Set. 2021": month(2021, 9),
    "août 2022": month(2022, 8),
    "gen. 2022": month(2022, 1),
    "październik 2021": month(2021, 10),
    "2022-03": month(2022, 3),
    "March–April 2022": month(2022, 3).to(month(2022, 4)),
    "Dec 2021 – Jan 2022": month(2021, 12).to(month(2022, 1)),
    "Jan/Feb 2022": month(2022, 1).to(month(2022, 2)),
    "09.2022-10.2022": month(2022, 9).to(month(2022, 10)),
    "Q1 2022": month(2022, 1).to(month(2022, 3)),
    "2022 Q4": month(2022, 10).to(month(2022, 12)),
    "2. Quartal 2022": month(2022, 4).to(month(2022, 6)),
    "first quarter of 2022": month(2022, 1).to(month(2022, 3)),
    "I kwartał 2022": month(2022, 1).to(month(2022, 3)),
    "1st half of 2022": month(2022, 1).to(month(2022, 6)),
    "H2 2022": month(2022, 7).to(month(2022, 12)),
    "Spring 2022": month(2022, 3).to(month(2022, 6)),
    "Winter 2022": year(2022),
    "2021/22": year(2021).to(year(2022)),
}


@pytest.mark.parametrize(("words", "when"), DATES.items(), ids=DATES)
def test_a_date_is_read(words: str, when: PartialDate) -> None:
    assert read_date(words) == when


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("31.02.2022", "not a day in the calendar"),
        ("29.02.2022", "not a day in the calendar"),
        ("14.13.2022", "not a day in the calendar"),
        ("00.01.2022", "not a day in the calendar"),
        ("2022-02-30", "not a day in the calendar"),
        ("November 31 2022", "not a day in the calendar"),
        ("13.2022", "not a month"),
        ("0.2022", "not a month"),
        ("8-4.02.2022", "ends before it starts"),
        ("05.05.2022-03.05.2022", "ends before it starts"),
        ("30.06-02.06.2022", "ends before it starts"),
        ("01.01.1800", "cannot be right"),
        ("soon", "is not a date"),
        ("", "is not a date"),
        ("14.03.2022 and more", "is not a date"),
        ("Sept., Oct. 2021", "is not a date"),
        ("apr\u0131l 2021", "is not a date"),
        ("\u017feptember 2021", "is not a date"),
        ("-5", "is not a date"),
        ("05/14/2022", "Write the day first"),
        ("13 & 31.02.2022", "not a day in the calendar"),
        ("5-3 May 2022", "ends before it starts"),
        ("April-March 2022", "ends before it starts"),
        ("Q5 2022", "no part of a year"),
        ("3 and 5 May 2022", "is not a date"),
        ("9" * 500, "is not a date"),
    ],
)
def test_what_is_no_date_is_said_in_a_sentence(words: str, why: str) -> None:
    with pytest.raises(DateError) as raised:
        read_date(words)
    said = str(raised.value)
    assert words.strip()[:20] in said
    assert why in said
    assert said.endswith(".")


@pytest.mark.parametrize("words", ["31.02.2022 Dresden", "first on 14.13.2022", "13.2022, online"])
def test_a_day_that_cannot_be_is_no_silent_note(words: str) -> None:
    with pytest.raises(DateError, match="not a"):
        read_occasions(words)


def occasion(words: str, mode: str = "", place: str = "", country: str = "") -> OccasionData:
    return OccasionData(read_date(words), mode, place, country)


ON_SITE, ONLINE, HYBRID = Mode.ON_SITE, Mode.ONLINE, Mode.HYBRID
CELLS: dict[str, tuple[list[OccasionData], str]] = {
    "26.05.21, online 03.09.21 online 19.11.2021 Dresden at LZS": (
        [
            occasion("26.05.2021", ONLINE),
            occasion("03.09.2021", ONLINE),
            occasion("19.11.2021", ON_SITE, "Dresden at LZS"),
        ],
        "",
    ),
    "14.07.2022 Dresden, Freiberg\n31.08.2022 online": (
        [occasion("14.07.2022", ON_SITE, "Dresden, Freiberg"), occasion("31.08.2022", ONLINE)],
        "",
    ),
    "19.10.2021 TU Chemnitz": ([occasion("19.10.2021", ON_SITE, "TU Chemnitz")], ""),
    "30.09.2022, Berlin": ([occasion("30.09.2022", ON_SITE, "Berlin")], ""),
    "9/06/2022, Barcelona (Spain)": ([occasion("09.06.2022", ON_SITE, "Barcelona", "ES")], ""),
    "21.06.2022, Bydgoszcz (Poland)": ([occasion("21.06.2022", ON_SITE, "Bydgoszcz", "PL")], ""),
    "Online 05.10.2021": ([occasion("05.10.2021", ONLINE)], ""),
    "14.07.2021 (online)": ([occasion("14.07.2021", ONLINE)], ""),
    "F2F 26.09.2022 Prague": ([occasion("26.09.2022", ON_SITE, "Prague")], ""),
    "Dubai January 2022": ([occasion("01.2022", ON_SITE, "Dubai")], ""),
    "4-8.02.2022, Dubai": ([occasion("04-08.02.2022", ON_SITE, "Dubai")], ""),
    "28.06.2022 (Forlì, Italy + online)": (
        [occasion("28.06.2022", HYBRID, "Forlì", "IT")],
        "",
    ),
    "20.10.2022 Dortmund Physical and online": (
        [occasion("20.10.2022", HYBRID, "Dortmund")],
        "",
    ),
    "20/10/2022 & 25/10/2022 K Fair": (
        [
            occasion("20.10.2022", ON_SITE, "K Fair"),
            occasion("25.10.2022", ON_SITE, "K Fair"),
        ],
        "",
    ),
    "03/05/2022 to 05/05/2022 Paris": ([occasion("03-05.05.2022", ON_SITE, "Paris")], ""),
    "4-13.11.2022": ([occasion("04-13.11.2022")], ""),
    "July 2021": ([occasion("07.2021")], ""),
    "3., 5. and 9. May 2022, Wien": (
        [occasion(f"0{day_}.05.2022", ON_SITE, "Wien") for day_ in (3, 5, 9)],
        "",
    ),
    "24.03.2022, 09:00 – 17:00": ([occasion("24.03.2022")], "09:00 – 17:00"),
    "24.03.2022, 9-17 Uhr, Dresden": ([occasion("24.03.2022", ON_SITE, "Dresden")], "9-17 Uhr"),
    "24.03.2022 14h30 Paris": ([occasion("24.03.2022", ON_SITE, "Paris")], "14h30"),
    "10 am 24.03.2022, Berlin": ([occasion("24.03.2022", ON_SITE, "Berlin")], "10 am"),
    "24.03.2022 9.00-17.00": ([occasion("24.03.2022")], "9.00-17.00"),
    "14.03.2022 en présentiel, Lyon, Frankreich": (
        [occasion("14.03.2022", ON_SITE, "Lyon", "FR")],
        "",
    ),
    "3 lutego 2022, zdalnie": ([occasion("03.02.2022", ONLINE)], ""),
    "5 de marzo de 2022, en línea": ([occasion("05.03.2022", ONLINE)], ""),
    "Zoom 14.03.2022": ([occasion("14.03.2022", ONLINE)], ""),
    "14.03.2022 hybride Lyon": ([occasion("14.03.2022", HYBRID, "Lyon")], ""),
    "14.03.2022 vor Ort in Köln": ([occasion("14.03.2022", ON_SITE, "Köln")], ""),
    "14.03.2022 Wien, in presenza e online": ([occasion("14.03.2022", HYBRID, "Wien")], ""),
    "14.03.2022 project teams": ([occasion("14.03.2022")], "project teams"),
    "14.03.2022, Atlanta, Georgia": ([occasion("14.03.2022", ON_SITE, "Atlanta, Georgia")], ""),
    "14.03.2022 Tbilisi (Georgia)": ([occasion("14.03.2022", ON_SITE, "Tbilisi", "GE")], ""),
    "14.03.2022, Chicago, IL": ([occasion("14.03.2022", ON_SITE, "Chicago, IL")], ""),
    "14.03.2022, Dresden, DE": ([occasion("14.03.2022", ON_SITE, "Dresden", "DE")], ""),
    "14.03.2022, Warszawa, Polska": ([occasion("14.03.2022", ON_SITE, "Warszawa", "PL")], ""),
    "14.03.2022, Dubai": ([occasion("14.03.2022", ON_SITE, "Dubai")], ""),
    "14.03.2022\nDresden\nRegular contact": (
        [occasion("14.03.2022", ON_SITE, "Dresden")],
        "Regular contact",
    ),
    "20.10.2022 Dortmund\nPhysical and online": (
        [occasion("20.10.2022", HYBRID, "Dortmund")],
        "",
    ),
    "14.03.2022 talks about prices": ([occasion("14.03.2022")], "talks about prices"),
    "14 March": ([], "14 March"),
    "about May 2022": ([occasion("05.2022")], "about"),
    "14.03.2022, 2000 participants": ([occasion("14.03.2022")], "2000 participants"),
    "at 14:30": ([], "at 14:30"),
    "Regular contact": ([], "Regular contact"),
    "Regular working contacts,": ([], "Regular working contacts,"),
    "": ([], ""),
}


@pytest.mark.parametrize(("cell", "read"), CELLS.items(), ids=[c or "nothing" for c in CELLS])
def test_a_cell_of_the_report_is_read(cell: str, read: tuple[list[OccasionData], str]) -> None:
    found = read_occasions(cell)
    assert (list(found.occasions), found.note) == read


def test_two_months_are_two_occasions_and_keep_the_mode() -> None:
    found = read_occasions("Several meetings online Sept., Oct. 2021").occasions
    assert [(str(o.when), o.mode) for o in found] == [("09.2021", ONLINE), ("10.2021", ONLINE)]


def test_a_place_in_quotation_marks_is_not_interpreted() -> None:
    assert read_occasions('14.03.2022, "Hall 4.2.2022, online"').occasions == (
        occasion("14.03.2022", "", "Hall 4.2.2022, online"),
    )
    two = read_occasions('Sept., Oct. 2021, "Hall"').occasions
    assert [str(o.when) for o in two] == ["09.2021", "10.2021"]


def test_a_sentence_is_a_note_that_may_say_the_place() -> None:
    found = read_occasions("14.12.2022 talks in Bilbao, a few guests joined on line")
    assert [str(o) for o in found.occasions] == ["14.12.2022, Bilbao, hybrid"]
    assert found.note == "talks in Bilbao, a few guests joined on line"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Online 09.02.2022, F2F 26.09.2022 Prague",
            ["Online 09.02.2022", "F2F 26.09.2022 Prague"],
        ),
        ("01.02.2022 online 03.03.2022 Prague", ["01.02.2022 online", "03.03.2022 Prague"]),
        ("Kick-off 01.02.2022; closing 03.03.2022", ["Kick-off 01.02.2022", "closing 03.03.2022"]),
    ],
)
def test_words_belong_to_the_date_that_they_stand_with(text: str, words: list[str]) -> None:
    assert [o.words for o in read_occasions(text).occasions] == words


def test_a_note_below_a_date_is_not_taken_for_its_place() -> None:
    assert note_lines("Dresden") == "Dresden"
    assert note_lines("Dresden\nRegular contact", below_dates=True) == '"Dresden"\nRegular contact'


def test_a_date_as_its_own_cell_is_one_date(elca: Any) -> None:
    column = record_type("agreement").column("signed_on")
    lookup = Lookup(elca)
    assert column.read("3 de mayo de 2022", lookup) == day(date(2022, 5, 3))
    for several, why in {"4-8.02.2022": "several days", "Q1 2022": "several months"}.items():
        with pytest.raises(CellError, match=why):
            column.read(several, lookup)


@pytest.mark.parametrize(
    "line",
    [
        "1.",
        "1,",
        "1 & ",
        "1 March, ",
        "14.03.2022, ",
        "March ",
        "9-",
        "9:",
        "1h",
        "2022-",
        "(",
        "-",
    ],
)
def test_the_reading_of_a_long_line_ends(line: str) -> None:
    with sure_to_end(), suppress(DateError):
        read_occasions((line * 20_000)[:20_000])


def test_dates_of_spreadsheets_are_days() -> None:
    assert read_date(date(2022, 3, 14)) == read_date(datetime(2022, 3, 14, 9, 30))
    assert read_occasions(date(2022, 3, 14)).occasions == (occasion("14.03.2022"),)


@pytest.mark.parametrize(
    "row",
    [o for row in json.loads((ELCA / "actions.json").read_text()) for o in row["occasions"]],
    ids=lambda row: row["words"][:30],
)
def test_the_day_of_each_occasion_of_the_seed_is_read_from_its_words(row: dict[str, Any]) -> None:
    when = PartialDate(
        date.fromisoformat(row["start"]), date.fromisoformat(row["end"]), row["precision"]
    )
    found = read_occasions(row["words"])
    if not any(letter.isdigit() for letter in row["words"]):
        assert found.note == row["words"]  # “online Sept.”, whose year stands beside it
        return
    assert [o.when for o in found.occasions] == [when]
    if found.occasions[0].mode == ONLINE:
        assert row["mode"] in (ONLINE, HYBRID)


@pytest.mark.parametrize(
    ("text", "when", "left"),
    [
        ("20.10.2022 ", "20.10.2022", ""),
        ("Start of co-operation 2021. ", "2021", "Start of co-operation"),
        ("Started Nov. 2022", "11.2022", "Started"),
        ("15.11.2022, first meeting", "15.11.2022", "first meeting"),
        ("4-8.02.2022 in Dubai", "04.02.2022", "4-8.02.2022 in Dubai"),
        ("no date", None, "no date"),
        ("Q1 2022 in Dubai", "2022", "Q1 2022 in Dubai"),
        ("le 3 mai 2022 à Lyon", "03.05.2022", "le à Lyon"),
    ],
)
def test_the_first_date_is_taken_out_of_a_text(text: str, when: str | None, left: str) -> None:
    assert take_date(text) == (read_date(when) if when else None, left)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Spain", "ES"),
        ("PL", "PL"),
        ("de", "DE"),
        ("France", "FR"),
        ("Hiszpania", "ES"),
        ("USA", "US"),
        ("online", ""),
        ("", ""),
    ],
)
def test_countries_are_known_by_code_and_name(name: str, code: str) -> None:
    assert country_code(name) == code


# Written and read back

days = st.dates(date(1990, 1, 1), date(2099, 12, 31))
whens = st.one_of(
    days.map(day),
    st.builds(
        lambda first, last: month(*min(first, last)).to(month(*max(first, last))),
        st.tuples(st.integers(1990, 2099), st.integers(1, 12)),
        st.tuples(st.integers(1990, 2099), st.integers(1, 12)),
    ),
    st.builds(
        lambda first, more: year(first).to(year(first + more)), st.just(2021), st.integers(0, 9)
    ),
    st.builds(
        lambda first, more: day(first, first + timedelta(days=more)),
        st.dates(date(1990, 1, 1), date(2098, 1, 1)),
        st.integers(0, 500),
    ),
    days.map(lambda d: month(d.year, d.month)),
    days.map(lambda d: year(d.year)),
)
places = st.one_of(
    st.sampled_from(
        [
            "",
            "Dresden",
            "LZS, Dresden",
            "Fraunhofer Institute for Machine Tools and Forming",
            "online",
            "Hall 4.2.2022",
            "(Spain)",
            'The "White" House (DE), online',
            "Room 2021",
            "–",
            "31.02.2022",
        ]
    ),
    st.text(max_size=60).map(lambda text: " ".join(text.split())),
)
occasions = st.builds(
    OccasionData,
    whens,
    st.sampled_from(["", ON_SITE, ONLINE, HYBRID]),
    places,
    st.sampled_from(["", "DE", "ES", "AE", "US"]),
)


@given(when=whens)
def test_a_date_reads_back_as_it_is_written(when: PartialDate) -> None:
    assert read_date(str(when)) == when


@given(occasion_=occasions)
def test_an_occasion_reads_back_as_it_is_written(occasion_: OccasionData) -> None:
    found = read_occasions(str(occasion_))
    assert found.occasions == (occasion_,)
    assert found.note == ""


@given(several=st.lists(occasions, max_size=4))
def test_occasions_of_one_cell_read_back(several: list[OccasionData]) -> None:
    assert read_occasions("\n".join(map(str, several))).occasions == tuple(several)


@given(
    lines=st.lists(
        st.one_of(
            st.sampled_from(["Started Nov. 2022", "31.02.2022?", '"quoted"', 'on 4.2.2022, "x"']),
            places,
        ).filter(bool)
    )
)
def test_a_note_reads_back_as_a_note(lines: list[str]) -> None:
    found = read_occasions(note_lines("\n".join(lines)))
    assert found == DatesRead((), "\n".join(lines))


@given(text=st.text(alphabet="0123456789./- JanuryMchtoBeli,()+\n", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assume(text.strip())
    try:
        found = read_occasions(text)
    except DateError:
        return
    for item in found.occasions:
        assert item.when.start <= item.when.counts_from <= item.when.end


def test_a_place_of_several_lines_becomes_one(elca: Any, as_user: Any) -> None:
    client: Client = as_user("amz")
    url = "/elca/actions/new/sectors/"
    sent = filled(
        client.get(url),
        title="With a place",
        occasions__0__when="14.03.2022",
        occasions__0__place="Hall 3\u2028second\tfloor",
    )
    assert client.post(url, sent).status_code == 302
    stored = elca.actions.get(title="With a place").occasions.get()
    assert stored.place == "Hall 3 second floor"
    assert read_occasions(str(stored.data)).occasions == (stored.data,)
