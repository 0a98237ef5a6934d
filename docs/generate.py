"""Writes the pages that the code itself knows: `docs/functions.md` and `docs/diagnostics.md`.

It reads the tables of rows and must not say anything that they do not. `python docs/generate.py` writes the pages.
"""

from __future__ import annotations

from pathlib import Path

from stockflow.diagnostics.codes import CODES
from stockflow.diagnostics.row import Code, lines_of
from stockflow.functions.page import counts, markdown
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
    lines = [
        "# Functions", "",
        "Made from the rows in `src/stockflow/functions/` by `make docs`. Vensim's and XMILE's spellings stand in",
        "columns of their own because functions of one name do not always mean the same in both; what stands under",
        "*Stella only* has that meaning in files of isee systems. A model that uses a refused function is refused by",
        "name, with the variables that depend on it.", "",
        *markdown(ROWS.values()), "",
        *(f"- {number} {what}" for what, number in counts(ROWS.values())), "",
    ]
    return "\n".join(lines)


def diagnostics_page() -> str:
    lines = [
        "# Diagnostics", "",
        "Made from the rows in `src/stockflow/diagnostics/` by `make docs`; `stockflow explain CODE` says the same.",
        "",
    ]
    for family, title in FAMILIES.items():
        members = [code for code in CODES.values() if code.code.startswith(family)]
        if members:
            lines += [f"## {family}: {title}", "", *(line for code in members for line in _code_lines(code))]
    return "\n".join(lines)


def _code_lines(code: Code) -> list[str]:
    lines = [f"### {code.code}: {code.title}", "", code.text, ""]
    if code.unshown:
        lines += [code.unshown, ""]
    for title, example in (("Wrong", code.wrong), ("Right", code.right)):
        if example is not None:
            lines += [f"{title}:", "```", *lines_of(example), "```", ""]
    return lines


if __name__ == "__main__":
    main()
