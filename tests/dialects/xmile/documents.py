"""Small XMILE documents for the tests of the reader, and expressions as compact text."""

from __future__ import annotations

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.reader import read
from stockflow.ir.expr import (
    At,
    Between,
    Binary,
    Call,
    Element,
    Every,
    Expr,
    If,
    Interpolate,
    Name,
    Number,
    Place,
    Subscript,
    Table,
    Unary,
    Values,
    Word,
)
from stockflow.ir.model import Project, Variable
from stockflow.ir.walk import fold
from stockflow.source import Source

NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
SPECS = "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>"
DIMENSIONS = (
    '<dimensions><dim name="Fruit"><elem name="apple"/><elem name="red pear"/></dim><dim name="N" size="3"/>'
    "</dimensions>"
)


def document(variables: str = "", before: str = SPECS, vendor: str = "someone", attrs: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<xmile version="1.0" xmlns="{NAMESPACE}"{attrs}>\n'
        f"<header><vendor>{vendor}</vendor><name>a model</name></header>\n{before}\n"
        f"<model><variables>\n{variables}\n</variables></model>\n</xmile>\n"
    )


def read_text(text: str) -> tuple[Project, Report]:
    report = Report()
    return read(Source("test.xmile", text), report), report


def read_clean(text: str) -> Project:
    project, report = read_text(text)
    assert [item.message for item in report] == []
    return project


def only_error(text: str) -> tuple[str, str, str]:
    """Code, message and marked text of the single error of a document."""
    _, report = read_text(text)
    assert len(report.errors) == 1, [item.message for item in report.errors]
    error = report.errors[0]
    return error.code, error.message, error.span.text if error.span else ""


def variable(project: Project, key: str) -> Variable:
    return next(item for item in project.variables if item.key == key)


def aux(equation: str, before: str = SPECS) -> str:
    """How the equation of an auxiliary reads, as compact text."""
    project = read_clean(document(f'<aux name="x"><eqn>{equation}</eqn></aux>', before))
    return shown(variable(project, "x").equations[0].expr)


def shown(expr: Expr) -> str:
    return fold(expr, _part)


def _part(expr: Expr, parts: tuple[str, ...]) -> str:
    match expr:
        case Number(value=value):
            return f"{value:g}"
        case Name(key=key, subscripts=subscripts):
            return f"{key}{_brackets(subscripts, list(parts))}"
        case Unary(op=op):
            return f"({op} {parts[0]})"
        case Binary(op=op):
            return f"({parts[0]} {op} {parts[1]})"
        case If():
            return f"if({', '.join(parts)})"
        case Call(key=key, args=args, subscripts=subscripts):
            brackets = _brackets(subscripts, list(parts[len(args) :]))
            return f"{key}{brackets}({', '.join(parts[: len(args)])})"
        case Table(x=x, y=y, mode=mode):
            points = " ".join(f"{a:g}:{b:g}" for a, b in zip(x, y, strict=True))
            return f"{mode}<{points}>"
        case Values(values=values, rows=rows):
            return f"{rows} rows of {', '.join(f'{value:g}' for value in values)}"
        case Interpolate():
            return f"{parts[0]}@{parts[1]}"
        case _:
            return type(expr).__name__


def _brackets(subscripts: tuple[Subscript, ...], parts: list[str]) -> str:
    return f"[{', '.join(_subscript(item, parts) for item in subscripts)}]" if subscripts else ""


def _subscript(subscript: Subscript, parts: list[str]) -> str:
    match subscript:
        case Word(key=key):
            return key
        case Every(key=key):
            return f"*{key}"
        case Place(number=number):
            return f"@{number}"
        case At():
            return f"at {parts.pop(0)}"
        case Between():
            return f"{parts.pop(0)}:{parts.pop(0)}"
        case Element(index=index):
            return f"#{index}"
        case _:
            return type(subscript).__name__


def left(project: Project, key: str) -> list[str]:
    """The left-hand sides of a variable's equations with what they leave out and their expressions."""
    lines = []
    for item in variable(project, key).equations:
        excepts = " ".join(_brackets(group, []) for group in item.excepts)
        lines.append(f"{_brackets(item.subscripts, [])}{' except ' + excepts if excepts else ''} = {shown(item.expr)}")
    return lines
