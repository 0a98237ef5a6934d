"""The sketch section of an .mdl file as marks and lines, view by view.

It knows the numbered objects of a sketch (Vensim reference, Sketch Format); it must not know any equation. What it
cannot read it leaves out: a drawing has no part in a model's values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from stockflow.ir.names import key_of
from stockflow.ir.picture import Line, Mark, Point, Sketch

_VIEW = re.compile(r"^\\{2,4}---///.*$", re.MULTILINE)
_NUMBER = r"-?\d{1,7}"
_MARK = re.compile(
    rf"(?P<kind>1[012]),(?P<number>\d{{1,7}}),(?P<name>\"(?:[^\"\\]|\\.)*\"|[^,]*),"
    rf"(?P<x>{_NUMBER}),(?P<y>{_NUMBER}),(?P<w>{_NUMBER}),(?P<h>{_NUMBER}),(?P<shape>\d{{1,7}}),(?P<bits>\d{{1,7}})"
)
_LINE = re.compile(
    rf"1,\d{{1,7}},(?P<start>\d{{1,7}}),(?P<stop>\d{{1,7}}),(?P<shape>{_NUMBER}),[^,]*,[^,]*,(?P<thick>{_NUMBER}),"
    r"[^,]*,[^,]*,(?P<initial>[^,]*),"
)
_POINT = re.compile(rf"\|\((?P<x>{_NUMBER}),(?P<y>{_NUMBER})\)")
_ATTACHED, _DEFINES, _TEXT_FOLLOWS = 32, 1, 4
_THIN = 20
_KINDS = {"10": "word", "11": "valve", "12": "cloud"}


def sketches_of(text: str) -> Iterator[Sketch]:
    """The views of a sketch section, in its order."""
    for view in _VIEW.split(text)[1:]:
        lines = view.splitlines()
        label = next((line[1:].strip() for line in lines if line.startswith("*")), "")
        yield Sketch(label, _marks(lines), tuple(_lines(lines)))


def _marks(lines: Iterable[str]) -> dict[int, Mark]:
    marks: dict[int, Mark] = {}
    last_valve = 0
    skipped = False
    for line in lines:
        found = None if skipped else _MARK.match(line)
        skipped = False
        if found is None:
            continue
        mark = _mark(found, last_valve)
        last_valve = mark.number if mark.kind == "valve" else last_valve
        skipped = mark.kind == "cloud" and bool(int(found["bits"]) & _TEXT_FOLLOWS)
        marks[mark.number] = mark
    return marks


def _mark(found: re.Match[str], last_valve: int) -> Mark:
    x, y, width, height = (float(found[name]) for name in ("x", "y", "w", "h"))
    number, shape = int(found["number"]), int(found["shape"])
    word = found["kind"] == "10"
    return Mark(
        _KINDS[found["kind"]],  # type: ignore[arg-type]
        number, x, y, 2 * width, 2 * height, key_of(found["name"]) if word else "",
        word and not int(found["bits"]) & _DEFINES, last_valve if word and shape & _ATTACHED else 0,
    )


def _lines(lines: Iterable[str]) -> Iterator[Line]:
    for line in lines:
        found = _LINE.match(line)
        if found is not None:
            pipe = int(found["thick"]) > _THIN
            yield Line(int(found["start"]), int(found["stop"]), pipe, found["initial"] == "1", _bend(line))


def _bend(line: str) -> Point | None:
    point = _POINT.search(line)
    if point is None or (point["x"], point["y"]) == ("0", "0"):
        return None
    return float(point["x"]), float(point["y"])
