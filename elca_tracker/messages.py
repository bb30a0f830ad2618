"""Collects the texts that people read, and compiles their translations: `make messages`.

It needs GNU gettext and polib, which installations need not have: the compiled files are kept with
the code. A folder below ``locale/`` is a language. Nothing in these files tells when they were
made, so that what did not change stays as it is, byte for byte.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
CATALOGUE = Path("LC_MESSAGES") / "django.po"
WIDTH = 100  # characters of a line
HEADER = "The texts of ELCA Tracker: msgid is the code's, msgstr yours. See docs/translating.md."
# What holds no text for people; the tests quote many.
LEFT = ("tests", "docs", "fixtures", "static", "staticfiles", "var", "locale", "__pycache__", ".*")
# The settings want them; nothing is signed or stored here.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "elca_tracker.settings",
    "DATABASE_URL": "sqlite://:memory:",
    "SECRET_KEY": "only to collect texts",
}

Key = tuple[str | None, str, str]


class CannotCollectError(Exception):
    """Says in plain words why the texts cannot be collected on this machine."""


def key_of(entry: polib.POEntry) -> Key:
    """What makes a text another one: its context, its singular and its plural."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def languages(folder: Path = LOCALE) -> list[str]:
    """The languages into which the application is translated, by their folders."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def read(language: str, folder: Path = LOCALE) -> polib.POFile:
    """The texts of a language; none where there is no file yet."""
    path = folder / language / CATALOGUE
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def collected() -> polib.POFile:
    """Every text of the code and the templates as it is now.

    Django writes files of its own beside the templates while it reads them: so it reads a copy.
    """
    if not shutil.which("xgettext"):
        raise CannotCollectError("gettext is not installed (on Debian: apt-get install gettext)")
    with TemporaryDirectory(prefix="elca-messages-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT))
        (copy / "locale").mkdir()
        command = [sys.executable, "manage.py", "makemessages", "--all", "--keep-pot"]
        subprocess.run(
            [*command, "--add-location", "file", "--no-wrap"],
            cwd=copy,
            env=os.environ | ENVIRONMENT,
            check=True,
        )
        return polib.pofile(str(copy / "locale" / "django.pot"))


def merged(texts: polib.POFile, known: polib.POFile, language: str) -> polib.POFile:
    """The texts in the order of the code, with the translations that are known of them.

    A text that changed has no translation: a guess would look like one.
    """
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.header = HEADER
    catalogue.metadata = heading(known, language)
    translated = {key_of(entry): entry for entry in known if not entry.obsolete}
    for text in texts:
        catalogue.append(_translated(text, translated.get(key_of(text)), plural_forms(catalogue)))
    return catalogue


def _translated(text: polib.POEntry, known: polib.POEntry | None, forms: int) -> polib.POEntry:
    plural = dict.fromkeys(range(forms), "") if text.msgid_plural else {}
    if known:
        text.msgstr, text.tcomment = known.msgstr, known.tcomment
        plural |= known.msgstr_plural
        text.flags += ["fuzzy"] if known.fuzzy else []
    text.msgstr_plural = plural
    text.occurrences = sorted({(path, "") for path, _line in text.occurrences})
    return text


def heading(known: polib.POFile, language: str) -> dict[str, str]:
    """What stands at the head of a file: nothing that changes by itself."""
    forms = known.metadata.get("Plural-Forms") or _plurals_of_django(language)
    return {
        "Project-Id-Version": "ELCA Tracker",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": forms,
    }


def _plurals_of_django(language: str) -> str:
    path = Path(django.__file__).parent / "conf" / "locale" / language / CATALOGUE
    return polib.pofile(str(path)).metadata["Plural-Forms"]


def plural_forms(catalogue: polib.POFile) -> int:
    """How many forms a number takes in the language."""
    return int(catalogue.metadata["Plural-Forms"].partition("nplurals=")[2].partition(";")[0])


def compiled(catalogue: polib.POFile) -> bytes:
    """The file that the application reads."""
    return catalogue.to_binary()


def main() -> int:
    """Bring every language up to date, and say what is left to translate."""
    try:
        texts = collected()
    except CannotCollectError as reason:
        print(f"The texts cannot be collected: {reason}.", file=sys.stderr)
        return 1
    for language in languages():
        path = LOCALE / language / CATALOGUE
        path.parent.mkdir(exist_ok=True)
        catalogue = merged(texts, read(language), language)
        catalogue.save(str(path))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        left = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
        print(f"{language}: {len(catalogue)} texts, {left} to translate.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
