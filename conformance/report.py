"""Writes `REPORT.md`: our own cases, the published ones and the peers, with every difference and its reason.

`python -m conformance.report` runs all of it and fails where a case does not become what its table says, where the
ledger holds what is gone, or where it lacks what is there. The page is written only where the published cases are
beside the repository, since it would lose their part otherwise.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import stockflow as sf
from conformance.against_peers import AGREED, GOOD, PEERS, Opinion, asked, ledger_of, opinions, summary
from conformance.cases import KNOWN, ROOT, Own, own_cases, published_cases
from conformance.peers.environment import REQUIREMENTS
from stockflow.cli.endings import visible
from stockflow.conform import Ledger, Verdict, conform
from stockflow.conform import ledger_of as exports_of
from stockflow.simulate.compare import RTOL

PAGE = ROOT / "conformance" / "REPORT.md"
SEVERE = 1e-5
"""Relative: what differs by more is more than the last digits of an export."""
LONGEST = 400
"""Characters of a cell: a reason has its length, what a peer says may be endless."""


@dataclass(frozen=True, slots=True)
class Findings:
    own: list[tuple[Own, Verdict]]
    published: list[Verdict]
    severe: list[Verdict]
    peers: dict[str, list[Opinion]]
    rows: tuple[tuple[str, str], ...] = ()
    """The cases of the ledger, by peer, as far as all cases were run."""

    @property
    def faults(self) -> list[str]:
        """What is not as the tables say."""
        wrong = [f"{own.case.name}: {verdict.status}, not {own.status}" for own, verdict in self.own
                 if verdict.status != own.status]
        wrong += [f"{verdict.case.name}: {verdict.status} {verdict.why}" for verdict in self.published
                  if verdict.status not in ("pass", "known")]
        wrong += [f"{one.peer}: {one.case.name}: {one.status} {one.why}" for found in self.peers.values()
                  for one in found if one.status not in GOOD]
        wrong += [f"{name}: nothing agrees" for name, found in self.peers.items()
                  if not any(one.status == "agrees" for one in found)]
        run = {(one.peer, one.case.name) for found in self.peers.values() for one in found}
        wrong += [f"{peer}: {case}: in the ledger, but no case" for peer, case in self.rows if (peer, case) not in run]
        return wrong


def main() -> int:
    found = findings()
    page = "\n".join(lines(found)) + "\n"
    if found.published:
        PAGE.write_text(page, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
    else:
        print("The published cases are not beside the repository: the page is left as it is.")
        print(page)
    for fault in found.faults:
        print(fault)
    return 1 if found.faults else 0


def findings() -> Findings:
    own, ledger = own_cases(), exports_of(KNOWN)
    with_outputs = [one for one in own if one.case.expected]
    verdicts = conform([one.case for one in with_outputs], ledger)
    published, peers = published_cases(), ledger_of()
    return Findings(
        list(zip(with_outputs, verdicts, strict=True)),
        list(conform(published, ledger)),
        [verdict for verdict in conform(published, Ledger(), SEVERE) if verdict.status != "pass"],
        {name: list(opinions(PEERS[name], cases, peers))
         for name, cases in asked(PEERS, published=True, only="").items()},
        tuple(peers) if published else (),
    )


def lines(found: Findings) -> Iterator[str]:
    versions = ", ".join(requirement.replace("==", " ") for requirement in REQUIREMENTS.values())
    yield from ("# What this engine was held against", "")
    yield f"stockflow {sf.__version__}; peers: {versions}. Made by `python -m conformance.report`."
    yield from ("", "## Our own cases with tables of results", "")
    yield from table(("case", "tolerance", "status", "columns", "what is expected"), map(own_row, found.own))
    yield from ("", "## Published cases", "")
    yield from published_lines(found)
    for name, each in found.peers.items():
        yield from ("", f"## {PEERS[name].label}", "")
        yield from peer_lines(name, each)


def own_row(one: tuple[Own, Verdict]) -> tuple[str, ...]:
    own, verdict = one
    columns = len(verdict.comparison.columns) if verdict.comparison is not None else 0
    return own.case.name, f"{own.case.rtol:g}", verdict.status, str(columns), own.source


def published_lines(found: Findings) -> Iterator[str]:
    counts = Counter(verdict.status for verdict in found.published)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    yield f"Models with outputs that Vensim or Stella made, {len(found.published)} files, at {RTOL:g}: {told}."
    yield from ("Known differences are explained, with a calculation, in `known_differences.toml`.", "")
    known = [verdict for verdict in found.published if verdict.status != "pass"]
    yield from table(("case", "status", "why"), ((one.case.name, one.status, one.why) for one in known))
    names = {verdict.case.name for verdict in known}
    digits = [verdict for verdict in found.severe if verdict.case.name not in names]
    yield ""
    yield (f"These differ by more than {SEVERE:g} too: exports of few digits, "
           "or differences of numbers in single precision.")
    yield ""
    yield from table(("case", "why"), ((one.case.name, one.why) for one in digits))


def peer_lines(name: str, found: Sequence[Opinion]) -> Iterator[str]:
    peer = PEERS[name]
    method = f" (it has {peer.method.capitalize()}'s method only: both ran by it)" if peer.method else ""
    yield f"Base runs of {len(found)} files, column by column, at {AGREED:g}{method}: {summary(found)}."
    for status, title in (("known", "makes otherwise, and why"), ("cannot", "cannot run, in its own words")):
        rows = [(one.case.name, ", ".join(one.apart or ()), one.why) for one in found if one.status == status]
        if rows:
            yield from ("", f"What {peer.label} {title}:", "")
            yield from table(("case", "variables", "why"), rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield f"| {' | '.join(cell(text) for text in row)} |"


def cell(text: str) -> str:
    """A text in one cell of Markdown, cut where it is long."""
    shown = visible(" ".join(text.split()))
    cut = shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
    return cut.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
