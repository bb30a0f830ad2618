"""Runs axe-core on a page, once whole and then what width and colour change, and puts it in words.

A page is loaded once: the width, the scheme of colours and the theme are switched in the loaded
page, as a person does who turns a phone or whose system turns dark at night.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDE, NARROW = 1440, 390
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Of all rules, those whose answer depends on how wide the page is or on its colours.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
OF_WIDTH = [*OF_COLOUR, "target-size", "scrollable-region-focusable", "aria-hidden-focus"]
# Width, scheme, and the rules that are asked; all of them the first time.
LOOKS: list[tuple[int, str, list[str]]] = [
    (WIDE, "light", []),
    (WIDE, "dark", OF_COLOUR),
    (NARROW, "dark", OF_COLOUR),
    (NARROW, "light", OF_WIDTH),
]
# Of a page that was looked at in another role, and differs for this one in what it offers.
LOOKS_AGAIN = [LOOKS[0], (NARROW, "dark", OF_WIDTH)]
# No colour is measured on its way to another.
STANDS_STILL = "Promise.all(document.getAnimations().map(each => each.finished)).then(() => null)"


@lru_cache(maxsize=1)
def source() -> str:
    return Axe().axe_script


def violations(page: Page, rules: list[str]) -> list[dict[str, Any]]:
    """What axe finds on the page as it is shown now."""
    only = {"type": "rule", "values": rules} if rules else STANDARDS
    # Only what is wrong, quickly.
    options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)
    return list(found["violations"])


def faults_of(page: Page, name: str, *, again: bool = False) -> list[str]:
    """What is wrong with the loaded page, light and dark, wide and narrow, in words."""
    found = []
    page.evaluate(source())
    for width, scheme, rules in LOOKS_AGAIN if again else LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(STANDS_STILL)
        for violation in violations(page, rules):
            where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            help_ = violation["help"]
            found.append(f"{name}, {width} {scheme}: {violation['id']}: {help_} ({where})")
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{name}, {width} {scheme}: needs {needed}")
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found
