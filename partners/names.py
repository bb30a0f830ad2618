"""Compares names of organisations and partners as a careful reader would."""

import re
import unicodedata
from functools import lru_cache

LONGEST_KEY = 250
_NOT_A_WORD = re.compile(r"[^\w]+")


@lru_cache(maxsize=50_000)
def name_key(name: str) -> str:
    """Give the form in which two spellings of one name are equal.

    Case, accents, punctuation and runs of white space do not count:
    ``name_key("Clust-ER  Green Tech")`` is ``"clust er green tech"``. A key is never longer than
    its column, although some letters become several when they are taken apart.
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", plain.replace("_", " ")).strip()[:LONGEST_KEY].strip()


_WITHOUT_ACCENT = {
    code: unicodedata.normalize("NFD", chr(code))[0]
    for code in (*range(0xC0, 0x180), *range(0x1E00, 0x1F00))
    if unicodedata.normalize("NFD", chr(code)) != chr(code)
} | {ord("Ł"): "L", ord("ł"): "l", ord("Ø"): "O", ord("ø"): "o"}


def folded(text: str) -> str:
    """The text in lower case and without accents, each character in its old place."""
    return text.translate(_WITHOUT_ACCENT).lower()


# What a company or an association has behind its name in its country, as a key spells it.
_LEGAL_FORMS = re.compile(
    r"\b(?:gmbh(?: co kg)?|mbh|ag|kg|ug|e ?v|ltd|limited|llc|inc|corp|corporation|co|plc|srl|s r l|"
    r"spa|s p a|sl|s l|sa|s a|sas|sarl|sp z o o|spolka|bv|b v|nv|oy|ab|as|aps)\b"
)


def core_key(name: str) -> str:
    """The key of a name without its legal form, for finding names that resemble each other."""
    key = name_key(name)
    return " ".join(_LEGAL_FORMS.sub(" ", key).split()) or key
