"""How much of an outside table is read at most, so that no file can use up the memory of a machine.

It holds numbers and the words for exceeding them; it must not read anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stockflow.data.faults import TableFault

RAISED_BY = "--data-limit"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a file, bytes of it once unpacked, cells of one sheet; `times` raises all of them together."""

    times: float = 1.0

    @property
    def file_bytes(self) -> float:
        return 64 * 2**20 * self.times

    @property
    def unpacked_bytes(self) -> float:
        return 128 * 2**20 * self.times

    @property
    def cells(self) -> float:
        return 4_000_000 * self.times

    def hold(self, what: str, asked: float, limit: float, unit: str, advice: str) -> None:
        """Nothing where `asked` keeps the limit, else a fault that names both and the way to raise it."""
        if asked <= limit:
            return
        needed = math.ceil(asked / limit * self.times)
        raise TableFault(
            f"{what} {asked:,.0f} {unit}; the limit is {limit:,.0f}",
            f"{advice}, or raise the limits with {RAISED_BY} {needed}", "SF109",
        )
