"""Subscript ranges: their elements, families and mappings.

It answers which elements a range has and how one range is read along another; it knows no expressions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Axis
from stockflow.ir.lookalikes import twin_of
from stockflow.ir.model import Dimension, Mapping
from stockflow.limits import USUAL, Limits


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """A dimension with its elements expanded, in the order of definition."""

    key: str
    label: str
    elements: tuple[str, ...]
    labels: tuple[str, ...]
    index: dict[str, int]
    numbered: bool = False
    mappings: tuple[Mapping, ...] = ()
    plain: bool = False

    @property
    def size(self) -> int:
        return len(self.elements)


class Space:
    """All ranges of a model.

    `family(range)` is the largest range that holds all its elements (the first defined of several); a plain one, whose
    elements are nobody else's, is its own.
    """

    def __init__(self, dimensions: Iterable[Dimension], report: Report, limits: Limits = USUAL) -> None:
        self.ranges: dict[str, Range] = {}
        self._report = report
        self._limits = limits
        self._defined = {dimension.key: dimension for dimension in dimensions}
        for key in self._defined:
            self._expand(key)
        self.elements: dict[str, list[Range]] = {}
        for found in self.ranges.values():
            for element in found.elements:
                self.elements.setdefault(element, []).append(found)
        self._families: dict[str, Range] = {}
        for found in self.ranges.values():
            for mapping in found.mappings:
                self._check_mapping(found, mapping)

    def __contains__(self, key: str) -> bool:
        return key in self.ranges

    def is_range(self, key: str, home: Range) -> bool:
        """Whether a word in a place of `home` names a range; an element of `home` goes before another range."""
        return key in self.ranges and (key == home.key or key not in home.index)

    def _expand(self, wanted: str) -> None:
        """Expand a range and those named in it, depth first without recursion; a circle is reported."""
        stack, open_keys = [wanted], set[str]()
        while stack:
            key = stack[-1]
            if key in self.ranges:
                stack.pop()
                continue
            dimension = self._defined[key]
            parts = (dimension.alias_of,) if dimension.alias_of else () if dimension.plain else dimension.items
            waiting = [part for part in parts if part in self._defined and part not in self.ranges and part != key]
            if key in open_keys and any(part in open_keys for part in waiting):
                self._report.error("SF308", f"the range '{dimension.label}' is defined by itself", dimension.span)
                self._add(dimension, (), ())
            elif waiting:
                open_keys.add(key)
                stack.extend(waiting)
            else:
                self._add(dimension, *self._members(dimension))
                open_keys.discard(key)

    def _members(self, dimension: Dimension) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if dimension.alias_of:
            of = self.ranges.get(dimension.alias_of)
            if of is None:
                self._report.error("SF305", f"'{dimension.label}' is an alias of an unknown range", dimension.span)
                return (), ()
            return of.elements, of.labels
        if not self._is_held(dimension):
            return (), ()
        labels: dict[str, str] = {}
        for item, label in zip(dimension.items, dimension.labels, strict=True):
            inner = None if dimension.plain or item == dimension.key else self.ranges.get(item)
            found = zip(inner.elements, inner.labels, strict=True) if inner else ((item, label),)
            for element, name in found:
                labels.setdefault(element, name)
        return tuple(labels), tuple(labels.values())

    def _is_held(self, dimension: Dimension) -> bool:
        """Whether a range is not too large, counted before the ranges in it are put together."""
        items = () if dimension.plain else dimension.items
        total = sum(self.ranges[item].size if item in self.ranges else 1 for item in items)
        said = f"the range '{dimension.label}' has"
        excess = self._limits.excess("elements", total, said, "elements", "use fewer elements")
        if excess is not None:
            self._report.error("SF109", excess.message, dimension.span, hint=excess.hint, variable=dimension.label)
        return excess is None

    def _add(self, dimension: Dimension, elements: tuple[str, ...], labels: tuple[str, ...]) -> None:
        """Keep a range; a faulty one, which has no elements, is its own only element, so that every range has one."""
        elements, labels = elements or (dimension.key,), labels or (dimension.label,)
        index = {element: place for place, element in enumerate(elements)}
        self.ranges[dimension.key] = Range(
            dimension.key, dimension.label, elements, labels, index, dimension.numbered, dimension.mappings,
            dimension.plain,
        )

    def family(self, key: str) -> Range:
        found = self._families.get(key)
        if found is None and self.ranges[key].plain:
            found = self._families[key] = self.ranges[key]
        if found is None:
            found = self.smallest(self.ranges[key].elements, largest=True) or self.ranges[key]
            self._families[key] = found
        return found

    def smallest(self, elements: Iterable[str], *, largest: bool = False) -> Range | None:
        """The smallest (or the largest) range that holds all the elements; the first defined of equals."""
        wanted = tuple(elements)
        if not wanted:
            return None
        holders = [found for found in self.elements.get(wanted[0], ()) if all(e in found.index for e in wanted)]
        if not holders:
            return None
        return max(holders, key=lambda r: r.size) if largest else min(holders, key=lambda r: r.size)

    def positions(self, element: str) -> tuple[int, ...]:
        """1-based position of an element in its family; of one that plain ranges share, the different ones in each."""
        homes = self.elements.get(element, [])
        if any(home.plain for home in homes):
            return tuple(dict.fromkeys(home.index[element] + 1 for home in homes))
        return (max(homes, key=lambda r: r.size).index[element] + 1,) if homes else ()

    def along(self, source: Range, dimension: str, elements: tuple[str, ...]) -> tuple[str, ...] | None:
        """Elements of `source` read along an axis over `elements` of the range `dimension`, by a mapping.

        `source -> dimension` is what Vensim means by a mapping; the other direction serves where it is one to one.
        """
        for mapping in source.mappings:
            pairs = self._pairs(source, mapping)
            if pairs and all(element in pairs for element in elements):
                return tuple(pairs[element] for element in elements)
        axis = self.ranges.get(dimension)
        for mapping in axis.mappings if axis else ():
            if mapping.target != source.key and not self._same(mapping.target, source.key):
                continue
            assert axis is not None
            pairs = self._pairs(axis, mapping)
            backward = {mine: theirs for theirs, mine in pairs.items()}
            if len(backward) == len(pairs) and all(element in backward for element in elements):
                return tuple(backward[element] for element in elements)
        return None

    def _same(self, one: str, other: str) -> bool:
        a, b = self.ranges.get(one), self.ranges.get(other)
        return a is not None and b is not None and set(b.elements) <= set(a.elements)

    def _pairs(self, source: Range, mapping: Mapping) -> dict[str, str]:
        """Element of the target -> element of the source."""
        target = self.ranges.get(mapping.target)
        if target is None:
            return {}
        items = mapping.items or target.elements
        pairs: dict[str, str] = {}
        for mine, item in zip(source.elements, items, strict=False):
            inner = self.ranges.get(item)
            for element in inner.elements if inner else (item,):
                pairs.setdefault(element, mine)
        return pairs

    def _check_mapping(self, source: Range, mapping: Mapping) -> None:
        """Doubts about a mapping; where it cannot be used, the reference that needs it is the error."""
        target = self.ranges.get(mapping.target)
        if target is None:
            message = f"'{source.label}' is mapped to '{mapping.target}', which is no range"
            self._doubt("SF305", message, mapping.target, mapping)
            return
        for item in mapping.items:
            inner = self.ranges[item].elements if item in self.ranges else ()
            if item not in target.index and not set(inner) & set(target.index):
                message = f"the mapping of '{source.label}' names '{item}', which '{target.label}' does not have"
                self._doubt("SF305", message, item, mapping)
        given = len(mapping.items or target.elements)
        if given != source.size:
            places = f"{given} place{'s' if given != 1 else ''}"
            message = f"the mapping of '{source.label}' to '{target.label}' has {places} for {source.size} elements"
            self._report.warn("SF307", message, mapping.span,
                              hint=f"list one element or range of '{target.label}' for each of '{source.label}'")

    def _doubt(self, code: str, message: str, name: str, mapping: Mapping) -> None:
        near = self.near(name)
        self._report.warn(code, message, mapping.span, hint=f"did you mean '{near}'?" if near else "define it first")

    def near(self, key: str) -> str:
        names = [*self.ranges, *self.elements]
        found = get_close_matches(key, names, n=1)
        return twin_of(key, names) or (found[0] if found else "")


def along(axis: Axis, elements: tuple[str, ...], home: Range) -> Along:
    """Follow an axis through the places of `elements` in a range."""
    table = tuple(home.index[e] for e in elements)
    return Along(axis, None if table == tuple(range(home.size)) else table)
