"""Draws who works with whom: partners inside, the organisations of one beside it, shared ones
in the middle, and lines as thick as the number of joint actions.

The places follow from the numbers and names alone: the same rows give the same picture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from .svg import hint, joined, length, shape, svg, text

WIDTH = 1180
ROW, SHARED_ROW, BLOCK_GAP, TOP = 21, 27, 22, 14
NODE_WIDTH, NODE_HEIGHT = 124, 46
LABEL_LETTERS, SHARED_LETTERS, CODE_LETTERS = 32, 30, 12
LABELS_END = 222  # of the left column; the right one mirrors it
NODE_MIDDLE = 358
MIDDLE_HALF = 108  # half the width of the labels in the middle
THIN, THICKER, THICKEST = 1.5, 1.5, 9.0


@dataclass(frozen=True)
class Node:
    """A partner or an organisation: its name as drawn, said whole, and its page."""

    key: int
    name: str
    words: str
    url: str


@dataclass(frozen=True)
class Tie:
    """How many actions a partner and an organisation, by their keys, have in common."""

    partner: int
    organisation: int
    actions: int


@dataclass(frozen=True)
class _Block:
    """A partner on one side, the organisations that only it works with, and where they begin."""

    partner: Node
    own: list[Node]
    is_left: bool
    top: float

    @property
    def height(self) -> float:
        return max(len(self.own) * ROW, NODE_HEIGHT)

    @property
    def y(self) -> float:
        return self.top + self.height / 2

    @property
    def x(self) -> float:
        return NODE_MIDDLE if self.is_left else WIDTH - NODE_MIDDLE

    def places(self) -> Iterable[tuple[Node, float]]:
        begin = self.y - len(self.own) * ROW / 2
        return [(node, begin + (number + 0.5) * ROW) for number, node in enumerate(self.own)]


def most_connected(ties: Iterable[Tie], names: Mapping[int, str], most: int) -> list[int]:
    """The keys of the organisations with most partners, then most actions, then by name."""
    partners: dict[int, int] = defaultdict(int)
    actions: dict[int, int] = defaultdict(int)
    for tie in ties:
        partners[tie.organisation] += 1
        actions[tie.organisation] += tie.actions
    ranked = sorted(partners, key=lambda key: (-partners[key], -actions[key], names[key], key))
    return ranked[:most]


def network(
    partners: Sequence[Node], organisations: Sequence[Node], ties: Sequence[Tie], title: str
) -> SafeString:
    """The organisations stand in the order given; ties to what is not among them are left out."""
    known = {node.key: node for node in organisations}
    by_organisation: dict[int, dict[int, int]] = defaultdict(dict)
    for tie in ties:
        if tie.organisation in known:
            by_organisation[tie.organisation][tie.partner] = tie.actions
    blocks = _blocks(partners, known, by_organisation)
    bottom = max((block.top + block.height for block in blocks), default=TOP)
    shared = [known[key] for key in known if len(by_organisation[key]) > 1]
    places = _middle(shared, blocks, by_organisation, bottom)
    lines, nodes = [], []
    for block in blocks:
        drawn = _side(block, by_organisation)
        lines += drawn[0]
        nodes += drawn[1]
    for node, y in places:
        lines += [_reaching(block, y, by_organisation[node.key]) for block in blocks
                  if block.partner.key in by_organisation[node.key]]  # fmt: skip
        nodes.append(_shared(node, y))
    bottom = max([bottom, *(y + SHARED_ROW / 2 for _node, y in places)]) + TOP
    box = f"0 0 {WIDTH} {length(bottom)}"
    size = {"width": WIDTH, "height": bottom}
    return svg("network", title, lines + nodes, role="group", viewBox=box, **size)


def _blocks(
    partners: Sequence[Node],
    known: Mapping[int, Node],
    by_organisation: Mapping[int, Mapping[int, int]],
) -> list[_Block]:
    """The partners in their order, each on the side that is shorter so far."""
    own: dict[int, list[Node]] = defaultdict(list)
    touched: set[int] = set()
    for key, node in known.items():
        touched.update(by_organisation[key])
        if len(by_organisation[key]) == 1:
            own[next(iter(by_organisation[key]))].append(node)
    ends = {True: float(TOP), False: float(TOP)}
    blocks = []
    for partner in partners:
        if partner.key in touched:
            is_left = ends[True] <= ends[False]
            block = _Block(partner, own[partner.key], is_left, ends[is_left])
            ends[is_left] += block.height + BLOCK_GAP
            blocks.append(block)
    return blocks


def _middle(
    shared: Sequence[Node],
    blocks: Sequence[_Block],
    by_organisation: Mapping[int, Mapping[int, int]],
    bottom: float,
) -> list[tuple[Node, float]]:
    """Shared organisations from top to bottom as their partners lie, so that few lines cross."""
    heights = {block.partner.key: block.y for block in blocks}

    def lies(node: Node) -> float:
        found = [heights[key] for key in by_organisation[node.key]]
        return sum(found) / len(found)

    ordered = sorted(shared, key=lambda node: (lies(node), node.name, node.key))
    step = min(max(SHARED_ROW, (bottom - TOP) / max(len(ordered), 1)), 3 * SHARED_ROW)
    begin = max(TOP, (TOP + bottom - step * len(ordered)) / 2)
    return [(node, begin + (number + 0.5) * step) for number, node in enumerate(ordered)]


def _side(
    block: _Block, by_organisation: Mapping[int, Mapping[int, int]]
) -> tuple[list[SafeString], list[SafeString]]:
    """The lines and the nodes of one partner with what is its own."""
    edge = block.x - NODE_WIDTH / 2 if block.is_left else block.x + NODE_WIDTH / 2
    end = LABELS_END + 8 if block.is_left else WIDTH - LABELS_END - 8
    lines = []
    nodes = [_partner(block, by_organisation)]
    for node, y in block.places():
        number = by_organisation[node.key][block.partner.key]
        lines.append(_line(edge, block.y, end, y, number))
        css = "t-small t-end" if block.is_left else "t-small"
        x = LABELS_END if block.is_left else WIDTH - LABELS_END
        nodes.append(_organisation(node, x, y, number, css, end))
    return lines, nodes


def _reaching(block: _Block, y: float, numbers: Mapping[int, int]) -> SafeString:
    """The line from a partner to an organisation in the middle."""
    if block.is_left:
        start, end = block.x + NODE_WIDTH / 2, WIDTH / 2 - MIDDLE_HALF
    else:
        start, end = block.x - NODE_WIDTH / 2, WIDTH / 2 + MIDDLE_HALF
    return _line(start, block.y, end, y, numbers[block.partner.key])


def _line(x1: float, y1: float, x2: float, y2: float, actions: int) -> SafeString:
    between = (x1 + x2) / 2
    curve = " ".join(
        [f"M{length(x1)} {length(y1)}C{length(between)} {length(y1)}",
         f"{length(between)} {length(y2)} {length(x2)} {length(y2)}"]
    )  # fmt: skip
    thick = min(THIN + THICKER * (actions - 1), THICKEST)
    return shape("path", class_="c-tie", d=curve, stroke_width=thick)


def _named(node: Node, actions: int) -> str:
    """The name, shortened, and after it the number of actions where it is more than one."""
    more = f" · {actions}" if actions > 1 else ""
    return f"{_short(node.name, LABEL_LETTERS - len(more))}{more}"


def _short(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[: letters - 1].rstrip()}…"


def _organisation(node: Node, x: float, y: float, actions: int, css: str, dot: float) -> SafeString:
    parts = [
        hint(node.words),
        shape("circle", class_="c-point c-mark", cx=dot, cy=y, r=3.5),
        text(_named(node, actions), class_=css, x=x, y=y + 4.5),
    ]
    return shape("a", joined(parts), href=node.url)


def _shared(node: Node, y: float) -> SafeString:
    """Without a number: a joint action lies on the lines of several partners."""
    parts = [
        hint(node.words),
        shape(
            "rect", class_="c-shared c-mark", x=WIDTH / 2 - MIDDLE_HALF, y=y - 11,
            width=2 * MIDDLE_HALF, height=22, rx=11,
        ),
        text(
            _short(node.name, SHARED_LETTERS), class_="t-small t-mid", x=WIDTH / 2, y=y + 4.5
        ),
    ]  # fmt: skip
    return shape("a", joined(parts), href=node.url)


def _partner(block: _Block, by_organisation: Mapping[int, Mapping[int, int]]) -> SafeString:
    number = sum(block.partner.key in partners for partners in by_organisation.values())
    counted = ngettext("%(number)d organisation", "%(number)d organisations", number)
    name = _short(block.partner.name, CODE_LETTERS)
    parts = [
        hint(block.partner.words),
        shape(
            "rect", class_="c-partner c-mark",
            x=block.x - NODE_WIDTH / 2, y=block.y - NODE_HEIGHT / 2, width=NODE_WIDTH,
            height=NODE_HEIGHT, rx=8,
        ),
        text(name, class_="t-mid t-strong t-on", x=block.x, y=block.y - 3),
        text(
            counted % {"number": number},
            class_="t-mid t-small t-on", x=block.x, y=block.y + 14,
        ),
    ]  # fmt: skip
    return shape("a", joined(parts), href=block.partner.url)
