"""Compares names of organisations and partners as a careful reader would."""

import re
import unicodedata

LONGEST_KEY = 250
_NOT_A_WORD = re.compile(r"[^\w]+")


def name_key(name: str) -> str:
    """Give the form in which two spellings of one name are equal.

    Case, accents, punctuation and runs of white space do not count:
    ``name_key("Clust-ER  Green Tech")`` is ``"clust er green tech"``. A key is never longer than
    its column, although some letters become several when they are taken apart.
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", plain.replace("_", " ")).strip()[:LONGEST_KEY].strip()
