import pytest

from stockflow.diagnostics.codes import CODES


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_sentences(code: str) -> None:
    row = CODES[code]
    assert row.code == code
    assert row.title[0].islower() or row.title.split()[0].isupper()
    assert len(row.text) > 80
    assert row.text.endswith(".")
    assert bool(row.wrong) == bool(row.right)
