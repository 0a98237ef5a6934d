"""The generated pages say what the code says now, and the README's commands and links lead somewhere."""

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(page for pattern in ("*.md", "docs/*.md", "reference_models/**/*.md") for page in ROOT.glob(pattern))


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["functions.md", "diagnostics.md"])
def test_a_generated_page_is_current(name):
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == generator().pages()[name], "the rows have changed: run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_target_that_the_readme_names_is_in_the_makefile():
    named = set(re.findall(r"\bmake (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets | {"without"}


def test_the_quick_start_of_the_readme_runs(tmp_path, monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    shutil.copytree(ROOT / "reference_models" / "drifting_goals", tmp_path / "reference_models" / "drifting_goals")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    assert (tmp_path / "batch.nc").exists()
    assert names["sf"].check("reference_models/drifting_goals/model.mdl") == []
