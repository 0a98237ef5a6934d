"""Tables that an XMILE file imports: constants and series for variables of that name, from the model's folder only."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stockflow.api import check, load
from tests.dialects.xmile.documents import SPECS, document

DIMENSIONS = '<dimensions><dim name="Fruit"><elem name="apple"/><elem name="red pear"/></dim></dimensions>'
FRUIT = '<dimensions><dim name="Fruit"/></dimensions>'


def aux(name: str, equation: str, rest: str = "") -> str:
    return f'<aux name="{name}"><eqn>{equation}</eqn>{rest}</aux>'


@pytest.fixture
def model(tmp_path: Path):
    """The path of a model with an import, beside the table."""

    def made(variables: str, attrs: str, table: str = "", name: str = "t.csv") -> Path:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        if table:
            (home / name).write_text(table, encoding="utf-8")
        data = f"<data><import {attrs}/></data>"
        path = home / "m.xmile"
        path.write_text(document(variables, SPECS + DIMENSIONS + data), encoding="utf-8")
        return path

    return made


def values(path: Path, name: str) -> list:
    return np.asarray(load(path).run()[name]).tolist()


def found(path: Path) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in check(path)]


CSV = 'type="CSV" resource="t.csv"'


def test_a_row_of_numbers_gives_constants(model):
    path = model(aux("a", "1") + aux("b c", "2") + aux("x", "a + b_c"), CSV, "a,B_c\n10,0.5\n")
    assert values(path, "x")[0] == 10.5
    assert load(path)["a"].kind == "constant"
    assert list(json.loads(load(path).run().attrs["data_sha256"])) == ["t.csv"]


def test_a_horizontal_table_has_the_names_in_its_first_column(model):
    path = model(aux("a", "1") + aux("b", "2"), f'{CSV} orientation="horizontal"', "a,10\nb,20\n")
    assert (values(path, "a")[0], values(path, "b")[0]) == (10, 20)


def test_a_column_of_times_makes_series_that_are_interpolated_and_held(model):
    path = model(aux("a", "1"), CSV, "Time,a\n0,0\n4,8\n8,8\n")
    # Two for each unit of time up to 4, and 8 from there on.
    assert values(path, "a") == [0, 2, 4, 6, 8, 8, 8, 8, 8, 8, 8]


def test_elements_are_named_in_the_heading_and_the_others_keep_their_equation(model):
    arrays = aux("a", "1, 2", FRUIT) + aux("b", "TIME", FRUIT) + aux("c", "5", FRUIT)
    table = '"a[Apple]","b[red pear]","c[1]","c[2]"\n10,20,30,40\n'
    path = model(arrays, CSV, table)
    assert values(path, "a")[-1] == [10, 2]
    assert values(path, "b")[-1] == [10, 20]
    assert values(path, "c")[-1] == [30, 40]


def test_a_table_may_give_all_elements_of_two_dimensions(model):
    grid = FRUIT.replace("</dimensions>", '<dim name="N"/></dimensions>')
    path = model(aux("g", "0", grid), CSV, '"g[apple,1]","g[2,2]","g[apple,2]","g[red pear,1]"\n1,4,2,3\n')
    text = path.read_text(encoding="utf-8").replace("<dimensions>", '<dimensions><dim name="N" size="2"/>', 1)
    path.write_text(text, encoding="utf-8")
    assert values(path, "g")[-1] == [[1, 2], [3, 4]]
    assert load(path)["g"].kind == "constant"


def test_of_a_stock_the_initial_value_is_imported(model):
    stock = f'<stock name="s"><eqn>1</eqn><inflow>f</inflow>{FRUIT}</stock><flow name="f"><eqn>1</eqn>{FRUIT}</flow>'
    assert values(model(stock, CSV, '"s[apple]"\n7\n'), "s")[-1] == [17, 11]


def test_a_sheet_of_a_workbook_is_read_by_its_name(model):
    from openpyxl import Workbook

    path = model(aux("a", "1"), 'type="Excel" resource="t.xlsx" worksheet="In"')
    book = Workbook()
    sheet = book.create_sheet("In")
    sheet.append(["a"])
    sheet.append([12.5])
    book.save(path.parent / "t.xlsx")
    assert values(path, "a")[0] == 12.5


def test_an_import_that_is_not_enabled_is_left(model):
    path = model(aux("a", "1"), f'{CSV} enabled="false"', "a\n10\n")
    assert values(path, "a")[0] == 1
    assert found(path) == []


@pytest.mark.parametrize(
    "resource", ["nothing.csv", "../t.csv", "/etc/hostname", "http://127.0.0.1:9/t.csv", "link.csv"]
)
def test_without_a_file_in_the_folder_the_equations_are_used_with_a_warning(model, tmp_path, resource):
    (tmp_path / "t.csv").write_text("a\n10\n", encoding="utf-8")
    path = model(aux("a", "1"), f'type="CSV" resource="{resource}"')
    (path.parent / "link.csv").symlink_to(tmp_path / "t.csv")
    assert values(path, "a")[0] == 1
    assert [code for code, _ in found(path)] == ["SF602"]


@pytest.mark.parametrize(
    ("attrs", "table", "code", "words"),
    [
        (CSV, "a\n1\n2\n", "SF601", "found 2 values"),
        (CSV, "a\nmany\n", "SF601", "found 'many'"),
        (CSV, "Time,a\n0,1\n0,2\n", "SF601", "rising times"),
        (CSV, '"f[plum]"\n1\n', "SF601", "no element of 'f'"),
        (CSV, "f\n1\n", "SF601", "no element of 'f'"),
        (CSV, "nobody,a\n1,2\n", "SF602", "'nobody'"),
        ('type="XML" resource="t.csv"', "a\n1\n", "SF114", "importing 'xml'"),
        (f'{CSV} orientation="diagonal"', "a\n1\n", "SF114", "'diagonal'"),
        ('type="Excel" resource="t.csv.xlsx"', "", "SF602", "nothing is imported"),
    ],
)
def test_faults_of_a_table_are_named(model, attrs, table, code, words):
    told = found(model(aux("a", "1") + aux("f", "1", FRUIT), attrs, table))
    assert [one[0] for one in told] == [code]
    assert words in told[0][1]


def test_a_variable_without_an_equation_is_told_whatever_the_table_gives(model):
    path = model(f'<aux name="a"/><aux name="f">{FRUIT}</aux>', CSV, "a,f[apple]\n10,1\n")
    assert found(path) == [("SF207", "'a' has no equation"), ("SF207", "'f' has no equation")]


def test_a_workbook_that_cannot_be_read_is_told(model):
    path = model(aux("a", "1"), 'type="Excel" resource="t.xlsx" worksheet="In"', "no workbook", "t.xlsx")
    ((code, message),) = found(path)
    assert code == "SF601"
    assert message.startswith("the import of 't.xlsx' cannot be read: t.xlsx is not a workbook")


def test_columns_without_a_name_are_left(model):
    path = model(aux("a", "1") + aux("b", "2"), CSV, "5,a\n10,20\n")
    assert (values(path, "a")[0], values(path, "b")[0]) == (20, 2)
