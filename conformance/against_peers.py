"""Holds base runs against what peers make of the same files, column by column.

`python -m conformance.against_peers [--peer pysd] [--published] [--only TEXT]` runs our own cases in the peers that
`cases.toml` names for them; with `--published` the published ones as well, in PySD. A difference that the ledger does
not hold fails, and so does one that it holds and that is gone.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import stockflow as sf
from conformance.cases import KNOWN, own_cases, published_models
from conformance.compare import Table, beyond, differences, read_table
from conformance.peers.environment import Job, ask
from stockflow.conform import Case
from stockflow.simulate.result import Result

AGREED = 1e-9
"""Relative: the same steps in double precision, with sums in another order."""
FLOOR = 1e-4
"""Beside zero a difference is held against this share of the largest value of its column."""
SECONDS = 400
"""Of processor time, a peer's for a model."""
GOOD = ("agrees", "known", "cannot")
_FOLDERS = re.compile(r"(?:/[\w.-]+)+/")
NET_FLOW = " net flow"
"""The ending of the flows that pysimlin makes of a rate which is no variable of the model."""


@dataclass(frozen=True, slots=True)
class Peer:
    """`method`: the only one that it knows, if it is one. `settings`: what it makes a variable of in any file."""

    name: str
    label: str
    method: str | None
    settings: frozenset[str]


PEERS = {
    peer.name: peer
    for peer in (
        Peer("pysd", "PySD", "euler", frozenset({"initial time", "final time", "time step", "saveper"})),
        Peer("simlin", "pysimlin", None, frozenset({"dt", "initial time", "final time", "time step", "saveper"})),
    )
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What became of a case in a peer. `apart`: the variables that differ, with the largest relative difference.

    `status` is agrees, known (in the ledger), differs, vanished (in the ledger, and gone), cannot (the peer cannot run
    the file) or refused (we cannot).
    """

    peer: str
    case: Case
    status: str
    columns: int = 0
    largest: float = 0.0
    apart: Mapping[str, float] | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the ledger: the variables of a case in which a peer differs, and why."""

    variables: frozenset[str]
    reason: str


Ledger = Mapping[tuple[str, str], Known]


def ledger_of(path: Path = KNOWN) -> Ledger:
    """The rows `[[peer]]` by peer and case. Raises KeyError where a row lacks a field."""
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("peer", [])
    return {(row["peer"], row["case"]): Known(frozenset(row["variables"]), row["reason"]) for row in rows}


def opinions(peer: Peer, cases: Sequence[Case], ledger: Ledger) -> Iterator[Opinion]:
    """What a peer makes of each case, in order."""
    with tempfile.TemporaryDirectory() as scratch:
        jobs = [Job(case.model, Path(scratch) / f"{place}.csv", case.data) for place, case in enumerate(cases)]
        for case, job, fault in zip(cases, jobs, ask(peer.name, jobs, SECONDS), strict=True):
            if fault:
                cannot = Opinion(peer.name, case, "cannot", why=_FOLDERS.sub("", " ".join(fault.split())))
                yield in_ledger(cannot, ledger.get((peer.name, case.name)))
            else:
                yield in_ledger(held(peer, case, read_table(job.out)), ledger.get((peer.name, case.name)))


def held(peer: Peer, case: Case, theirs: Table, final_time: float | None = None) -> Opinion:
    """Our run of a case, to its end or to `final_time`, beside the peer's table."""
    try:
        found = sizes(peer, case, theirs, final_time)
    except sf.ModelError as fault:
        return Opinion(peer.name, case, "refused", why=str(fault).splitlines()[0])
    if not found:
        return Opinion(peer.name, case, "cannot", why="its results have no variable of the model")
    apart = beyond(found, AGREED)
    status = "differs" if apart else "agrees"
    return Opinion(peer.name, case, status, len(found), max(found.values()), by_variable(apart))


def sizes(peer: Peer, case: Case, theirs: Table, final_time: float | None) -> dict[str, float]:
    """Differences at the peer's times: those that the model saves, else those that the peer does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sf.ModelWarning)
        model = sf.load(case.model, data=case.data)
        ours = model.simulate(method=peer.method, final_time=final_time)
        times = next(iter(theirs.values())).times
        if len(times) > 1 and not set(times.tolist()) <= set(ours.times.tolist()):
            every = float(times[1] - times[0])
            ours = model.simulate(method=peer.method, final_time=final_time, saveper=every)
            theirs = {key: series for key, series in theirs.items() if key != "saveper"}
    return differences(without_inventions(peer, theirs, ours), ours, floor=FLOOR)


def without_inventions(peer: Peer, theirs: Table, ours: Result) -> Table:
    """The table without what the peer made up: settings that are no variables of the file, names of rates."""
    own = {column.key for column in ours.columns}
    made = peer.settings - own | {key for key in theirs if key.removesuffix(NET_FLOW) in theirs.keys() - {key}}
    return {key: series for key, series in theirs.items() if key not in made}


def by_variable(apart: Mapping[str, float]) -> dict[str, float]:
    """Columns as variables, by name, each with its largest difference."""
    found: dict[str, float] = {}
    for column, size in apart.items():
        name = column.partition("[")[0]
        found[name] = max(size, found.get(name, 0.0))
    return dict(sorted(found.items()))


def in_ledger(opinion: Opinion, known: Known | None) -> Opinion:
    if known is None or opinion.status == "refused":
        return opinion
    apart = opinion.apart or {}
    if apart.keys() == known.variables:
        status, why = "known", known.reason
    else:
        status = "differs" if apart.keys() - known.variables else "vanished"
        why = f"the ledger has {', '.join(sorted(known.variables))}"
    return Opinion(opinion.peer, opinion.case, status, opinion.columns, opinion.largest, apart, why)


def line(opinion: Opinion) -> str:
    apart = ", ".join(f"{name} {size:.1e}" for name, size in (opinion.apart or {}).items())
    told = [opinion.why] if opinion.status == "known" else [apart, opinion.why]
    return f"{opinion.peer:6} {opinion.status:8} {opinion.case.name}  {'; '.join(filter(None, told))}".rstrip()


def summary(found: Sequence[Opinion]) -> str:
    counts = Counter(opinion.status for opinion in found)
    agreed = [opinion.largest for opinion in found if opinion.status == "agrees"]
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    return f"{told}; the largest relative difference where they agree is {max(agreed, default=0.0):.1e}"


def asked(names: Iterable[str], *, published: bool, only: str) -> dict[str, list[Case]]:
    """The cases of each peer."""
    own = own_cases()
    cases = {name: [one.case for one in own if name in one.peers and only in one.case.name] for name in names}
    if published and "pysd" in cases:
        cases["pysd"] += [case for case in published_models() if only in case.name]
    return cases


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", choices=list(PEERS), action="append", help="this peer only")
    parser.add_argument("--published", action="store_true", help="the published cases as well")
    parser.add_argument("--only", default="", metavar="TEXT", help="cases with this in their names")
    options = parser.parse_args()
    ledger, failed = ledger_of(), False
    for name, cases in asked(options.peer or PEERS, published=options.published, only=options.only).items():
        found = list(opinions(PEERS[name], cases, ledger))
        for opinion in found:
            if opinion.status != "agrees":
                print(line(opinion))
        print(f"{PEERS[name].label}, {len(found)} files: {summary(found)}")
        failed |= any(opinion.status not in GOOD for opinion in found)
        failed |= not any(opinion.status in ("agrees", "known") for opinion in found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
