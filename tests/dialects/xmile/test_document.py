"""Safe XML: what is refused, what is mended with a warning, and where it says the fault is."""

from __future__ import annotations

import time

import pytest
from lxml import etree

from stockflow.dialects.xmile import document as xml
from tests.dialects.xmile.documents import NAMESPACE, document, only_error, read_text, variable

X = '<aux name="x"><eqn>1</eqn></aux>'


def test_a_doctype_is_refused_and_its_entities_are_not_read() -> None:
    text = document('<aux name="x"><doc>&s;</doc><eqn>1</eqn></aux>').replace(
        "<xmile ", '<!-- first --><!DOCTYPE xmile [<!ENTITY s SYSTEM "file:///etc/hostname">]>\n<xmile ', 1
    )
    assert only_error(text) == ("SF110", "DOCTYPE is not allowed in a model file", "<!DOCTYPE")


def test_the_word_doctype_in_a_comment_is_no_doctype() -> None:
    project, report = read_text(document(f"<!-- <!DOCTYPE x> -->{X}"))
    assert not list(report)
    assert variable(project, "x").label == "x"


@pytest.mark.parametrize("cut", ["</variables>", "</model>", "</xmile>"])
def test_a_truncated_file_is_an_error_that_names_the_open_element(cut: str) -> None:
    text = document(X)
    project, report = read_text(text[: text.index(cut)])
    name = cut.strip("</>")
    line = 2 if name == "xmile" else 5
    assert [error.code for error in report.errors] == ["SF110"]
    assert report.errors[0].message == f"the XML ends inside <{name}> (opened at line {line})"
    assert project.variables == ()


def test_a_file_cut_anywhere_is_never_read_in_silence() -> None:
    text = document('<stock name="s"><eqn>1</eqn><inflow>f</inflow></stock>\n<flow name="f"><eqn>s &lt; 2</eqn></flow>')
    for stop in range(1, len(text.rstrip())):
        project, report = read_text(text[:stop])
        assert report.failed, text[:stop][-40:]
        assert project.variables == ()


def test_a_cut_file_with_a_mismatched_tag_before_the_cut_is_still_an_error() -> None:
    text = document('<aux name="x"><eqn>1</eqnn></aux>\n<aux name="y"><eqn>2</eqn></aux>')
    _, report = read_text(text[: text.index("</model>")])
    assert [item.code for item in report] == ["SF110"]


def test_a_misspelt_closing_tag_is_mended_with_a_warning() -> None:
    project, report = read_text(document('<aux name="x"><eqn>1+1</eqnn></aux><aux name="y"><eqn>2</eqn></aux>'))
    assert [(item.code, item.severity, item.line) for item in report] == [("SF111", "warning", 6)]
    assert "</eqnn> does not close <eqn>, opened at line 6; read as </eqn> (1 place)" in report.items[0].message
    assert [item.key for item in project.variables if not item.control] == ["x", "y"]


def test_a_missing_closing_tag_ends_before_the_next_variable() -> None:
    text = document('<flow name="a"><eqn>1</eqn>\n<flow name="b"><eqn>2</eqn>\n<stock name="s"><eqn>3</eqn></stock>')
    project, report = read_text(text)
    assert [item.code for item in report] == ["SF111"]
    assert "(2 places)" in report.items[0].message
    assert [item.key for item in project.variables if not item.control] == ["a", "b", "s"]


@pytest.mark.parametrize(("closing", "more"), [("", ""), ("", "<views><view/></views>"), ("</variable>", "")])
def test_the_variables_end_where_what_stands_beside_them_begins(closing: str, more: str) -> None:
    project, report = read_text(document(X).replace("\n</variables>", closing + more))
    assert [item.code for item in report] == ["SF111"]
    assert "<variables>, opened at line 5" in report.items[0].message
    assert [item.key for item in project.variables if not item.control] == ["x"]


def test_a_text_beyond_the_limit_is_refused() -> None:
    text = document(f'<aux name="x"><eqn>1</eqn><doc>{"x" * 10_000_001}</doc></aux>')
    _, report = read_text(text)
    (error,) = report.errors
    assert (error.code, error.line) == ("SF109", 6)
    assert "the limit is 10,000,000" in error.message


def test_a_file_without_a_model_says_so() -> None:
    assert only_error(f'<xmile version="1.0" xmlns="{NAMESPACE}"/>')[:2] == ("SF110", "the file holds no <model>")


def test_what_no_closing_tag_mends_is_an_error() -> None:
    _, report = read_text(document('<aux name="x"><eqn>1</>/eqn></aux>'))
    assert [item.code for item in report] == ["SF110"]
    assert report.items[0].message.startswith("the XML cannot be read")


def test_a_closing_tag_that_closes_nothing_is_an_error() -> None:
    code, message, marked = only_error(document('<aux name="x"><eqn>1</foo></eqn></aux>'))
    assert (code, marked) == ("SF110", "</foo>")
    assert "closes nothing" in message


def test_a_raw_less_than_is_refused_with_the_way_to_write_it() -> None:
    _, report = read_text(document('<aux name="x"><eqn>1 < 2</eqn></aux>'))
    assert [item.code for item in report] == ["SF110"]
    assert "&lt;" in report.items[0].hint


def test_a_less_than_that_looks_like_a_tag_is_not_mended_away() -> None:
    _, report = read_text(document('<aux name="x"><eqn>a<b>c</eqn></aux>'))
    assert "SF110" in [item.code for item in report.errors]


def test_an_undeclared_prefix_is_one_warning_with_its_number_of_places() -> None:
    text = document(X + "<isee:dependencies/>", before='<isee:prefs layer="model" isee:a="1"/><isee:prefs/>')
    project, report = read_text(text)
    assert [(item.code, item.severity) for item in report] == [("SF111", "warning")]
    assert "(4 places)" in report.items[0].message
    assert variable(project, "x").key == "x"


def test_an_old_namespace_is_a_warning_that_names_both() -> None:
    project, report = read_text(document(X).replace(NAMESPACE, "http://www.systemdynamics.org/XMILE"))
    assert [item.code for item in report] == ["SF113"]
    assert "http://www.systemdynamics.org/XMILE" in report.items[0].message
    assert NAMESPACE in report.items[0].message
    assert variable(project, "x").key == "x"


def test_no_namespace_is_a_warning() -> None:
    _, report = read_text(document(X).replace(f' xmlns="{NAMESPACE}"', ""))
    assert [item.code for item in report] == ["SF113"]
    assert "no XMILE namespace" in report.items[0].message


def test_a_prefixed_namespace_is_read() -> None:
    text = f'<m:xmile xmlns:m="{NAMESPACE}"><m:model><m:aux name="x"><m:eqn>1</m:eqn></m:aux></m:model></m:xmile>'
    project, report = read_text(text)
    assert not list(report)
    assert [item.key for item in project.variables] == ["x"]


def test_deep_nesting_is_refused_with_the_figure() -> None:
    began = time.process_time()
    code, message, _ = only_error(document("<group>" * 50_000 + "</group>" * 50_000))
    assert code == "SF109"
    assert message == "the XML is nested 50,003 deep; the limit is 256"
    assert time.process_time() - began < 30


def test_another_root_element_is_not_a_model() -> None:
    assert only_error("<html><p/></html>")[:2] == (
        "SF112", "the root element is <html>; an XMILE file begins with <xmile>"
    )


def test_text_that_is_no_xml_says_so() -> None:
    assert only_error("{UTF-8}\nx = 1 ~~|")[0] == "SF112"


@pytest.mark.parametrize("text", ["", " ", "\ufeff", "<", "<!--", "<xmile", "<xmile>\x00</xmile>", "<a/><b/>", "<?xml"])
def test_scraps_are_errors_and_never_exceptions(text: str) -> None:
    _, report = read_text(text)
    assert report.failed


def test_a_byte_order_mark_moves_no_place() -> None:
    project, _ = read_text("\ufeff" + document(X))
    span = variable(project, "x").equations[0].span
    assert span is not None
    assert (span.text, span.line) == ("1", 6)


def test_an_element_with_attributes_without_end_is_refused() -> None:
    many = " ".join(f'a{n}="1"' for n in range(50_000))
    code, message, _ = only_error(document(f'<aux name="x" {many}><eqn>1</eqn></aux>'))
    assert (code, message) == ("SF109", "an element has 50,001 attributes; the limit is 1,000")


@pytest.mark.parametrize("note", ['"' + "=" * 2_000 + '"', "'" + 'a="1" ' * 2_000 + "'", '"' + "> b='1'" * 2_000 + '"'])
def test_what_stands_in_an_attribute_is_no_attribute(note: str) -> None:
    project, report = read_text(document(f'<aux name="x" note={note}><eqn>1</eqn></aux>'))
    assert not report.errors
    assert variable(project, "x").label == "x"


def test_attributes_are_counted_however_they_are_written() -> None:
    many = "\n".join(f"a\u00b7{n} = '=\"'" for n in range(1_000))
    code, message, _ = only_error(document(f'<aux name="x" {many}><eqn>1</eqn></aux>'))
    assert (code, message) == ("SF109", "an element has 1,001 attributes; the limit is 1,000")


@pytest.mark.parametrize("other", ["<xmile><aux/></xmile>", "<xmile/>", "<xmile><model/><model/></xmile>"])
def test_elements_that_do_not_fit_what_the_text_shows_are_an_error(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    monkeypatch.setattr(xml, "_lxml", lambda *_: (etree.fromstring(other), []))
    assert only_error("<xmile><model/></xmile>")[:2] == ("SF110", "the XML's elements cannot be told apart")
