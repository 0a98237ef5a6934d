from dataclasses import dataclass, field

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
