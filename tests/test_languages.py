"""Every language is whole: each text translated, none left over, nothing English on any page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import Any

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from elca_tracker import messages
from elca_tracker.messages import CATALOGUE, LOCALE, key_of, languages, merged, read
from partners.account import choose_language
from partners.models import Project, User
from tests import catalogues
from tests.pages import page, quick
from tests.test_access import MEMBERS, NAMES, ROWS, address, make_things

LANGUAGES = ["de", "es", "fr", "it", "pl"]
ADMIN = MEMBERS.index("admin")


@pytest.fixture(scope="module")
def texts() -> polib.POFile:
    try:
        return messages.collected()
    except messages.CannotCollectError as reason:
        pytest.skip(str(reason))


# The catalogues


def test_each_language_that_is_offered_has_a_catalogue() -> None:
    assert languages() == LANGUAGES
    assert [code for code, _name in settings.LANGUAGES] == ["en-gb", *LANGUAGES]


@pytest.mark.gettext
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_the_texts_of_the_code_and_no_others(
    language: str, texts: polib.POFile
) -> None:
    there, wanted = {key_of(e) for e in read(language)}, {key_of(e) for e in texts}
    assert (wanted - there, there - wanted) == (set(), set()), "`make messages` brings them in"


@pytest.mark.gettext
@pytest.mark.parametrize("language", LANGUAGES)
def test_collecting_again_changes_nothing(language: str, texts: polib.POFile) -> None:
    stored = (LOCALE / language / CATALOGUE).read_text(encoding="utf-8")
    assert str(merged(texts, read(language), language)).strip() == stored.strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_every_form(language: str) -> None:
    assert catalogues.missing(read(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_what_is_filled_in_and_the_tags(language: str) -> None:
    assert catalogues.wrong(read(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_application_reads_is_compiled_from_the_catalogue(language: str) -> None:
    compiled = (LOCALE / language / CATALOGUE).with_suffix(".mo").read_bytes()
    assert compiled == messages.compiled(read(language)), "`make messages` compiles it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_of_a_catalogue_says_what_it_is(language: str) -> None:
    catalogue = read(language)
    assert catalogue.metadata == messages.heading(catalogue, language)
    assert not catalogue.metadata_is_fuzzy
    djangos = messages.heading(polib.POFile(), language)
    assert messages.plural_forms(catalogue) == int(djangos["Plural-Forms"][9])


# The tests of catalogues, held against catalogues with faults


def polish(**said: Any) -> polib.POFile:
    catalogue = polib.POFile()
    catalogue.metadata = messages.heading(catalogue, "pl")
    catalogue.append(polib.POEntry(**said))
    return catalogue


FORMS = {0: "%(n)d plik", 1: "%(n)d pliki", 2: "%(n)d plików", 3: "%(n)d pliku"}
COUNTED: dict[str, Any] = {
    "msgid": "%(n)d file",
    "msgid_plural": "%(n)d files",
    "flags": ["python-format"],
}


def test_a_whole_translation_has_no_fault() -> None:
    for said in (
        {"msgid": "File", "msgstr": "Plik"},
        {**COUNTED, "msgstr_plural": FORMS},
        {**COUNTED, "msgid": "One file", "msgstr_plural": {**FORMS, 0: "Jeden plik"}},
    ):
        assert catalogues.missing(polish(**said)) == []
        assert catalogues.wrong(polish(**said)) == []


@pytest.mark.parametrize(
    "said",
    [
        {"msgid": "File"},
        {"msgid": "File", "msgstr": "Plik", "flags": ["fuzzy"]},
        {"msgid": "File", "msgstr": "Plik", "obsolete": True},
        {**COUNTED, "msgstr_plural": {**FORMS, 3: ""}},
        {**COUNTED, "msgstr_plural": {0: "%(n)d plik", 1: "%(n)d pliki"}},
    ],
)
def test_what_is_missing_is_found(said: dict[str, Any]) -> None:
    assert len(catalogues.missing(polish(**said))) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%(a)s of %(b)s", "%(a)s"),
        ("%(a)s of %(b)s", "%(a)s z %(B)s"),
        ("%(a)s of %(b)s", "%(a)s z %(b)d"),
        ("%(a)d%% done", "%(a)d % gotowe"),
        ("%(a)d%% done", "%(a)d gotowe"),
        ("{name} was here", "{imie} tu"),
        ("<b>Now</b>", "<b>Teraz<b>"),
        ('<a href="/x/">Now</a>', "Teraz"),
        ("Now ", "Teraz"),
        ("\nNow", "Teraz"),
    ],
)
def test_what_got_lost_is_found(text: str, words: str) -> None:
    assert catalogues.wrong(polish(msgid=text, msgstr=words, flags=["python-format"]))


def test_several_are_not_said_without_their_number() -> None:
    plural = {**FORMS, 1: "pliki"}
    assert catalogues.wrong(polish(**COUNTED, msgstr_plural=plural)) == [("%(n)d files", "pliki")]


def test_merging_keeps_what_is_known_and_guesses_nothing() -> None:
    known = polish(msgid="File", msgstr="Plik")
    code = polib.POFile()
    for text in ("Files", "File"):
        code.append(polib.POEntry(msgid=text, occurrences=[("a.py", "3"), ("a.py", "9")]))
    found = merged(code, known, "pl")
    assert [(e.msgid, e.msgstr, e.occurrences) for e in found] == [
        ("Files", "", [("a.py", "")]),
        ("File", "Plik", [("a.py", "")]),
    ]


# The pages

SAID = ("aria-label", "title", "alt", "placeholder", "data-label")
NO_TEXTS = {"link"}  # the name of a colour in the style guide
# Headings as the report prints them, which are English; words as they were when they were sealed.
IN_ITS_OWN_WORDS = {"import-mapping", "sealed", "sealed-indicator", "sealed-table"}
FEW_LETTERS = 6  # of which, with something filled in, any text could be made


class Texts(HTMLParser):
    """The texts of a page that are ours or may be: not what a person typed into a field."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._deaf = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {" ".join((v or "").split()) for name, v in attrs if name in SAID}
        self._deaf += tag in ("script", "style", "textarea")

    def handle_endtag(self, tag: str) -> None:
        self._deaf -= tag in ("script", "style", "textarea")

    def handle_data(self, data: str) -> None:
        if not self._deaf:
            self.found.add(" ".join(data.split()))


CONVERSION = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True)
class English:
    """The English texts that read otherwise in a language, whatever is filled into them."""

    plain: frozenset[str]
    filled: re.Pattern[str]
    translated: frozenset[str]

    def of(self, found: set[str]) -> set[str]:
        asked = found - self.translated - NO_TEXTS
        return {t for t in asked if t in self.plain or self.filled.fullmatch(t)}


@cache
def english(language: str) -> English:
    plain, filled, translated = set(), set(), set()
    for entry in read(language):
        translated |= {" ".join(w.split()) for w in (entry.msgstr, *entry.msgstr_plural.values())}
        words = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
        for text in (entry.msgid, entry.msgid_plural):
            parts = CONVERSION.split(" ".join(text.split()).replace("%%", "%"))
            if not text or not words or words == text:
                continue
            if len(parts) == 1:
                plain.add(parts[0])
            elif sum(character.isalpha() for character in "".join(parts)) > FEW_LETTERS:
                filled.add(".+".join(map(re.escape, parts)))
    ours = re.compile("|".join(sorted(filled)))
    return English(frozenset(plain), ours, frozenset(translated))


def pages_of(client: Client, project: Project) -> Iterator[tuple[str, Any]]:
    """Every page of the URL conf that an administrator may open, by the name of its address."""
    things = make_things(project)
    for name in sorted(NAMES):
        if ROWS[name].get[ADMIN] != 200 or name == "admin":
            continue
        answer = client.get(address(name, things))
        if answer.streaming:
            answer.getvalue()  # read to its end, the file is closed
        elif answer["Content-Type"].startswith("text/html"):
            yield name, answer


def shown(answer: Any, project: Project) -> set[str]:
    """The texts of a page but for the project's own, which are in the language of its report."""
    own = {*project.indicators.values_list("title", flat=True)}
    for action_type in project.action_types.all():
        own |= {action_type.heading, action_type.caption}
    return Texts(answer.text).found - own


def language_of(answer: Any) -> str | None:
    return next(said.get("lang") for tag, said in page(answer).tags if tag == "html")


def test_no_page_in_german_has_an_english_text(
    as_user: Any, cast: dict[str, User], elca: Project
) -> None:
    choose_language(user=cast["admin"], language="de")
    ours, client = english("de"), quick(as_user("admin"))
    left: dict[str, list[str]] = {}
    names = []
    for name, answer in pages_of(client, elca):
        names.append(name)
        assert (answer.status_code, language_of(answer)) == (200, "de"), name
        for text in set() if name in IN_ITS_OWN_WORDS else ours.of(shown(answer, elca)):
            left.setdefault(text, []).append(name)
    assert left == {}
    assert len(names) > 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_in_each_language(
    language: str, as_user: Any, cast: dict[str, User], elca: Project
) -> None:
    choose_language(user=cast["leader"], language=language)
    answer = as_user("leader").get("/elca/")
    assert (answer.status_code, language_of(answer)) == (200, language)
    assert answer["Content-Language"] == language
    with translation.override(language):
        heading = translation.gettext("Overview")
    assert heading in page(answer).text
    assert english(language).of(shown(answer, elca)) == set()
