"""Which files a model may name: its own folder's, and those of one that the user allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockflow.data.faults import TableFault
from stockflow.data.folders import Folders


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "In.csv").write_text("1")
    (tmp_path / "secret.csv").write_text("2")
    return folder


@pytest.mark.parametrize("name", ["data/In.csv", "data\\In.csv", " data/In.csv ", "data/IN.CSV", "./data/In.csv"])
def test_separators_blanks_and_case_are_taken_as_windows_does(name: str, model: Path) -> None:
    assert Folders(model).locate(name).read_text() == "1"


def test_a_whole_path_inside_the_folder_is_allowed(model: Path) -> None:
    assert Folders(model).locate(str(model / "data" / "In.csv")).read_text() == "1"


@pytest.mark.parametrize(
    "name", ["../secret.csv", "data/../../secret.csv", "..\\secret.csv", "/etc/passwd", "C:\\x.csv", "C:x"]
)
def test_a_path_out_of_the_folder_is_refused_with_the_option_that_allows_it(name: str, model: Path) -> None:
    with pytest.raises(TableFault, match="leads out of the model's folder") as found:
        Folders(model).locate(name)
    assert "--data-dir" in found.value.hint


@pytest.mark.parametrize(
    "name", ["\\\\host\\share\\x.csv", "//host/x.csv", "\\/host/x.csv", "http://host/x.csv", "file:///x.csv"]
)
def test_a_network_path_is_refused_before_any_look_at_a_file_system(
    name: str, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched(*_: object, **__: object) -> None:
        raise AssertionError("the file system was touched")

    folders = Folders(model, model)
    for call in ("stat", "resolve", "iterdir", "is_file"):
        monkeypatch.setattr(Path, call, touched)
    with pytest.raises(TableFault, match="never opened"):
        folders.locate(name)


def test_a_symbolic_link_out_of_the_folder_is_refused(model: Path) -> None:
    try:
        (model / "link.csv").symlink_to(model.parent / "secret.csv")
    except OSError:
        pytest.skip("symbolic links cannot be made here")
    with pytest.raises(TableFault, match="leads out"):
        Folders(model).locate("link.csv")


@pytest.mark.parametrize("name", ["../secret.csv", "C:\\anywhere\\secret.csv", "secret.csv", "/etc/secret.csv"])
def test_in_the_users_own_folder_a_path_goes_by_its_last_part(name: str, model: Path) -> None:
    assert Folders(model, model.parent).locate(name).read_text() == "2"


def test_a_missing_file_is_told_with_the_folder_and_a_near_name(model: Path) -> None:
    with pytest.raises(TableFault, match="no such file in") as found:
        Folders(model).locate("data/Inn.csv")
    assert str(model.resolve()) in found.value.message
    assert "did you mean 'data/In.csv'?" in found.value.hint


@pytest.mark.parametrize("name", ["", "data/", "a\0b.csv"])
def test_what_is_no_name_is_told(name: str, model: Path) -> None:
    with pytest.raises(TableFault, match="not the name of a file"):
        Folders(model).locate(name)


def test_a_model_without_a_file_reads_nothing() -> None:
    with pytest.raises(TableFault, match="no such file"):
        Folders(None).locate("pyproject.toml")


def test_a_folder_in_the_place_of_a_file_is_not_called_missing(model: Path) -> None:
    with pytest.raises(TableFault, match=r"'data' in .* is no file"):
        Folders(model).locate("data")


def test_a_name_that_no_system_takes_is_told_not_raised(model: Path) -> None:
    with pytest.raises(TableFault, match="no such file"):
        Folders(model).locate("a" * 5000)
