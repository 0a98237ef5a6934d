"""Small models written into a folder and loaded, for tests of runs."""

from __future__ import annotations

from pathlib import Path

import stockflow as sf

CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = 1 ~~|\nSAVEPER = TIME STEP ~~|\n"


def model_of(folder: Path, *equations: str, final: float = 4, data: dict[str, str] | None = None) -> sf.Model:
    """A Vensim model of these equations over 0, 1, ... `final`, with files of data for all its runs."""
    path = folder / "model.mdl"
    lines = "".join(f"{equation} ~~|\n" for equation in equations)
    path.write_text("{UTF-8}\n" + lines + CLOCK.format(final=final), encoding="utf-8")
    return sf.load(path, data=files_of(folder, data or {}))


def files_of(folder: Path, data: dict[str, str]) -> list[Path]:
    paths = []
    for name, text in data.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
