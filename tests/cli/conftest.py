from __future__ import annotations

from pathlib import Path

import pytest

TEACUP = """{UTF-8}
Characteristic Time = 10 ~ Minute ~ How fast the cup follows the room. |
Heat Loss to Room = (Teacup Temperature - Room Temperature) / Characteristic Time ~ Degree/Minute ~ |
Room Temperature = 70 ~ Degree [0,?] ~ |
Teacup Temperature = INTEG(-Heat Loss to Room, 180) ~ Degree ~ |
INITIAL TIME = 0 ~ Minute ~ |
FINAL TIME = 30 ~ Minute ~ |
TIME STEP = 1 ~ Minute ~ |
SAVEPER = TIME STEP ~ Minute ~ |
"""

REGIONS = """{UTF-8}
Region: North, South ~~|
inflow[Region] = 1, 2 ~~|
stock[Region] = INTEG(inflow[Region], 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 1 ~~|
"""

BROKEN = TEACUP.replace("- Room Temperature)", "- Room Temp)")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with three models, which is also where the command runs."""
    for name, text in (("teacup.mdl", TEACUP), ("regions.mdl", REGIONS), ("broken.mdl", BROKEN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
