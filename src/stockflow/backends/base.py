"""The skeletons of a run: one fused loop for each integration method, the same for every text.

A backend supplies the lines of an assignment, of a state and of a saved row; the order of a step is here alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from stockflow.ir.model import FINAL_TIME, SAVEPER, TIME_STEP
from stockflow.ir.plan import Step

METHODS = ("euler", "rk2", "rk2_heun", "rk4", "rk2_auto", "rk4_auto")


@dataclass(slots=True)
class Lines:
    """Program text with indentation."""

    lines: list[str] = field(default_factory=list)
    depth: int = 0

    def add(self, *texts: str) -> None:
        pad = "    " * self.depth
        self.lines.extend(pad + text for text in texts)

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


class Part(Protocol):
    """What a backend supplies. `levels` are the texts (state, rate) of the levels; a write takes the new value."""

    levels: list[tuple[str, str]]
    varying_clock: bool

    @property
    def once(self) -> Sequence[Step]: ...
    @property
    def initial(self) -> Sequence[Step]: ...
    @property
    def step(self) -> Sequence[Step]: ...
    @property
    def report(self) -> Sequence[Step]: ...
    @property
    def rates(self) -> Sequence[Step]: ...
    def control(self, key: str) -> str: ...
    def append(self, out: Lines) -> None: ...
    def begin(self, out: Lines) -> None: ...
    def series(self, out: Lines) -> None: ...
    def assign(self, step: Step, out: Lines) -> None: ...
    def states(self, out: Lines) -> None: ...
    def save(self, out: Lines) -> None: ...
    def fixed(self, out: Lines) -> None: ...
    def keep(self, level: int, name: str, out: Lines) -> None: ...
    def write(self, level: int, text: str, out: Lines) -> None: ...
    def advance(self, out: Lines) -> None: ...
    def is_frozen(self, step: Step) -> bool: ...
    def reads_time(self) -> bool: ...


SIGNATURE = "def run(constants, series, tables, rows, fixed, saves, start, time_step, steps, tolerances, runs):"


def program(part: Part, method: str) -> str:
    """The text of `run` for one method."""
    out = Lines()
    out.add(SIGNATURE)
    out.depth = 1
    part.begin(out)
    out.add("time = step_time = start", "step = 0")
    part.series(out)
    block(part, part.once, out)
    block(part, part.initial, out)
    part.states(out)
    part.fixed(out)
    if part.varying_clock:
        moving_clock(part, method, out)
    else:
        fixed_clock(part, method, out)
    return out.text()


def fixed_clock(part: Part, method: str, out: Lines) -> None:
    """Whole steps: time is the step number times TIME STEP; `saves` gives the steps to save, the last one too."""
    out.add("row = 0", "next_save = next(saves)", "for step in range(steps + 1):")
    out.depth += 1
    if part.reads_time() or method.endswith("_auto"):
        out.add("time = step_time = start + step * time_step")
    part.series(out)
    block(part, part.step, out)
    out.add("if step == next_save:")
    out.depth += 1
    block(part, part.report, out)
    part.save(out)
    out.add("if step == steps:", "    break", "row += 1", "next_save = next(saves)")
    out.depth -= 1
    advance(part, method, out)
    out.depth -= 1


def moving_clock(part: Part, method: str, out: Lines) -> None:
    """TIME STEP, FINAL TIME or SAVEPER change: they are read anew in each step, and time is a compensated sum.

    `saves` receives the times, `rows` the values. A millionth of a step is forgiven where times are compared.
    """
    out.add("NOW = start", "CARRY = 0.0", "next_save = start", "for step in range(steps + 1):")
    out.depth += 1
    out.add("time = step_time = NOW")
    block(part, part.step, out)
    out.add(*(f"{name} = {part.control(key)}" for name, key in (("time_step", TIME_STEP), ("FINAL", FINAL_TIME))))
    out.add(f"EVERY = {part.control(SAVEPER)}", "check_clock(time_step, FINAL, EVERY)")
    out.add("LAST = time + time_step * (1.0 - 1e-6) > FINAL", "if LAST or time + time_step * 1e-6 >= next_save:")
    out.depth += 1
    block(part, part.report, out)
    out.add("saves.append(time)")
    part.append(out)
    out.add("next_save = time + EVERY", "if LAST:", "    break")
    out.depth -= 1
    advance(part, method, out)
    out.add("ADDED = time_step - CARRY", "LATER = NOW + ADDED", "CARRY = (LATER - NOW) - ADDED", "NOW = LATER")
    out.depth -= 1
    out.add("else:", "    exhausted(steps)")


def block(part: Part, steps: Iterable[Step], out: Lines) -> None:
    for step in steps:
        part.assign(step, out)


def moving(part: Part, out: Lines) -> None:
    """The part of a step that a later stage computes again, then the rates."""
    block(part, (step for step in part.step if not part.is_frozen(step)), out)
    block(part, part.rates, out)


def advance(part: Part, method: str, out: Lines) -> None:
    match method:
        case "euler":
            euler(part, out)
        case "rk2":
            midpoint(part, out)
        case "rk2_heun":
            heun(part, out)
        case "rk4":
            classic(part, out)
        case "rk2_auto":
            adaptive(part, MIDPOINT, out)
        case "rk4_auto":
            adaptive(part, FEHLBERG, out)
        case _:
            raise AssertionError(method)
    part.advance(out)


def euler(part: Part, out: Lines) -> None:
    block(part, part.rates, out)
    for number, (state, rate) in enumerate(part.levels):
        part.write(number, f"{state} + time_step * {rate}", out)


def begin_stages(part: Part, out: Lines) -> None:
    block(part, part.rates, out)
    for number, (_, rate) in enumerate(part.levels):
        part.keep(number, f"S{number}", out)
        out.add(f"K{number} = {rate}")


def stage(part: Part, offset: str, factor: str, slopes: str, out: Lines) -> None:
    """Move to start + factor * slope and compute the rates there."""
    out.add(f"time = step_time + {offset}")
    for number in range(len(part.levels)):
        part.write(number, f"S{number} + {factor} * {slopes}{number}", out)
    moving(part, out)


def midpoint(part: Part, out: Lines) -> None:
    """RK2 as Vensim describes it: the rates of the half step carry the whole step."""
    begin_stages(part, out)
    stage(part, "0.5 * time_step", "0.5 * time_step", "K", out)
    for number, (_, rate) in enumerate(part.levels):
        part.write(number, f"S{number} + time_step * {rate}", out)


def heun(part: Part, out: Lines) -> None:
    """RK2 as Stella does it: the mean of the rates at both ends."""
    begin_stages(part, out)
    stage(part, "time_step", "time_step", "K", out)
    for number, (_, rate) in enumerate(part.levels):
        part.write(number, f"S{number} + 0.5 * time_step * (K{number} + {rate})", out)


def classic(part: Part, out: Lines) -> None:
    """The four stages of Runge and Kutta."""
    begin_stages(part, out)
    stage(part, "0.5 * time_step", "0.5 * time_step", "K", out)
    gather(part, out)
    stage(part, "0.5 * time_step", "0.5 * time_step", "Q", out)
    gather(part, out)
    stage(part, "time_step", "time_step", "Q", out)
    for number, (_, rate) in enumerate(part.levels):
        part.write(number, f"S{number} + time_step / 6.0 * (K{number} + {rate})", out)


def gather(part: Part, out: Lines) -> None:
    """Q is the newest slope; K sums the first, and the middle ones twice."""
    for number, (_, rate) in enumerate(part.levels):
        out.add(f"Q{number} = {rate}", f"K{number} = K{number} + 2.0 * Q{number}")


@dataclass(frozen=True, slots=True)
class Tableau:
    """An explicit Runge-Kutta method with an error estimate: stage times, stage weights, solution, error weights."""

    times: tuple[str, ...]
    stages: tuple[tuple[str, ...], ...]
    solution: tuple[str, ...]
    error: tuple[str, ...]


# The midpoint rule, judged by its distance from Euler's step.
MIDPOINT = Tableau(("0.5",), (("0.5",),), ("0.0", "1.0"), ("-1.0", "1.0"))

# Fehlberg 1969, NASA TR R-315, formula RK4(5): the fourth-order solution is kept.
FEHLBERG = Tableau(
    ("0.25", "0.375", "12.0 / 13.0", "1.0", "0.5"),
    (
        ("0.25",),
        ("3.0 / 32.0", "9.0 / 32.0"),
        ("1932.0 / 2197.0", "-7200.0 / 2197.0", "7296.0 / 2197.0"),
        ("439.0 / 216.0", "-8.0", "3680.0 / 513.0", "-845.0 / 4104.0"),
        ("-8.0 / 27.0", "2.0", "-3544.0 / 2565.0", "1859.0 / 4104.0", "-11.0 / 40.0"),
    ),
    ("25.0 / 216.0", "0.0", "1408.0 / 2565.0", "2197.0 / 4104.0", "-0.2", "0.0"),
    ("1.0 / 360.0", "0.0", "-128.0 / 4275.0", "-2197.0 / 75240.0", "0.02", "2.0 / 55.0"),
)


def adaptive(part: Part, tableau: Tableau, out: Lines) -> None:
    """Halve the step until every level's error is small; results still land on every TIME STEP.

    Halving keeps GONE a sum of powers of two of TIME STEP, so that the last part ends exactly on it.
    """
    levels = range(len(part.levels))
    out.add("GONE = 0.0", "H = time_step", "while GONE < time_step:")
    out.depth += 1
    out.add("time = step_time + GONE")
    moving(part, out)
    for number, (_, rate) in enumerate(part.levels):
        part.keep(number, f"S{number}", out)
        out.add(f"K{number}_0 = {rate}")
    for place, (when, weights) in enumerate(zip(tableau.times, tableau.stages, strict=True), start=1):
        out.add(f"time = step_time + GONE + {when} * H")
        for number in levels:
            part.write(number, f"S{number} + H * ({weighted(weights, number)})", out)
        moving(part, out)
        out.add(*(f"K{number}_{place} = {rate}" for number, (_, rate) in enumerate(part.levels)))
    checks = [f"rough(H * ({weighted(tableau.error, n)}), S{n}, tolerances)" for n in levels]
    out.add("if H > time_step * 1e-6 and (" + (" or ".join(checks) or "False") + "):")
    out.depth += 1
    for number in levels:
        part.write(number, f"S{number}", out)
    out.add("H = 0.5 * H", "continue")
    out.depth -= 1
    for number in levels:
        part.write(number, f"S{number} + H * ({weighted(tableau.solution, number)})", out)
    out.add("GONE = GONE + H")
    out.depth -= 1


def weighted(weights: tuple[str, ...], level: int) -> str:
    return " + ".join(f"{weight} * K{level}_{place}" for place, weight in enumerate(weights) if weight != "0.0")
