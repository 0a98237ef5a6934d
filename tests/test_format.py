"""The format of a model file: by its content, or as the user says; content of another name is told."""

from pathlib import Path

import pytest

import stockflow as sf
from stockflow import parsed
from stockflow.cli.main import status

VENSIM = "{UTF-8}\nx = 3 ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\n"
XMILE = """<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>v</vendor><product version="1.0">p</product></header>
<sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs>
<model><variables><aux name="x"><eqn>5</eqn></aux></variables></model></xmile>
"""


def file(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("name", "text", "value", "told"), [("m.xmile", VENSIM, 3, "--format xmile"), ("m.mdl", XMILE, 5, "--format mdl")]
)
def test_content_of_another_name_is_read_as_what_it_is_and_the_option_is_named(tmp_path, name, text, value, told):
    model = sf.load(file(tmp_path, name, text))
    (found,) = model.diagnostics
    assert (found.code, found.severity) == ("SF115", "warning")
    assert told in found.hint
    assert model.simulate().values["x"].tolist() == [value] * 3


@pytest.mark.parametrize(("text", "form", "value"), [(VENSIM, "mdl", 3), (XMILE, "xmile", 5)])
@pytest.mark.parametrize("name", ["m.txt", "m.mdl", "m.xmile", "m"])
def test_a_format_that_is_told_counts_whatever_the_name(tmp_path, text, form, value, name):
    path = file(tmp_path, name, text)
    model = sf.load(path, format=form)
    assert model.diagnostics == ()
    assert sf.check(path, format=form) == []
    assert model.simulate().values["x"].tolist() == [value] * 3


@pytest.mark.parametrize(("text", "form", "code"), [(VENSIM, "xmile", "SF112"), (XMILE, "mdl", "SF104")])
def test_a_format_that_is_told_counts_against_the_content(tmp_path, text, form, code):
    found = sf.check(file(tmp_path, "m.mdl", text), format=form)
    assert code in {item.code for item in found if item.severity == "error"}
    assert all(item.span is not None for item in found if item.code == code)


def test_a_file_of_no_known_suffix_is_refused_with_the_option_as_hint(tmp_path):
    (found,) = sf.check(file(tmp_path, "m.txt", VENSIM))
    assert found.code == "SF112"
    assert "--format" in found.hint


@pytest.mark.parametrize(
    "words", [["run", "m.txt"], ["check", "m.txt"], ["check", "--reality", "m.txt"], ["info", "m.txt"],
              ["inspect", "m.txt"], ["convert", "m.txt", "made.xmile"]],
)
def test_every_command_that_loads_takes_the_format(tmp_path, monkeypatch, capsys, words):
    file(tmp_path, "m.txt", VENSIM)
    monkeypatch.chdir(tmp_path)
    assert status(words) == 1
    assert "SF112" in "".join(capsys.readouterr())
    assert status([*words, "--format", "mdl"]) == 0
    assert "[SF" not in "".join(capsys.readouterr())


def test_what_is_kept_of_one_format_is_not_taken_for_another(tmp_path, monkeypatch):
    monkeypatch.setattr(parsed, "LEAST_CHARACTERS", 0)
    path, cache = file(tmp_path, "m.txt", VENSIM), tmp_path / "cache"
    assert sf.load(path, cache=cache, format="mdl").title == "m"
    with pytest.raises(sf.ModelError, match="SF112"):
        sf.load(path, cache=cache, format="xmile")
