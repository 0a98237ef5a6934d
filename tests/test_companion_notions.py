"""Smaller notions of Vensim files through the readers: strings, aliases, flags, fixed constants."""

from __future__ import annotations

from pathlib import Path

import pytest

import stockflow as sf
from tests.running import faults

CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
SETTINGS = "\\\\\\---/// Sketch\n///---\\\\\\\n:L<%^E!@\n"


def loaded(folder: Path, text: str, settings: str = "") -> sf.Model:
    path = folder / "model.mdl"
    path.write_text("{UTF-8}\n" + text + CLOCK + SETTINGS + settings, encoding="utf-8")
    (folder / "t.csv").write_text("1,2\n3,4\n", encoding="utf-8")
    return sf.load(path)


def test_a_string_stands_for_an_argument_of_an_outside_function(tmp_path: Path) -> None:
    model = loaded(
        tmp_path, "file :IS: 't.csv' ~~|\nwhere :IS: 'B2' ~~|\nx = GET DIRECT CONSTANTS(file, ',', where) ~~|\n"
    )
    assert model["file"].kind == "string"
    ds = model.run()
    assert ds["x"].values[0] == 4
    assert "file" not in ds


def test_a_string_is_no_number(tmp_path: Path) -> None:
    told = ("SF208", 3, "'s' is a text and has no value in the equation of 'y'")
    assert told in faults(tmp_path, "s :IS: 'a'", "y = s + 1")
    with pytest.raises(sf.ModelError, match="'file': it is a string, which a run cannot set"):
        loaded(tmp_path, "file :IS: 't.csv' ~~|\n").run({"file": 1})


def test_an_alias_of_the_settings_names_a_file(tmp_path: Path) -> None:
    model = loaded(
        tmp_path, "name :IS: '?In' ~~|\nx = GET DIRECT CONSTANTS('?in', ',', 'A2') ~~|\n"
        "y = GET DIRECT CONSTANTS(name, ',', 'A1') ~~|\n", "30:?IN=t.csv\n",
    )
    ds = model.run()
    assert (ds["x"].values[0], ds["y"].values[0]) == (3, 1)


def test_an_alias_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sf.ModelError, match="leads out of the model's folder"):
        loaded(tmp_path, "x = GET DIRECT CONSTANTS('?in', ',', 'A2') ~~|\n", "30:?in=../t.csv\n")


@pytest.mark.parametrize("flag", [":SUPPLEMENTARY", ":SUP", ":supplementary"])
def test_a_supplementary_variable_is_computed_as_any_other(flag: str, tmp_path: Path) -> None:
    model = loaded(tmp_path, f"x = 2 * Time ~ ~ only shown ~ {flag} |\n")
    assert model.diagnostics == ()
    assert model.run()["x"].values.tolist() == [0, 2, 4]


def test_a_constant_with_two_signs_of_equality_cannot_be_set(tmp_path: Path) -> None:
    model = loaded(tmp_path, "c == 3 ~~|\ny = c * 2 ~~|\n")
    assert model.run()["y"].values[0] == 6
    with pytest.raises(sf.ModelError, match="'c': it is an unchangeable constant"):
        model.run({"c": 4})
    assert model.run({"c": sf.Replace(4)})["y"].values[0] == 8
