"""The shape of the package: who may import whom, how long a file may be, what the runtime needs."""

import ast
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "stockflow"
FOLDERS = ("src", "tests", "conformance", "benchmarks", "reference_models")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def test_no_lower_layer_imports_a_higher_one(capsys):
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_runtime_imports_numpy_and_the_standard_library_only():
    allowed = {*sys.stdlib_module_names, "numpy"}
    ours = ("stockflow.runtime", "stockflow.limits")
    for path in sorted([*(PACKAGE / "runtime").rglob("*.py"), PACKAGE / "limits.py"]):
        for name in _imported(path):
            assert name.split(".")[0] in allowed or name.startswith(ours), f"{path.name} imports {name}"


def test_no_python_file_is_longer_than_500_lines():
    long = {str(path.relative_to(ROOT)): length for path in SOURCES if (length := _lines(path)) > 500}
    assert not long


def test_half_of_the_modules_are_at_most_220_lines():
    lengths = sorted(_lines(path) for path in PACKAGE.rglob("*.py") if _lines(path))
    assert lengths[len(lengths) // 2] <= 220


def test_half_of_the_functions_are_at_most_10_lines():
    lengths = sorted(length for path in PACKAGE.rglob("*.py") for length in _function_lengths(path))
    assert lengths[len(lengths) // 2] <= 10


@pytest.mark.parametrize("path", [path for path in SOURCES if path.is_relative_to(PACKAGE)], ids=lambda path: path.name)
def test_every_module_says_what_it_is_for(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree)


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _function_lengths(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node.end_lineno - node.lineno + 1


def _lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())
