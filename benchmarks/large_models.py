"""Processor time that large models take to load and run: `python -m benchmarks.large_models` prints a line for each.

It uses the public functions only; the tests hold the values, this prints the times.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import models

MODELS = {
    "50,000 constants": models.constants(50_000),
    "a chain of 5,000 auxiliaries": models.chain(5_000),
    "500 nested parentheses": models.parentheses(500),
    "300 nested IF THEN ELSE": models.conditions(300),
    "a sum of 20,000 terms": models.long_sum(20_000),
}


def main() -> None:
    import stockflow as sf

    with tempfile.TemporaryDirectory() as scratch:
        for title, text in MODELS.items():
            file = Path(scratch) / "model.mdl"
            file.write_text(text, encoding="utf-8")
            start = time.process_time()
            model = sf.load(file)
            loaded = time.process_time()
            model.run({})
            done = time.process_time()
            print(f"{title:32} load {loaded - start:6.2f} s, translate and run {done - loaded:6.2f} s")


if __name__ == "__main__":
    main()
