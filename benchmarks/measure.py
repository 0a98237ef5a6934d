"""What every worker process measures with: processor time and the peak of memory, printed as JSON.

It runs in a peer's environment too, so it must import nothing but the standard library.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

WARM_RUNS = 15


def peak_megabytes() -> float | None:
    """The largest memory this process has held, None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def seconds_of(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def warm_median(work: Callable[[int], object]) -> float:
    """The median of fifteen runs after two that do not count; each is told its number."""
    for number in range(2):
        work(number)
    return statistics.median(seconds_of(partial(work, number)) for number in range(2, 2 + WARM_RUNS))


def answer(seconds: float, **facts: Any) -> None:
    print(json.dumps({"seconds": seconds, "megabytes": peak_megabytes(), **facts}))
