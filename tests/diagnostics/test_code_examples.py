import warnings
from pathlib import Path

import pytest

from stockflow.api import ModelError, check, load
from stockflow.diagnostics.codes import CODES, Code

CONTROLS = "\nINITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\n"
SHOWN = [row for row in CODES.values() if row.wrong]


def codes_of(text: str, folder: Path) -> set[str]:
    """The codes that checking and running a model brings up."""
    path = folder / "example.mdl"
    path.write_text("{UTF-8}\n" + text, encoding="utf-8")
    found = {item.code for item in check(path)}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            load(path).simulate()
        except ModelError as fault:
            found |= {item.code for item in fault.diagnostics}
    return found | {str(item.message).partition(":")[0] for item in caught}


def with_controls(row: Code, text: str) -> str:
    """The example as it stands in a whole model: an end of file or missing controls must stay what they are."""
    if row.code == "SF202" or "TIME STEP" in text:
        return text
    return CONTROLS + text


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.code)
def test_the_wrong_example_brings_its_code_up_and_the_right_one_nothing(row: Code, tmp_path: Path) -> None:
    assert row.code in codes_of(with_controls(row, row.wrong), tmp_path)
    assert not codes_of(with_controls(row, row.right), tmp_path)
