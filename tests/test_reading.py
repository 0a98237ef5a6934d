"""From bytes to text: encodings, line ends, and files that are no models."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockflow.diagnostics.model import Report, Severity
from stockflow.limits import Limits
from stockflow.reading import language_of, open_source, source_of
from stockflow.source import Source

MODEL = "{UTF-8}\ngröße = 10 ~ ~ |\ny = größe * 2 ~ ~ |\n"


def text_of(data: bytes) -> tuple[str, Report]:
    report = Report()
    source = source_of(data, "m.mdl", report)
    return (source.text if source else ""), report


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_a_byte_order_mark(encoding: str) -> None:
    text, report = text_of(MODEL.encode(encoding))
    assert text == MODEL
    assert not report.items


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems_become_one(ending: str) -> None:
    text, report = text_of(MODEL.replace("\n", ending).encode())
    assert text == MODEL
    assert not report.items


def test_line_ends_of_utf_16_become_one() -> None:
    assert text_of(MODEL.replace("\n", "\r\n").encode("utf-16-le"))[0] == MODEL


def test_the_file_s_own_encoding_line_is_honoured() -> None:
    text, report = text_of("{windows-1251}\nскорость = 1~~|".encode("cp1251"))
    assert text.endswith("скорость = 1~~|")
    assert not report.items


def test_the_xml_declaration_s_encoding_is_honoured() -> None:
    text, report = text_of('<?xml version="1.0" encoding="iso-8859-1"?><x>é</x>'.encode("latin-1"))
    assert "é" in text
    assert not report.items


def test_a_codec_that_is_no_encoding_of_text_is_not_used() -> None:
    text, _ = text_of(b"{zlib}\nx = 1~~|")
    assert text == "{zlib}\nx = 1~~|"


def test_bytes_that_are_not_what_the_file_says_are_read_as_windows_1252_with_a_warning() -> None:
    text, report = text_of(MODEL.encode("cp1252"))
    assert text == MODEL
    (warning,) = report.items
    assert (warning.code, warning.severity, warning.line) == ("SF102", Severity.WARNING, 2)
    assert warning.message == "line 2: bytes are not UTF-8; read as Windows-1252"


@pytest.mark.parametrize("named", ["{ascii}", "{us-ascii}"])
def test_utf_8_in_a_file_that_says_another_encoding_is_read_as_such_with_a_warning(named: str) -> None:
    text, report = text_of(f"{named}\ngrößen = 1~~|".encode())
    assert text == f"{named}\ngrößen = 1~~|"
    assert ["read as UTF-8" in item.message for item in report] == [True]


def test_a_declaration_in_single_bytes_cannot_speak_of_wide_ones() -> None:
    text, report = text_of(b'<?xml version="1.0" encoding="utf-16"?><xmile/>')
    assert text.endswith("<xmile/>")
    assert not report.items


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_mark_of_an_old_end_of_file_is_no_part_of_the_model(encoding: str) -> None:
    assert text_of((MODEL + "\x1a").encode(encoding))[0] == MODEL


@pytest.mark.parametrize("last", ["\u041a", "\u1a00"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_last_letter_with_the_byte_of_that_mark_is_kept(encoding: str, last: str) -> None:
    text, report = text_of((MODEL + last).encode(encoding))
    assert text == MODEL + last
    assert not report.items


def test_bytes_that_windows_1252_lacks_are_read_as_latin_1() -> None:
    text, report = text_of(b"{UTF-8}\nx\x81\xe9 = 1~~|")
    assert "x\x81é" in text
    assert "Latin-1" in report.items[0].message


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_an_empty_file_is_named_with_its_size(data: bytes) -> None:
    _, report = text_of(data)
    assert [item.code for item in report] == ["SF103"]
    assert report.items[0].message == f"m.mdl is empty ({len(data)} bytes)"


def test_binary_content_is_refused_with_the_first_zero_byte_and_a_way_out() -> None:
    _, report = text_of(b"\x93NUMPY\n\x01\x00\xfe\x88" + bytes(range(256)))
    (error,) = report.items
    assert error.code == "SF101"
    assert "byte 0x00 at offset 8, line 2" in error.message
    assert ".vpm" in error.notes[0] and ".vmf" in error.notes[0]
    assert error.hint == "save it as .mdl in Vensim"


def test_a_missing_file_is_told_with_the_models_beside_it(tmp_path: Path) -> None:
    for name in ("teacup.mdl", "other.xmile", "notes.txt"):
        (tmp_path / name).write_text("x = 1~~|")
    report = Report()
    assert open_source(tmp_path / "tecup.mdl", report) is None
    (error,) = report.items
    assert error.code == "SF101"
    assert error.message == "tecup.mdl: no such file"
    assert error.notes == ("In this folder: other.xmile, teacup.mdl.",)
    assert error.hint == "did you mean 'teacup.mdl'?"


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    folder = tmp_path / "model.mdl"
    folder.mkdir()
    report = Report()
    assert open_source(folder, report) is None
    assert report.items[0].message == "model.mdl is a folder"


def test_a_path_that_no_system_opens_is_told_not_raised(tmp_path: Path) -> None:
    report = Report()
    assert open_source(tmp_path / ("x" * 5000 + ".mdl"), report) is None
    assert open_source(tmp_path / "a\0b.mdl", report) is None
    assert {item.code for item in report} == {"SF101"}


def test_a_file_above_the_limit_is_refused_with_both_figures(tmp_path: Path) -> None:
    path = tmp_path / "m.mdl"
    path.write_bytes(b"x" * 2000)
    report = Report()
    assert open_source(path, report, Limits(file_bytes=1000)) is None
    assert report.items[0].code == "SF109"
    assert "2,000" in report.items[0].message and "1,000" in report.items[0].message


def test_a_file_is_read_whole_with_its_name_and_digest(tmp_path: Path) -> None:
    path = tmp_path / "m é.mdl"
    path.write_bytes(MODEL.encode())
    report = Report()
    source = open_source(path, report)
    assert source is not None
    assert (source.name, source.text, source.path, len(source.sha256)) == ("m é.mdl", MODEL, path, 64)
    assert not report.items


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (MODEL, "vensim"), ("x = 1 ~ ~ |", "vensim"), (":MACRO: m(a)\n", "vensim"),
        ('<?xml version="1.0"?><xmile/>', "xmile"), ("\n <xmile>", "xmile"), ("hello", ""),
    ],
)
def test_the_language_is_told_by_the_content(text: str, language: str) -> None:
    assert language_of(Source("m", text)) == language
