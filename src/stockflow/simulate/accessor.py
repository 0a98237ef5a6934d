"""`Dataset.sf`: variables of a Dataset by any spelling of their name; registered when it is imported.

It reads names and attributes only; it must not know where the Dataset came from.
"""

from __future__ import annotations

from difflib import get_close_matches

import xarray as xr

from stockflow.ir.names import key_of


@xr.register_dataset_accessor("sf")  # type: ignore[no-untyped-call]
class Spellings:
    """`ds.sf["teacup temperature"]`, whatever the capitals, blanks, underscores and quotes; `ds.sf.names` lists all."""

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset
        self._table: dict[str, str] | None = None

    @property
    def names(self) -> list[str]:
        """The variables' names as the model has them."""
        return [str(array.attrs.get("long_name", name)) for name, array in self._dataset.data_vars.items()]

    def __getitem__(self, spelling: str) -> xr.DataArray:
        return self._dataset[self._stored(spelling)]

    def __contains__(self, spelling: str) -> bool:
        return key_of(spelling) in self._names()

    def _stored(self, spelling: str) -> str:
        table = self._names()
        key = key_of(spelling)
        if key in table:
            return table[key]
        near = get_close_matches(key, table, n=1)
        hint = f"; did you mean {table[near[0]]!r}?" if near else ""
        raise KeyError(f"the Dataset has no variable {spelling!r}{hint}")

    def _names(self) -> dict[str, str]:
        if self._table is None:
            self._table = {key_of(str(name)): str(name) for name in self._dataset.data_vars}
            owned = zip(self.names, self._dataset.data_vars, strict=True)
            self._table.update({key_of(label): str(name) for label, name in owned})
        return self._table
