"""Makes the outlines of the map out of the npm package world-atlas, once: not run by the site.

``python -m kpis.charts.make_world <folder of the unpacked package>`` writes
``static/vendor/world-atlas/outlines.json``: the world (Equal Earth) of the coarse file, Europe
(Lambert's equal-area projection around 52° N 10° E) of the finer one, as SVG paths by country, and
the place of every country in each frame, for dots and numbers.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from django_countries.data import ALT_CODES

OUT = Path(__file__).resolve().parents[2] / "static" / "vendor" / "world-atlas" / "outlines.json"
Point = tuple[float, float]
Project = Callable[[float, float], Point]
Box = tuple[float, float, float, float]

BY_NUMBER = {str(number).zfill(3): code for code, (_alpha3, number) in ALT_CODES.items()}
# What the source draws apart without a code of its own; borders are those of the United Nations.
BY_NAME = {"N. Cyprus": "CY", "Somaliland": "SO", "Kosovo": "XK"}
LEFT_OUT = {"AQ"}
# Where a number stands better than in the middle: on the widest part, or beside a narrow country.
BETTER_MIDDLES = {
    "NO": (9.2, 61.4), "HR": (16.2, 45.5), "US": (-98.5, 39.5), "CL": (-76.5, -31.0),
    "JP": (145.5, 35.0), "AE": (59.5, 20.5), "VN": (111.0, 13.0), "NZ": (179.0, -41.0),
}  # fmt: skip
SMALL = 60  # square units: below, a country is seen by a dot
CRIMEA: Box = (32.0, 44.0, 36.8, 46.3)  # drawn with Russia by the source; part of Ukraine

WORLD_WIDTH = 1200
EAST = 11.6  # the middle of the world in degrees: its seam then runs through the Bering Strait
EUROPE_WIDTH, EUROPE_HEIGHT = 760, 660
EUROPE_SCALE = EUROPE_WIDTH / 0.735  # units for one radius of the Earth
EUROPE_LEFT, EUROPE_TOP = -0.345, 0.352  # where the frame begins, in radii


def equal_earth(longitude: float, latitude: float) -> Point:
    """The Equal Earth projection (Šavrič, Patterson, Jenny 2018), on a sphere of radius one."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    half = math.sqrt(3) / 2
    t = math.asin(half * math.sin(math.radians(latitude)))
    t2, t6 = t**2, t**6
    x = math.radians(longitude) * math.cos(t)
    x /= half * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2))
    return x, t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))


def equal_area_europe(longitude: float, latitude: float) -> Point:
    """Lambert's azimuthal equal-area projection around 52° N 10° E, as European statistics use."""
    middle, phi = math.radians(52), math.radians(latitude)
    away = math.radians(longitude - 10)
    near = math.sin(middle) * math.sin(phi) + math.cos(middle) * math.cos(phi) * math.cos(away)
    k = math.sqrt(2 / max(1 + near, 1e-9))
    up = math.cos(middle) * math.sin(phi) - math.sin(middle) * math.cos(phi) * math.cos(away)
    return k * math.cos(phi) * math.sin(away), k * up


WORLD_SCALE = WORLD_WIDTH / (2 * equal_earth(180, 0)[0])
WORLD_TOP, WORLD_BOTTOM = equal_earth(0, 84)[1], equal_earth(0, -56)[1]
WORLD_HEIGHT = round((WORLD_TOP - WORLD_BOTTOM) * WORLD_SCALE)


def on_world(longitude: float, latitude: float) -> Point:
    around = longitude - EAST
    x, y = equal_earth(around + 360 if around < -180 else around, latitude)
    return x * WORLD_SCALE + WORLD_WIDTH / 2, (WORLD_TOP - y) * WORLD_SCALE


def on_europe(longitude: float, latitude: float) -> Point:
    x, y = equal_area_europe(longitude, latitude)
    return (x - EUROPE_LEFT) * EUROPE_SCALE, (EUROPE_TOP - y) * EUROPE_SCALE


def read_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs of a TopoJSON file in degrees: its numbers are differences on a grid."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def ring_of(chain: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """The points of a ring; an arc with a negative number runs backwards."""
    points: list[Point] = []
    for number in chain:
        arc = arcs[number] if number >= 0 else list(reversed(arcs[~number]))
        points += arc[1:] if points else arc
    return points


def chains_by_country(
    topology: dict[str, Any], arcs: Sequence[Sequence[Point]]
) -> dict[str, list[list[int]]]:
    """The rings of each country as chains of arcs; parts of one country that touch become one."""
    found: dict[str, list[list[int]]] = defaultdict(list)
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = BY_NUMBER.get(shape.get("id", "")) or BY_NAME.get(name, "")
        if code in LEFT_OUT:
            continue
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            ring = ring_of(polygon[0], arcs)
            is_crimea = code == "RU" and all(_inside(point, CRIMEA) for point in ring)
            found["UA" if is_crimea else code] += polygon
    return {code: merged(chains) for code, chains in found.items()}


def _inside(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def merged(chains: list[list[int]]) -> list[list[int]]:
    """Rings without the arcs that two of them share, run through once in each direction."""
    run = {number for chain in chains for number in chain}
    shared = {number for number in run if ~number in run}
    whole = [chain for chain in chains if not shared & set(chain)]
    cut = [_parts(chain, shared) for chain in chains if shared & set(chain)]
    parts = [part for chain in cut for part in chain]
    return whole + (_tied(parts) if parts else [])


def _parts(chain: list[int], shared: set[int]) -> list[list[int]]:
    """What is left of a ring without the shared arcs."""
    at = next(number for number, arc in enumerate(chain) if arc in shared)
    parts: list[list[int]] = [[]]
    for arc in [*chain[at:], *chain[:at]]:
        if arc in shared:
            parts.append([])
        else:
            parts[-1].append(arc)
    return [part for part in parts if part]


def _tied(parts: list[list[int]]) -> list[list[int]]:
    """Two countries that share one border leave one part each: they follow each other."""
    return [[arc for part in parts for arc in part]]


def clipped(ring: Iterable[Point], box: Box) -> list[Point]:
    """The part of a ring inside a box (Sutherland and Hodgman): one side of it after the other."""
    points = list(ring)
    for axis, limit, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        kept: list[Point] = []
        for number, point in enumerate(points):
            before = points[number - 1]
            a, b = sign * (before[axis] - limit), sign * (point[axis] - limit)
            if (a >= 0) != (b >= 0):
                share = a / (a - b)
                kept.append(
                    (
                        before[0] + share * (point[0] - before[0]),
                        before[1] + share * (point[1] - before[1]),
                    )
                )
            if b >= 0:
                kept.append(point)
        points = kept
    return points


def simplified(points: Sequence[Point], most: float) -> list[Point]:
    """A line without the points that lie nearer to it than ``most`` (Douglas and Peucker)."""
    if len(points) < 3:
        return list(points)
    (x1, y1), (x2, y2) = points[0], points[-1]
    wide = math.hypot(x2 - x1, y2 - y1)

    def off(point: Point) -> float:
        if wide == 0:
            return math.hypot(point[0] - x1, point[1] - y1)
        return abs((x2 - x1) * (y1 - point[1]) - (x1 - point[0]) * (y2 - y1)) / wide

    at = max(range(1, len(points) - 1), key=lambda number: off(points[number]))
    if off(points[at]) <= most:
        return [points[0], points[-1]]
    return simplified(points[: at + 1], most)[:-1] + simplified(points[at:], most)


def area_and_middle(ring: Sequence[Point]) -> tuple[float, Point]:
    twice = x = y = 0.0
    for number, (x2, y2) in enumerate(ring):
        x1, y1 = ring[number - 1]
        cross = x1 * y2 - x2 * y1
        twice, x, y = twice + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if abs(twice) < 1e-9:
        return 0.0, ring[0]
    return abs(twice) / 2, (x / (3 * twice), y / (3 * twice))


def path_of(ring: Sequence[Point]) -> str:
    """A ring in whole units, each point by its distance from the one before; blank if too small."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [
        (x - before[0], y - before[1]) for before, (x, y) in pairwise(whole) if (x, y) != before
    ]
    if len({*whole}) < 3:
        return ""
    said = "".join(f"{dx}{'' if dy < 0 else ' '}{dy} " for dx, dy in steps[:-1])
    return f"M{whole[0][0]} {whole[0][1]}l{said.strip().replace(' -', '-')}z"


def frame(
    topology: dict[str, Any], project: Project, size: tuple[int, int], most: float
) -> dict[str, Any]:
    """The paths of one frame by country, and where the largest part of each lies."""
    degrees = read_arcs(topology)
    chains = chains_by_country(topology, degrees)
    # Arcs are simplified one by one, so that neighbours keep their border in common.
    arcs = [simplified([project(*point) for point in arc], most) for arc in degrees]
    box = (0.0, 0.0, float(size[0]), float(size[1]))
    paths: dict[str, str] = {}
    middles: dict[str, list[int]] = {}
    small: list[str] = []
    for code in sorted(chains):
        rings = [clipped(ring_of(chain, arcs), box) for chain in chains[code]]
        said = "".join(path_of([*ring, ring[0]]) for ring in rings if ring)
        if said:
            paths[code] = said
        area, middle = _largest(code, chains[code], degrees, project)
        if code and _inside(middle, box):
            middles[code] = [round(middle[0]), round(middle[1])]
            if area < SMALL:
                small.append(code)
    return {
        "width": size[0], "height": size[1], "paths": paths, "middles": middles, "small": small
    }  # fmt: skip


def _largest(
    code: str,
    chains: Sequence[Sequence[int]],
    degrees: Sequence[Sequence[Point]],
    project: Project,
) -> tuple[float, Point]:
    """How large the largest part of a country is, and where a number on it stands well."""
    rings = [[project(*point) for point in ring_of(chain, degrees)] for chain in chains]
    area, middle = max(area_and_middle(ring) for ring in rings)
    return area, project(*BETTER_MIDDLES[code]) if code in BETTER_MIDDLES else middle


def main(folder: Path) -> None:
    coarse = json.loads((folder / "countries-110m.json").read_text("utf-8"))
    fine = json.loads((folder / "countries-50m.json").read_text("utf-8"))
    world = frame(coarse, on_world, (WORLD_WIDTH, WORLD_HEIGHT), 0.7)
    # Small states are in the finer file only: they have a place, and no outline in this frame.
    everywhere = frame(fine, on_world, (WORLD_WIDTH, WORLD_HEIGHT), 50)
    world["middles"], world["small"] = everywhere["middles"], everywhere["small"]
    europe = frame(fine, on_europe, (EUROPE_WIDTH, EUROPE_HEIGHT), 0.8)
    found = json.dumps({"world": world, "europe": europe}, separators=(",", ":"))
    OUT.write_text(found + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
