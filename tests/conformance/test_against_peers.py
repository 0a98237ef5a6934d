"""What is said of a peer's table: agreement, a difference, one that the ledger holds, and one that is gone."""

import sys
from dataclasses import replace

import pytest

from conformance import against_peers, report
from conformance.against_peers import PEERS, Known, Opinion, held, in_ledger, ledger_of, line, summary
from conformance.cases import ROOT, Own, own_cases, published_models
from conformance.compare import read_table
from conformance.peers import environment
from conformance.peers.jobs import answer
from stockflow.conform import Case, Ledger, conform

MODEL = """kept = 5 ~~|
filled[side] = INTEG(Time, 1) ~~|
side: left, right ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = 1 ~~|
"""
# By Euler: 1 + 0.5 * (0 + 0.5) = 1.25 after one month.
NOTHING = Ledger()
FILLED = "Time,kept,filled[left],filled[right]\n0,5,1,1\n1,5,1.25,{right}\n"


@pytest.fixture
def opinion(tmp_path):
    def hold(table, peer="pysd", model=MODEL):
        (tmp_path / "model.mdl").write_text(model, encoding="utf-8")
        (tmp_path / "table.csv").write_text(table, encoding="utf-8")
        return held(PEERS[peer], Case("m", tmp_path / "model.mdl", ()), read_table(tmp_path / "table.csv"))

    return hold


def test_a_table_that_says_the_same_agrees(opinion):
    found = opinion(FILLED.format(right=1.25))
    assert (found.status, found.columns, found.largest) == ("agrees", 3, 0.0)


def test_a_difference_is_told_by_variable(opinion):
    found = opinion(FILLED.format(right=1))
    assert found.status == "differs"
    assert found.apart == {"filled": pytest.approx(0.25, rel=1e-3)}
    assert "filled 2.5e-01" in line(found)


def test_a_peer_that_saves_more_often_is_held_against_a_run_that_does_too(opinion):
    assert opinion("Time,filled[left]\n0,1\n0.5,1\n1,1.25\n").status == "agrees"


def test_what_a_peer_makes_up_is_left_out(opinion):
    assert opinion("Time,kept,kept net flow,dt\n0,5,0,1\n", peer="simlin").columns == 1


def test_a_file_that_only_the_peer_runs_is_refused(opinion):
    found = opinion(FILLED.format(right=1), model="kept = 5 ~~|\n")
    assert found.status == "refused"
    assert "TIME" in found.why


@pytest.mark.parametrize(
    ("known", "status"),
    [((), "differs"), (("filled",), "known"), (("kept",), "differs"), (("filled", "kept"), "vanished")],
)
def test_the_ledger_holds_exactly_what_differs(opinion, known, status):
    row = Known(frozenset(known), "why") if known else None
    assert in_ledger(opinion(FILLED.format(right=1)), row).status == status


def test_a_row_of_the_ledger_whose_case_agrees_has_vanished(opinion):
    assert in_ledger(opinion(FILLED.format(right=1.25)), Known(frozenset(["filled"]), "why")).status == "vanished"


def test_a_file_in_the_ledger_that_the_peer_cannot_run_has_vanished(tmp_path):
    cannot = Opinion("pysd", Case("m", tmp_path / "m.mdl", ()), "cannot", why="no such function")
    assert in_ledger(cannot, Known(frozenset(["x"]), "why")).status == "vanished"
    assert in_ledger(cannot, None).status == "cannot"


def test_a_table_without_a_column_to_compare_agrees_with_nothing(opinion):
    found = opinion("Time,dt\n0,1\n", peer="simlin")
    assert (found.status, found.why) == ("cannot", "its results have no variable of the model")


def test_every_row_of_the_ledger_has_a_reason_and_a_peer():
    ledger = ledger_of()
    assert ledger
    assert all(known.variables and known.reason and peer in PEERS for (peer, _), known in ledger.items())


def test_every_case_of_our_own_is_there_and_says_where_its_results_are_from():
    for own in own_cases():
        assert own.case.model.is_file()
        assert own.source
        assert own.case.expected or own.peers
        assert all(path.is_file() for path in own.case.expected)


def test_every_model_of_the_folder_of_cases_is_in_the_table():
    listed = {own.case.model for own in own_cases()}
    assert {path for path in (ROOT / "conformance" / "models").iterdir() if path.suffix != ".csv"} <= listed


def test_nothing_is_published_where_nothing_lies_beside_the_repository(tmp_path):
    assert not list(published_models(tmp_path))


def test_what_a_peer_stops_with_is_its_answer(tmp_path):
    def columns(model, data):
        raise RuntimeError("no such function")

    job = {"model": "m.mdl", "out": str(tmp_path / "out.csv"), "data": []}
    assert answer(columns, job, 60) == "RuntimeError: no such function"
    assert not (tmp_path / "out.csv").exists()
    assert answer(lambda model, data: {"Time": [0.0], "x": [1.0]}, job, 60) == ""
    assert (tmp_path / "out.csv").read_text() == "Time,x\n0.0,1.0\n"


def test_a_peer_answers_for_each_model_in_order(tmp_path, monkeypatch):
    pytest.importorskip("pysd", reason="PySD is not installed (it is in the extra `dev`)")
    monkeypatch.setattr(environment, "python_of", lambda name: sys.executable)
    (tmp_path / "good.mdl").write_text("{UTF-8}\n" + MODEL, encoding="utf-8")
    (tmp_path / "bad.mdl").write_text("{UTF-8}\nx = NO SUCH(1) ~~|\n" + MODEL, encoding="utf-8")
    jobs = [environment.Job(tmp_path / f"{name}.mdl", tmp_path / f"{name}.csv") for name in ("good", "bad", "good")]
    first, second, third = environment.ask("pysd", jobs)
    assert first == third == ""
    assert second
    assert read_table(tmp_path / "good.csv")["kept"].values[0] == 5


class TestTheReport:
    @pytest.fixture
    def case(self, tmp_path):
        (tmp_path / "model.mdl").write_text(MODEL, encoding="utf-8")
        (tmp_path / "model.csv").write_text(FILLED.format(right=1), encoding="utf-8")
        return Case("a|case", tmp_path / "model.mdl", (tmp_path / "model.csv",), (), 1e-3)

    def findings(self, case, status, ledger=NOTHING, opinions=()):
        (verdict,) = conform([case], ledger)
        own = [(Own(case, "by hand", status, ()), verdict)]
        return report.Findings(own, [verdict], [verdict], {"pysd": [*opinions]})

    def test_a_case_that_is_not_as_its_table_says_is_a_fault(self, case):
        found = self.findings(case, "pass")
        assert found.faults[0] == "a|case: differs, not pass"
        assert len(found.faults) == 3

    def test_a_known_difference_is_none(self, case):
        agrees = Opinion("pysd", case, "agrees")
        assert not self.findings(case, "known", Ledger({"a|case": ("rounded",)}), [agrees]).faults

    def test_a_difference_of_a_peer_is_a_fault_and_what_it_cannot_run_is_none(self, case):
        ledger = Ledger({"a|case": ("rounded",)})
        agrees, cannot = Opinion("pysd", case, "agrees"), Opinion("pysd", case, "cannot", why="no")
        assert not self.findings(case, "known", ledger, [agrees, cannot]).faults
        assert self.findings(case, "known", ledger, [agrees, Opinion("pysd", case, "vanished")]).faults
        assert self.findings(case, "known", ledger, [cannot]).faults == ["pysd: nothing agrees"]

    def test_a_row_of_the_ledger_without_a_case_is_a_fault(self, case):
        agrees = Opinion("pysd", case, "agrees")
        findings = self.findings(case, "known", Ledger({"a|case": ("rounded",)}), [agrees])
        found = replace(findings, rows=(("pysd", "gone"),))
        assert found.faults == ["pysd: gone: in the ledger, but no case"]

    def test_the_page_names_every_case_with_its_reason_in_one_cell(self, case):
        cannot = Opinion("pysd", case, "cannot", why="no <such> function")
        page = "\n".join(report.lines(self.findings(case, "known", Ledger({"a|case": ("rounded",)}), [cannot])))
        assert "| a\\|case | 0.001 | known | 3 | by hand |" in page
        assert "| a\\|case | known | rounded |" in page
        assert "| a\\|case |  | no &lt;such> function |" in page
        assert summary([cannot]) in page


def test_the_committed_page_names_every_row_of_the_ledger():
    page = report.PAGE.read_text(encoding="utf-8")
    for (_, case), known in against_peers.ledger_of().items():
        assert case in page
        assert report.cell(known.reason) in page
