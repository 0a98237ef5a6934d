"""Rows of functions that are known and not supported: each says in one sentence what it is.

A name that stands in no row exists nowhere; nothing here is ever computed.
"""

from __future__ import annotations

from stockflow.functions.row import Function
from stockflow.ir.names import key_of

_VENSIM = {
    "TABBED ARRAY": "is a list of numbers that has to stand alone on the right of '='",
    "WITH LOOKUP": "needs the points of a lookup as its second argument",
}

# What to do instead, after what the function is. Where its arguments are not certain, reading them would be a guess.
_VENSIM_INSTEAD = {
    "RANDOM LOGNORMAL": "draws random numbers whose logarithm is normally distributed, but its arguments are not"
    " certain: write EXP(RANDOM NORMAL(minimum, maximum, mean, deviation, stream)), all five of the logarithm",
    "RANDOM PINK NOISE": "draws random numbers that remember the ones before, but its arguments are not certain:"
    " define a macro of that name, or a stock with the inflow (white noise - stock) / correlation time, where white"
    " noise = mean + deviation * SQRT((2 - q) / q) * RANDOM NORMAL(-6, 6, 0, 1, stream) and q = TIME STEP /"
    " correlation time",
    "SSHAPE": "is an S-shaped curve from 0 to 1 whose exact form is not certain: define a macro of that name, or use"
    " a lookup",
    "FIND ZERO": "solves a set of implicit equations, but its arguments are not certain: solve them by hand, or let"
    " stocks approach the solution",
    "INTERNAL RATE OF RETURN": "finds the discount rate at which a stream is worth nothing, but its arguments are not"
    " certain: compute NPV with the rate as a constant, and look for the rate at which it is 0",
    "SIMULTANEOUS": "solves an algebraic loop by iteration within each TIME STEP: write the solution out, or put a"
    " stock such as SMOOTH into the loop",
    "A FUNCTION OF": "is a placeholder of the sketch for an equation that is not written yet: write the equation",
}

_VENSIM_FILES = {
    f"GET {origin} {kind}": f"reads {what.format(kind)}"
    for origin, what in (
        ("123", "a Lotus 1-2-3 sheet: save it as .xlsx and write GET XLS {}"),
        ("ODBC", "a database: export the table as .csv and write GET DIRECT {}"),
        ("VDF", "a binary run of Vensim: export it as .csv and write GET DIRECT {}, or give it with --data"),
    )
    for kind in ("CONSTANTS", "DATA", "LOOKUPS", "SUBSCRIPT")
}

_VENSIM_CHECKS = dict.fromkeys(
    ("RC COMPARE", "RC COMPARE CHECK"),
    "compares with another run in a reality check, and its arguments are not certain: write the comparison with a data"
    " variable that holds the other run",
)

_RUNS = ", of which a run here knows nothing: give a constant of the model the number of each run of a batch"

_XMILE = {
    "CTMAX": "reads cycle times of conveyors and queues",
    "CTMEAN": "reads cycle times of conveyors and queues",
    "CTMIN": "reads cycle times of conveyors and queues",
    "CTSTDDEV": "reads cycle times of conveyors and queues",
    "CTFLOW": "reads cycle times of conveyors and queues",
    "CYCLETIME": "reads cycle times of conveyors and queues",
    "THROUGHPUT": "reads the throughput of conveyors and queues",
    "QLEN": "reads a queue",
    "QELEM": "reads a queue",
    "OSTATE": "reads an oven",
    "ARREST": "stops a conveyor",
    "RUNCOUNT": f"counts the runs of a session{_RUNS}",
    "SENSIRUNCOUNT": f"counts the runs of a sensitivity analysis{_RUNS}",
}

def _instead(name: str, what: str) -> Function:
    return Function(
        f"vensim {key_of(name)}", "arguments...: *", "*", kind="refused",
        spellings={"vensim": (f"{name}([arguments])",)}, doc=f"Not supported: {what}.", refusal=f"{name} {what}.",
    )


def _refused(key: str, dialect: str, name: str, what: str) -> Function:
    return Function(
        key, "arguments...: *", "*", kind="refused", spellings={dialect: (f"{name}([arguments])",)},
        doc=f"Not supported: {what}.", refusal=f"{name} {what}; it is not supported yet.",
    )


def _xmile() -> dict[str, str]:
    return _XMILE


ROWS = (
    *(_refused(f"vensim {key_of(name)}", "vensim", name, what) for name, what in _VENSIM.items()),
    *(_instead(name, what) for name, what in (_VENSIM_INSTEAD | _VENSIM_FILES | _VENSIM_CHECKS).items()),
    *(_refused(f"xmile {key_of(name)}", "xmile", name, what) for name, what in _xmile().items()),
)
