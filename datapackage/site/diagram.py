"""Diagram: the tables of a release and how they refer to each other, in layers: who refers stands right of whom."""

from __future__ import annotations

from dataclasses import dataclass

from .shape import Shape, TableShape

WIDTH, HEIGHT = 208, 64
_ACROSS, _DOWN, _EDGE = 320, 88, 24  # the curve of a table that refers to itself stands out into the edge


@dataclass(frozen=True)
class Box:
    """A table: its place, and what stands in it."""

    x: int
    y: int
    table: TableShape


@dataclass(frozen=True)
class Line:
    """A reference, as a curve of SVG from who refers to whom; `text` says it in words."""

    path: str
    text: str


@dataclass(frozen=True)
class Diagram:
    """What a template draws; sizes are in pixels."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]


def diagram_of(shape: Shape) -> Diagram:
    """Lay out the tables of a release."""
    layers = _layers(shape)
    tallest = max(len(layer) for layer in layers)
    boxes: dict[str, Box] = {}
    for number, layer in enumerate(layers):
        top = _EDGE + (tallest - len(layer)) * _DOWN // 2
        for place, name in enumerate(_untangled(shape, layer, boxes)):
            boxes[name] = Box(_EDGE + number * _ACROSS, top + place * _DOWN, shape.tables[name])
    width = 2 * _EDGE + (len(layers) - 1) * _ACROSS + WIDTH
    return Diagram(width, 2 * _EDGE + tallest * _DOWN, list(boxes.values()), _lines(shape, boxes))


def _layers(shape: Shape) -> list[list[str]]:
    """Return the tables layer by layer; where references go round in a circle, one of them is left out."""
    depth: dict[str, int] = {}
    tables = list(shape.tables)
    for _ in tables:  # a path through all tables is the longest there can be
        before = dict(depth)
        for name in tables:
            far = [key.table for key in shape.tables[name].references if key.table != name]
            depth[name] = min(len(tables), max((depth.get(other, 0) + 1 for other in far), default=0))
        if depth == before:
            break
    used = sorted(set(depth.values()))
    return [[name for name in tables if depth[name] == layer] for layer in used]


def _untangled(shape: Shape, layer: list[str], boxes: dict[str, Box]) -> list[str]:
    """Put a layer in the order of what its tables refer to, so that few lines cross."""

    def middle(name: str) -> float:
        far = [boxes[key.table].y for key in shape.tables[name].references if key.table in boxes]
        return sum(far) / len(far) if far else 0.0

    return sorted(layer, key=middle)


def _lines(shape: Shape, boxes: dict[str, Box]) -> list[Line]:
    lines: list[Line] = []
    for name, box in boxes.items():
        keys = shape.tables[name].references
        for place, key in enumerate(keys, 1):
            start = box.y + HEIGHT * place // (len(keys) + 1)
            far = boxes[key.table]
            text = f"{name}.{', '.join(key.columns)} refers to {key.table}"
            lines.append(Line(_curve(box, start, far), text))
    return lines


def _curve(box: Box, y: int, far: Box) -> str:
    if far is box:
        right = box.x + WIDTH
        return f"M{right},{box.y + 18} c28,-10 28,38 0,28"
    end_x, end_y = far.x + WIDTH, far.y + HEIGHT // 2
    bend = max(40, abs(box.x - end_x) // 2)
    return f"M{box.x},{y} C{box.x - bend},{y} {end_x + bend},{end_y} {end_x},{end_y}"
