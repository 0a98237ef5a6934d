"""Every writer under every fault: what was there stays, nothing is left beside it, and the message says what to do."""

from __future__ import annotations

import ast
import errno
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

import numpy as np
import pytest

from stockflow import aside, parsed
from stockflow.cli.main import status
from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.reader import read
from stockflow.simulate import store
from stockflow.simulate.store import StoreError
from stockflow.source import Source
from tests.simulate.results import column, result

SOURCES = Path(aside.__file__).parent
OLD = b"what was there"
RESULT = result((column("x", [("R", ("r1", "r2"))]), np.arange(6.0).reshape(3, 2)), (column("c"), 2.0))
MODEL = "{UTF-8}\nx = Time ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\n"


@dataclass(frozen=True)
class Writer:
    """Something that writes a file. One that is not `told` of goes on without: a cache."""

    write: Callable[[Path], object]
    name: str
    told: bool = True


def keep(target: Path) -> None:
    """Read a model that is kept in the folder of the target, whose name is the key of the model."""
    parsed.through(target.parent, Source("m.mdl", MODEL, sha256="0"), read, Report())


def cached_name() -> str:
    return f"{parsed._key(Source('m.mdl', MODEL, sha256='0'), read)}{parsed.SUFFIX}"


WRITERS = {
    **{suffix: Writer(lambda target: store.write(RESULT, target), f"out{suffix}") for suffix in store.WRITERS},
    "text": Writer(lambda target: store.write_text(MODEL, target), "out.xmile"),
    "parsed": Writer(keep, cached_name(), told=False),
}
every_writer = pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)


@pytest.fixture(autouse=True)
def small_models_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsed, "LEAST_CHARACTERS", 0)


@pytest.fixture(params=["replaced", "new"])
def target(request: pytest.FixtureRequest, writer: Writer, tmp_path: Path) -> Path:
    """Where a writer writes: over a file of another content, or where none is."""
    path = tmp_path / writer.name
    if request.param == "replaced":
        path.write_bytes(OLD)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def whole(writer: Writer, folder: Path) -> bytes:
    """What the writer writes when all goes well."""
    folder.mkdir()
    writer.write(folder / writer.name)
    return (folder / writer.name).read_bytes()


def write_in_vain(writer: Writer, target: Path) -> None:
    """Write, and hold the folder and the message against what is promised."""
    before = contents(target.parent)
    if writer.told:
        with pytest.raises(StoreError) as caught:
            writer.write(target)
        assert caught.value.diagnostic.code == "SF603"
        assert repr(str(target)) in caught.value.diagnostic.message
        assert caught.value.diagnostic.hint
    else:
        writer.write(target)
    assert contents(target.parent) == before


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """The system itself refuses to let any file become larger than this."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0], ids=["first byte", "middle", "last byte"])
@every_writer
def test_a_disk_without_room_for_all(writer: Writer, target: Path, share: float, tmp_path: Path) -> None:
    size = len(whole(writer, tmp_path / "good"))
    (tmp_path / "good" / writer.name).unlink()
    (tmp_path / "good").rmdir()
    with room_for(min(int(size * share), size - 1)):
        write_in_vain(writer, target)


def fails(number: int) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise OSError(number, os.strerror(number))

    return fail


class FullAtClose(io.TextIOWrapper):
    """A file whose last bytes find no room, which some systems say when it is closed."""

    def close(self) -> None:
        was_open = not self.closed
        super().close()
        if was_open:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_at_close(handle: int, *_: object, **__: object) -> TextIO:
    return FullAtClose(io.FileIO(handle, "w"), encoding="utf-8", newline="")


FAULTS: dict[str, tuple[object, str, Callable[..., object]]] = {
    "a read-only file system": (os, "open", fails(errno.EROFS)),
    "a folder of somebody else": (os, "open", fails(errno.EACCES)),
    "a full disk at the end": (os, "fsync", fails(errno.ENOSPC)),
    "a full disk when the file is closed": (os, "fdopen", full_at_close),
    "a broken disk": (os, "fsync", fails(errno.EIO)),
    "a target that another program holds open": (Path, "replace", fails(errno.EACCES)),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@every_writer
def test_a_fault_of_the_system(
    writer: Writer, target: Path, fault: tuple[object, str, Callable[..., object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(*fault)
        write_in_vain(writer, target)


def test_a_full_disk_and_a_locked_file_are_told_with_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for (owner, name, fault), why, hint in (
        (FAULTS["a full disk at the end"], "no space left on device", "make room on the disk"),
        (FAULTS["a target that another program holds open"], "permission denied", "close it where another program"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, fault)
            with pytest.raises(StoreError) as caught:
                store.write(RESULT, tmp_path / "out.csv")
        assert caught.value.diagnostic.message.endswith(f"out.csv': {why}")
        assert hint in caught.value.diagnostic.hint


WRITING = {str(SOURCES / name) for name in ("aside.py", "parsed.py", "simulate/store.py")}


def writes(frame: FrameType, event: str) -> bool:
    """Whether a call that begins is one of a function that writes, or one that such a function makes."""
    caller = frame if event == "c_call" else frame.f_back
    return event in ("call", "c_call") and bool(
        WRITING & {one.f_code.co_filename for one in (frame, caller) if one is not None}
    )


@contextmanager
def stopped_at(call: int, fault: type[BaseException]) -> Iterator[list[int]]:
    """Raise where the n-th call of what writes is about to begin inside; the list holds how many there were."""
    calls = [0]

    def count(frame: FrameType, event: str, _: object) -> None:
        calls[0] += writes(frame, event)
        if calls[0] == call:
            sys.setprofile(None)
            raise fault

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)


# A file that is interrupted while it is opened is closed when it is collected, of which Python would warn.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit])
@every_writer
def test_an_interrupt_at_any_moment(
    writer: Writer, fault: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    new = whole(writer, tmp_path / "good")
    folder = tmp_path / "here"
    folder.mkdir()
    with stopped_at(-1, fault) as calls:
        writer.write(folder / writer.name)
    assert calls[0] > 10
    for call in range(1, calls[0] + 1):
        (folder / writer.name).write_bytes(OLD)
        with pytest.raises(fault), stopped_at(call, fault):
            writer.write(folder / writer.name)
        assert list(contents(folder)) == [writer.name], call
        assert contents(folder)[writer.name] in (OLD, new), call


told_writers = pytest.mark.parametrize(
    "writer", [writer for writer in WRITERS.values() if writer.told],
    ids=[name for name, writer in WRITERS.items() if writer.told],
)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("no/{}", "its folder does not exist"), ("file/{}", "its folder does not exist"), ("folder", "it is a folder"),
        ("x" * 300, "file name too long"), ("loop", "too many levels of symbolic links"),
        ("device", "it is a device or a pipe"), ("pipe", "it is a device or a pipe"), ("a\0b", "embedded null byte"),
    ],
    ids=["no folder", "a file for a folder", "a folder", "long", "a circle of links", "a device", "a pipe", "null"],
)
@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are those of other systems")
@told_writers
def test_a_place_where_no_file_can_be(writer: Writer, place: str, why: str, tmp_path: Path) -> None:
    suffix = Path(writer.name).suffix
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / f"folder{suffix}").mkdir()
    (tmp_path / f"loop{suffix}").symlink_to(f"loop{suffix}")
    (tmp_path / f"device{suffix}").symlink_to("/dev/null")
    os.mkfifo(tmp_path / f"pipe{suffix}")
    before = sorted(path.name for path in tmp_path.iterdir())
    target = tmp_path / (place.format(writer.name) if "{}" in place else place + suffix)
    with pytest.raises(StoreError) as caught:
        writer.write(target)
    assert repr(str(target)) in caught.value.diagnostic.message
    assert why in caught.value.diagnostic.message
    assert caught.value.diagnostic.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="this user may write everywhere")
@told_writers
def test_a_folder_and_a_file_that_may_not_be_written_to(writer: Writer, tmp_path: Path) -> None:
    target = tmp_path / writer.name
    target.write_bytes(OLD)
    target.chmod(0o444)
    write_in_vain(writer, target)
    target.chmod(0o644)
    tmp_path.chmod(0o555)
    try:
        write_in_vain(writer, target)
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a right on Windows")
@told_writers
def test_a_link_stays_and_what_it_points_to_is_replaced(writer: Writer, tmp_path: Path) -> None:
    new = whole(writer, tmp_path / "there")
    (tmp_path / "there" / writer.name).write_bytes(OLD)
    link = tmp_path / writer.name
    link.symlink_to(Path("there") / writer.name)
    writer.write(link)
    assert link.is_symlink()
    assert contents(tmp_path / "there") == {writer.name: new}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
@every_writer
def test_rights_are_those_of_the_file_before_or_of_any_new_file(writer: Writer, tmp_path: Path) -> None:
    target = tmp_path / writer.name
    before = os.umask(0o027)
    try:
        writer.write(target)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == (0o640 if writer.told else 0o600)
    target.write_bytes(OLD)
    target.chmod(0o620)
    writer.write(target)
    assert target.read_bytes() != OLD
    assert stat.S_IMODE(target.stat().st_mode) == 0o620


def test_others_cannot_read_a_file_aside_whose_target_they_cannot_read(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_bytes(OLD)
    target.chmod(0o600)
    seen = []
    aside.put(target, lambda _: seen.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(aside.PATTERN)))
    assert seen == [0o600] or sys.platform == "win32"


COMMANDS = {
    "run": ["run", "m.mdl", *(word for suffix in store.WRITERS for word in ("-o", f"out{suffix}"))],
    "convert": ["convert", "m.mdl", "out.xmile"],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.mdl").write_text(MODEL, encoding="utf-8")
    return tmp_path


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(("fault", "code"), [(fails(errno.ENOSPC), 1), (interrupt, 130)], ids=["full", "interrupted"])
def test_a_command_ends_with_its_code_and_leaves_nothing(
    command: list[str], fault: Callable[..., object], code: int, folder: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fault)
        assert status(command) == code
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert ("error[SF603]: cannot write 'out." in told and "= hint: make room" in told) or code == 130
    assert list(contents(folder)) == ["m.mdl"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a device that is always full")
@pytest.mark.parametrize("command", [["run", "m.mdl"], ["functions", "--json"]], ids=["run", "functions"])
def test_standard_output_on_a_full_disk_is_no_fault_of_ours(command: list[str], folder: Path) -> None:
    import subprocess

    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "stockflow", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            cwd=folder, env={**os.environ, "PYTHONPATH": str(SOURCES.parent)},
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error[SF603]: standard output cannot be written: no space left on device")
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


CHANGING = {
    "fdopen", "mkstemp", "NamedTemporaryFile", "TemporaryFile", "write_text", "write_bytes", "rename", "unlink",
    "remove", "touch", "symlink_to", "hardlink_to", "copyfile", "copy2", "move", "rmtree", "to_netcdf", "to_zarr",
    "to_csv", "to_excel", "to_json", "to_parquet", "savetxt", "savez", "tofile",
}


def changes_of_files(path: Path) -> Iterator[tuple[str, str]]:
    """The calls of a source that could make or change a file: its name in the package, the name of the call."""
    text = path.read_text(encoding="utf-8")
    if not any(f"{word}(" in text for word in (*CHANGING, "open", "put")):
        return
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        modes = [mode.value for mode in (*node.args, *(word.value for word in node.keywords))
                 if isinstance(mode, ast.Constant) and isinstance(mode.value, str)]
        owner = getattr(getattr(node.func, "value", None), "id", "")
        opened = name == "open" and (owner == "os" or any(set(mode) & set("wax+") for mode in modes))
        put = (owner, name) == ("aside", "put")
        if name in CHANGING or opened or put:
            yield path.relative_to(SOURCES).as_posix(), name


def test_nothing_writes_a_file_but_the_writers_of_this_table() -> None:
    assert sorted(change for path in SOURCES.rglob("*.py") for change in changes_of_files(path)) == [
        ("aside.py", "fdopen"), ("aside.py", "open"), ("aside.py", "unlink"),
        ("cli/convert.py", "write_text"),  # store.write_text
        ("cli/main.py", "open"),  # what nobody reads any more goes to nowhere
        ("parsed.py", "put"),  # "parsed"
        ("parsed.py", "unlink"),  # entries beyond the limit of the folder
        ("simulate/store.py", "put"),  # one for each of store.WRITERS
        ("simulate/store.py", "put"),  # "text"
        ("simulate/store.py", "to_netcdf"),  # into memory
    ]
