"""What an installation carries: the grammars, from a wheel and from the checkout alike."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from stockflow import source
from stockflow._version import __version__

ROOT = Path(__file__).resolve().parents[1]
GRAMMARS = sorted(path.name for path in (ROOT / "grammars").iterdir() if path.is_file())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


def test_the_wheel_carries_every_grammar_and_the_mark_of_types(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert GRAMMARS
    assert {f"stockflow/grammars/{name}" for name in GRAMMARS} <= set(names)
    assert "stockflow/py.typed" in names


def test_the_wheel_has_the_version_of_the_package_and_its_licence(wheel):
    assert wheel.name.startswith(f"stockflow-{__version__}-py3-none-any")
    assert any(name.endswith("LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_grammars_are_found_in_an_installed_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    show = (
        f"import sys, json; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from stockflow import source\n"
        f"print(json.dumps([source.__file__, *map(source.grammar, {GRAMMARS!r})]))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", show], capture_output=True, text=True, check=True, cwd=tmp_path)
    file, *texts = json.loads(done.stdout)
    assert Path(file).is_relative_to(tmp_path)
    assert texts == [(ROOT / "grammars" / name).read_text(encoding="utf-8") for name in GRAMMARS]


def test_grammars_are_found_in_the_checkout():
    for name in GRAMMARS:
        assert source.grammar(name) == (ROOT / "grammars" / name).read_text(encoding="utf-8")


def test_a_grammar_that_is_nowhere_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no_such\.lark"):
        source.grammar("no_such.lark")
