"""The folder of atheris for this interpreter, fetched where it is missing: no part of any environment.

It needs no other library, so that it can be added to the path of a process; what it does is not known here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conformance.audit import ROOT

WANTED = "atheris==3.0.0"


def library() -> Path | None:
    """None where there is no wheel of it for this system and this Python."""
    folder = ROOT / ".peers" / f"atheris-{sys.version_info.major}.{sys.version_info.minor}"
    stamp = folder / "requirement.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != WANTED:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "install", "--only-binary", ":all:")
        words = (*pip, "--no-deps", "--upgrade", "--target", str(folder), WANTED)
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{WANTED} cannot be installed here: {''.join(done.stderr.strip().splitlines()[-1:])}")
            return None
        stamp.write_text(WANTED, encoding="utf-8")
    return folder
