"""Included files: merged before use, inside the model's folder only, each read once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stockflow.api import check, load
from tests.dialects.xmile.documents import NAMESPACE, SPECS, document

DOUBLE = '<macro name="double"><parm>a</parm><eqn>a * 2</eqn></macro>'
FARM = (
    '<dimensions><dim name="Herd"><elem name="cow"/><elem name="goat"/></dim></dimensions>'
    '<model name="farm"><variables><aux name="size"><eqn>SUM(part)</eqn></aux>'
    '<aux name="part"><dimensions><dim name="Herd"/></dimensions><eqn>3, 4</eqn></aux></variables></model>'
)


def part(inner: str, header: str = "") -> str:
    return f'<xmile version="1.0" xmlns="{NAMESPACE}"><header><vendor>v</vendor></header>{header}{inner}</xmile>'


def asked(*resources: str) -> str:
    return "<includes>" + "".join(f'<include resource="{one}"/>' for one in resources) + "</includes>"


@pytest.fixture
def model(tmp_path: Path):
    """The path of a model that includes resources, beside further files."""

    def made(variables: str, *resources: str, **files: str) -> Path:
        home = tmp_path / "home"
        for name, text in files.items():
            file = home / f"{name.replace('__', '/')}.xmile"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        text = document(variables).replace("<header>", f"<header>{asked(*resources)}")
        home.mkdir(exist_ok=True)
        (home / "main.xmile").write_text(text, encoding="utf-8")
        return home / "main.xmile"

    return made


def aux(name: str, equation: str) -> str:
    return f'<aux name="{name}"><eqn>{equation}</eqn></aux>'


def last(path: Path, name: str = "x") -> float:
    return float(np.asarray(load(path).run()[name])[-1])


@pytest.mark.parametrize(("text", "said"), [
    ("<xmile", "the XML cannot be read"),
    ("\x00", "lib.xmile is not a text file"),
])
def test_an_included_file_that_cannot_be_read_is_told(model, text, said):
    ((_, message),) = errors(model(aux("x", "1"), "lib.xmile", lib=text))
    assert said in message


def test_of_a_model_without_a_name_the_variables_and_no_views_are_taken(model):
    more = f"<model><sim_specs/><views><view/></views><variables>{aux('y', '2')}</variables></model>"
    assert last(model(aux("x", "y + 1"), "lib.xmile", lib=part(more))) == 3


def errors(path: Path) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in check(path) if item.severity == "error"]


def test_macros_models_and_dimensions_of_an_included_file_are_the_models(model):
    path = model('<module name="farm"/>' + aux("x", "double(farm.size)"), "lib.xmile", lib=part(DOUBLE + FARM))
    assert last(path) == 14
    facts = load(path).run()
    assert list(json.loads(facts.attrs["data_sha256"])) == ["lib.xmile"]
    assert facts["farm.part"].dims == ("time", "Herd")


def test_variables_of_an_included_model_without_a_name_join_the_root_model(model):
    lib = part(f"<model><variables>{aux('k', '5')}</variables></model>", SPECS.replace("10", "99"))
    path = model(aux("x", "k + TIME"), "lib.xmile", lib=lib)
    # The times are those of the including file: 5 + 10.
    assert last(path) == 15
    assert load(path)["k"].span.source.name == "lib.xmile"


def test_a_pattern_takes_all_files_that_fit_in_order(model):
    parts = {f"parts__p{n}": part(f"<model><variables>{aux(f'k{n}', str(n))}</variables></model>") for n in (1, 2)}
    path = model(aux("x", "k1 * 10 + k2"), "parts/p*.xmile", **parts)
    assert last(path) == 12


def test_included_files_include_others_and_circles_end(model):
    first = part(f"{asked('second.xmile')}<model><variables>{aux('a', '1')}</variables></model>")
    second = part(f"{asked('first.xmile', 'main.xmile')}<model><variables>{aux('b', '2')}</variables></model>")
    path = model(aux("x", "a + b"), "first.xmile", "first.xmile", first=first, second=second)
    assert last(path) == 3


def test_a_fault_of_an_included_file_is_told_in_its_own_place(model):
    path = model(aux("x", "k"), "lib.xmile", lib=part(f"<model><variables>\n{aux('k', '1 + * 2')}</variables></model>"))
    found = [item for item in check(path) if item.severity == "error"]
    assert [(item.code, item.span.source.name, item.line) for item in found if item.span] == [("SF105", "lib.xmile", 2)]


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("../away.xmile", "leads out of the model's folder"), ("../*.xmile", "leads out of the model's folder"),
        ("/etc/hostname", "leads out of the model's folder"), ("/etc/*", "leads out of the model's folder"),
        ("nothing.xmile", "no such file"), ("no*.xmile", "no file in"), ("http://127.0.0.1:9/x.xmile", "on a network"),
        ("link.xmile", "leads out"), ("lin*.xmile", "no file in"), ("", "not the name of a file"),
    ],
)
def test_what_is_not_in_the_models_folder_is_not_read(model, tmp_path, resource, words):
    (tmp_path / "away.xmile").write_text(part(DOUBLE), encoding="utf-8")
    path = model(aux("x", "1"), resource)
    (path.parent / "link.xmile").symlink_to(tmp_path / "away.xmile")
    found = errors(path)
    assert [code for code, _ in found] == ["SF101"]
    assert words in found[0][1]


def test_what_two_files_define_is_an_error(model):
    lib = part(f"<model><variables>{aux('K', '2')}</variables></model>")
    found = errors(model(aux("k", "1"), "lib.xmile", lib=lib))
    assert [code for code, _ in found] == ["SF201"]


def test_parts_of_included_files_are_not_kept_as_the_files_own(model):
    lib = part(f"<model><variables>{aux('k', '1')}</variables><views><view/></views></model>")
    path = model(aux("x", "k"), "lib.xmile", lib=lib)
    kept = load(path)._prepared.project.verbatim
    assert all(item.span is not None and item.span.source.name == "main.xmile" for item in kept)
