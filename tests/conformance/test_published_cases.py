"""The floor of the published cases: too few passing, a traceback or a mended difference fails the check."""

import pytest

from conformance import published_cases


@pytest.fixture
def scored(monkeypatch, tmp_path, capsys):
    """The exit status and the words for a list of outcomes, with a floor of 2."""
    (tmp_path / "score.py").touch()
    (tmp_path / "floor.toml").write_text('[passing]\n"1e-3" = 2\n', encoding="utf-8")
    monkeypatch.setattr(published_cases, "SCORER", tmp_path / "score.py")
    monkeypatch.setattr(published_cases, "FLOOR", tmp_path / "floor.toml")
    monkeypatch.setattr("sys.argv", ["published_cases"])

    def run(*outcomes):
        monkeypatch.setattr(published_cases, "score", lambda rtol, quiet: list(outcomes))
        return published_cases.main(), capsys.readouterr().out

    return run


def test_as_many_as_the_floor_is_enough(scored):
    assert scored("pass", "pass", "differs")[0] == 0


def test_fewer_than_the_floor_fails(scored):
    status, text = scored("pass", "differs", "error")
    assert status == 1
    assert "1 of 3 published cases pass at 1e-3; the floor is 2." in text


@pytest.mark.parametrize("outcome", ["traceback", "vanished"])
def test_a_traceback_or_a_difference_that_has_gone_fails_whatever_the_number(scored, outcome):
    assert scored("pass", "pass", "pass", outcome)[0] == 1


def test_without_the_cases_it_says_so_and_passes(scored, monkeypatch, tmp_path):
    monkeypatch.setattr(published_cases, "SCORER", tmp_path / "nowhere" / "score.py")
    status, text = scored()
    assert status == 0
    assert "nothing was scored" in text


def test_the_scorer_is_asked_for_the_tolerance_and_its_table_is_read(monkeypatch, tmp_path):
    scorer = tmp_path / "score.py"
    scorer.write_text(
        "import json, pathlib, sys\n"
        "words = sys.argv\n"
        "status = words[words.index('--rtol') + 1]\n"
        "pathlib.Path(words[words.index('--json') + 1]).write_text(json.dumps([{'status': status}]))\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(published_cases, "SCORER", scorer)
    assert published_cases.score("1e-5", quiet=True) == ["1e-5"]
