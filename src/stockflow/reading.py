"""From a file's bytes to a `Source`: encoding, line ends, size, and what is no text at all.

Every fault goes to the report in words; it must not know any language beyond how a file names its encoding.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Literal

from stockflow.diagnostics.model import Report
from stockflow.limits import USUAL, Limits
from stockflow.source import Source

MODEL_SUFFIXES = (".mdl", ".xmile", ".stmx", ".itmx", ".xml")
_LISTED = 8
_SCANNED = 2000
_PIECE = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A file whose first line can be read as single bytes is in none of these, whatever that line says.
_WIDE = ("utf-16", "utf-32")
_NAMED = re.compile(rb"\A\s*(?:\{([\w.:-]{2,30})\}|<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{2,30})[\"'])")
# Text encodings that model files are saved in; other codecs of Python (such as zlib) are no encodings of text.
_KNOWN = re.compile(
    r"utf_8|utf_16|utf_16_le|utf_16_be|utf_32|ascii|cp\d{3,5}|iso8859_\d{1,2}|latin_1|mac_\w+|koi8_[rut]|gbk|gb2312"
    r"|gb18030|big5|shift_jis|euc_jp|euc_kr|tis_620"
)


def open_source(path: Path, report: Report, limits: Limits = USUAL) -> Source | None:
    """The text of a model file, or None where the report says why there is none."""
    try:
        if path.is_dir():
            report.error("SF101", f"{path.name} is a folder", notes=_models_in(path), hint="name a model file in it")
            return None
        if not path.exists():
            report.error("SF101", f"{path.name}: no such file", notes=_models_in(path.parent), hint=_alike(path))
            return None
        if not path.is_file():
            report.error("SF101", f"{path.name} is a device or a pipe, not a file")
            return None
        if not is_held(path.name, path.stat().st_size, report, limits):
            return None
        data = read_at_most(path, limits.file_bytes)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        report.error("SF101", f"{path.name} cannot be opened: {reason}")
        return None
    return source_of(data, path.name, report, path, limits) if is_held(path.name, len(data), report, limits) else None


def read_at_most(path: Path, most: int) -> bytes:
    """The bytes of a file; of one that is larger than `most` a few more than that, whatever its size is said to be."""
    pieces: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size <= most and (piece := file.read(_PIECE)):
            pieces.append(piece)
            size += len(piece)
    return b"".join(pieces)


def is_held(name: str, size: int, report: Report, limits: Limits) -> bool:
    """Whether a file is not too large, which is reported."""
    excess = limits.excess("file-bytes", size, f"{name} has", "bytes")
    if excess is not None:
        report.error("SF109", excess.message, hint=excess.hint)
    return excess is None


def source_of(
    data: bytes, name: str, report: Report, path: Path | None = None, limits: Limits = USUAL
) -> Source | None:
    """The text of a model given as bytes; None where the report says why it is none."""
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        report.error("SF103", f"{name} is empty ({len(data)} bytes)", hint="save the model, or copy the file, again")
        return None
    encoding, skip, named = _encoding(data)
    text, used = _decode(data[skip:], encoding)
    text = text.removesuffix("\x1a")
    nul = text.find("\0")
    if nul >= 0:
        _not_text(data, text, nul, name, report)
        return None
    digest = hashlib.sha256(data).hexdigest()
    source = Source(name, text.replace("\r\n", "\n").replace("\r", "\n"), path, used, digest, limits)
    if used != encoding:
        _warn_encoding(source, data[skip:], encoding, named, report)
    return source


def language_of(source: Source) -> Literal["vensim", "xmile", ""]:
    """What the content looks like, whatever the file's name says."""
    start = source.text[:4000].lstrip("\ufeff \t\n")
    if start.startswith("<"):
        return "xmile"
    if start.startswith(("{UTF-8}", ":MACRO:")) or "\\\\\\---///" in source.text or ("|" in start and "~" in start):
        return "vensim"
    return ""


def _encoding(data: bytes) -> tuple[str, int, bool]:
    """The encoding by byte order mark, pattern or the file's own word; bytes to skip; whether the file names it."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, len(mark), True
    wide = _wide(data)
    if wide:
        return wide, 0, True
    found = _NAMED.match(data[:400])
    if found:
        known = _known((found[1] or found[2]).decode("ascii", "replace"))
        if known and not known.startswith(_WIDE):
            return known, 0, True
    return "utf-8", 0, False


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of the beginning is zero."""
    head = data[:400]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0) * 2 / len(head), head[1::2].count(0) * 2 / len(head)
    if odd > 0.8 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.8 and odd < 0.1 else ""


def _known(word: str) -> str:
    try:
        name = codecs.lookup(word).name
    except (LookupError, ValueError):
        return ""
    plain = name.replace("-", "_")
    return name if _KNOWN.fullmatch(plain) else ""


def _decode(data: bytes, encoding: str) -> tuple[str, str]:
    """The text and the encoding used: the one asked for, else UTF-8, which little else is by chance, else Windows-1252.

    Latin-1 takes any byte.
    """
    for attempt in (encoding, "utf-8", "cp1252"):
        try:
            return data.decode(attempt), attempt
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _warn_encoding(source: Source, data: bytes, encoding: str, named: bool, report: Report) -> None:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        start = source.starts[min(line, len(source.starts)) - 1]
        shown = {"cp1252": "Windows-1252", "utf-8": "UTF-8"}.get(source.encoding, "Latin-1")
        report.warn(
            "SF102", f"line {line}: bytes are not {encoding.upper()}; read as {shown}",
            source.span(start, start + len(source.line_text(line))),
            notes=(f"The file says that it is {encoding.upper()}.",) if named else (),
            hint="save the file as UTF-8" + ("" if named else ", with {UTF-8} as its first line"),
        )


def _not_text(data: bytes, text: str, nul: int, name: str, report: Report) -> None:
    line = len(re.findall(r"\r\n|\r|\n", text[:nul])) + 1
    at = data.find(b"\0")
    report.error(
        "SF101", f"{name} is not a text file (byte 0x00 at offset {at:,}, line {line})",
        notes=("A published binary Vensim model (.vpm, .vmf) cannot be read.",), hint="save it as .mdl in Vensim",
    )


def _model_names(folder: Path) -> Iterator[str]:
    try:
        found = [
            entry.name for entry in islice(folder.iterdir(), _SCANNED)
            if entry.suffix.lower() in MODEL_SUFFIXES and entry.is_file()
        ]
    except OSError:
        return
    yield from sorted(found)


def _models_in(folder: Path) -> tuple[str, ...]:
    names = list(_model_names(folder))
    if not names:
        return ("There is no model file in this folder.",) if folder.is_dir() else (f"There is no folder {folder}.",)
    more = ", …" if len(names) > _LISTED else ""
    return (f"In this folder: {', '.join(names[:_LISTED])}{more}.",)


def _alike(path: Path) -> str:
    close = get_close_matches(path.name, list(_model_names(path.parent)), n=1)
    return f"did you mean '{close[0]}'?" if close else ""
