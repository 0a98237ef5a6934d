"""The floor of the published cases: too few passing, a mended difference or a scorer apart fails the check."""

import json

import pytest

from conformance import published_cases

MODEL = "{UTF-8}\nx = 3 ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
SCORER = """
import json, pathlib, sys
words = sys.argv
cases = json.loads((pathlib.Path(words[0]).parent / "cases.json").read_text())
assert words[words.index("--rtol") + 1] == "1e-3"
table = [{"id": case["id"], "status": case["scored"]} for case in cases]
pathlib.Path(words[words.index("--json") + 1]).write_text(json.dumps(table))
"""


@pytest.fixture
def checked(monkeypatch, tmp_path, capsys):
    """The exit status and the words for cases by their expected value of x = 3, with a floor of 2."""
    (tmp_path / "m.mdl").write_text(MODEL, encoding="utf-8")
    (tmp_path / "floor.toml").write_text('[passing]\n"1e-3" = 2\n', encoding="utf-8")
    (tmp_path / "score.py").write_text(SCORER, encoding="utf-8")
    monkeypatch.setattr(published_cases, "CASES", tmp_path)
    monkeypatch.setattr(published_cases, "FLOOR", tmp_path / "floor.toml")
    monkeypatch.setattr(published_cases, "KNOWN", tmp_path / "known.toml")

    def run(*values, known=(), scored=None, words=()):
        cases = []
        for place, value in enumerate(values):
            (tmp_path / f"{place}.csv").write_text(f"Time,x\n0,{value}\n1,{value}\n", encoding="utf-8")
            told = (scored or {}).get(place, "pass" if value == 3 else "differs")
            cases.append({"id": f"case {place}", "model": "m.mdl", "expected": f"{place}.csv", "scored": told})
        (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
        rows = "".join(f'[[difference]]\ncase = "case {place}"\nreason = "why"\n' for place in known)
        (tmp_path / "known.toml").write_text(rows, encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["published_cases", *words])
        return published_cases.main(), capsys.readouterr().out

    return run


def test_as_many_as_the_floor_is_enough(checked):
    status, text = checked(3, 3, 4)
    assert status == 0
    assert text.splitlines()[0].startswith("differs  case 2  1 of 1 columns differ: 'x' at 0 is 3")


def test_fewer_than_the_floor_fails(checked):
    status, text = checked(3, 4, 5)
    assert status == 1
    assert "3 published cases at 1e-3: 2 differs, 1 pass; the floor of those that pass is 2." in text


def test_a_known_difference_is_counted_and_one_that_has_gone_fails(checked):
    status, text = checked(3, 3, 4, known=[2])
    assert status == 0
    assert "1 known, 2 pass" in text
    assert checked(3, 3, 3, known=[2])[0] == 1


def test_the_scorer_must_say_the_same(checked):
    status, text = checked(3, 3, 4, words=["--scorer"])
    assert status == 0
    assert "the scorer says the same of 3 of 3" in text
    status, text = checked(3, 3, 4, scored={1: "error"}, words=["--scorer"])
    assert status == 1
    assert "case 1: pass here, error by the scorer" in text


def test_without_the_cases_it_says_so_and_passes(checked, monkeypatch, tmp_path):
    monkeypatch.setattr(published_cases, "CASES", tmp_path / "nowhere")
    monkeypatch.setattr("sys.argv", ["published_cases"])
    assert published_cases.main() == 0
