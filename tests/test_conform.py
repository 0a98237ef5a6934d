"""Models held against exported runs beside them: which files belong together, and what the verdicts say."""

from __future__ import annotations

import json

import pytest

from stockflow.cli.main import status
from stockflow.conform import Ledger, cases_in, conform, ledger_of

MODEL = (
    "{UTF-8}\nTea = INTEG(-Loss, 100) ~~|\nLoss = Tea / 10 ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\n"
    "TIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
)
# 100, less a tenth in each step.
RIGHT = "Time,Tea,Loss\n0,100,10\n1,90,9\n2,81,8.1\n"
WRONG = "Time,Tea,Loss\n0,100,10\n1,90,9\n2,80,8\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.mdl").write_text(MODEL)
    (tmp_path / "one" / "one.csv").write_text(RIGHT)
    (tmp_path / "two" / "output.tab").write_text(WRONG.replace(",", "\t"))
    return tmp_path


NOTHING_KNOWN = Ledger()


def verdicts(folder, ledger=NOTHING_KNOWN):
    return {verdict.case.name: verdict for verdict in conform(cases_in(folder), ledger)}


def test_a_model_belongs_to_the_export_of_its_name_or_to_the_output_of_its_folder(folder):
    assert {name: verdict.status for name, verdict in verdicts(folder).items()} == {
        "one/one.mdl": "pass", "two/two.mdl": "differs",
    }


def test_a_difference_is_told_with_its_worst_point(folder):
    assert verdicts(folder)["two/two.mdl"].why == "2 of 2 columns differ: 'Tea' at 2 is 81, the export has 80"


def test_one_of_several_exports_is_enough(folder):
    (folder / "two" / "output_other.csv").write_text(RIGHT)
    assert verdicts(folder)["two/two.mdl"].status == "pass"


def test_what_the_ledger_names_is_known_until_it_agrees(folder):
    found = verdicts(folder, Ledger({"one/one.mdl": ("once",), "two/two.mdl": ("rounded",)}))
    assert found["two/two.mdl"].status == "known"
    assert found["two/two.mdl"].why == "rounded"
    assert found["one/one.mdl"].status == "vanished"


def test_a_model_that_cannot_be_run_is_an_error_with_its_first_line(folder):
    (folder / "two" / "two.mdl").write_text(MODEL.replace("Tea / 10", "Tea / Tme"))
    found = verdicts(folder)["two/two.mdl"]
    assert found.status == "error"
    assert found.why.startswith("two.mdl:3:14: error[SF204]")


def test_a_column_or_a_time_that_is_missing_is_a_difference(folder):
    (folder / "two" / "output.tab").write_text("Time\tTea\tMilk\n0\t100\t1\n0.5\t95\t1\n")
    found = verdicts(folder)["two/two.mdl"]
    assert found.status == "differs"
    assert found.why == "1 are missing, such as 'Milk'; 1 times of the export were not saved"


def test_a_table_of_cases_says_which_files_belong_together(folder):
    row = {"id": "tea", "model": "three/three.mdl", "expected": "two/output.tab", "also_accepted": ["one/one.csv"]}
    (folder / "cases.json").write_text(json.dumps([row]))
    assert {name: verdict.status for name, verdict in verdicts(folder).items()} == {"tea": "pass"}
    row |= {"also_accepted": [], "rtol": 0.02}
    (folder / "cases.json").write_text(json.dumps([row]))
    assert verdicts(folder)["tea"].status == "pass"


def test_a_variable_of_a_module_is_found_under_its_own_name(tmp_path):
    (tmp_path / "m.xmile").write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>v</vendor>'
        '<product version="1">p</product></header><sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>'
        '<model><variables><module name="part"/></variables></model><model name="part"><variables><aux name="inner">'
        "<eqn>TIME * 2</eqn></aux></variables></model></xmile>"
    )
    (tmp_path / "m.csv").write_text("Time,inner\n0,0\n1,2\n")
    assert verdicts(tmp_path)["m.xmile"].status == "pass"


def test_the_command_lists_what_does_not_pass_and_ends_with_one(folder, capsys):
    assert status(["conform", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("differs  two/two.mdl  2 of 2 columns differ")
    assert lines[1] == "2 cases at 0.001: 1 differs, 1 pass"
    assert status(["conform", str(folder), "--only", "one"]) == 0


def test_the_command_prints_values_or_a_page(folder, capsys):
    ledger = folder / "known.toml"
    ledger.write_text('[[difference]]\ncase = "two/two.mdl"\nreason = "a | b"\n')
    assert ledger_of(ledger).reasons == {"two/two.mdl": ("a | b",)}
    assert status(["conform", str(folder), "--known", str(ledger), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert [(row["case"], row["status"], row["columns"]) for row in values] == [
        ("one/one.mdl", "pass", 2), ("two/two.mdl", "known", 2),
    ]
    assert status(["conform", str(folder), "--known", str(ledger), "--markdown"]) == 0
    assert "| two/two.mdl | known | 2 | a \\| b |" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("table", ["{", "[1]", '[{"id": "a"}]'])
def test_a_table_that_is_none_is_a_word_about_usage(table, tmp_path, capsys):
    (tmp_path / "cases.json").write_text(table)
    assert status(["conform", str(tmp_path)]) == 2
    assert "the table of cases" in capsys.readouterr().err


def test_a_folder_without_exports_is_a_word_about_usage(tmp_path, capsys):
    assert status(["conform", str(tmp_path)]) == 2
    assert "no model in" in capsys.readouterr().err
