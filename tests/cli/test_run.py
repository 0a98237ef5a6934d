import csv
import json
from pathlib import Path

import pytest
import xarray as xr

from stockflow import api
from stockflow.cli.main import status
from stockflow.diagnostics.model import Diagnostic, Severity
from tests.cli.conftest import TEACUP


def table(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_without_output_prints_the_stocks_and_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    lines = printed.out.splitlines()
    assert lines[0].split() == ["Time", "Teacup", "Temperature"]
    assert [line.split() for line in lines[2:4]] == [["0", "180"], ["1", "169"]]  # 180 - (180 - 70) / 10
    assert "31 rows" in printed.out
    assert "Next: stockflow run teacup.mdl --output results.csv" in printed.out


def test_output_goes_to_each_file_in_the_format_of_its_suffix(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl", "-o", "a.csv", "-o", "a.tab", "-o", "a.nc"]) == 0
    assert "wrote a.csv (31 rows)" in capsys.readouterr().out
    rows = table("a.csv")
    assert float(rows[1]["Teacup Temperature"]) == 169.0
    assert rows[30]["Room Temperature"] == "70.0"
    with xr.open_dataset("a.nc") as dataset:
        assert dataset["Teacup Temperature"].values.tolist() == [float(row["Teacup Temperature"]) for row in rows]
    assert Path("a.tab").read_text().startswith("Time\t")
    assert sorted(path.name for path in Path().iterdir()) == [
        "a.csv", "a.nc", "a.tab", "broken.mdl", "regions.mdl", "teacup.mdl",
    ]


def test_settings_and_control_options_change_the_run() -> None:
    arguments = ["--set", "room_temperature=80", "--final-time", "4", "--time-step", "0.5", "--saveper", "2"]
    assert status(["run", "teacup.mdl", *arguments, "--output", "a.csv"]) == 0
    rows = table("a.csv")
    assert [row["Time"] for row in rows] == ["0.0", "2.0", "4.0"]
    assert float(rows[1]["Teacup Temperature"]) == pytest.approx(80 + 100 * 0.95**4)


def test_an_element_can_be_set() -> None:
    assert status(["run", "regions.mdl", "--set", "inflow[South]=10", "--output", "a.csv"]) == 0
    assert [(row["stock[North]"], row["stock[South]"]) for row in table("a.csv")] == [
        ("0.0", "0.0"), ("1.0", "10.0"), ("2.0", "20.0"),
    ]


def test_an_element_refines_what_is_set_for_all() -> None:
    assert status(["run", "regions.mdl", "--set", "inflow=3", "--set", "Inflow[ south ]=10", "--output", "a.csv"]) == 0
    assert {(row["inflow[North]"], row["inflow[South]"]) for row in table("a.csv")} == {("3.0", "10.0")}


def test_an_equation_can_be_replaced_and_a_stock_started_elsewhere() -> None:
    arguments = ["--replace", "Heat Loss to Room=2", "--initial", "teacup_temperature=100", "--final-time", "2"]
    assert status(["run", "teacup.mdl", *arguments, "--output", "a.csv"]) == 0
    assert [row["Teacup Temperature"] for row in table("a.csv")] == ["100.0", "98.0", "96.0"]


def test_what_is_no_constant_is_refused_with_the_option_that_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl", "--set", "Teacup Temperature=20"]) == 1
    printed = capsys.readouterr().err
    assert "teacup.mdl:5:1: error[SF211]: 'Teacup Temperature': it is a stock, not a constant" in printed
    assert "--initial" in printed
    assert "--replace" in printed


def test_data_variables_are_fed_from_files(capsys: pytest.CaptureFixture[str]) -> None:
    fed = Path("teacup.mdl").read_text(encoding="utf-8").replace("Room Temperature = 70 ~", "Room Temperature ~")
    Path("fed.mdl").write_text(fed, encoding="utf-8")
    Path("room.csv").write_text("Time,room temperature\n0,70\n2,90\n", encoding="utf-8")
    assert status(["run", "fed.mdl"]) == 1
    assert "--data FILE" in capsys.readouterr().err
    assert status(["run", "fed.mdl", "--data", "room.csv", "--output", "a.csv"]) == 0
    assert [row["Room Temperature"] for row in table("a.csv")][:4] == ["70.0", "80.0", "90.0", "90.0"]


def test_only_the_variables_asked_for_are_kept() -> None:
    assert status(["run", "teacup.mdl", "-v", "heat loss to room", "-o", "a.csv"]) == 0
    assert list(table("a.csv")[0]) == ["Time", "Heat Loss to Room"]


def test_a_broken_model_prints_its_faults_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "broken.mdl", "--output", "a.csv"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "broken.mdl:3:43: error[SF204]" in printed.err
    assert "'Room Temp'" in printed.err
    assert "1 error" in printed.err
    assert not Path("a.csv").exists()


def test_a_broken_model_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "broken.mdl", "--json"]) == 1
    (fault,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert (fault["code"], fault["line"], fault["column"]) == ("SF204", 3, 43)


def test_a_missing_model_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "nosuch.mdl"]) == 1
    printed = capsys.readouterr().err
    assert "SF101" in printed
    assert "Traceback" not in printed


def test_a_setting_that_the_model_lacks_stops_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl", "--set", "rom temperature=20"]) == 1
    assert "SF211" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--set", "x"], ["--output", "a.xyz"], ["--method", "magic"], ["--nosuch"], ["--on-nan", "maybe"]]
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl", *arguments]) == 2
    assert "rror" in capsys.readouterr().err


def test_a_variable_that_the_model_lacks_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl", "-v", "teacup temperatur"]) == 2
    assert "did you mean 'Teacup Temperature'" in capsys.readouterr().err


def test_a_doubt_of_the_run_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl", "--set", "Characteristic Time=0", "--final-time", "3"]) == 0
    printed = capsys.readouterr()
    assert "warning[SF701]" in printed.err
    assert "Heat Loss to Room" in printed.err
    assert "RuntimeWarning" not in printed.err
    assert status(["run", "teacup.mdl", "--set", "Characteristic Time=0", "--on-nan", "stop"]) == 1
    assert "error[SF701]" in capsys.readouterr().err


def test_values_hold_times_and_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "regions.mdl", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["times"] == [0.0, 1.0, 2.0]
    assert printed["values"] == {"stock[North]": [0.0, 1.0, 2.0], "stock[South]": [0.0, 2.0, 4.0]}


def test_a_run_agrees_with_its_own_export(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "teacup.mdl", "--output", "a.tab"]) == 0
    assert status(["run", "teacup.mdl", "--compare", "a.tab", "--rtol", "1e-15"]) == 0
    assert "0 differ" in capsys.readouterr().out


def test_a_run_that_differs_is_shown_with_the_worst_time_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.dat").write_text("Teacup Temperature\n0\t180\n1\t169\n2\t150\nother thing\n0\t1\n")
    assert status(["run", "teacup.mdl", "--compare", "old.dat"]) == 1
    printed = capsys.readouterr().out
    assert "0 columns agree, 1 differ, 1 missing from the run" in printed
    assert "missing from the run: other thing" in printed
    row = next(line.split() for line in printed.splitlines() if line.endswith("Teacup Temperature"))
    assert row[:3] == ["2", "150", "159.1"]  # 169 - (169 - 70) / 10


def test_a_comparison_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.csv").write_text("Time,Teacup Temperature\n0,180\n1,168\n")
    assert status(["run", "teacup.mdl", "--compare", "old.csv", "--json"]) == 1
    compared = json.loads(capsys.readouterr().out)["comparison"]
    assert not compared["agrees"]
    assert compared["columns"][0]["found"] == 169.0


def test_only_the_variables_asked_for_are_compared() -> None:
    Path("old.csv").write_text("Time,Teacup Temperature,Heat Loss to Room\n0,180,99\n")
    assert status(["run", "teacup.mdl", "--compare", "old.csv", "-v", "Teacup_Temperature"]) == 0


@pytest.mark.parametrize("option", ["--compare", "--data", "--changes", "--variables-file"])
@pytest.mark.parametrize("spelled", ["read.csv", "link.csv", "twin.csv"])
def test_no_file_that_is_read_is_written_over(
    option: str, spelled: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "read.csv").write_text("Time,Teacup Temperature\n0,99\n")
    (folder / "link.csv").symlink_to("read.csv")
    (folder / "twin.csv").hardlink_to(folder / "read.csv")
    assert status(["run", "teacup.mdl", option, "read.csv", "--output", spelled]) == 2
    assert f"error[SF603]: cannot write {spelled!r}: it is a file that is read" in capsys.readouterr().err
    assert (folder / "read.csv").read_text() == "Time,Teacup Temperature\n0,99\n"


def test_a_model_under_a_name_of_results_and_tables_that_it_names_are_not_written_over(folder: Path) -> None:
    (folder / "table.csv").write_text("1,2\n")
    text = TEACUP.replace("Room Temperature = 70", "Room Temperature = GET DIRECT CONSTANTS('table.csv', ',', 'A1')")
    (folder / "model.csv").write_text(text)
    (folder / "tabled.mdl").write_text(text)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert status(["run", "tabled.mdl", "--output", "table.csv"]) == 2
    assert status(["run", "model.csv", "--output", "model.csv"]) == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "name",
    ["../up", "/tmp/root", "a/b", "a\\\\b", "CON", "nul.csv", "com1", "trailing. ", "n" * 400, "~", "x:stream", "\x01"],
)
def test_no_name_of_a_model_becomes_a_part_of_the_name_of_a_file(name: str, folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    text = TEACUP.replace("Room Temperature", f'"{name}"').replace("Teacup Temperature", f'"{name} 2"')
    (inside / "model.mdl").write_text(text, encoding="utf-8")
    before = sorted(folder.iterdir())
    outputs = [f"inside/out{suffix}" for suffix in (".csv", ".tab", ".dat", ".nc")]
    assert status(["run", "inside/model.mdl", *(word for path in outputs for word in ("--output", path))]) == 0
    assert status(["convert", "inside/model.mdl", "inside/out.xmile", "--title", name]) in (0, 1)
    assert sorted(folder.iterdir()) == before
    assert {path.name for path in inside.iterdir()} - {"out.xmile"} == {"model.mdl", *(Path(o).name for o in outputs)}


def test_an_export_that_cannot_be_read_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.csv").write_text("Time,x\n0,oops\n")
    assert status(["run", "teacup.mdl", "--compare", "old.csv"]) == 1
    assert "old.csv:2:3: error[SF601]" in capsys.readouterr().err


def test_an_interrupted_run_ends_with_130_and_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(api.Model, "simulate", interrupted)
    assert status(["run", "teacup.mdl", "--output", "a.csv"]) == 130
    assert not list(Path().glob("*.csv"))
    assert "interrupted" in capsys.readouterr().err


def test_a_fault_of_ours_is_one_line_and_70(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh\x1b[31m")

    monkeypatch.setattr(api, "load", broken)
    assert status(["run", "teacup.mdl"]) == 70
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert "error[SF901]" in printed
    assert "\\x1b" in printed
    assert status(["--debug", "run", "teacup.mdl"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("code", "ending"), [("SF109", 3), ("SF702", 3), ("SF204", 1)])
def test_a_limit_ends_with_3(code: str, ending: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def limited(*_: object, **__: object) -> None:
        raise api.ModelError((Diagnostic(code, Severity.ERROR, "too much"),))

    monkeypatch.setattr(api, "load", limited)
    assert status(["run", "teacup.mdl"]) == ending


def test_no_memory_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(api, "load", greedy)
    assert status(["run", "teacup.mdl"]) == 3


def test_files_of_changes_come_before_what_is_typed() -> None:
    Path("a.cin").write_text("Room Temperature = 80\nFINAL TIME = 1\n", encoding="utf-8")
    Path("b.cin").write_text("{again}\nroom_temperature = 90\n", encoding="utf-8")
    changes = ["--changes", "a.cin", "--changes", "b.cin", "--output", "a.csv"]
    assert status(["run", "teacup.mdl", *changes]) == 0
    # The cup loses a tenth of its distance to the room, 180 - 90.
    assert [float(row["Teacup Temperature"]) for row in table("a.csv")] == [180, 171]
    assert status(["run", "teacup.mdl", *changes, "--set", "Room Temperature=100"]) == 0
    assert float(table("a.csv")[1]["Teacup Temperature"]) == 172


def test_a_change_that_does_not_fit_is_shown_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.cin").write_text("Room Temperature = 80\nRoom Temp = 90\n", encoding="utf-8")
    assert status(["run", "teacup.mdl", "--changes", "a.cin"]) == 1
    told = capsys.readouterr().err
    assert "a.cin:2:1: error[SF211]: there is no variable 'Room Temp' to change" in told
    assert "did you mean 'Room Temperature'?" in told


def test_a_savelist_says_which_variables_are_kept() -> None:
    Path("a.lst").write_text("Heat Loss to Room\nRoom Temperature\n", encoding="utf-8")
    assert status(["run", "teacup.mdl", "--variables-file", "a.lst", "--output", "a.csv"]) == 0
    assert list(table("a.csv")[0]) == ["Time", "Heat Loss to Room", "Room Temperature"]


def test_a_run_written_as_dat_is_read_back_as_data_and_compared() -> None:
    assert status(["run", "regions.mdl", "--output", "run.dat"]) == 0
    assert Path("run.dat").read_text(encoding="utf-8").startswith("inflow[North]\n0.0\t1.0\n1.0\t1.0\n")
    assert status(["run", "regions.mdl", "--compare", "run.dat"]) == 0
    fed = Path("regions.mdl").read_text(encoding="utf-8").replace("inflow[Region] = 1, 2", "inflow[Region]")
    Path("fed.mdl").write_text(fed, encoding="utf-8")
    assert status(["run", "fed.mdl", "--data", "run.dat", "--output", "a.csv"]) == 0
    assert [row["stock[South]"] for row in table("a.csv")] == ["0.0", "2.0", "4.0"]


def test_a_missing_value_is_shown_as_missing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("m.mdl").write_text(
        "x = IF THEN ELSE(Time > 0, :NA:, 1) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n"
        "SAVEPER = 1 ~~|\n", encoding="utf-8",
    )
    assert status(["run", "m.mdl", "--variable", "x"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()[2:4]] == [["0", "1"], ["1", ":NA:"]]
    assert status(["run", "m.mdl", "--variable", "x", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["values"] == {"x": [1.0, None]}
