"""Writes the pages that the code itself knows: `docs/functions.md` and `docs/diagnostics.md`.

It reads the tables of rows and must not say anything that they do not. `python docs/generate.py` writes the pages.
"""

from __future__ import annotations

from pathlib import Path

from stockflow.diagnostics.codes import CODES, Code
from stockflow.functions.row import Function
from stockflow.functions.table import ROWS

HERE = Path(__file__).resolve().parent
FAMILIES = {
    "SF1": "Reading and syntax",
    "SF2": "Names",
    "SF3": "Subscripts",
    "SF4": "Dependencies and backends",
    "SF5": "Units",
    "SF6": "Data and files",
    "SF7": "Running",
    "SF9": "Faults of stockflow",
}


def main() -> None:
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[str, str]:
    return {"functions.md": functions_page(), "diagnostics.md": diagnostics_page()}


def functions_page() -> str:
    rows = [row for row in ROWS.values() if row.spellings]
    known = [row for row in rows if row.kind != "refused"]
    refused = [row for row in rows if row.kind == "refused"]
    lines = [
        "# Functions", "",
        "Made from the rows in `src/stockflow/functions/` by `make docs`. Vensim's and XMILE's spellings stand in",
        "columns of their own because functions of one name do not always mean the same in both.", "",
        "| Vensim | XMILE | Stella only | meaning | source |", "|---|---|---|---|---|",
        *(_function_row(row) for row in known), "",
        "## Known and refused", "",
        "A model that uses one of these is refused by name, with the variables that depend on it.", "",
        "| Vensim | XMILE | why |", "|---|---|---|",
        *(_table_row(_calls(row, "vensim"), _calls(row, "xmile", "stella"), row.refusal) for row in refused), "",
    ]
    return "\n".join(lines)


def diagnostics_page() -> str:
    lines = [
        "# Diagnostics", "",
        "Made from `src/stockflow/diagnostics/codes.py` by `make docs`; `stockflow explain CODE` says the same.", "",
    ]
    for family, title in FAMILIES.items():
        members = [code for code in CODES.values() if code.code.startswith(family)]
        if members:
            lines += [f"## {family}: {title}", "", *(line for code in members for line in _code_lines(code))]
    return "\n".join(lines)


def _function_row(row: Function) -> str:
    return _table_row(*(_calls(row, dialect) for dialect in ("vensim", "xmile", "stella")), row.doc, row.source)


def _calls(row: Function, *dialects: str) -> str:
    calls = dict.fromkeys(call for dialect in dialects for call in row.spellings.get(dialect, ()))
    return "<br>".join(f"`{call}`" for call in calls)


def _table_row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _code_lines(code: Code) -> list[str]:
    lines = [f"### {code.code}: {code.title}", "", code.text, ""]
    for title, example in (("Wrong", code.wrong), ("Right", code.right)):
        if example:
            lines += [f"{title}:", "```", example, "```", ""]
    return lines


if __name__ == "__main__":
    main()
