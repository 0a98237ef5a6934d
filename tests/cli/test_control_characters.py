"""No sign of a model, a file's name or a word typed can move the cursor, turn the text round or be unseen."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import stockflow as sf
from stockflow.cli.main import status
from stockflow.cli.tables import number_table

ODD = (
    "\x01\x07\x08\x0b\x0c\x1b[31m\x7f\x85\x9b\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067"
    "\u2068\u2069\ufeff\u115f\u3164"
)
RAW = {*map(chr, range(32)), *map(chr, range(127, 160)), *ODD} - {*"\n[31m"}
NAME = f"na{ODD}me"
CONTROLS = "INITIAL TIME = 0 ~~|\nFINAL TIME = 6 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
SOUND = f"""{{UTF-8}}
"dim{ODD}": "el{ODD}a", "el{ODD}b" ~~|
"{NAME}" = 3 ~ un{ODD}it [5,?] ~ about {ODD} this |
"array{ODD}"["dim{ODD}"] = 2 ~~|
"stock{ODD}" = INTEG("{NAME}" + 1, 0) ~~|
"points{ODD}"((0,1),(4,5)) ~~|
"read{ODD}" = "points{ODD}"("stock{ODD}") / ("{NAME}" - 3) ~ a/ /b{ODD} ~|
{CONTROLS}"""
BROKEN = f"""{{UTF-8}}
"{NAME}" = "un{ODD}known" + 1 ~~|
"{NAME}" = 1 ~~|
z = ( 1{ODD} ~~|
"a{ODD}" = "b{ODD}" ~~|
"b{ODD}" = "a{ODD}" ~~|
w = GET DIRECT CONSTANTS('no{ODD}.csv', ',{ODD}', 'B{ODD}2') ~~|
v = "func{ODD}"(3) ~~|
{CONTROLS}"""
TABLE = f"Time,x{ODD}\n0,q{ODD}\n"
FILES = {"sound.mdl": SOUND, "broken.mdl": BROKEN, "odd\x1b\u202e.mdl": SOUND, "data\x1b.csv": TABLE}


def commands() -> Iterator[list[str]]:
    for model in ("sound.mdl", "broken.mdl", "odd\x1b\u202e.mdl", "no\x1b\u202e.mdl"):
        yield from ([word, model] for word in ("check", "info", "run", "inspect"))
        yield from (["inspect", model, "--stage", stage] for stage in ("model", "plan"))
        yield from (["check", "--reality", model], ["check", model, "--json"], ["run", model, "--json"])
        yield ["convert", model, "out\x1b\u202e.xmile"]
    run = ["run", "sound.mdl"]
    yield from (
        [*run, "--partial"], [*run, "-v", NAME], [*run, "-v", f"no{ODD}"], [*run, "--set", f"{NAME}=4"],
        [*run, "--set", f"no{ODD}=4"], [*run, "--set", ODD], [*run, "--on-nan", "stop"], [*run, f"--no{ODD}"],
        [*run, "--method", ODD], [*run, ODD], [*run, "--data", "data\x1b.csv"], [*run, "--compare", "data\x1b.csv"],
        [*run, "--changes", "no\x1b.cin"], [*run, "--variables-file", "no\x1b.lst"], [*run, "-o", "out\x1b.csv"],
        [*run, "-o", "no\x1b/out.csv"], [*run, "-o", "out.\x1b"], ["info", "sound.mdl", NAME], ["explain", ODD],
        ["functions", ODD], [ODD], ["run", "broken.mdl", "--partial"], ["conform", "."],
    )


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", list(commands()), ids=lambda words: ascii(" ".join(words))[:60])
def test_no_command_prints_a_raw_sign(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status(words)
    printed = "".join(capsys.readouterr())
    assert printed
    assert set(printed).isdisjoint(RAW)


def test_names_are_escaped_in_tables() -> None:
    import numpy as np

    assert set(number_table(np.zeros(1), {NAME: np.zeros(1)})).isdisjoint(RAW)


def test_texts_of_the_api_hold_no_raw_sign() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = sf.load("sound.mdl")
        model.simulate()
    with pytest.raises(sf.ModelError) as fault:
        sf.load("broken.mdl")
    with pytest.raises(KeyError) as unknown:
        model[f"no{ODD}"]
    told = [str(item.message) for item in caught]
    assert {text[:5] for text in told} == {"SF701", "SF704", "SF705"}
    shown = [*told, str(fault.value), repr(model), *map(repr, model), str(unknown.value)]
    assert all(set(text).isdisjoint(RAW) for text in shown)
