"""What must change nothing: the order of equations, names, how often rows are saved, arrays written out as scalars."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stockflow as sf
from conformance.opinions import close
from conformance.whole_table import (
    CONSTANTS,
    PLAIN_KINDS,
    RANGES,
    STOCKS,
    Made,
    Writer,
    bounds,
    clock,
    constants,
    models,
    stock,
)
from stockflow.ir.names import key_of

# A random model may well come to NaN, and the run warns of it.
pytestmark = pytest.mark.filterwarnings("ignore")

SETTINGS = settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
NAMES = {name: f"{'zyxwvutsrqponm'[place]} of {place}" for place, name in enumerate(
    ["x0", "x1", "x2", "x3", "x4", "k0", "k1", "a", "b", "c", "level", "levels", "k positive"]
)}
NAMED = re.compile(r"\b(" + "|".join(sorted(NAMES, key=len, reverse=True)) + r")\b")


def values(folder: Path, text: str, method: str, **options: float) -> dict[str, np.ndarray] | None:
    path = folder / "model.mdl"
    path.write_text(text, encoding="utf-8")
    try:
        return dict(sf.load(path, cache=None).simulate(method=method, **options).values)
    except sf.ModelError:
        return None


def renamed(text: str) -> str:
    return NAMED.sub(lambda found: NAMES[found[0]], text)


@given(models(), st.randoms(use_true_random=False))
@SETTINGS
def test_the_order_of_equations_changes_nothing(tmp_path: Path, made: Made, chance) -> None:
    before = values(tmp_path, made.text, made.method)
    chance.shuffle(made.equations)
    after = values(tmp_path, made.text, made.method)
    assert (before is None) == (after is None)
    for key, found in (before or {}).items():
        assert found.tobytes() == after[key].tobytes(), f"{key}\n{made.text}"


@given(models())
@SETTINGS
def test_names_change_nothing(tmp_path: Path, made: Made) -> None:
    before, after = values(tmp_path, made.text, made.method), values(tmp_path, renamed(made.text), made.method)
    assert (before is None) == (after is None)
    for key, found in (before or {}).items():
        assert found.tobytes() == after[key_of(renamed(key))].tobytes(), f"{key}\n{made.text}"


@given(models(), st.sampled_from([2, 4]))
@SETTINGS
def test_rows_that_are_saved_more_seldom_are_some_of_those_saved_often(tmp_path: Path, made: Made, every: int) -> None:
    step = float(made.clock.split()[0])
    often = values(tmp_path, made.text, made.method, saveper=step)
    seldom = values(tmp_path, made.text, made.method, saveper=step * every)
    for key in (often or {}).keys() - {"saveper"}:
        rows = often[key][::every] if len(often[key]) > 1 else often[key]
        assert rows.tobytes() == seldom[key].tobytes(), f"{key}\n{made.text}"


# A model over a range and the same model written out.


class Elementwise(Writer):
    """Draws what belongs to one element of `d` at a time."""

    def fits(self, row) -> bool:
        apart = ("elmcount", "shift", "depreciate by schedule")
        return row.kind in (*PLAIN_KINDS, "table", "memory") and row.key not in apart


@st.composite
def elementwise(draw) -> Made:
    made = Made()
    names = {name: shape for name, shape in {**CONSTANTS, **STOCKS}.items() if shape in ((), ("d",))}
    for number in range(draw(st.integers(1, 3))):
        writer = Elementwise(draw, made, ("d",), dict(names))
        bound = draw(st.sampled_from([bound for bound in bounds("vensim") if writer.fits(bound.row)]))
        made.equations.append(f"x{number}[d] = {writer.call(bound, 2)}")
        names[f"x{number}"] = ("d",)
    while missing := [name for name in STOCKS if name in made.words and name not in made.stocks]:
        stock(draw, made, missing[0], STOCKS[missing[0]], names, Elementwise)
    constants(draw, made)
    clock(draw, made)
    return made


def written_out(equation: str) -> list[str]:
    """The equations of the elements, each a variable of its own: `a[d]` is `a of d1`, the bare range a number."""
    left, _, right = equation.partition(" = ")
    if left.endswith("[d]") and re.fullmatch(r"[-\d., e]+", right):
        return [f"{left[:-3]} of {one} = {number}" for one, number in zip(RANGES["d"], right.split(","), strict=True)]
    made = []
    for place, element in enumerate(RANGES["d"], start=1) if "[d]" in left else [(0, "")]:
        text = re.sub(r"\[(d\d?)\]", lambda found: f" of {found[1] if found[1] != 'd' else element}", equation)  # noqa: B023
        made.append(re.sub(r"(?<!of )\bd\b", str(place), text))
    return made


@given(elementwise())
@SETTINGS
def test_a_model_over_a_range_is_the_same_model_written_out(tmp_path: Path, made: Made) -> None:
    whole = values(tmp_path, made.text, made.method)
    made.equations = [text for equation in made.equations for text in written_out(equation)]
    apart = values(tmp_path, made.text, made.method)
    assert (whole is None) == (apart is None), made.text
    for key, found in (whole or {}).items():
        if found.ndim == 1:
            assert close(found, apart[key], 1e-12).all(), f"{key}\n{made.text}"
            continue
        for place, element in enumerate(RANGES["d"]):
            assert close(found[:, place], apart[f"{key} of {element}"], 1e-12).all(), f"{key}\n{made.text}"


# Methods come nearer to what is right by their order.

OSCILLATOR = ("x = INTEG(y, 1)", "y = INTEG(-x, 0)")
GROWTH = ("x = INTEG(-2 * Time * x, 1)",)


@pytest.mark.parametrize(("lines", "exact"), [(OSCILLATOR, np.cos(2.0)), (GROWTH, np.exp(-4.0))])
@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk2", 2), ("rk2_heun", 2), ("rk4", 4)])
def test_half_the_step_divides_the_error_by_two_to_the_order(tmp_path: Path, lines, exact, method, order) -> None:
    errors = []
    for parts in (64, 128):
        text = "{UTF-8}\n" + "".join(f"{one} ~~|\n" for one in (
            *lines, "INITIAL TIME = 0", "FINAL TIME = 2", f"TIME STEP = {1 / parts}", "SAVEPER = 2"))
        found = values(tmp_path, text, method)
        errors.append(abs(found["x"][-1] - exact))
    # What is left beside the first term of the error is a 64th of it or less, times a small number.
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.1)
