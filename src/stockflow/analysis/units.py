"""Checking units: what each equation gives against what its variable declares, with the leniency modellers know.

Numbers fit everything in sums, what has no units fits everything, and only names compare; faults are warnings. It must
not know how an equation is computed or in what order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import assert_never

from stockflow.analysis.unit_algebra import DIMENSIONLESS, Units, equivalents, read, renamed
from stockflow.analysis.unit_calls import Argument, Open, Unit, expected, solve
from stockflow.diagnostics.model import Report
from stockflow.functions import table
from stockflow.ir.expr import (
    Ask,
    Binary,
    Broken,
    Call,
    Draw,
    Expr,
    If,
    Interpolate,
    Let,
    Missing,
    Name,
    Number,
    Positions,
    Reduce,
    Table,
    Text,
    Unary,
    Values,
    Vector,
)
from stockflow.ir.model import FINAL_TIME, INITIAL_TIME, SAVEPER, TIME, TIME_STEP, Equation, Project, Variable
from stockflow.ir.walk import fold
from stockflow.source import Span

DIMENSIONLESS_NAMES = ("Dmnl", "Dimensionless", "fraction", "radian", "radians")
# The synonyms that Vensim gives every new model, and the other words for clock time.
COMMON_SYNONYMS = (
    ("$", "Dollar", "Dollars", "$s"), ("Person", "People", "Persons"), ("Unit", "Units"), ("Second", "Seconds"),
    ("Minute", "Minutes"), ("Hour", "Hours"), ("Day", "Days"), ("Week", "Weeks"), ("Month", "Months"),
    ("Quarter", "Quarters"), ("Year", "Years"),
)
COMPARISONS = {"<", "<=", ">", ">=", "=", "<>"}
STOCK = "integ"
VERBS = {"+": "adds", "-": "subtracts", "mod": "divides"}
WORDS_LIMIT = 40


def check_units(project: Project, report: Report) -> None:
    """Add a warning for each text of units that cannot be read and each place where units do not agree."""
    checker = _Checker(project, report)
    checker.declare()
    for variable in project.variables:
        for equation in variable.equations:
            checker.equation(variable, equation)


@dataclass(slots=True)
class _Checker:
    project: Project
    report: Report
    declared: dict[str, Unit] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    time: Unit = Open.UNKNOWN
    variable: Variable | None = None

    # What the model declares.

    def declare(self) -> None:
        groups = (*self.project.unit_equivalences, *COMMON_SYNONYMS)
        self.names = equivalents(groups, DIMENSIONLESS_NAMES)
        for variable in self.project.variables:
            self.declared[variable.key] = self.declaration(variable)
        self.time = self.time_units()
        self.declared.setdefault(TIME, self.time)

    def declaration(self, variable: Variable) -> Unit:
        reading = read(variable.units)
        if reading.fault is not None and not (variable.hidden and variable.units in self.told):
            self.told.add(variable.units)
            self.unreadable(variable, reading.fault.message, reading.fault.start, reading.fault.stop)
        return self.understood(variable.units)

    def understood(self, text: str) -> Unit:
        reading = read(text)
        for key, label in reading.labels:
            self.labels.setdefault(self.names.get(key, key), label)
        return Open.UNKNOWN if reading.units is None else renamed(reading.units, self.names)

    def time_units(self) -> Unit:
        for key in (TIME_STEP, INITIAL_TIME, FINAL_TIME, SAVEPER):
            found = self.declared.get(key, Open.UNKNOWN)
            if isinstance(found, Units):
                return found
        return self.understood(self.project.time_units)

    def unreadable(self, variable: Variable, message: str, start: int, stop: int) -> None:
        span = variable.units_span or variable.span
        if variable.units_span is not None and variable.units_span.text.startswith(variable.units):
            begin = variable.units_span.start
            span = Span(variable.units_span.source, begin + start, begin + max(stop, start + 1))
        self.report.warn(
            "SF501", f"{message} of '{variable.label}'", span, variable=variable.label,
            hint="units are names joined by * / ( ) and ^, such as person/(hour*Month)",
        )

    # One equation.

    def equation(self, variable: Variable, equation: Equation) -> None:
        if variable.kind == "lookup" or isinstance(equation.expr, Number | Values | Table):
            return
        self.variable = variable
        wanted = self.declared[variable.key]
        for expr in (equation.expr, equation.initial):
            if expr is not None:
                self.compare(wanted, self.measure(expr, wanted), expr, equation)

    def compare(self, wanted: Unit, given: Unit, expr: Expr, equation: Equation) -> None:
        if not (isinstance(wanted, Units) and isinstance(given, Units)) or wanted == given or self.variable is None:
            return
        left, right = self.words(wanted), self.words(given)
        hint = f"declare '{self.variable.label}' in {right}, or correct the equation"
        if given == DIMENSIONLESS:
            hint = "give the numbers in the equation names, with units of their own"
        self.warn(
            f"'{self.variable.label}' has the units {left}, but its equation gives {right}", expr,
            self.remedy(wanted, given, hint), equation.span,
        )

    def measure(self, expr: Expr, wanted: Unit) -> Unit:
        """The units of an expression; those wanted of the whole serve to judge the arguments of an outermost call."""
        return fold(expr, lambda node, parts: self.node(node, parts, wanted if node is expr else Open.UNKNOWN))

    def node(self, node: Expr, parts: tuple[Unit, ...], wanted: Unit) -> Unit:
        match node:
            case Number() | Missing() | Values() | Positions():
                return Open.NUMBER
            case Text() | Table() | Broken():
                return Open.UNKNOWN
            case Name():
                return self.name(node)
            case Unary(op=op):
                return DIMENSIONLESS if op == "not" else parts[0]
            case Binary():
                return self.binary(node, parts[0], parts[1])
            case If():
                return self.branches(node, parts[1], parts[2])
            case Call():
                return self.call(node, parts, wanted)
            case Let() | Reduce():
                return parts[-1]
            case Interpolate(table=Name()):
                return parts[0]
            case Interpolate() | Vector() | Draw() | Ask():
                return Open.UNKNOWN
            case _:
                assert_never(node)

    def name(self, name: Name) -> Unit:
        if name.key in self.declared:
            return self.declared[name.key]
        bound = table.resolve(self.spelling, name.key, 0)
        if bound is not None and not bound.row.signature:
            return solve(bound.row, [], self.time).result
        # The name of a range or of an element stands for its place, which is a number.
        return Open.NUMBER

    # Operators.

    def binary(self, node: Binary, left: Unit, right: Unit) -> Unit:
        match node.op:
            case "*" | "/":
                return _product(node.op, left, right)
            case "^":
                return self.raised(node, left, right)
            case "and" | "or":
                return DIMENSIONLESS
            case op:
                both = self.alike(node, left, right, VERBS.get(op, "compares"))
                return DIMENSIONLESS if op in COMPARISONS else both

    def alike(self, node: Binary, left: Unit, right: Unit, verb: str) -> Unit:
        """The common units of both sides of a sum or a comparison; unknown, so that one fault is told once."""
        if not isinstance(left, Units) or not isinstance(right, Units):
            return _first_known(left, right)
        if left == right:
            return left
        link = {"adds": "and", "subtracts": "from"}.get(verb, "with" if verb == "compares" else "by")
        first, second = (node.right, node.left) if verb == "subtracts" else (node.left, node.right)
        units = (right, left) if verb == "subtracts" else (left, right)
        self.warn(
            f"{self.owner} {verb} {self.part(first, units[0])} {link} {self.part(second, units[1])}", node.right,
            self.remedy(left, right, "bring both to the same units, with a named conversion constant if need be"),
            node.span,
        )
        return Open.UNKNOWN

    def raised(self, node: Binary, base: Unit, exponent: Unit) -> Unit:
        if isinstance(exponent, Units) and exponent != DIMENSIONLESS:
            self.warn(
                f"{self.owner} has an exponent in {self.words(exponent)}; an exponent is a number", node.right,
                "divide it by a constant of the same units", node.span,
            )
        if not isinstance(base, Units) or base == DIMENSIONLESS:
            return base
        number = _constant(node.right)
        made = base.power(number) if number is not None else None
        return Open.UNKNOWN if made is None or made.too_large else made

    def branches(self, node: If, then: Unit, otherwise: Unit) -> Unit:
        if isinstance(then, Units) and isinstance(otherwise, Units) and then != otherwise:
            self.warn(
                f"{self.owner} chooses between {self.part(node.then, then)} and"
                f" {self.part(node.otherwise, otherwise)}",
                node.otherwise, self.remedy(then, otherwise, "give both parts the same units"), node.span,
            )
            return Open.UNKNOWN
        return _first_known(then, otherwise)

    # Calls.

    def call(self, call: Call, parts: tuple[Unit, ...], wanted: Unit) -> Unit:
        found = self.declared.get(call.key)
        if found is not None:
            return found
        bound = table.resolve(self.spelling, call.key, len(call.args))
        if bound is None or bound.row.kind == "refused":
            return Open.UNKNOWN
        parameters = {parameter.name: parameter for parameter in bound.row.signature}
        names = [bound.arguments[min(place, len(bound.arguments) - 1)] for place in range(len(call.args))]
        arguments = [Argument(parameters[name], parts[place]) for place, name in enumerate(names)]
        answer = solve(bound.row, arguments, self.time, wanted)
        for place in answer.wrong:
            self.argument(call, place, arguments[place], expected(arguments[place], answer.letters))
        return answer.result

    def argument(self, call: Call, place: int, argument: Argument, wanted: Units) -> None:
        arg = call.args[place]
        given = argument.units
        assert isinstance(given, Units), "what has no units fits everything"
        whole = f"the stock {self.owner}" if call.key == STOCK else f"{call.label.upper()} in {self.owner}"
        self.warn(
            f"the {argument.parameter.name} of {whole} is {self.part(arg, given)}; {self.words(wanted)} is wanted",
            arg, self.remedy(wanted, given, "correct it, or the units of what it is made of"), call.span,
        )

    @property
    def spelling(self) -> str:
        return self.project.spelling_of(self.variable) if self.variable else self.project.dialect.spelling

    # Words.

    @property
    def owner(self) -> str:
        return f"'{self.variable.label}'" if self.variable else "the model"

    def words(self, units: Units) -> str:
        return units.words(self.labels)

    def part(self, expr: Expr, units: Units) -> str:
        """'x (person/Month)': what stands in the equation, and its units; the units alone where no text stands."""
        text = " ".join(expr.span.text.split()) if expr.span else ""
        if isinstance(expr, Name):
            text = expr.label
        elif len(text) > WORDS_LIMIT:
            text = f"{text[: WORDS_LIMIT - 3]}..."
        # The span of a part that the file does not spell out, such as an XMILE stock's net flow, is an element's tag.
        return f"{text} ({self.words(units)})" if text and not text.startswith("<") else f"in {self.words(units)}"

    def remedy(self, left: Units, right: Units, otherwise: str) -> str:
        """A hint; where only the spelling of a name differs, the equivalence that would settle it."""
        ratio = left / right
        keys = [key for key, _ in ratio.factors]
        if len(keys) == 2 and _stems(keys[0]) & _stems(keys[1]):
            names = ",".join(self.labels.get(key, key) for key in keys)
            return f"if these mean the same, add the unit equivalence {names}"
        return otherwise

    def warn(self, message: str, expr: Expr, hint: str, whole: Span | None) -> None:
        variable = self.variable
        span = expr.span or whole or (variable.span if variable else None)
        self.report.warn("SF502", message, span, hint=hint, variable=variable.label if variable else "")


def _first_known(left: Unit, right: Unit) -> Unit:
    for unit in (left, right):
        if isinstance(unit, Units):
            return unit
    return Open.UNKNOWN if Open.UNKNOWN in (left, right) else Open.NUMBER


def _product(op: str, left: Unit, right: Unit) -> Unit:
    if left is Open.UNKNOWN or right is Open.UNKNOWN:
        return Open.UNKNOWN
    if left is Open.NUMBER and right is Open.NUMBER:
        return Open.NUMBER
    first = left if isinstance(left, Units) else DIMENSIONLESS
    second = right if isinstance(right, Units) else DIMENSIONLESS
    made = first * second if op == "*" else first / second
    return Open.UNKNOWN if made.too_large else made


def _constant(expr: Expr) -> Fraction | None:
    """The number that an exponent is, with its signs; None for anything else."""
    sign = 1
    while isinstance(expr, Unary) and expr.op != "not":
        sign = -sign if expr.op == "-" else sign
        expr = expr.operand
    match expr:
        case Number(value=value) if abs(value) <= WORDS_LIMIT:
            return sign * Fraction(value).limit_denominator(1000)
        case Binary(op="/", left=Number(value=above), right=Number(value=below)) if 0 < abs(below) < 1000 > abs(above):
            return sign * Fraction(above).limit_denominator(1000) / Fraction(below).limit_denominator(1000)
        case _:
            return None


def _stems(key: str) -> set[str]:
    """The word and what may be its singular, for a hint only."""
    return {key, key.removesuffix("s"), key.removesuffix("es")}


