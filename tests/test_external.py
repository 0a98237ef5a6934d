"""Models that take numbers, points, series and elements from tables beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import xarray as xr

import stockflow as sf

SHARED = Path(__file__).resolve().parents[2] / "shared"
CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared models are not beside the repository")


def written(folder: Path, text: str, **tables: str) -> Path:
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    path = folder / "m.mdl"
    path.write_text("{UTF-8}\n" + text + CLOCK, encoding="utf-8")
    return path


def last(ds: xr.Dataset, name: str) -> object:
    return ds[name].values[-1].tolist()


def faults(path: Path) -> list[str]:
    return [f"{item.code} {item.line}:{item.column} {item.message}" for item in sf.check(path)]


TABLE = "t,1,2,3\na,11,12,13\nb,21,22,23\n"


def test_numbers_of_all_shapes(tmp_path: Path) -> None:
    path = written(tmp_path, """
d: d1, d2 ~~|
e: e1, e2, e3 ~~|
one = GET DIRECT CONSTANTS('t.csv', ',', 'C3') ~~|
row[e] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|
column[d] = GET_XLS_CONSTANTS('t.csv', ',', 'b2*') ~~|
table[d, e] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|
turned[e, d] = GET DIRECT CONSTANTS('t.csv', ',', 'B2*') ~~|
f <-> d ~~|
fixed[d1, e, f] = GET DIRECT CONSTANTS('t.csv', ',', 'B2*') ~~|
fixed[d2, e, f] = 5 ~~|
""", t=TABLE)
    ds = sf.load(path).run()
    assert last(ds, "one") == 22
    assert last(ds, "row") == [11, 12, 13]
    assert last(ds, "column") == [11, 21]
    assert last(ds, "table") == [[11, 12, 13], [21, 22, 23]]
    assert last(ds, "turned") == [[11, 21], [12, 22], [13, 23]]
    assert last(ds, "fixed") == [[[11, 21], [12, 22], [13, 23]], [[5, 5]] * 3]


def test_a_subrange_and_excepted_elements_take_the_cells_of_their_place(tmp_path: Path) -> None:
    path = written(tmp_path, """
e: e1, e2, e3 ~~|
sub: e2, e3 ~~|
part[sub] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|
part[e1] = 1 ~~|
but[e] :EXCEPT: [e2] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|
but[e2] = 0 ~~|
mixed[e1] = Time ~~|
mixed[sub] = GET DIRECT CONSTANTS('t.csv', ',', 'B3') ~~|
""", t=TABLE)
    ds = sf.load(path).run()
    assert last(ds, "part") == [1, 11, 12]
    assert last(ds, "but") == [11, 0, 13]
    assert last(ds, "mixed") == [2, 21, 22]


def test_lookups_by_element(tmp_path: Path) -> None:
    path = written(tmp_path, """
d: d1, d2 ~~|
curve[d](GET DIRECT LOOKUPS('t.csv', ',', '1', 'B2')) ~~|
same = GET XLS LOOKUPS('t.csv', ',', '1', 'B3') ~~|
y[d] = curve[d](1.5) ~~|
z = same(Time) + LOOKUP FORWARD(curve[d2], 1.5) ~~|
""", t=TABLE)
    ds = sf.load(path).run()
    assert last(ds, "y") == [11.5, 21.5]
    assert ds["z"].values.tolist() == [43, 43, 44]


def test_ranges_from_a_table(tmp_path: Path) -> None:
    path = written(tmp_path, """
d: GET DIRECT SUBSCRIPT('t.csv', ',', 'A2', 'A3', 'x ') ~~|
e: GET DIRECT SUBSCRIPT('t.csv', ',', 'B1', '1', 'e') -> f ~~|
f: f1, f2, f3 ~~|
v[d, e] = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|
w = v[x b, e3] ~~|
g[f] = SUM(v[d!, e]) ~~|
""", t=TABLE)
    model = sf.load(path)
    assert model["v"].dimensions == {"d": ("x a", "x b"), "e": ("e1", "e2", "e3")}
    ds = model.run()
    assert last(ds, "w") == 23
    assert last(ds, "g") == [32, 34, 36]


def test_files_by_alias_and_arguments_by_string_variables(tmp_path: Path) -> None:
    path = written(tmp_path, "x = GET DIRECT CONSTANTS('?In', ',', 'B2') ~~|\n", t=TABLE)
    path.write_text(path.read_text() + "\\\\\\---/// Sketch\n///---\\\\\\\n:L<%^E!@\n30:?in=t.csv\n", encoding="utf-8")
    assert float(sf.load(path).run()["x"].values.flat[0]) == 11


def test_a_constant_from_a_table_can_be_set_for_a_run(tmp_path: Path) -> None:
    path = written(tmp_path, "x = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|\ny = x * 2 ~~|\n", t=TABLE)
    assert sf.load(path).run({"x": 4})["y"].values.flat[-1] == 8


def test_the_order_of_a_delay_may_come_from_a_table(tmp_path: Path) -> None:
    text = "n = GET DIRECT CONSTANTS('t.csv', ',', 'D1') ~~|\ny = SMOOTH N(Time, 3, 0, n) ~~|\n"
    path = written(tmp_path, text, t=TABLE)
    assert sf.load(path).run()["y"].values[0] == 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = GET DIRECT CONSTANTS('no.csv', ',', 'B2') ~~|", "SF601 2:5 'x' reads no.csv (cell B2): no such file in "),
        ("x = GET DIRECT CONSTANTS('t.csv', ',', 'A2') ~~|",
         "SF601 2:5 'x' reads t.csv (cell A2): cell A2 of t.csv holds the text 'a'"),
        ("x = GET DIRECT CONSTANTS('t.csv', ',', 'Z9') ~~|",
         "SF601 2:5 'x' reads t.csv (cell Z9): cell Z9 is empty; t.csv fills A1:D3"),
        ("x = 1 + GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|", "SF208 2:9 GET DIRECT CONSTANTS must stand alone"),
        ("x = GET DIRECT CONSTANTS('t.csv', ',', B2) ~~|\nB2 = 1 ~~|", "SF208 2:40 the argument `cell` of GET DIRECT"),
        ("x = GET DIRECT CONSTANTS('t.csv', 'B2') ~~|", "SF205 2:5 GET DIRECT CONSTANTS takes 3 arguments"),
        ("x = GET DIRECT SUBSCRIPT('t.csv', ',', 'A2', 'A3', '') ~~|", "SF208 2:5 'x' reads t.csv"),
        ("f(GET DIRECT CONSTANTS('t.csv', ',', 'B2')) ~~|\ny = f(1) ~~|", "SF208 2:3 'f' reads t.csv"),
        ("f(GET DIRECT LOOKUPS('u.csv', ',', 'A', 'B1')) ~~|\ny = f(1) ~~|",
         "SF108 2:3 'f' reads u.csv (axis A, cell B1): the x of"),
        ("d: GET DIRECT SUBSCRIPT('t.csv', ',', 'A9', 'A9', '') ~~|\nx[d] = 1 ~~|",
         "SF601 2:4 'd' reads t.csv (cell A9): cell A9 is empty"),
        ("d: GET DIRECT SUBSCRIPT('t.csv', ',', 'A9') ~~|\nx[d] = 1 ~~|", "SF205 2:4 GET DIRECT SUBSCRIPT takes"),
        ("d: GET EVERYTHING('t.csv') ~~|\nx[d] = 1 ~~|", "SF114 2:4 the elements of 'd' come from GET EVERYTHING"),
        ("d: GET DIRECT SUBSCRIPT('u.csv', ',', 'C1', 'C2', '') ~~|\nx[d] = 1 ~~|",
         "SF201 2:4 'd' reads u.csv (cell C1): 'k' stands"),
    ],
)
def test_faults_of_tables_are_located_in_the_model(text: str, wanted: str, tmp_path: Path) -> None:
    assert faults(written(tmp_path, text + "\n", t=TABLE, u="2,1,k\n1,1,k\n"))[0].startswith(wanted)


def test_blank_numbers_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "d: d1, d2, d3 ~~|\nx[d] = GET XLS CONSTANTS('t.csv', ',', 'A1') ~~|\n", t="1,,3\n")
    model = sf.load(path)
    assert [item.message for item in model.diagnostics] == ["'x' reads t.csv: B1 is blank and counts as 0"]
    assert last(model.run(), "x") == [1, 0, 3]


def test_tables_elsewhere_are_read_where_the_user_allows_it(tmp_path: Path) -> None:
    inner = tmp_path / "model"
    inner.mkdir()
    path = written(inner, "x = GET DIRECT CONSTANTS('..\\t.csv', ',', 'B2') ~~|\n")
    (tmp_path / "t.csv").write_text(TABLE)
    with pytest.raises(sf.ModelError, match="leads out of the model's folder"):
        sf.load(path)
    assert sf.load(path, data_dir=tmp_path).run()["x"].values.flat[0] == 11


HOSTILE = {
    "attack/A30_path_traversal.mdl": ("SF601", "../secret_outside.csv"),
    "attack/A32_unc_path.mdl": ("SF601", "never opened"),
    "attack/A33_http_path.mdl": ("SF601", "never opened"), "attack/A35_far_cell.mdl": ("SF109", "XFD1048576"),
    "attack/A36_zip_bomb.mdl": ("SF109", "1,572,865,879 bytes"),
    "malformed/M25_missing_file.mdl": ("SF601", "'x' reads data/no_such.xlsx (sheet Sheet1, cell B2): no such file in"),
    "malformed/M26_wrong_sheet.mdl": ("SF601", "'x' reads sheet 'Inputs' of M26_book.xlsx, which has only: 'S'"),
}


@needs_shared
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tables_end_in_one_located_error(name: str) -> None:
    (found,) = [item for item in sf.check(SHARED / "hostile" / name) if item.code.startswith(("SF1", "SF6"))]
    code, words = HOSTILE[name]
    assert (found.code, found.line, found.column) == (code, 2, 5)
    assert words in found.message
    assert found.hint
    assert "424242" not in found.message


def test_series_fill_gaps_by_the_rule_of_their_variable(tmp_path: Path) -> None:
    path = written(tmp_path, """
d: d1, d2 ~~|
linear := GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|
held:HOLD BACKWARD: := GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|
next:LOOK FORWARD: := GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|
both[d] = GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|
part[d1] := GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|
part[d2] = 7 ~~|
mixed[d1] := GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|
mixed[d2] = Time * 2 ~~|
total = linear + both[d2] ~~|
""", s="year,x,y\n0,10,1\n2,30,\n,99,99\n")
    ds = sf.load(path).run()
    assert ds["linear"].values.tolist() == [10, 20, 30]
    assert ds["held"].values.tolist() == [10, 10, 30]
    assert ds["next"].values.tolist() == [10, 30, 30]
    assert ds["both"].values.tolist() == [[10, 1], [20, 1], [30, 1]]
    assert ds["part"].values.tolist() == [[10, 7], [20, 7], [30, 7]]
    assert ds["mixed"].values.tolist() == [[10, 0], [20, 2], [30, 4]]
    assert ds["total"].values.tolist() == [11, 21, 31]


def test_the_hashes_of_tables_are_kept_with_the_results(tmp_path: Path) -> None:
    series = "x := GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|\n"
    path = written(tmp_path, series + "y = GET DIRECT CONSTANTS('t.csv', ',', 'B2') ~~|\n",
                   s="t,x\n0,1\n", t=TABLE)
    hashes = json.loads(sf.load(path).run().attrs["data_sha256"])
    assert hashes == {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("s.csv", "t.csv")}


def test_a_file_given_for_data_that_the_model_reads_itself_is_noted(tmp_path: Path) -> None:
    series = "x := GET DIRECT DATA('s.csv', ',', 'A', 'B2') ~~|\n"
    path = written(tmp_path, series, s="t,x\n0,1\n", given="Time,x\n0,5\n")
    with pytest.warns(sf.ModelWarning, match=r"'x' is in given.csv, too"):
        ds = sf.load(path, data=[tmp_path / "given.csv"]).run()
    assert ds["x"].values.tolist() == [1, 1, 1]


def test_lookups_of_some_elements_leave_the_others_undefined(tmp_path: Path) -> None:
    path = written(tmp_path, """
e: e1, e2, e3 ~~|
f[e1](GET DIRECT LOOKUPS('t.csv', ',', '1', 'B2')) ~~|
f[e2]((0,0),(1,1)) ~~|
y = f[e1](2) + f[e2](1) ~~|
""", t=TABLE)
    assert last(sf.load(path).run(), "y") == 13
