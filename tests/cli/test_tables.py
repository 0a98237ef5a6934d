import numpy as np
import pytest

from stockflow.cli import tables
from stockflow.cli.tables import difference_table, number_table
from stockflow.simulate.compare import Difference


def test_a_short_run_is_shown_whole() -> None:
    printed = number_table(np.array([0.0, 1.0]), {"x": np.array([1.0, 1 / 3]), "longer name": np.array([1e9, -2.5])})
    assert [line.split() for line in printed.splitlines() if "─" not in line] == [
        ["Time", "x", "longer", "name"], ["0", "1", "1e+09"], ["1", "0.333333", "-2.5"],
    ]


def test_a_long_run_is_cut_in_the_middle() -> None:
    printed = number_table(np.arange(100.0), {"x": np.arange(100.0)}).splitlines()[2:]
    assert [line.split()[0] for line in printed] == ["0", "1", "2", "3", "...", "96", "97", "98", "99"]


def test_names_are_no_mark_up_and_cannot_move_the_cursor() -> None:
    printed = number_table(np.array([0.0]), {"[red]x[/red]": np.array([1.0]), "\x1b[31m:smile:": np.array([1.0])})
    assert "[red]x[/red]" in printed
    assert "\\x1b[31m:smile:" in printed


def test_a_table_is_plain_where_the_console_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "encoding_of", lambda: "cp437")
    assert number_table(np.array([0.0]), {"x": np.array([1.0])}).isascii()


def test_the_worst_column_comes_first() -> None:
    small = Difference("small", 3, 2.0, 1.0, 10.0, 10.02)
    large = Difference("large", 3, 50.0, 2.0, 10.0, 10.5)
    none = Difference("none", 0, float("nan"), float("nan"), float("nan"), float("nan"))
    lines = difference_table([small, large]).splitlines()
    assert [line.split()[-1] for line in lines[2:]] == ["large", "small"]
    assert "no common time" in difference_table([none])
