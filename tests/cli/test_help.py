import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from stockflow.cli import main
from stockflow.cli.main import COMMANDS, status, stockflow


def help_text(*command: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert status([*command, "--help"]) == 0
    return capsys.readouterr().out


def examples(command: click.Command) -> list[str]:
    lines = (command.epilog or "").splitlines()
    return [line.strip() for line in lines if line.strip().startswith("stockflow ")]


def all_examples() -> list[str]:
    context = click.Context(stockflow)
    found = examples(stockflow)
    for name in COMMANDS:
        command = stockflow.get_command(context, name)
        assert command is not None
        found += examples(command)
    return found


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that finds the package where this one does."""
    source = Path(main.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture(autouse=True)
def my_models(folder: Path) -> None:
    """A folder of a model with its export: a tenth of 110 degrees goes in the first minute."""
    (folder / "my_models").mkdir()
    (folder / "my_models" / "teacup.mdl").write_text((folder / "teacup.mdl").read_text(encoding="utf-8"))
    (folder / "my_models" / "teacup.csv").write_text("Time,Teacup Temperature\n0,180\n1,169\n")


@pytest.mark.parametrize("example", all_examples())
def test_every_example_of_a_help_text_works(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(shlex.split(example)[1:]) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_help_text_ends_with_two_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = help_text(*name.split(), capsys=capsys).rstrip().splitlines()
    assert printed[-3].strip() == "Examples:"
    assert all(line.strip().startswith("stockflow ") for line in printed[-2:])


def test_the_version_is_told_without_numpy() -> None:
    code = (
        "import sys\nfrom stockflow.cli.main import status\nassert status(['--version']) == 0\n"
        "heavy = {'numpy', 'lark', 'lxml', 'xarray', 'pandas', 'rich'} & set(sys.modules)\nassert not heavy, heavy"
    )
    done = python("-c", code)
    assert done.stderr == ""
    assert done.stdout.startswith("stockflow ")


def test_python_m_stockflow_is_the_same_command() -> None:
    done = python("-m", "stockflow", "explain", "SF204")
    assert done.stdout.startswith("SF204: unknown variable\n")
