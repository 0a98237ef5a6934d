"""MESSAGE is kept and gives 0, and it is told that nothing is shown."""

from __future__ import annotations

import pytest

import stockflow as sf

TEXT = (
    "{UTF-8}\nx = 2 ~~|\nnote = MESSAGE('the stock is low', x < 3) ~~|\ny = x + note ~~|\nINITIAL TIME = 0 ~~|\n"
    "FINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
)


def test_a_message_gives_0_and_a_warning_and_its_text_stays_with_the_variable(tmp_path):
    (tmp_path / "m.mdl").write_text(TEXT)
    (found,) = sf.check(tmp_path / "m.mdl")
    assert (found.code, found.severity.name, found.line) == ("SF114", "WARNING", 3)
    assert "MESSAGE shows nothing" in found.message
    ds = sf.load(tmp_path / "m.mdl").run()
    assert ds["y"].values.tolist() in (2, [2, 2])
    assert "the stock is low" in ds["note"].attrs["equation"]


@pytest.mark.parametrize("call", ["MESSAGE('text')", "VMESSAGE()"])
def test_a_message_needs_a_text_and_a_condition(call, tmp_path):
    (tmp_path / "m.mdl").write_text(TEXT.replace("MESSAGE('the stock is low', x < 3)", call))
    with pytest.raises(sf.ModelError, match="SF205"):
        sf.load(tmp_path / "m.mdl")
