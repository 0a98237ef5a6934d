"""What Python itself sees while a model is loaded and run: nothing is executed, opened or reached that need not be.

A hook of the interpreter hears of every exec, compile, import, open file, socket and process; outside an allow-list it
is a breach. The models are honest ones and, where they lie beside the repository, hostile ones.
"""

from __future__ import annotations

import sys
import sysconfig
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

import stockflow as sf
from tests.test_layers import ROOT

HOSTILE = ROOT.parent / "shared" / "hostile"
LIBRARIES = tuple(
    str(Path(folder).resolve()) for folder in {*sysconfig.get_paths().values(), sys.base_prefix, sys.prefix}
)
GENERATED = "<stockflow program "
NEVER = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.", "ctypes.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "shutil.",
    "urllib.", "ftplib.", "http.", "smtplib.", "sqlite3.", "pickle.", "marshal.loads", "cpython.run_", "webbrowser.",
)


class Watch:
    """The breaches of the moments in which it watches; `folder` is the model's own."""

    def __init__(self):
        self.folder, self.breaches = None, []

    def hear(self, event, arguments):
        if self.folder is not None and self.is_breach(event, arguments):
            self.breaches.append(f"{event} {arguments!r}"[:300])

    def is_breach(self, event, arguments):
        if event == "open":
            return not self.may_open(*arguments[:2])
        if event == "compile":
            return not self.is_ours(arguments[1])
        if event == "exec":
            return not self.is_ours(arguments[0].co_filename)
        if event == "import":
            return bool(arguments[1]) and not str(arguments[1]).startswith((*LIBRARIES, str(ROOT / "src")))
        return event.startswith(NEVER) and not self.is_byte_code(event)

    def is_byte_code(self, event):
        """Python reads, and may write, the byte code of modules that it imports."""
        frame = sys._getframe()
        while frame is not None:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return event in ("marshal.loads", "os.rename", "os.mkdir", "os.remove")
            frame = frame.f_back
        return False

    def is_ours(self, name):
        """Generated text has a name that tells nothing of the model; everything else is a module's."""
        name = name.decode() if isinstance(name, bytes) else str(name)
        generated = name.startswith(GENERATED)
        return generated or name.startswith(("<frozen", *LIBRARIES, str(ROOT / "src"))) or name in PARTS_OF_LIBRARIES

    def may_open(self, path, mode):
        if isinstance(path, int):
            return True
        where = str(Path(path.decode() if isinstance(path, bytes) else path).resolve())
        if where.startswith((*LIBRARIES, str(ROOT / "src"), str(ROOT / "grammars"))):
            return True
        return where.startswith(str(self.folder)) and not any(letter in str(mode) for letter in "wax+")


# Text that the standard library and numpy compile for themselves: named tuples, data classes, regular expressions.
PARTS_OF_LIBRARIES = ("<string>", "<unknown>", "<__array_function__ internals>", "<attrs generated init>")

WATCH = Watch()
sys.addaudithook(WATCH.hear)


@contextmanager
def watching(folder):
    WATCH.folder, WATCH.breaches = Path(folder).resolve(), []
    try:
        yield WATCH.breaches
    finally:
        WATCH.folder = None


def loaded_and_run(path):
    """The breaches of loading, running and showing a model."""
    with watching(path.parent) as breaches, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = sf.load(path)
            model.simulate()
            model._repr_html_()
        except sf.ModelError as fault:
            str(fault)
    return list(breaches)


REFERENCE = sorted(path for path in (ROOT / "reference_models").glob("*/model.*"))
# Those that attack by size alone are for the replayer, which limits time and memory.
ATTACKS = sorted(
    path for kind in ("*.mdl", "*.xmile", "*.stmx") for path in (HOSTILE / "attack").glob(kind)
    if path.stat().st_size < 30_000
)


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_nothing_but_the_model_is_touched(path):
    loaded_and_run(path)  # what is imported on first use is imported here
    assert loaded_and_run(path) == []


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_a_hostile_input_touches_nothing(path):
    assert loaded_and_run(path) == []


@pytest.mark.parametrize(
    "breach",
    [
        lambda folder: exec(compile("1", "model.mdl", "exec")), lambda folder: compile("1", "model.mdl", "eval"),
        lambda folder: (folder / "x").write_text("1"),
        lambda folder: Path("/etc/hostname").read_text(), lambda folder: __import__("socket").socket().close(),
        lambda folder: __import__("subprocess").run(["true"], check=True), lambda folder: (folder / "y").mkdir(),
    ],
    ids=["exec", "compile", "write", "read", "socket", "process", "folder"],
)
def test_the_watch_hears_of_each_kind_of_breach(breach, tmp_path):
    with watching(tmp_path) as breaches:
        breach(tmp_path)
    assert breaches
