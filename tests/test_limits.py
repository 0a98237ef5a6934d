"""Every limit of the table: what exceeds it is refused with both figures, and runs with the option of the hint."""

from __future__ import annotations

import re
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import stockflow as sf
from stockflow.limits import ROWS
from tests.data.workbooks import ods, xlsx
from tests.running import over_runs, written

HEAD = '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><product>p</product>'
SPECS = '</header><sim_specs><start>0</start><stop>{stop}</stop><dt>1</dt></sim_specs>'
AUX = '<aux name="{0}"><eqn>{1}</eqn></aux>'
OPTION = re.compile(r'raise the limit with --limit (\S+)=(\d+) \(limits=\{"(\S+)": (\d+)\} in Python\)')

Act = Callable[[sf.Model], Any]


def run(model: sf.Model) -> Any:
    return model.run()


@dataclass(frozen=True)
class Case:
    """A model that is beyond `limit`, what the message says of it, and where that is; `act` is done with the model."""

    path: Path
    limit: int
    found: str
    line: int | None = None
    act: Act = run


def vensim(folder: Path, *equations: str, final: float | str = 2, step: float | str = 1) -> Path:
    """Equation n stands on line n + 1; the last lines are FINAL TIME and TIME STEP."""
    return written(folder, equations, final, step)


def xmile(folder: Path, *variables: str, before: str = "", options: str = "", after: str = "", stop: float = 2) -> Path:
    """The head is line 1, what stands `before` the model line 2, variable n line n + 3."""
    path = folder / "model.xmile"
    body = "\n".join(("<model><variables>", *variables, "</variables></model>"))
    text = f"{HEAD}{options}{SPECS.format(stop=stop)}\n{before}\n{body}{after}</xmile>"
    path.write_text(text, encoding="utf-8")
    return path


def csv(folder: Path, name: str, rows: Sequence[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def including(folder: Path) -> Path:
    for number in range(3):
        inner = f"<model><variables>{AUX.format(f'k{number}', 1)}</variables></model>"
        (folder / f"part{number}.xmile").write_text(f"{HEAD}</header>{inner}</xmile>", encoding="utf-8")
    return xmile(folder, AUX.format("x", 1), options='<includes><include resource="part*.xmile"/></includes>')


def recursive(folder: Path, call: str) -> Path:
    macro = '<macro name="fact"><parm>n</parm><eqn>IF n &lt;= 1 THEN 1 ELSE n * fact(n - 1)</eqn></macro>'
    return xmile(
        folder, AUX.format("x", call), after=macro,
        options='<options><uses_macros recursive_macros="true" option_filters="false"/></options>',
    )


def conveyor(folder: Path, start: str = "4", length: float = 4, leaks: int = 0, beside: str = "") -> Path:
    names = [f"leak{number}" for number in range(leaks)]
    ends = "".join(f"<outflow>{name}</outflow>" for name in ("go", *names))
    belt = f'<stock name="s"><eqn>{start}</eqn>{ends}<conveyor><len>{length}</len></conveyor></stock>'
    flows = "".join(f'<flow name="{name}"><leak>0.1</leak></flow>' for name in names)
    return xmile(folder, belt, f'<flow name="go"/>{flows}', beside)


def two_conveyors(folder: Path) -> Path:
    belt = '<stock name="s{0}"><eqn>4</eqn><outflow>go{0}</outflow><conveyor><len>4</len></conveyor></stock>'
    return xmile(folder, *(f'{belt.format(name)}<flow name="go{name}"/>' for name in "ab"))


def modules(folder: Path) -> Path:
    inner = f'<model name="m"><variables>{AUX.format("y", 1)}{AUX.format("z", 2)}</variables></model>'
    return xmile(folder, '<module name="a" resource="m"/>', '<module name="b" resource="m"/>', after=inner)


def nested(folder: Path) -> Path:
    """Three modules in each other; the innermost stands on line 7."""
    inner = "".join(
        f'\n<model name="m{depth}"><variables><module name="m{depth + 1}"/></variables></model>' for depth in (1, 2)
    )
    last = f'<model name="m3"><variables>{AUX.format("y", 1)}</variables></model>'
    return xmile(folder, '<module name="m1"/>', after=inner + last)


def interpolating(folder: Path) -> Path:
    values = '<aux name="v"><dimensions><dim name="d"/><dim name="e"/></dimensions><eqn>3</eqn></aux>'
    dimensions = '<dimensions><dim name="d" size="2"/><dim name="e" size="2"/></dimensions>'
    return xmile(folder, values, AUX.format("x", "INTERPOLATE(v, 0.5, 0.5)"), before=dimensions)


def reading(folder: Path, file: str, tab: str) -> Path:
    return vensim(folder, f"x = GET DIRECT CONSTANTS('{file}', '{tab}', 'A1')")


def packed(folder: Path) -> Path:
    """A workbook with a note of 3 million characters, packed to about a quarter."""
    xlsx(folder / "t.xlsx", {"A1": 1})
    with zipfile.ZipFile(folder / "t.xlsx", "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("docProps/note.xml", ";".join(map(str, range(500_000))))
    return reading(folder, "t.xlsx", "S")


def many_sheets(folder: Path) -> Path:
    """An open document of three files and four sheets, of which the model reads the first."""
    rows = '<table:table-row><table:table-cell office:value-type="float" office:value="7"/></table:table-row>'
    ods(folder / "t.ods", "".join(f'<table:table table:name="S{place}">{rows}</table:table>' for place in range(4)))
    return reading(folder, "t.ods", "S0")


def with_data(file: Path) -> Act:
    return lambda model: model.run(data=[file])


def delayed(folder: Path, *equations: str, final: float = 2) -> Path:
    return vensim(folder, "y = 1 + Time", *equations, final=final)


MACRO = (":MACRO: m(a)\nm = b + c\n~~|\nb = a\n~~|\nc = a\n~~|\n:END OF MACRO:\nx = m(1)", "y = m(2)")
ENDING = "IF THEN ELSE(s >= 5, 5, 1000)"
CASES: dict[str, Callable[[Path], Case]] = {
    "file-bytes": lambda to: Case(vensim(to, "x = 1"), 50, "model.mdl has 100 bytes"),
    "included-files": lambda to: Case(including(to), 2, "the model has more than 2 files", 1),
    "included-characters": lambda to: Case(
        including(to), 700, "the files of the model have more than 700 characters", 1
    ),
    "xml-depth": lambda to: Case(
        xmile(to, AUX.format("x", 1)), 4, "the XML is nested 5 deep", 4
    ),
    "xml-text": lambda to: Case(
        xmile(to, AUX.format("x", 1), f'<aux name="y"><eqn>1</eqn><doc>{"a" * 995}</doc></aux>'), 999,
        "one text, name or tag in the XML has 1,000 characters", 5,
    ),
    "xml-attributes": lambda to: Case(
        xmile(to, '<aux name="x" a="1" b="2" c="3"><eqn>1</eqn></aux>'), 3, "an element has 4 attributes", 4
    ),
    "expression-depth": lambda to: Case(vensim(to, "k = (1)", "x = ((((k))))"), 3, "brackets are nested 4 deep", 3),
    "expression-nodes": lambda to: Case(vensim(to, "k = 1", "x = k + k + k"), 4, "the expression has 5 parts", 3),
    "completed-parts": lambda to: Case(
        # The inner call's third argument is k, 1 part; the outer one's is the inner call with it, 4 parts.
        vensim(to, "k = 4", "x = SMOOTH3(SMOOTH3(k, 2), 3)"), 4,
        "arguments that are left out add 5 parts to the equation", 3,
    ),
    "lookup-points": lambda to: Case(
        vensim(to, "f((0,0),(1,1),(2,0))", "x = f(Time)"), 2, "the lookup has 3 points", 2
    ),
    "elements": lambda to: Case(vensim(to, "d: (d1-d4)", "x[d] = 1"), 3, "the range has 4 elements", 2),
    "all-elements": lambda to: Case(
        vensim(to, "d: (d1-d3)", "e: (e1-e2)", "f: (f1-f2)", "x[f] = 1"), 4,
        "the ranges up to 'e' have more than 4 elements together", 3,
    ),
    "cells": lambda to: Case(
        vensim(to, "d: (d1-d4)", "e: (e1-e3)", "x[d, e] = 1"), 10, "'x' has 12 cells (4 x 3)", 4
    ),
    "expression-cells": lambda to: Case(
        vensim(to, "d: (d1-d3)", "e: (e1-e4)", "x[d] = 1", "y[e] = 2", "s = SUM(x[d!] * y[e!])"), 11,
        "the equation of 's' works out 12 cells at once", 6,
    ),
    "model-cells": lambda to: Case(
        # x, y, z, the four settings of the run.
        vensim(to, "d: (d1-d4)", "x[d] = 1", "y[d] = 2", "z = 3"), 12,
        "the variables of the model have 13 cells together", 3,
    ),
    "stages": lambda to: Case(vensim(to, "k = 1", "x = DELAY N(k, 2, k, 5)"), 4, "DELAY N has 5 stages", 3),
    # Two calls, each with three variables and an argument.
    "macro-copies": lambda to: Case(vensim(to, *MACRO), 7, "the calls of macros need 8 copies", 11),
    "macro-depth": lambda to: Case(
        recursive(to, "fact(7)"), 4, "the recursion of the macro 'fact' has more than 4 calls in each other", 5
    ),
    "macro-calls": lambda to: Case(
        recursive(to, "fact(3) + fact(3)"), 4, "the recursion of the macro 'fact' needs more than 4 calls", 5
    ),
    "module-variables": lambda to: Case(modules(to), 8, "there are more than 8 modules and variables of them", 5),
    "module-depth": lambda to: Case(nested(to), 2, "there are more than 2 modules in each other", 7),
    "conveyor-contents": lambda to: Case(conveyor(to, start="1, 2, 3, 4"), 3, "'s' starts with 4 contents", 4),
    "conveyor-leaks": lambda to: Case(conveyor(to, leaks=2), 1, "the conveyor 's' has 2 leaks", 4),
    "mixed-dimensions": lambda to: Case(
        interpolating(to), 1, "INTERPOLATE reads between elements of 2 dimensions", 5
    ),
    "ordered-cells": lambda to: Case(
        vensim(to, "d: (d1-d3)", "e: (d2-d3) -> f", "f: (d1-d2)", "x[d1] = 1", "x[e] = x[f] + 1"), 1,
        "equations that depend on each other in a circle have 2 elements", 6,
    ),
    "written-parts": lambda to: Case(
        vensim(to, "d: (d1-d3)", "x[d1] = 1", "x[d2] = 2", "x[d3] = 3", "y = SUM(x[d!])"), 5,
        "written element by element, the equations have more than 5 parts", act=sf.Model.to_xmile,
    ),
    "table-bytes": lambda to: Case(
        reading(csv(to, "t.csv", ["1,2,3"]).parent, "t.csv", ","), 5, "t.csv has 6 bytes", 2
    ),
    "table-cells": lambda to: Case(
        reading(csv(to, "t.csv", ["1,2,3"]).parent, "t.csv", ","), 2, "t.csv has at least 3 cells", 2
    ),
    "table-members": lambda to: Case(many_sheets(to), 3, "t.ods has more than 3 sheets", 2),
    "table-unpacked-bytes": lambda to: Case(packed(to), 2_000_000, "t.xlsx unpacks to 3,4", 2),
    "table-ratio": lambda to: Case(packed(to), 2, "t.xlsx is packed 1 to ", 2),
    "series-bytes": lambda to: Case(
        vensim(to, "x", "y = x"), 10, "'x.csv' has 15 bytes", act=with_data(csv(to, "x.csv", ["Time,x", "0,1", "2,3"]))
    ),
    "series-cells": lambda to: Case(
        vensim(to, "x", "y = x"), 5, "'x.csv' has at least 6 cells", 3,
        act=with_data(csv(to, "x.csv", ["Time,x", "0,1", "2,3"])),
    ),
    "steps": lambda to: Case(vensim(to, "x = 1", final=20), 19, "the run has 20 steps of TIME STEP 1", 6),
    # The stock has the time as its value, so that the run ends at 5.
    "moving-steps": lambda to: Case(
        vensim(to, "s = INTEG(1, 0)", final=ENDING), 4, "FINAL TIME is not reached: the run has more than 4 steps", 5
    ),
    "moving-numbers": lambda to: Case(
        # The stock and FINAL TIME are kept.
        vensim(to, "s = INTEG(1, 0)", final=ENDING), 9,
        "FINAL TIME is not reached after 4 steps: the rows may need more than 9 numbers", 5,
    ),
    "saved-numbers": lambda to: Case(
        # What never changes is kept once.
        vensim(to, "x = Time", "y = x * 2", "k = 1"), 5, "the run would keep 6 numbers (3 rows of 2)", 6
    ),
    "run-cells": lambda to: Case(
        # k and x in nine runs, and the four settings.
        vensim(to, "k = 1", "x = k * Time"), 21, "the variables of the run have 22 cells (9 runs)",
        act=lambda model: model.run({"k": over_runs([1] * 9)}),
    ),
    "series-numbers": lambda to: Case(
        vensim(to, "x", "y = x"), 2, "the data of 'x' would be 3 numbers (3 times of 1)", 2,
        act=with_data(csv(to, "x.csv", ["Time,x", "0,1", "2,3"])),
    ),
    "delay-steps": lambda to: Case(
        delayed(to, "x = DELAY FIXED(y, 5, 0)"), 4, "a delay of 5 is 5 steps long", 3
    ),
    "delay-cells": lambda to: Case(
        delayed(to, "x = DELAY FIXED(y, 5, 0)", "z = DELAY FIXED(y, 6, 0)"), 10,
        "the delays of the run hold 11 numbers", 4,
    ),
    "slats": lambda to: Case(conveyor(to), 3, "a conveyor with a transit time of 4 has 4 slats", 4),
    "all-slats": lambda to: Case(
        two_conveyors(to), 7, "the conveyors of the run, all elements and runs, have 8 slats", 5
    ),
    "queue-parts": lambda to: Case(
        delayed(to, "f((0,1),(1,1))", "q = QUEUE FIFO(y, 0, f, 0, 1)", final=6), 4, "a queue has more than 4 parts", 4
    ),
    "past-values": lambda to: Case(
        xmile(to, AUX.format("x", "TIME"), AUX.format("y", "HISTORY(x, TIME - 2)"), stop=4), 3,
        "a variable whose past is asked for has more than 3 values", 5,
    ),
}
REFUSED_OTHERWISE = {"reality-runs"}


def test_every_limit_of_the_table_has_a_case_and_says_what_it_counts() -> None:
    assert {*CASES, *REFUSED_OTHERWISE} == set(ROWS)
    assert all(row.counts and row.default >= 1 for row in ROWS.values())
    assert all(row.because and row.ceiling >= row.default for row in ROWS.values() if row.ceiling is not None)


@pytest.mark.parametrize("name", CASES)
def test_what_exceeds_a_limit_is_refused_and_runs_with_the_option_of_the_hint(name: str, tmp_path: Path) -> None:
    case = CASES[name](tmp_path)
    with pytest.raises(sf.ModelError) as caught:
        case.act(sf.load(case.path, limits={name: case.limit}))
    (fault,) = (item for item in caught.value.diagnostics if item.severity == "error")
    assert fault.code in ("SF109", "SF702")
    assert case.found in fault.message and fault.message.endswith(f"; the limit is {case.limit:,}")
    assert fault.line == case.line
    option = OPTION.search(fault.hint)
    assert option is not None and option[1] == option[3] == name and option[2] == option[4], fault.hint
    case.act(sf.load(case.path, limits={name: int(option[2])}))


def test_what_an_equation_spells_out_is_no_part_that_left_out_arguments_add(tmp_path: Path) -> None:
    # 3 parts of the call, 100 terms and 100 '+'; only the call's third argument is added.
    path = vensim(tmp_path, "a = 1", "x = ZIDZ(1, 2)" + " + a" * 100)
    assert sf.load(path, limits={"completed-parts": 1}).run()["x"].values.tolist() == [100.5] * 3


@pytest.mark.parametrize(("name", "limit", "words"), [
    ("delay-steps", 4, "a delay of 5 is 5 steps long"), ("delay-cells", 14, "the delays of the run hold 15 numbers"),
])
def test_the_delays_of_a_batch_are_held_to_the_limits_too(name: str, limit: int, words: str, tmp_path: Path) -> None:
    path = vensim(tmp_path, "k = 1", "x = DELAY FIXED(k + Time, 5, 0)")
    with pytest.raises(sf.ModelError, match=words) as caught:
        sf.load(path, limits={name: limit}).run({"k": over_runs([1, 2, 3])})
    assert caught.value.diagnostics[0].line == 3
    model = sf.load(path, limits={name: limit + 1})
    # Another run begins to count anew.
    for _ in range(2):
        assert model.run({"k": over_runs([1, 2, 3])})["x"].shape == (3, 3)


def test_copies_of_macros_that_double_are_counted_before_one_is_made(tmp_path: Path) -> None:
    def doubling(depth: int) -> Path:
        calls = ("a", *(f"m{inner}(a + 1) + m{inner}(a + 2)" for inner in range(depth - 1)))
        macros = (f":MACRO: m{k}(a)\nm{k} = {call}\n~~|\n:END OF MACRO:\n" for k, call in enumerate(calls))
        return vensim(tmp_path, f"{''.join(macros)}x = m{depth - 1}(1)")

    # Eight innermost calls of 1, to which three levels add 1 for one half and 2 for the other: 8 + 3 (4 + 8).
    # A variable and an argument for each of 1 + 2 + ... + 2^(n - 1) = 2^n - 1 calls.
    assert sf.load(doubling(4), limits={"macro-copies": 30}).run()["x"].values.tolist() == [8 * 1 + 3 * 12] * 3
    with pytest.raises(sf.ModelError, match="the calls of macros need 30 copies; the limit is 29"):
        sf.load(doubling(4), limits={"macro-copies": 29})
    begun = time.process_time()
    with pytest.raises(sf.ModelError, match="the calls of macros need 2,147,483,646 copies; the limit is 50,000"):
        sf.load(doubling(30))
    with pytest.raises(sf.ModelError, match=r"the calls of macros need 1e\+15 copies; the limit is 50,000"):
        sf.load(doubling(500))
    assert time.process_time() - begun < 5


def test_the_elements_of_xmile_dimensions_are_counted_together_too(tmp_path: Path) -> None:
    dimensions = '<dimensions><dim name="d" size="3"/><dim name="e" size="2"/></dimensions>'
    variable = '<aux name="x"><dimensions><dim name="e"/></dimensions><eqn>1</eqn></aux>'
    path = xmile(tmp_path, variable, before=dimensions)
    words = "the dimensions up to 'e' have more than 4 elements together; the limit is 4"
    with pytest.raises(sf.ModelError, match=words) as caught:
        sf.load(path, limits={"all-elements": 4})
    (fault,) = (item for item in caught.value.diagnostics if item.severity == "error")
    assert fault.line == 2
    assert sf.load(path, limits={"all-elements": 5}).run()["x"].shape == (3, 2)


def test_files_packed_in_a_workbook_and_its_sheets_are_counted_before_they_are_read(tmp_path: Path) -> None:
    xlsx(tmp_path / "t.xlsx", {"A1": 7})
    with zipfile.ZipFile(tmp_path / "t.xlsx") as packed:
        count = len(packed.infolist())
    path = reading(tmp_path, "t.xlsx", "S")
    assert sf.load(path, limits={"table-members": count}).run()["x"].values.tolist() == [7, 7, 7]
    words = f"t.xlsx has {count} files packed in it; the limit is {count - 1}"
    with pytest.raises(sf.ModelError, match=words):
        sf.load(path, limits={"table-members": count - 1})


def test_a_workbook_that_names_one_sheet_again_and_again_is_refused(tmp_path: Path) -> None:
    source = xlsx(tmp_path / "one.xlsx", {"A1": 7})
    more = "".join(f'<sheet name="T{place}" sheetId="{place + 9}" r:id="rId1"/>' for place in range(30))
    with zipfile.ZipFile(source) as plain, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as packed:
        for item in plain.infolist():
            text = plain.read(item)
            is_book = item.filename == "xl/workbook.xml"
            packed.writestr(item.filename, text.replace(b"</sheets>", f"{more}</sheets>".encode()) if is_book else text)
    path = reading(tmp_path, "t.xlsx", "S")
    with pytest.raises(sf.ModelError, match=r"t\.xlsx has more than 30 sheets; the limit is 30") as caught:
        sf.load(path, limits={"table-members": 30})
    assert caught.value.diagnostics[0].line == 2
    sf.load(path, limits={"table-members": 31})


@pytest.mark.parametrize("more", [(), ("d: (d1-d40)", "x[d] = s")], ids=("float", "array"))
@pytest.mark.parametrize(("final", "step", "place"), [("s + 5", "1", -2), ("9", "1 / (1 + Time) ^ 2", -1)])
def test_a_clock_that_never_gets_to_its_end_is_refused_at_the_setting_that_moves_it(
    final: str, step: str, place: int, more: tuple[str, ...], tmp_path: Path
) -> None:
    # A step of 1 / (1 + t)^2 takes 333 = (10^3 - 1) / 3 steps to 9, and a few less for being whole steps.
    path = vensim(tmp_path, "s = INTEG(1, 0)", *more, final=final, step=step)
    with pytest.raises(sf.ModelError, match="FINAL TIME is not reached: the run has more than 300 steps") as caught:
        sf.load(path, limits={"moving-steps": 300}).run()
    (fault,) = caught.value.diagnostics
    lines = path.read_text(encoding="utf-8").splitlines()
    assert fault.line == len(lines) + place + 1
    assert "--limit moving-steps=600 (" in fault.hint


def test_a_clock_that_moves_makes_one_step_before_its_rows_are_too_many(tmp_path: Path) -> None:
    # A row keeps the stock and FINAL TIME.
    with pytest.raises(sf.ModelError, match="FINAL TIME is not reached after 1 step: the rows may need more than 1 "):
        sf.load(vensim(tmp_path, "s = INTEG(1, 0)", final=ENDING), limits={"moving-numbers": 1}).run()


@pytest.mark.filterwarnings("ignore::stockflow.ModelWarning")
def test_a_raised_limit_holds_when_the_start_of_a_run_is_looked_at_again(tmp_path: Path) -> None:
    # A conveyor of 150,000 slats, and a stock that begins with no number, which a start of its own traces.
    file = conveyor(tmp_path, length=150_000, beside='<stock name="b"><eqn>SQRT(-1)</eqn></stock>')
    assert len(sf.load(file, limits={"slats": 200_000, "all-slats": 10_000_000}).run().time) == 3


def test_a_run_that_goes_on_until_something_happens_may_name_any_final_time(tmp_path: Path) -> None:
    path = vensim(tmp_path, "s = INTEG(1, 0)", final="IF THEN ELSE(s >= 3, Time, 1e12)")
    assert sf.load(path).run()["s"].values.tolist() == [0, 1, 2, 3]


def test_reality_checks_that_need_too_many_runs_are_not_tested_and_say_so(tmp_path: Path) -> None:
    path = vensim(
        tmp_path, "d: (d1-d3)", "x[d] = 1", "none[d] :TEST INPUT: x[d] = 0",
        "c[d] :THE CONDITION: none[d] :IMPLIES: x[d] = 0",
    )
    (found, *_) = sf.load(path, limits={"reality-runs": 2}).reality().findings
    assert found.status == "not tested"
    assert "need 3 runs; the limit is 2: raise the limit with --limit reality-runs=3 (" in found.reason
    assert {one.status for one in sf.load(path, limits={"reality-runs": 3}).reality().findings} == {"held"}


# Ceilings: what the table promises can be reached.


def test_deep_xml_and_long_texts_are_read_where_the_limit_is_raised(tmp_path: Path) -> None:
    deep = xmile(tmp_path, AUX.format("x", 7), after="<a>" * 1_998 + "</a>" * 1_998)
    assert sf.load(deep, limits={"xml-depth": 2_000}).run()["x"].values.tolist() == [7, 7, 7]
    text = "a" * 11_000_000
    long = xmile(tmp_path, f'<aux name="x"><eqn>7</eqn><doc>{text}</doc></aux>')
    with pytest.raises(sf.ModelError, match=r"has 11,000,005 characters; the limit is 10,000,000"):
        sf.load(long)
    assert sf.load(long, limits={"xml-text": 12_000_000})["x"].doc == text


def test_expressions_and_recursions_may_be_as_deep_as_a_raised_limit_says(tmp_path: Path) -> None:
    path = vensim(tmp_path, "k = 3", "x = " + "(k + " * 5_000 + "0" + ")" * 5_000)
    assert sf.load(path, limits={"expression-depth": 5_000}).run()["x"].values.tolist() == [15_000] * 3
    path = recursive(tmp_path, "fact(170) / fact(169)")
    assert sf.load(path, limits={"macro-depth": 400}).run()["x"].values.tolist() == [pytest.approx(170)] * 3


# What asks for far too much is refused before memory or time is spent on it.

DIMENSIONS = tuple(f"d{k}: (d{k}e1-d{k}e1000)" for k in range(4))
THIRTIES = tuple(f"d{k}: (d{k}e1-d{k}e30)" for k in range(8))
PRODUCT = "*".join(f"x{k}[d{k}!]" for k in range(8))
HUGE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "cells": (lambda to: vensim(to, *DIMENSIONS, "x[d0, d1, d2, d3] = 1"), "'x' has 1,000,000,000,000 cells"),
    "lookups": (
        lambda to: vensim(to, *DIMENSIONS, "x[d0, d1, d2, d3]((0,0),(1,1))", "y[d0] = x[d0, d1e1, d2e1, d3e1](Time)"),
        "'x' has 1,000,000,000,000 cells",
    ),
    "data": (lambda to: vensim(to, *DIMENSIONS, "x[d0, d1, d2, d3]", "y = Time"), "'x' has 1,000,000,000,000 cells"),
    "arrays": (
        lambda to: vensim(to, *DIMENSIONS, *(f"x{k}[d0, d1] = {k}" for k in range(101))),
        "the variables of the model have 101,000,004 cells together",
    ),
    "sum": (
        lambda to: vensim(to, *THIRTIES, *(f"x{k}[d{k}] = Time" for k in range(8)), f"s = SUM({PRODUCT})"),
        "the equation of 's' works out 656,100,000,000 cells at once",
    ),
    "range": (lambda to: vensim(to, "d: (a1-a999999999)", "x[d] = 1"), "the range has 999,999,999 elements"),
    "dimension": (
        lambda to: xmile(to, AUX.format("x", 1), before='<dimensions><dim name="d" size="999999999"/></dimensions>'),
        "the dimension 'd' has 999,999,999 elements",
    ),
    "steps": (lambda to: vensim(to, "x = Time", final=1e12), "the run has 1,000,000,000,000 steps"),
    "rows": (
        lambda to: vensim(to, "d: (d1-d100)", "x[d] = Time", final=1.5e8),
        "the run would keep 15,000,000,100 numbers (150,000,001 rows of 100)",
    ),
    "delay": (lambda to: vensim(to, "x = DELAY FIXED(Time, 1e12, 0)"), "a delay of 1e+12 is 1,000,000,000,000 steps"),
    "delays": (
        lambda to: vensim(to, "d: (d1-d50)", "x[d] = DELAY FIXED(Time, 9e6, 0)"),
        "the delays of the run hold 450,000,000 numbers",
    ),
    "material": (lambda to: vensim(to, "x = DELAY MATERIAL(Time, 1e12, 0, 0)"), "is 1,000,000,000,000 steps long"),
    "stages": (lambda to: vensim(to, "x = DELAY N(Time, 1, 0, 1e12)"), "DELAY N has 1,000,000,000,000 stages"),
    "slats": (lambda to: conveyor(to, length=1e9), "a conveyor with a transit time of 1e+09 has 1,000,000,000 slats"),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_request_for_far_too_much_ends_at_once_and_takes_no_memory(name: str, tmp_path: Path) -> None:
    make, words = HUGE[name]
    path = make(tmp_path)
    tracemalloc.start()
    begun = time.process_time()
    try:
        with pytest.raises(sf.ModelError, match=re.escape(words)):
            sf.load(path).run()
        taken, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000
    assert taken < 5
