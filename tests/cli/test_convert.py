from pathlib import Path

import pytest

import stockflow as sf
from stockflow.cli.main import status

UNSAYABLE = "{UTF-8}\nx = DELAY N(Time, 2, 1, 3) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 9 ~~|\nTIME STEP = 1 ~~|\n"


def test_a_model_is_written_and_runs_alike(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["convert", "teacup.mdl", "teacup.xmile", "--title", "A cup of tea"]) == 0
    assert capsys.readouterr().out == "wrote teacup.xmile\n"
    model = sf.load(folder / "teacup.xmile")
    assert model.title == "A cup of tea"
    wanted = sf.load(folder / "teacup.mdl").simulate().values["teacup temperature"]
    assert model.simulate().values["teacup temperature"].tolist() == wanted.tolist()


def test_a_group_without_a_name_is_not_written(folder: Path) -> None:
    clock = "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n"
    text = f"{{UTF-8}}\n{clock}****\n.Sector\n****~~|\nx = 1 ~~|\n********~~|\ny = 2 ~~|\n"
    (folder / "stars.mdl").write_text(text, encoding="utf-8")
    written = sf.load(folder / "stars.mdl").to_xmile()
    assert written.count("<entity ") == 1 and 'name=""' not in written
    (folder / "stars.xmile").write_text(written, encoding="utf-8")
    assert sf.load(folder / "stars.xmile").run()["y"].values.tolist() == [2, 2]


def test_nothing_but_the_target_is_written(folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    assert status(["convert", "regions.mdl", "regions.xmile"]) == 0
    assert {path.name for path in folder.iterdir()} == before | {"regions.xmile"}


def test_what_cannot_be_said_ends_in_a_message_and_leaves_the_target_as_it_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "hard.mdl").write_text(UNSAYABLE, encoding="utf-8")
    (folder / "kept.xmile").write_text("what was there", encoding="utf-8")
    assert status(["convert", "hard.mdl", "kept.xmile"]) == 1
    assert "hard.mdl:2:5: error[SF604]: DELAY N of 'x' cannot be written in XMILE" in capsys.readouterr().err
    assert (folder / "kept.xmile").read_text(encoding="utf-8") == "what was there"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("teacup.txt", "the suffix '.txt' is not that of XMILE"), ("missing/teacup.xmile", "its folder does not exist"),
    ],
)
def test_a_target_that_cannot_be_is_told_before_the_model_is_read(
    target: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["convert", "no such model.mdl", target]) == 2
    assert why in capsys.readouterr().err


def test_a_model_is_never_written_over_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "own.xmile").write_text(sf.load(folder / "teacup.mdl").to_xmile(), encoding="utf-8")
    assert status(["convert", "own.xmile", str(folder / "own.xmile")]) == 2
    assert "it is a file that is read" in capsys.readouterr().err


def test_a_changed_name_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "teacup.mdl").read_text(encoding="utf-8").replace("Room Temperature", "Size")
    (folder / "named.mdl").write_text(text, encoding="utf-8")
    assert status(["convert", "named.mdl", "named.xmile"]) == 0
    assert "warning[SF605]: 'Size' is written as 'Size value'" in capsys.readouterr().err
