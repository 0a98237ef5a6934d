import json

import pytest

from stockflow.cli.main import status
from stockflow.diagnostics.codes import CODES
from stockflow.functions.table import ROWS


def test_explain_prints_the_text_and_both_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["explain", "sf204"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("SF204: unknown variable\n\nAn equation uses a name")
    assert "Wrong:\n    room temperature = 20 ~~|\n    heat loss = room temp / 4 ~~|" in printed
    assert "Right:\n" in printed


def test_explain_alone_lists_every_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(CODES)


def test_an_unknown_code_is_a_usage_error_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["explain", "SF2044"]) == 2
    assert "did you mean SF204?" in capsys.readouterr().err


def test_functions_are_found_by_a_part_of_their_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["functions", "smooth3"]) == 0
    printed = capsys.readouterr().out
    assert "Vensim  SMOOTH3(" in printed
    assert "XMILE   SMTH3(" in printed
    assert "PULSE" not in printed


def test_functions_as_values_hold_calls_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["functions", "--json", "zidz"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["supported"]
    assert any(call.startswith("ZIDZ(") for call in row["spellings"]["vensim"])


def test_functions_as_markdown_are_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["functions", "--markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| Vensim | XMILE | Stella only | status | meaning | known differences | source |"
    assert {line.replace("\\|", "").count("|") for line in lines} == {8}
    assert {line.replace("\\|", "").split(" | ")[3] for line in lines[2:]} == {"supported", "refused"}


def test_functions_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["functions", "--count"]) == 0
    lines = [line.split(None, 1) for line in capsys.readouterr().out.splitlines()]
    found = {what: int(number) for number, what in lines}
    assert found["rows"] == sum(bool(row.spellings) for row in ROWS.values())
    assert found["rows"] == found["supported"] + found["refused by name"]
    assert found["examples"] > found["supported"] / 2


def test_no_function_of_a_name_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["functions", "nosuch"]) == 2
    assert "no function has 'nosuch' in its name" in capsys.readouterr().err
