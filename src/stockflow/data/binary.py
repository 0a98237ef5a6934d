"""Binary workbooks (.xlsb): the records of a member, the sheets of a book, the errors in a sheet.

It knows records; reading values is calamine's matter. Source: [MS-XLSB] 2.1.4, 2.3.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from stockflow.data.cells import Flaws

ROW_RECORD = 0
_SHEET_RECORD, _ERROR_RECORDS = 156, (3, 11)
# [MS-XLSB] 2.5.97.2 BErr
_CODES = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a member: a number, a length and the content."""
    at = 0
    while at < len(data):
        kind, at = _packed_number(data, at, 2)
        length, at = _packed_number(data, at, 4)
        yield kind, data[at : at + length]
        at += length


def _packed_number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and the offset after it."""
    number = 0
    for place in range(most):
        byte = data[at] if at < len(data) else 0
        at += 1
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return number, at


def binary_sheets(data: bytes) -> Iterator[tuple[str, str]]:
    """The names of the sheets of a book, each with the relation that leads to it."""
    for kind, body in records(data):
        if kind == _SHEET_RECORD:
            link, rest = _text(body[8:])
            yield _text(rest)[0], link


def _text(data: bytes) -> tuple[str, bytes]:
    """A text after its length, and what follows it."""
    stop = 4 + 2 * int.from_bytes(data[:4], "little")
    return data[4:stop].decode("utf-16-le", errors="replace"), data[stop:]


def binary_flaws(data: bytes) -> Flaws:
    """The errors of a sheet."""
    found: Flaws = {}
    row = 0
    for kind, body in records(data):
        if kind == ROW_RECORD:
            row = int.from_bytes(body[:4], "little")
        elif kind in _ERROR_RECORDS and len(body) > 8:
            found[row, int.from_bytes(body[:4], "little")] = _CODES.get(body[8], "an error")
    return found
