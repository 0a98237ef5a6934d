"""The examples of function rows as model files, so that they are read, lowered and run as a modeller's own."""

from __future__ import annotations

import csv
import io
import re
from xml.sax.saxutils import escape

from stockflow.functions.row import Example

VENDORS = {"xmile": "Somebody", "stella": "isee systems, inc."}
_RANGE = re.compile(r"\s*([\w ]+?)\s*:\s*([\w ,]+)")
_LOOKUP = re.compile(r"\s*([\w ]+?)\s*\(\s*(\(.*\))\s*\)\s*", re.DOTALL)
_POINT = re.compile(r"\(\s*([^(),]+?)\s*,\s*([^(),]+?)\s*\)")


def spelling_of(row, example):
    """The language of an example: its own, or the first that has a call of the row; XMILE has what is an operator."""
    return example.spelling or next((one for one in ("vensim", "xmile", "stella") if row.spellings.get(one)), "xmile")


def values_of(example: Example) -> tuple[float, ...]:
    return example.value if isinstance(example.value, tuple) else (example.value,)


def written(example: Example, spelling, folder):
    """The file of a model with the example's call as `result`, and `base`, a constant that nothing needs."""
    for name, text in example.files:
        _outside(folder / name, text)
    over_time = isinstance(example.value, tuple) and not example.over
    clock = {"start": 0, "stop": (len(example.value) - 1) * example.step if over_time else 10, "step": example.step}
    if spelling == "vensim":
        path = folder / "example.mdl"
        path.write_text(_vensim(example, clock), encoding="utf-8")
    else:
        path = folder / "example.xmile"
        path.write_text(_xmile(example, VENDORS[spelling], clock), encoding="utf-8")
    return path


def _outside(path, text):
    if path.suffix != ".xlsx":
        path.write_text(text, encoding="utf-8")
        return
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "data"
    for row in csv.reader(io.StringIO(text)):
        book.active.append([_cell(word) for word in row])
    book.save(path)


def _cell(word):
    try:
        return float(word)
    except ValueError:
        return word or None


def _vensim(example, clock):
    left = f"result[{example.over}]" if example.over else "result"
    equations = [*example.given, f"{left} = {example.call}", "base = 0"]
    equations += [f"INITIAL TIME = {clock['start']}", f"FINAL TIME = {clock['stop']}"]
    equations += [f"TIME STEP = {clock['step']} ~ {example.unit}", "SAVEPER = TIME STEP"]
    return "{UTF-8}\n" + "".join(f"{one} {'~' if '~' in one else '~~'}|\n" for one in equations)


def _xmile(example, vendor, clock):
    dimensions: dict[str, list[str]] = {}
    variables = []
    for line in example.given:
        left, equals, right = line.partition("=")
        if not equals and (found := _RANGE.fullmatch(line)):
            dimensions[found[1]] = [word.strip() for word in found[2].split(",")]
        elif not equals and (found := _LOOKUP.fullmatch(line)):
            points = _POINT.findall(found[2])
            x, y = (",".join(point[n] for point in points) for n in (0, 1))
            variables.append(f'<aux name="{found[1]}"><gf><xpts>{x}</xpts><ypts>{y}</ypts></gf></aux>')
        else:
            variables.append(_aux(left, right, dimensions))
    variables.append(_aux(f"result[{example.over}]" if example.over else "result", example.call, dimensions))
    named = "".join(
        f'<dim name="{name}">{"".join(f"<elem name={one!r}/>" for one in elements)}</dim>'
        for name, elements in dimensions.items()
    )
    return (
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header>'
        f'<vendor>{vendor}</vendor><product version="1">p</product></header>'
        f"<sim_specs><start>{clock['start']}</start><stop>{clock['stop']}</stop><dt>{clock['step']}</dt></sim_specs>"
        f"<dimensions>{named}</dimensions><model><variables>{''.join(variables)}"
        '<aux name="base"><eqn>0</eqn></aux></variables></model></xmile>'
    )


def _aux(left, right, dimensions):
    name, _, inside = left.strip().partition("[")
    used = [word.strip() for word in inside.rstrip("]").split(",") if word.strip()]
    dims = "".join(f'<dim name="{word}"/>' for word in used)
    whole = f"<dimensions>{dims}</dimensions>" if dims else ""
    numbers = [word.strip() for word in right.split(",")]
    if len(used) == 1 and len(numbers) == len(dimensions[used[0]]) > 1 and "(" not in right:
        cells = zip(dimensions[used[0]], numbers, strict=True)
        body = "".join(f'<element subscript="{one}"><eqn>{number}</eqn></element>' for one, number in cells)
    else:
        body = f"<eqn>{escape(right.strip())}</eqn>"
    return f'<aux name="{name.strip()}">{whole}{body}</aux>'
