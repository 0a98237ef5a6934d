"""One row per diagnostic code: a title, the long text that `stockflow explain` prints, and examples.

Families: SF1 reading and syntax, SF2 names, SF3 subscripts, SF4 dependencies, SF5 units, SF6 data and files, SF7 run,
SF9 our bug.
"""

from __future__ import annotations

from stockflow.diagnostics import model_codes, reading_codes, run_codes

CODES = {row.code: row for row in (*reading_codes.ROWS, *model_codes.ROWS, *run_codes.ROWS)}
