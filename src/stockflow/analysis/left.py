"""The left-hand side of an equation as its references see it: for each place a dimension, and what stands there.

It matches dimensions by name, and by place where one stands more than once; it must not know expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stockflow.ir.expr import Axis


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One place of a left-hand side: the number of the axis that runs along it, or the element that is fixed there."""

    dimension: str
    axis: int = -1
    element: str = ""


Here = Axis | str
"""What a subscript follows: an axis, or the element that the left-hand side has in that place."""


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """The axes of a left-hand side in order, and its places. A language without fixed elements has its axes only."""

    axes: tuple[Axis, ...]
    spots: tuple[Spot, ...]

    @staticmethod
    def of(axes: tuple[Axis, ...]) -> Left:
        return Left(axes, tuple(Spot(axis.dimension, number) for number, axis in enumerate(axes)))

    def along(self, axes: tuple[Axis, ...]) -> Left:
        """The same places along other axes."""
        return replace(self, axes=axes)

    def at(self, number: int) -> Here | None:
        """What stands in a place, counted from 0; None where there is no such place."""
        return self._here(self.spots[number]) if number < len(self.spots) else None

    def _here(self, spot: Spot) -> Here:
        return spot.element if spot.axis < 0 else self.axes[spot.axis]

    def places(self, dimensions: Sequence[str]) -> list[int | None]:
        """The place that each dimension of a reference follows, each used once; None where there is none left.

        A dimension that stands more than once is followed in the same place, else in the first that is free. XMILE
        says only that dimensions are matched by name; what a repeated one means is not verified in Stella.
        """
        taken: set[int] = set()
        return [self._place(number, dimension, taken) for number, dimension in enumerate(dimensions)]

    def _place(self, number: int, dimension: str, taken: set[int]) -> int | None:
        free = [at for at, spot in enumerate(self.spots) if spot.dimension == dimension and at not in taken]
        if not free:
            return None
        found = number if number in free else free[0]
        taken.add(found)
        return found

    def followed(self, dimensions: Sequence[str]) -> list[Here | None]:
        """What each dimension of a reference follows; one that stands more often than here follows the first again."""
        first = {spot.dimension: at for at, spot in reversed(list(enumerate(self.spots)))}
        found = zip(self.places(dimensions), dimensions, strict=True)
        places = [place if place is not None else first.get(dimension) for place, dimension in found]
        return [None if place is None else self.at(place) for place in places]
