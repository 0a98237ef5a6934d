"""Every code's examples: the wrong one brings up that code and no other, the right one nothing."""

import re
import shlex
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import stockflow as sf
from stockflow.api import check
from stockflow.cli.main import status
from stockflow.diagnostics.codes import CODES
from stockflow.diagnostics.row import Code, Example

CONTROLS = "\nINITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
XMILE = f"""<?xml version="1.0" encoding="UTF-8"?>
<xmile version="1.0" xmlns="{NAMESPACE}"><header><vendor>v</vendor><product version="1.0">p</product></header>
<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>
<model><variables>
%s
</variables></model></xmile>"""
SHOWN = [row for row in CODES.values() if row.wrong]
FOLLOWED = {"SF213": {"SF204"}}
"""What cannot come up alone: variables are left out for a fault of their own."""


def with_controls(row: Code, text: str) -> str:
    """The example as it stands in a whole model: an end of file or missing controls must stay what they are."""
    if row.code == "SF202" or "TIME STEP" in text:
        return "{UTF-8}\n" + text
    return "{UTF-8}\n" + CONTROLS + text


def written(row: Code, example: Example) -> None:
    """The files of an example, in the current folder."""
    for name, lines in example.beside:
        Path(name).write_text(lines, encoding="utf-8")
    content = example.content
    if isinstance(content, str):
        whole = XMILE % content if example.name == "model.xmile" and content.startswith("<") else None
        content = (whole or with_controls(row, content)).encode()
    Path(example.name).write_bytes(content)


def codes_of(example: Example, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """The codes that come up when what the example says is done, or else when the model is checked and run."""
    if example.command:
        program, *words = shlex.split(example.command)
        assert program == "stockflow"
        status(words)
    elif example.python:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            eval(example.python, {"sf": sf, "pd": pd})
        yield from (item.message.diagnostic.code for item in caught)
    else:
        yield from (item.code for item in check(example.name))
        status(["run", example.name])
    printed = capsys.readouterr()
    yield from re.findall(r"(?:error|warning|note)\[(SF\d{3})\]", printed.out + printed.err)


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.code)
def test_the_wrong_example_brings_its_code_up_and_the_right_one_nothing(
    row: Code, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for example, expected in ((row.wrong, {row.code} | FOLLOWED.get(row.code, set())), (row.right, set())):
        assert example is not None
        folder = tmp_path / str(bool(expected))
        folder.mkdir()
        monkeypatch.chdir(folder)
        written(row, example)
        assert set(codes_of(example, capsys)) == expected
