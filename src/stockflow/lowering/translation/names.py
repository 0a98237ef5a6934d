"""Names in another language: each variable keeps its own, unless the language has a meaning for it already.

It knows which names are taken; it must not know how a name is spelled in a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from stockflow.ir.names import key_of


@dataclass(slots=True)
class Names:
    """Labels by key. `reserved` says whether the language has a meaning for a key; `taken` are keys in use."""

    reserved: Callable[[str], bool]
    taken: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)

    def give(self, key: str, label: str) -> str:
        """The label of a variable of the file: its own, or another where the language forbids that."""
        made = self.fresh(f"{label} value") if self.reserved(key) else label
        self.taken.add(key_of(made))
        self.labels[key] = made
        return made

    def make(self, key: str, label: str) -> str:
        """A label for a variable that the file does not name."""
        self.labels[key] = self.fresh(label)
        return self.labels[key]

    def fresh(self, label: str) -> str:
        made, number = label, 2
        while key_of(made) in self.taken or self.reserved(key_of(made)):
            made, number = f"{label} {number}", number + 1
        self.taken.add(key_of(made))
        return made

    def key(self, key: str) -> str:
        """The new key of a variable."""
        return key_of(self.labels[key])
