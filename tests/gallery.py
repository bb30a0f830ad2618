"""Takes a picture of every page of the URL conf, wide and narrow, in three languages.

    python -m tests.gallery [LANGUAGE ...]

The addresses are those of ``tests.test_access``, where a new one must have a row. What a page cuts
off is said beside its picture. ``docs/pages.md`` is written anew, and leads to the pictures.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.chromium import chromium
from tests.browser.cut import cut_off
from tests.pictures import FOLDER, PASSWORD, ROOT, SIZES, application

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from partners.models import Project

LANGUAGES = ("en", "de", "pl")
PAGES = FOLDER / "pages"
LIST = ROOT / "docs" / "pages.md"
WHO = ("leader", "amz", "admin", "anonymous")  # the first who may open a page is shown it
MOST_HEIGHT = 1600  # pixels, where a long page is cut
QUALITY = 30  # of 100
SCALE = {"wide": 0.6, "narrow": 0.8}  # small enough to keep, large enough to read

INTRODUCTION = """# Every page, wide and narrow, in three languages

Taken by `python -m tests.gallery` on the ELCA project, the way a member first sees each page; made
again when pages change. A long page is cut at its foot. Fields of dates and files are in the
browser's language; on Debian that takes the package `chromium-l10n`.

"""


def pages(project: Project) -> Iterator[tuple[str, str, str]]:
    """Name, address and who looks, of every address that is a page."""
    from django.test import Client

    from partners.models import User
    from tests.test_access import NAMES, ROLES, ROWS, address, make_things

    things = make_things(project)
    clients = {who: Client() for who in WHO}
    for who in WHO[:-1]:
        clients[who].force_login(User.objects.get(username=who))
    for name in sorted(NAMES):
        row = ROWS[name]
        allowed = dict(zip(ROLES, (*row.outside, *row.get), strict=True))
        who = next((who for who in WHO if allowed[who] == 200), "")
        if who and name != "admin":
            url = address(name, things)
            answer = clients[who].get(url)
            html = answer.headers.get("Content-Type", "").startswith("text/html")
            if answer.status_code == 200 and html and b"<main" in answer.content:
                yield name, url, who


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def take(page: Page, target: Path, size: str) -> list[str]:
    """Take one picture; gives what the page cuts off."""
    width = SIZES[size]
    faults = cut_off(page, width)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.fonts.ready.then(() => null)")
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    height = min(tall, MOST_HEIGHT)
    page.set_viewport_size({"width": width, "height": height})
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": SCALE[size]}
    session = page.context.new_cdp_session(page)
    wish = {"format": "webp", "quality": QUALITY, "clip": clip}
    taken = session.send("Page.captureScreenshot", wish)
    session.detach()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(base64.b64decode(taken["data"]))
    return faults


def walk(browser: Browser, origin: str, language: str, found: list[tuple[str, str, str]]) -> None:
    """Take the pictures of all pages in a language, as a browser of that language asks for it."""
    windows = {}
    for name, url, who in found:
        if who not in windows:
            context = browser.new_context(base_url=origin, locale=language)
            windows[who] = context.new_page()
            if who != "anonymous":
                sign_in(windows[who], who)
        page = windows[who]
        page.goto(url)
        for size in SIZES:
            for fault in take(page, PAGES / language / f"{name}-{size}.webp", size):
                sys.stdout.write(f"{language} {size} {name}: {fault}\n")
    for page in windows.values():
        page.context.close()


def write_list(found: list[tuple[str, str, str]]) -> None:
    lines = [INTRODUCTION, "| Page | English | German | Polish |\n|---|---|---|---|\n"]
    for name, url, _who in found:
        cells = [
            " ".join(f"[{size}](pictures/pages/{code}/{name}-{size}.webp)" for size in SIZES)
            for code in LANGUAGES
        ]
        lines.append(f"| `{url}` | {' | '.join(cells)} |\n")
    LIST.write_text("".join(lines))


def main(languages: list[str]) -> None:
    with application() as origin:
        from partners.models import Project

        found = list(pages(Project.objects.get(slug="elca")))
        write_list(found)
        for language in languages or LANGUAGES:
            with chromium(language.replace("en", "en-GB")) as browser:
                walk(browser, origin, language, found)


if __name__ == "__main__":
    main(sys.argv[1:])
