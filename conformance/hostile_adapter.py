"""Loads and runs, exports or renders one input and prints its last values: `hostile_adapter.py FILE HOW OUTDIR`.

The replayer of hostile inputs calls it, each time in a process with limits; it uses the public functions only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import stockflow as sf
from stockflow.api import Model
from stockflow.diagnostics.render import text


def main(file: Path, how: str, folder: Path) -> int:
    try:
        model = sf.load(file)
        for item in model.diagnostics:
            print(text(item), file=sys.stderr)
        result = model.simulate()
        if how == "export_all":
            export(file, folder)
        elif how == "render_all":
            render(model, folder)
    except sf.ModelError as fault:
        print(fault, file=sys.stderr)
        return 1
    values = {}
    for column in result.columns:
        last = result.values[column.key][-1].ravel()
        if last.size == 1:
            values[column.label] = float(last[0])
    print(json.dumps({"values": values}))
    return 0


def export(file: Path, folder: Path) -> None:
    from stockflow.cli.main import status

    for name in ("run.csv", "run.tab", "run.nc"):
        code = status(["run", str(file), "--output", str(folder / name)])
        if code:
            sys.exit(code)


def render(model: Model, folder: Path) -> None:
    pages = [model._repr_html_(), *(variable._repr_html_() for variable in model), model.run()._repr_html_()]
    (folder / "page.html").write_text("\n".join(pages), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
