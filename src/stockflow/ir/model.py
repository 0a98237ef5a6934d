"""The model as read from a file, before anything is resolved: dimensions, variables, equations, views.

Both dialects make these nodes; no node knows how it will be computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal

from stockflow.ir.expr import Expr, Subscript
from stockflow.limits import Limits
from stockflow.source import Source, Span

Kind = Literal["stock", "flow", "auxiliary", "constant", "lookup", "data", "string"]
# Kinds that have no numbers to compute, keep or show.
NUMBERLESS: tuple[Kind, ...] = ("lookup", "string")

INITIAL_TIME = "initial time"
FINAL_TIME = "final time"
TIME_STEP = "time step"
SAVEPER = "saveper"
TIME = "time"
NOISE_SEED = "noise seed"
RUN_NUMBER = "#run"
CONTROLS = (INITIAL_TIME, FINAL_TIME, TIME_STEP, SAVEPER)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the languages, as facts that stages read.

    `spelling` picks the spellings of function rows: "vensim", "xmile" (the standard), "stella" (isee's files) or
    "ventana" (XMILE that Vensim writes); the last two look up under "xmile" what they do not spell themselves.
    `bare_arrays`: an arrayed variable without brackets is an "error" or "elementwise". `rk2`: "midpoint" (Vensim) or
    "heun" (Stella). `invalid_index` is the value of an array at a computed index outside it.
    """

    name: str
    spelling: Literal["vensim", "xmile", "stella", "ventana"]
    bare_arrays: Literal["error", "elementwise"]
    rk2: Literal["midpoint", "heun"]
    invalid_index: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """`-> target`, or `-> (target: items)`: items name elements or subranges of the target, in the source's order."""

    target: str
    items: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """A subscript range. `items` are as written, each an element or the name of another range.

    `alias_of` names the range of `new <-> old`. `outside` is the call that reads the items from a table. `numbered`
    marks an XMILE dimension given by size only. Analysis expands `items` to elements; where they are `plain` (XMILE)
    each is an element, whatever else is called so.
    """

    key: str
    label: str
    items: tuple[str, ...]
    labels: tuple[str, ...]
    mappings: tuple[Mapping, ...] = ()
    alias_of: str = ""
    numbered: bool = False
    doc: str = ""
    span: Span | None = None
    outside: Expr | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """One definition: left-hand subscripts (none: all of the variable), excluded groups, the expression.

    A stock's expression is a Call of `integ` with the net rate and the initial value, in both dialects. `initial` is
    a separate initial equation (XMILE). `text` is the equation as written, for people. `span` covers it. `keyword`
    is how data fills gaps: raw, interpolate, hold backward or look forward; `Missing` stands for data from outside.
    `non_negative`: a stock whose outflows are limited to what it holds, or a flow that is never below zero (XMILE).
    """

    subscripts: tuple[Subscript, ...]
    expr: Expr
    span: Span | None
    text: str = ""
    excepts: tuple[tuple[Subscript, ...], ...] = ()
    initial: Expr | None = None
    keyword: str = ""
    non_negative: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Keeper:
    """What keeps a stock's content, where it is more than a number: the class `kind` of the runtime.

    It is told `sources` in each step and given `settings` at the start: numbers, or keys of variables that have the
    stock's dimensions.
    """

    kind: str
    sources: tuple[str | float, ...]
    settings: tuple[str | float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A named thing with one or more equations.

    `dimensions` are declared dimension keys (XMILE), None where only the equations tell (Vensim). `inflows` and
    `outflows` are keys, in the order of the file. `control` marks INITIAL TIME and the like; `hidden` those that the
    file does not name (XMILE's sim_specs). `limits` are (minimum, maximum, step), each None where open. `keeper` is a
    stock's. `ceiling` is the key of a variable of the same dimensions that a flow never exceeds, nor is it below zero
    then. `spelling` is how its equations spell functions where it comes from a file of another dialect.
    """

    key: str
    label: str
    kind: Kind
    equations: tuple[Equation, ...]
    units: str = ""
    doc: str = ""
    span: Span | None = None
    units_span: Span | None = None
    limits: tuple[float | None, float | None, float | None] = (None, None, None)
    group: str = ""
    dimensions: tuple[str, ...] | None = None
    inflows: tuple[str, ...] = ()
    outflows: tuple[str, ...] = ()
    control: bool = False
    hidden: bool = False
    supplementary: bool = False
    changeable: bool = True
    spelling: str = ""
    keeper: Keeper | None = None
    ceiling: str = ""

    @property
    def is_beside(self) -> bool:
        """Whether it stands beside a variable of the file, which the reader made of what the file says there."""
        made = self.hidden and not self.control and self.kind != "lookup"
        return made and not self.key.startswith("#")

    @property
    def governed_by(self) -> tuple[str, ...]:
        """The keys of variables that act on it beside its equations."""
        told = self.keeper.sources if self.keeper is not None else ()
        return (*(one for one in told if isinstance(one, str)), *((self.ceiling,) if self.ceiling else ()))


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """An argument of a macro. `default` may name earlier parameters."""

    key: str
    label: str
    default: Expr | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Macro:
    """Equations in a namespace of their own, of which every call has its own copy.

    The value of a call is the variable of the macro's own `key`; `outputs` are further ones that a caller may bind.
    A name with a leading dot is a variable of the model around it. `spelling` as of `Variable`.
    """

    key: str
    label: str
    parameters: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    variables: tuple[Variable, ...]
    span: Span | None = None
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class BaseDate:
    """The date at time 0. `unit` is what time goes in: 0 year, quarter, month, week, day, hour, minute, 7 second."""

    year: int
    month: int
    day: int
    unit: int


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """`target` takes the value of `origin`, both as written; which is whose is for flattening to tell."""

    target: str
    origin: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A place for the variables of the model `of` (an index into the project's models), under this name.

    Names of its equations are those of that model; a leading dot means the root model.
    """

    key: str
    label: str
    of: int
    connections: tuple[Connection, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """A model that modules stand for: variables and modules with names of their own.

    An input that all its modules connect, or that is connected only, has no equations.
    """

    label: str
    variables: tuple[Variable, ...]
    modules: tuple[Module, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    label: str
    doc: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DataImport:
    """A table whose headings are variables, in the first row ("vertical") or in the first column ("horizontal")."""

    resource: str
    sheet: str
    orientation: Literal["vertical", "horizontal"]
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Verbatim:
    """A part of the file kept as it is, to be drawn or written back: a sketch, settings, an XML element."""

    kind: str
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RealityInput:
    """`label :TEST INPUT: target = expression`: an equation that takes the place of a variable's own in a check.

    `subscripts` are those of its name; `equation` has those of the variable `target`. In its expression the variable
    stands for what its own equation gives.
    """

    key: str
    label: str
    subscripts: tuple[Subscript, ...]
    target: str
    target_label: str
    equation: Equation
    doc: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RealityConstraint:
    """`label :THE CONDITION: condition :IMPLIES: consequence`: what must be true whenever the condition is.

    Conditions join comparisons and names of test inputs. `once`: the consequence must be true at some time only. What
    could not be read is `Broken`.
    """

    key: str
    label: str
    subscripts: tuple[Subscript, ...]
    condition: Expr
    consequence: Expr
    once: bool = False
    text: str = ""
    doc: str = ""
    span: Span | None = None


RealityCheck = RealityInput | RealityConstraint


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """A model file, read.

    `method` is one of euler, rk2, rk4, rk2_auto, rk4_auto. `unit_equivalences` are groups of unit names that mean the
    same (settings 22, model_units aliases). Variables are in the order of the file. `macros` and `modules` (which
    stand for `namespaces`) are as written until flattening makes plain variables of them. `aliases`
    are files by the name that stands for them (settings 30). `others` are further files that parts come from.
    `drops_macros` marks a file of a converter that keeps calls of macros and leaves the macros out. `recursive_macros`:
    its macros may call themselves. `reality` holds checks that no ordinary run looks at. `unreadable` are the keys of
    ranges whose definition is faulty: what is found of subscripts without them says nothing.
    """

    source: Source
    dialect: Dialect
    dimensions: tuple[Dimension, ...]
    variables: tuple[Variable, ...]
    title: str = ""
    doc: str = ""
    method: str = "euler"
    time_units: str = ""
    base_date: BaseDate | None = None
    unit_equivalences: tuple[tuple[str, ...], ...] = ()
    groups: tuple[Group, ...] = ()
    verbatim: tuple[Verbatim, ...] = field(default=())
    macros: tuple[Macro, ...] = ()
    modules: tuple[Module, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    others: tuple[Source, ...] = ()
    drops_macros: bool = False
    imports: tuple[DataImport, ...] = ()
    recursive_macros: bool = False
    reality: tuple[RealityCheck, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def limits(self) -> Limits:
        """How much may be made of the model."""
        return self.source.limits

    @property
    def origin_name(self) -> str:
        """What the Vensim file is called that a converter made this one from."""
        return f"{PurePath(self.source.name).stem}.mdl"

    def spelling_of(self, part: Variable | Macro) -> str:
        """The spelling of functions in the equations of a variable or a macro."""
        return part.spelling or self.dialect.spelling
