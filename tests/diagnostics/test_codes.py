import pytest

from stockflow.diagnostics.codes import CODES
from stockflow.diagnostics.row import Example, lines_of


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_sentences(code: str) -> None:
    row = CODES[code]
    assert row.code == code
    assert row.title[0].islower() or row.title.split()[0].isupper()
    assert len(row.text) > 80
    assert row.text.endswith(".")
    assert bool(row.wrong) == bool(row.right) != bool(row.unshown)


def test_a_bug_of_ours_is_the_only_thing_that_no_example_shows() -> None:
    assert [row.code for row in CODES.values() if row.unshown] == ["SF901"]


def test_an_example_is_shown_with_its_files_and_what_is_typed() -> None:
    example = Example("x = y ~~|", "m.mdl", (("y.csv", "Time,y\n0,1\n"),), "stockflow run m.mdl --data y.csv", "f()")
    assert list(lines_of(example)) == [
        "m.mdl:", "x = y ~~|", "y.csv:", "Time,y", "0,1", "$ stockflow run m.mdl --data y.csv", ">>> f()",
    ]
    assert list(lines_of(Example("x = 1 ~~|"))) == ["x = 1 ~~|"]


def test_bytes_are_shown_as_plain_signs() -> None:
    assert list(lines_of(Example(b"ma\xdf = 1\n"))) == ["ma\\xdf = 1"]
    assert list(lines_of(Example(b""))) == ["(nothing)"]
