from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stockflow as sf
from stockflow.simulate.display import MOST_ROWS, model_html, variable_html

EVIL = "</td><script>alert(1)</script>\x1b\"'&"


@dataclass(frozen=True)
class Variable:
    label: str = EVIL
    kind: str = "stock"
    units: str = EVIL
    doc: str = EVIL
    equation: str = EVIL
    span: None = None
    dimensions: tuple[str, ...] = (EVIL,)
    limits: tuple[float | None, ...] = (0.0, None, None)
    causes: tuple[str, ...] = (EVIL,)
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    path: str = EVIL
    title: str = EVIL
    method: str = "euler"
    variables: tuple[Variable, ...] = (Variable(),)
    diagnostics: tuple[str, ...] = field(default=())


def test_all_text_of_a_model_is_escaped() -> None:
    for html in (model_html(Model()), variable_html(Variable())):
        assert "<script" not in html
        assert "\x1b" not in html
        assert "&lt;script&gt;" in html


def test_a_variable_shows_what_it_has_and_no_more() -> None:
    stock = Variable("Stock", units="", doc="", equation="INTEG(flow, 0)", dimensions=("R",), causes=("flow",))
    html = variable_html(stock)
    assert "<b>Stock[R]</b>" in html
    assert "<th>causes</th><td>flow</td>" in html
    assert "<th>limits</th><td>0 to open</td>" in html
    assert "<th>units</th>" not in html


def test_long_models_and_texts_are_cut_with_a_word_about_it() -> None:
    html = model_html(Model(variables=tuple(Variable("x" * 100_000) for _ in range(MOST_ROWS + 5))))
    assert "and 5 more" in html
    assert len(html) < 3_000 * MOST_ROWS


OWN = {"div", "p", "b", "code", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td"}
PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>",
    "javascript:alert(1)", "</td></tr></table>", "</code>", "<svg/onload=alert(1)>", "<!--", "-->", "<![CDATA", "<?php",
    "&lt;b&gt;", "&#60;b&#62;", "&", "&amp", '"', "'", "`", "=", "\u2028", "\u202e", "\u00a0", "<", ">", "/>",
    " onclick=x ", "{{7*7}}",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=5).map(lambda pieces: "".join(["a", *pieces]))
XMILE = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><name>{title}</name><vendor>v</vendor><product version="1">p</product></header>
<sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>
<dimensions><dim name={dimension}><elem name={element}/><elem name="plain"/></dim></dimensions>
<model><variables>
<aux name={name}><eqn>TIME {{{doc}}}</eqn><doc>{doc}</doc><units>{units}</units></aux>
<aux name="arrayed"><doc>{doc}</doc><dimensions><dim name={dimension}/></dimensions><eqn>TIME</eqn></aux>
</variables></model></xmile>
"""
MDL = """{{UTF-8}}
"{name}" = Time ~ {units} ~ {doc} |
INITIAL TIME = 0 ~~|
FINAL TIME = 1 ~~|
TIME STEP = 1 ~~|
"""


def in_xmile(folder: Path, text: str) -> sf.Model:
    """A model that has the text in every place that a file has for one."""
    plain, name = escape(text.replace("{", "").replace("}", "")), quoteattr(f"n {text.replace('.', '')}")
    path = folder / "model.xmile"
    path.write_text(XMILE.format(
        title=plain, name=name, doc=plain, units=plain, dimension=quoteattr(f"d {text.replace('.', '')}"),
        element=quoteattr(f"e {text.replace('.', '')}"),
    ), encoding="utf-8")
    return sf.load(path)


def in_mdl(folder: Path, text: str) -> sf.Model:
    path = folder / "model.mdl"
    plain = text.replace("|", "").replace("~", "")
    path.write_text(MDL.format(name=f"n {plain}".replace('"', '\\"'), doc=plain, units="1"), encoding="utf-8")
    return sf.load(path)


def elements(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page in order, each with the names of its attributes; comments are elements here."""
    page = lxml.html.fragment_fromstring(html, "body")
    return [(str(node.tag), tuple(sorted(node.attrib))) for node in page.iterdescendants()]


@pytest.mark.parametrize("read", [in_xmile, in_mdl])
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_no_text_of_a_file_becomes_an_element_or_an_attribute(read: object, tmp_path: Path, text: str) -> None:
    model = read(tmp_path, text)
    plain = read(tmp_path, "word")
    for shown, wanted in ((model, plain), *zip(model, plain, strict=True)):
        found = elements(shown._repr_html_())
        assert {tag for tag, _ in found} <= OWN
        assert not any(names for _, names in found)
        assert Counter(found) == Counter(elements(wanted._repr_html_()))


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_a_run_of_a_hostile_model_shows_what_that_of_a_plain_one_does(tmp_path: Path, text: str) -> None:
    shown, wanted = (in_xmile(tmp_path, each).run()._repr_html_() for each in (text, "word"))
    assert Counter(elements(shown)) == Counter(elements(wanted))


def test_a_text_is_shown_as_it_is_written(tmp_path: Path) -> None:
    text = "<b>bold</b> & 'so' \"on\" &lt;"
    page = lxml.html.fragment_fromstring(in_xmile(tmp_path, text)._repr_html_(), "body")
    assert f"n {text}" in [cell.text_content() for cell in page.iter("td")]
