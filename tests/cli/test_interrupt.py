import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stockflow.cli import main


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process alone")
def test_control_c_ends_a_long_run_with_130_and_leaves_no_file(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    source = Path(main.__file__).parents[2]
    long = ["run", "teacup.mdl", "--final-time", "150000000", "--saveper", "100", "--output", "out.csv"]
    with subprocess.Popen(
        [sys.executable, "-m", "stockflow", *long], stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    ) as running:
        time.sleep(2)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert sorted(path.name for path in folder.iterdir()) == before
