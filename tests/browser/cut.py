"""Finds words that a page cuts off, lets run out of it, or lays over other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A heading of a phone's table, a name for screen readers, a chart that scrolls: hidden on purpose.
ON_PURPOSE = (
    ".visually-hidden, .skip-link, .table-wrap, .chart-scroll, .only-wide, input, textarea, select"
)
LOOK = """([onPurpose, width]) => {
  const faults = [];
  const needed = document.documentElement.scrollWidth;
  if (needed > width) faults.push(`needs ${needed}`);
  const shown = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const named = (e) => `${e.tagName}.${e.className} “${e.textContent.trim().slice(0, 40)}”`;
  const words = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg, " + onPurpose) || !shown(e)) continue;
    const style = getComputedStyle(e);
    const hides = /hidden|clip/.test(style.overflowX) && style.textOverflow !== "ellipsis";
    if (hides && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1)
      faults.push(`cut: ${named(e)}`);
    if (e.matches("a, button, label, h1, h2, h3, .tag, .stat-value, .stat-label, dt, dd, th"))
      for (const box of e.getClientRects())
        if (box.right > width + 1) { faults.push(`runs out: ${named(e)}`); break; }
    if (e.matches("a, button, .tag") && e.textContent.trim()) words.push(e);
  }
  for (let i = 0; i < words.length; i++)
    for (let j = i + 1; j < words.length && j < i + 6; j++) {
      const [a, b] = [words[i], words[j]];
      if (a.contains(b) || b.contains(a)) continue;
      for (const p of a.getClientRects()) for (const q of b.getClientRects()) {
        const over = Math.min(p.right, q.right) - Math.max(p.left, q.left) > 3
          && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 6;
        if (over) { faults.push(`overlap: ${named(a)} and ${named(b)}`); j = i + 99; }
      }
    }
  return [...new Set(faults)].slice(0, 8);
}"""


def cut_off(page: Page, width: int) -> list[str]:
    """What is cut, runs out of the page, or overlaps, at a width in pixels; each in words."""
    page.set_viewport_size({"width": width, "height": 900})
    return list(page.evaluate(LOOK, [ON_PURPOSE, width]))
