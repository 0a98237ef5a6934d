"""The first thing to run: two strategies for children's social care, side by side in one batch.

It uses the public functions only and must not know how the engine works inside.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import xarray as xr

import stockflow as sf

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parents[1] / "build" / "demo"
STRATEGIES = ("Business as usual", "Reduce contacts only")
YEARS = {2024: 120, 2034: 240}
INDICATORS = (
    ("Children Looked After", "Children in care", 1.0, "{:,.0f}"),
    ("Annual Placement Spend", "Placement spend, GBP million a year", 1e-6, "{:,.1f}"),
    ("Average Caseload", "Cases for each social worker", 1.0, "{:.1f}"),
)


def run_strategies() -> xr.Dataset:
    """Both strategies in one batch, along the dimension `run`."""
    scenarios = json.loads((HERE / "scenarios.json").read_text(encoding="utf-8"))
    settings = [scenarios[name]["set"] for name in STRATEGIES]
    names = list(dict.fromkeys(key for setting in settings for key in setting))
    overrides = {
        name: xr.DataArray([setting.get(name, 0.0) for setting in settings], {"run": list(STRATEGIES)}, dims="run")
        for name in names
    }
    return sf.load(HERE / "model.mdl").run(overrides)


def rows(dataset: xr.Dataset) -> list[list[str]]:
    """One row for each indicator and year, one column for each strategy."""
    table = []
    for variable, title, factor, form in INDICATORS:
        for year, month in YEARS.items():
            values = [float(dataset[variable].sel(time=month, run=name)) * factor for name in STRATEGIES]
            table.append([f"{title}, {year}", *(form.format(value) for value in values)])
    return table


def show(table: list[list[str]]) -> None:
    head = ["", *STRATEGIES]
    widths = [max(len(row[place]) for row in [head, *table]) for place in range(len(head))]
    for row in [head, *table]:
        first, *others = row
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        print(first.ljust(widths[0]), *cells, sep="   ")


def write(dataset: xr.Dataset) -> tuple[Path, Path]:
    """The whole Dataset as netCDF, and the three indicators of every month as CSV."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    netcdf, table = OUTPUT / "children_social_care.nc", OUTPUT / "children_social_care.csv"
    dataset.to_netcdf(netcdf, engine="h5netcdf")
    columns = {"Month": dataset["time"].values.tolist()}
    for variable, *_ in INDICATORS:
        for name in STRATEGIES:
            columns[f"{variable} ({name})"] = dataset[variable].sel(run=name).values.tolist()
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return netcdf, table


def shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def main() -> None:
    dataset = run_strategies()
    print("Children's social care in a local authority of 150,000 children (a general model, not a forecast)\n")
    show(rows(dataset))
    netcdf, table = write(dataset)
    print("\nLower numbers in care are not in themselves better for children.")
    print("\nWritten:")
    print(f"  {shown(netcdf)}  (every variable, both strategies: xarray.open_dataset reads it)")
    print(f"  {shown(table)}  (the indicators above, month by month)")
    command = shown(Path(sys.executable).with_name("stockflow"))
    print(f'Next: {command} run {shown(HERE / "model.mdl")} --set "Strategy Contacts=0.1"')


if __name__ == "__main__":
    main()
