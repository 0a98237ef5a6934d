"""What a start costs: the heavy libraries come when they are needed, and not before."""

import json
import os
import subprocess
import sys
from pathlib import Path

import stockflow

HEAVY = {"lark", "lxml", "xarray", "pandas", "rich"}
SHOW = "import json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"


def test_import_brings_no_parser_no_xarray_and_no_terminal_library():
    assert not HEAVY & modules_after("import stockflow")


def test_version_brings_no_numpy_either():
    command = (
        "import runpy; sys.argv = ['stockflow', '--version']\n"
        "try:\n    runpy.run_module('stockflow', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code, end.code"
    )
    assert not (HEAVY | {"numpy"}) & modules_after(command)


def test_version_is_printed():
    done = subprocess.run(
        [sys.executable, "-m", "stockflow", "--version"], env=environment(), capture_output=True, text=True, check=True
    )
    assert stockflow.__version__ in done.stdout


def modules_after(command):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{command}\n{SHOW}"],
        env=environment(), capture_output=True, text=True, check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def environment():
    return {**os.environ, "PYTHONPATH": str(Path(stockflow.__file__).resolve().parents[1])}
