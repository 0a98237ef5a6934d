"""Environments for peers: `.peers/NAME`, made on demand with one pinned requirement.

It must not know what a peer does; it only starts the peer's script with the peer's Python.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
REQUIREMENTS = {"simlin": "pysimlin==0.8.5", "pysd": "pysd==3.14.3"}


def python_of(name: str) -> Path:
    """The interpreter of a peer's environment, which is made where it is missing or of another version."""
    folder = ROOT / ".peers" / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = folder / "requirement.txt"
    wanted = REQUIREMENTS[name]
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"Setting up {folder.relative_to(ROOT)} with {wanted} (once) ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "--disable-pip-version-check", "-q", "install", wanted], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def run_peer(name: str, *arguments: str) -> str:
    """What the peer's script prints. `-P` keeps the script's folder, whose names are the peers', off the path."""
    words = [str(python_of(name)), "-P", str(HERE / f"{name}.py"), *arguments]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
