"""A plan keeps its invariants: those of real models do, and each kind of breach is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Ask, Axis, Broken, Element, Every, Interpolate, Name, Number, Positions, Vector
from stockflow.ir.plan import Assign, Belt, Hold, Input, Level, Moves, Plan, Ring, Scan, Shift, Slot
from stockflow.ir.verify import breaches
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = sorted(path for path in (ROOT / "reference_models").rglob("model.*") if path.suffix in {".mdl", ".xmile"})
SHARED = ROOT.parent / "shared" / "cases"
SUFFIXES = {".mdl", ".xmile", ".stmx"}

TWO = Axis("d", ("one", "two"), (0, 1))
ALONG = (Along(TWO),)


def planned(path):
    """The plan of a model's own run; None where the model has an error."""
    report = Report()
    prepared = prepare(path, report)
    if prepared is None or report.failed:
        return None
    return schedule(prepared.flat, Request(tuple(prepared.closed.variables)), report)


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_the_plans_of_the_reference_models_are_sound(path):
    plan = planned(path)
    assert plan is not None
    assert breaches(plan) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published cases are not beside the repository")
def test_the_plans_of_the_published_cases_are_sound():
    found = {}
    paths = sorted(path for path in SHARED.rglob("*") if path.suffix in SUFFIXES)
    for path in paths:
        plan = planned(path)
        if plan is not None and (wrong := breaches(plan)):
            found[path.name] = wrong
    assert paths and not found


def sound(**changed):
    """x[d] and the stock s[d] grow from a; `step` and other blocks may be replaced."""
    slots = {key: Slot(key, (2,)) for key in ("x", "s", "r")} | {"a": Slot("a", ())}
    parts = {
        "slots": slots,
        "inputs": (Input("a", "constant"),),
        "states": (Level("s", (TWO,), ALONG, "r"),),
        "once": (),
        "initial": (Assign("s", (TWO,), ALONG, Number(0.0)),),
        "step": (Assign("x", (TWO,), ALONG, Name("a", "a")),),
        "report": (),
        "rates": (Assign("r", (TWO,), ALONG, Name("x", "x", ALONG)),),
        "outputs": ("x", "s"),
    }
    return Plan(**{**parts, **changed})


def x(expr, **changed):
    return replace(Assign("x", (TWO,), ALONG, expr), **changed)


def test_a_sound_plan_has_no_breach():
    assert breaches(sound()) == []


OTHER = Axis("d", ("one", "two"), (0, 1))
BELT = Belt("x", "Queue", ("a",), (), (TWO,))
SHIFT = Shift("x", (TWO,), Moves("s", (), 1, 2), "a", "a", "a")
ASK = Ask(Name("x", "x", ALONG), "oldest age", ())
THREE = {**sound().slots, "three": Slot("three", (3,))}
WITH_TABLE = (*sound().inputs, Input("f", "table"))
HIDDEN = {**sound().slots, "y": Slot("y", ())}


@pytest.mark.parametrize(("plan", "said"), [
    (sound(inputs=()), "x: reads a, which has no value yet"),
    (sound(inputs=(Input("a", "constant"), Input("a", "series"))), "a: two inputs for one slot"),
    (sound(inputs=(Input("a", "constant"), Input("b", "constant"))), "b: an input without a slot"),
    (sound(step=(x(Name("b", "b")),)), "x: reads b, which is no slot"),
    (sound(step=(x(Name("s", "s")),)), "x: reads s with 0 subscripts for 1 dimensions"),
    (sound(step=(x(Name("s", "s", (Element(2),))),)), "x: a subscript of s leaves its shape"),
    (sound(step=(x(Name("s", "s", (Along(OTHER),))),)), "x: follows an axis that nothing around it runs over"),
    (sound(step=(x(Positions(TWO, (1.0,))),)), "x: positions do not fit their axis"),
    (sound(step=(x(Broken()),)), "x: Broken cannot be run"),
    (sound(step=(x(Ask(Name("s", "s", ALONG), "oldest age", ())),)), "x: asks what is no memory"),
    (
        sound(states=(*sound().states, BELT), initial=(*sound().initial, x(Number(0.0), axes=(), target=(Element(0),),
                                                                             whole=False),
                                                       Assign("r", (TWO,), ALONG, ASK))),
        "r: asks x before it has begun",
    ),
    (sound(states=(*sound().states, SHIFT)), "x: moves elements that s has not"),
    (
        sound(states=(*sound().states, replace(SHIFT, moves=Moves("x", (), 0, 2)))),
        "x: moves x, which is no stock",
    ),
    (
        sound(states=(*sound().states, replace(BELT, tables=(Name("a", "a"),)))),
        "x: is given a, which is no table input",
    ),
    (sound(step=(x(Interpolate(Name("a", "a"), (Number(1.0),))),)), "x: a lookup is read that is no table input"),
    (
        sound(step=(x(Number(1.0), target=(Along(OTHER),)),)),
        "x: the target follows an axis that is not the assignment's",
    ),
    (sound(step=(x(Number(1.0), target=(Element(0),)),)), "x: an axis of the assignment is not in the target"),
    (sound(step=(x(Number(1.0), target=()),)), "x: 0 subscripts are written into 1 dimensions"),
    (sound(states=(*sound().states, Hold("gone", "a"))), "gone: a state without a slot"),
    (sound(states=(*sound().states, Ring("x", "a", "gone", "a"))), "x: reads gone, which is no slot"),
    (sound(slots=THREE, states=(*sound().states, Hold("x", "three"))), "x: three has another shape"),
    (
        sound(states=(*sound().states, replace(SHIFT, axes=(), moves=Moves("s", (), 0, 2)))),
        "x: moves elements along an axis that is not its own",
    ),
    (
        sound(states=(*sound().states, replace(BELT, axes=(), tables=(Name("f", "f"),))), inputs=WITH_TABLE),
        "x: the axes of a memory are not its dimensions",
    ),
    (
        sound(states=(*sound().states, replace(BELT, tables=(Name("f", "f", (Along(OTHER),)),))), inputs=WITH_TABLE),
        "x: is given f along an axis that is not its own",
    ),
    (sound(step=(x(Number(1.0), axes=(), target=(Element(2),)),)), "x: the target leaves the slot's shape"),
    (sound(step=(replace(x(Number(1.0)), slot="gone"),)), "gone: an assignment without a slot"),
    (sound(step=(x(Name("s", "s", (Every("", "*"),))),)), "x: a subscript of s is not closed"),
    (sound(step=(x(Number(1.0)), x(Number(2.0)))), "x: a cell is written twice in a block"),
    (sound(step=(x(Number(1.0), axes=(), target=(Element(0),)),)), "x: an assignment of a part is marked as whole"),
    (sound(step=()), "r: reads x, which has no value yet"),
    (sound(initial=()), "s: a state without a first value"),
    (sound(rates=()), "s: a level without a rate"),
    (sound(states=(Level("s", (TWO,), ALONG, "a"),)), "s: the rate a has not the shape of the level's cells"),
    (sound(states=(Hold("s", "b"),)), "s: reads b, which is no slot"),
    (sound(outputs=("a",)), "a: an output that no step gives"),
    (sound(fixed=("x",)), "x: a fixed output that changes"),
    (
        sound(slots={**sound().slots, "a": Slot("a", (), varies=True)}),
        "x: differs between runs through a and is not marked so",
    ),
    (
        sound(slots=HIDDEN, step=(x(Name("y", "y")), Assign("y", (), (), Number(1.0)))),
        "x: reads y, which has no value yet",
    ),
])
def test_a_breach_is_named(plan, said):
    assert said in breaches(plan)


def test_a_function_of_whole_arrays_binds_its_own_axes():
    array = Name("s", "s", (Along(OTHER),))
    whole = Vector("rank index", (array, Number(1.0)), ((OTHER,), ()), (), ())
    assert breaches(sound(step=(x(whole),))) == []
    loose = replace(whole, loops=((), ()))
    assert breaches(sound(step=(x(loose),))) == ["x: follows an axis that nothing around it runs over"]


def chain(order):
    """x[1] = a and x[2] = x[1], done in the given order."""
    follow = x(Name("x", "x", (Along(TWO, (0, 0)),)), whole=False)
    return sound(step=(Scan(follow, order),), states=(), rates=(), initial=(), outputs=("x",))


def test_a_scan_reads_what_it_wrote_before():
    shifted = replace(chain(((0,), (1,))))
    late = x(Name("x", "x", (Along(TWO, (1, 1)),)), whole=False)
    assert "x: reads x, which has no value yet" in breaches(shifted)
    assert "x: reads x, which has no value yet" in breaches(replace(shifted, step=(Scan(late, ((0,), (1,))),)))
    first = Assign("x", (), (Element(0),), Name("a", "a"), whole=False)
    rest = Axis("rest", ("two",), (1,))
    following = Assign("x", (rest,), (Along(rest, (1,)),), Name("x", "x", (Along(rest, (0,)),)), whole=False)
    assert breaches(replace(shifted, step=(first, Scan(following, ((0,),))))) == []
    wrong = breaches(replace(shifted, step=(Scan(following, ((0,),)), first)))
    assert wrong == ["x: reads x, which has no value yet"]


def test_the_order_of_a_scan_holds_each_element_once():
    assert "x: the order of a scan does not hold each element once" in breaches(chain(((0,), (0,))))
