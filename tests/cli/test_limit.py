"""The option --limit: on every command that loads a model, typed as a hint says it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stockflow.cli.main import status
from stockflow.limits import ROWS


@pytest.mark.parametrize("command", [
    ["run", "regions.mdl"], ["check", "regions.mdl"], ["info", "regions.mdl"], ["inspect", "regions.mdl"],
    ["convert", "regions.mdl", "made.xmile"], ["check", "--reality", "regions.mdl"],
])
def test_what_exceeds_a_limit_ends_with_3_and_runs_as_the_hint_says(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status([*command, "--limit", "elements=1"]) == 3
    printed = "".join(capsys.readouterr())
    assert "error[SF109]: the range has 2 elements; the limit is 1" in printed
    option = re.search(r"raise the limit with (--limit) (\S+) ", printed)
    assert option is not None
    assert status([*command, *option.groups()]) == 0


def test_a_run_that_keeps_too_much_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    # The stock and its flow at 31 times.
    assert status(["run", "teacup.mdl", "--limit", "saved-numbers=61"]) == 3
    assert "the run would keep 62 numbers (31 rows of 2); the limit is 61" in capsys.readouterr().err
    assert status(["run", "teacup.mdl", "--limit", "saved-numbers=62", "--limit", "steps=30"]) == 0


def test_a_file_to_compare_with_is_held_to_the_limits_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "run.csv").write_text("Time,Room Temperature\n0,70\n", encoding="utf-8")
    assert status(["run", "teacup.mdl", "--compare", "run.csv", "--limit", "series-cells=3"]) == 3
    assert "'run.csv' has at least 4 cells; the limit is 3" in capsys.readouterr().err
    assert status(["conform", ".", "--limit", "file-bytes=10"]) == 2


@pytest.mark.parametrize(("typed", "words"), [
    ("cels=5", "did you mean 'cells'?"), ("cells=many", "'many' is no number; write it like cells=2000000"),
    ("cells", "there is no value in 'cells'"), ("cells=-1", "is a whole number from 1"),
])
def test_a_limit_typed_wrongly_is_a_matter_of_usage(
    typed: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["run", "teacup.mdl", "--limit", typed]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("code", ["SF109", "SF702"])
def test_explain_lists_the_limits(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["explain", code]) == 0
    printed = capsys.readouterr().out
    listed = [f"{row.name} {row.default:,} {row.counts}" for row in ROWS.values()]
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert [line for line in lines if line.split(" ")[0] in ROWS] == [
        next(line for line in lines if line.startswith(one)) for one in listed
    ]
    assert status(["explain", "SF204"]) == 0
    assert "--limit" not in capsys.readouterr().out
