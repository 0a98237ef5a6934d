"""Stocks, flows, auxiliaries and graphical functions of XMILE as variables of the model.

It knows the elements of a variable (XMILE 1.0, section 3.1 and 4.1); it must not know what a function computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.belts import MULTIPLIER, named
from stockflow.dialects.xmile.beside import Beside, is_constant
from stockflow.dialects.xmile.carried import Carried
from stockflow.dialects.xmile.carriers import Carriers, is_marked, label_of_node, survey
from stockflow.dialects.xmile.cells import Cell, Grid, Part
from stockflow.dialects.xmile.document import Node
from stockflow.dialects.xmile.expressions import Formulas
from stockflow.dialects.xmile.graphs import read_table
from stockflow.dialects.xmile.modules import Fed
from stockflow.dialects.xmile.refusals import refuse_in_variable
from stockflow.ir.expr import (
    Binary,
    Broken,
    Call,
    Expr,
    Interpolate,
    Name,
    Number,
    Subscript,
    Table,
    Unary,
)
from stockflow.ir.model import Dimension, Equation, Kind, Variable
from stockflow.ir.names import key_of, label_of
from stockflow.source import Span

TAGS: Mapping[str, Kind] = {"stock": "stock", "flow": "flow", "aux": "auxiliary", "gf": "lookup"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the reading of every variable shares."""

    formulas: Formulas
    dimensions: Mapping[str, Dimension]
    limited: Mapping[str, bool]
    fed: Fed
    declared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    carriers: Carriers = field(default_factory=Carriers)
    multiplied: frozenset[str] = frozenset()

    @property
    def report(self) -> Report:
        return self.formulas.report


def declared_dimensions(node: Node, dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    """The keys of a variable's known dimensions."""
    parent = node.child("dimensions")
    names = [key_of(dim.attr("name")) for dim in parent.all("dim")] if parent is not None else []
    return tuple(name for name in names if name in dimensions)


def read_variables(nodes: Iterable[Node], setting: Setting) -> tuple[Variable, ...]:
    """The variables of the root model in the order of the file, hidden lookups of arrays after their owners."""
    nodes = [node for node in nodes if _is_named(node, setting.report)]
    for node in nodes:
        setting.declared.setdefault(key_of(node.attr("name")), declared_dimensions(node, setting.dimensions))
    setting = _with_carriers(nodes, setting)
    found: dict[str, Variable] = {}
    for node in nodes:
        earlier = found.get(key_of(node.attr("name")))
        if earlier is not None:
            _tell_twice(node, earlier, setting.report)
            continue
        for variable in _Reader(node, setting).variables():
            found[variable.key] = variable
    return tuple(found.values())


def _with_carriers(nodes: list[Node], setting: Setting) -> Setting:
    """The setting with what conveyors, queues and multipliers of flows have to say to other variables."""
    carriers = survey(nodes, setting.formulas)
    carried = {key: len(setting.declared[key]) for key in carriers.stocks}
    multiplied = frozenset(key_of(node.attr("name")) for node in nodes if is_marked(node, "multiplier"))
    formulas = replace(setting.formulas, carried=carried)
    return replace(setting, formulas=formulas, carriers=carriers, multiplied=multiplied)


def _is_named(node: Node, report: Report) -> bool:
    if key_of(node.attr("name")):
        return True
    report.error("SF105", f"a <{node.tag}> has no name", node.span, hint=f'write <{node.tag} name="...">')
    return False


def _tell_twice(node: Node, earlier: Variable, report: Report) -> None:
    line = earlier.span.line if earlier.span else 0
    report.error(
        "SF201", f"'{label_of_node(node)}' is defined twice, at line {line} and at line {node.span.line}", node.span,
        notes=("Names ignore case, blanks and underscores.",), hint="remove or rename one of them",
        variable=label_of_node(node),
    )


class _Reader:
    """Reads one variable; its parts are its equations before stocks, limits and tables are put around them."""

    def __init__(self, node: Node, setting: Setting) -> None:
        self.node = node
        self.setting = setting
        self.report = setting.report
        self.formulas = setting.formulas
        self.label = label_of_node(node)
        self.key = key_of(node.attr("name"))
        self.grid = self._grid()
        self.inflows = node.all("inflow")
        self.outflows = node.all("outflow")
        self.beside = Beside(node, self.label, self.grid, self.formulas)
        self.carried = Carried(self.beside, setting.carriers, setting.declared, setting.multiplied)

    def variables(self) -> list[Variable]:
        if self.key in self.setting.fed.always:
            return [self.carried.touched(self._variable("auxiliary", ())), *self.beside.variables]
        refuse_in_variable(self.node, self.label, self.report)
        if self.carried.is_driven():
            return self._driven()
        parts = self._parts()
        if not parts and not self._is_input():
            self._tell_no_equation()
        lookup = bool(parts) and self._is_lookup(parts)
        equations = self._lookups(parts) if lookup else self._equations(parts)
        made = self._variable(self._kind(equations, lookup), equations)
        return [self.carried.touched(made), *self.beside.variables]

    def _tell_no_equation(self) -> None:
        place = self._bare()
        unknown = "?" in place.text and self.node.child("eqn") is not None
        self.report.error(
            "SF207", f"'{self.label}' has no equation", place, hint="write its equation in <eqn>",
            notes=("A converter writes ??? where it could not convert an equation.",) if unknown else (),
            variable=self.label,
        )

    def _is_input(self) -> bool:
        """Whether something outside may feed the variable; that something does is seen when modules are flattened."""
        declared = self.node.attr("access").strip().lower() == "input"
        return self.key in self.setting.fed.ever or (declared and bool(self.formulas.root_mark))

    def _bare(self) -> Span:
        """Where an equation was wanted: in the `<eqn>` that holds a comment or `???`, or in the variable."""
        formula = self.node.child("eqn")
        return self.node.span if formula is None else formula.content

    # What the element says

    def _grid(self) -> Grid:
        parent = self.node.child("dimensions")
        known = []
        for dim in parent.all("dim") if parent is not None else []:
            dimension = self.setting.dimensions.get(key_of(dim.attr("name")))
            if dimension is None:
                self.report.error(
                    "SF305", f"the dimension '{dim.attr('name')}' of '{self.label}' is not defined", dim.span,
                    hint="define it in <dimensions> of the file", variable=self.label,
                )
            else:
                known.append(dimension)
        return Grid(self.label, tuple(known), self.formulas.elements, self.report)

    def _limited(self, node: Node) -> bool:
        """Whether `<non_negative>` holds: of the element, else of the variable, else of the model's `<behavior>`.

        What flows into a conveyor or queue never turns.
        """
        if self.carried.is_entering():
            return True
        for place in (node, self.node):
            flag = place.child("non_negative")
            if flag is not None:
                return flag.text.strip().lower() not in ("false", "0")
        return self.setting.limited.get(self.node.tag, False)

    def _parts(self) -> list[Part]:
        node = self.node
        if node.tag == "gf":
            return [Part(node, None, node, None)]
        filled = [child for child in node.all("eqn") if not self.formulas.is_empty(child)]
        if len(filled) > 1:
            return self._listed_parts(filled)
        cells = self._cells()
        formula = filled[0] if filled else None
        graph = node.child("gf") if node.tag != "stock" else None
        parts = [part for part in cells if part.formula is not None or part.graph is not None]
        whole = Part(node, formula, graph, self.beside.filled(node, "init_eqn"))
        if formula is None and (graph is None or any(part.formula is not None for part in parts)):
            return parts
        return parts if parts and self._all_covered(parts, formula) else [whole, *parts]

    def _all_covered(self, parts: list[Part], formula: Node | None) -> bool:
        """Whether cells with equations of their own leave none for the equation of all cells."""
        own = sum(1 for part in parts if part.formula is not None or formula is None)
        return own == self.grid.size

    def _cells(self) -> list[Part]:
        found: dict[Cell, Part] = {}
        for node in self.node.all("element"):
            cell = self.grid.cell(node)
            if cell is None:
                continue
            if cell in found:
                self.report.error(
                    "SF201", f"the element [{', '.join(cell)}] of '{self.label}' is defined twice", node.span,
                    variable=self.label,
                )
                continue
            found[cell] = Part(
                node, self.beside.filled(node, "eqn"), node.child("gf"), self.beside.filled(node, "init_eqn"), cell
            )
        return list(found.values())

    def _listed_parts(self, filled: list[Node]) -> list[Part]:
        """Several `<eqn>` side by side: not of the standard; read where there is one for each cell, in order."""
        if not self.grid.dimensions or len(filled) != self.grid.size:
            self.report.error(
                "SF307", f"'{self.label}' has {len(filled)} equations for {self.grid.size} cells", filled[1].span,
                hint='write one <element subscript="..."> for each cell', variable=self.label,
            )
            return [Part(self.node, filled[0], None, None)]
        self.report.warn(
            "SF307", f"the {len(filled)} equations of '{self.label}' are read as one for each cell, in order",
            filled[0].span, hint='write one <element subscript="..."> for each cell', variable=self.label,
        )
        return [Part(self.node, formula, None, None, self.grid.at(at)) for at, formula in enumerate(filled)]

    # Lookups: graphical functions without an input

    def _is_lookup(self, parts: list[Part]) -> bool:
        if self.node.tag in ("stock", "flow"):
            return False
        return all(part.formula is None and part.graph is not None for part in parts)

    def _lookups(self, parts: list[Part]) -> tuple[Equation, ...]:
        return tuple(
            Equation(self.grid.left(part), self._table(part.graph), part.graph.span, "", self._excepts(part, parts))
            for part in parts if part.graph is not None
        )

    def _table(self, node: Node) -> Table | Broken:
        return read_table(node, self.label, self.report)

    # Equations

    def _equations(self, parts: list[Part]) -> tuple[Equation, ...]:
        whole = parts[0] if parts and parts[0].cell is None else None
        equations = []
        for part in parts:
            formula = part.formula
            if formula is not None:
                equations.append(self._equation(part, formula, parts))
            elif whole is None or whole.formula is None or whole is part:
                self._tell_no_input(part)
        shared = [part for part in parts if part.formula is None and part.graph is not None and part is not whole]
        if whole is not None and whole.formula is not None and shared:
            equations.insert(1, self._shared(whole, whole.formula, shared, parts))
            if len(parts) - 1 == self.grid.size:
                del equations[0]
        return tuple(equations)

    def _tell_no_input(self, part: Part) -> None:
        self.report.error(
            "SF207", f"a graphical function of '{self.label}' has no equation for its input", part.node.span,
            hint="write the input in <eqn>", variable=self.label,
        )

    def _equation(self, part: Part, formula: Node, parts: list[Part]) -> Equation:
        expr = self._wrapped(self._read(formula, part), part)
        return Equation(
            self.grid.left(part), expr, formula.content, formula.text.strip(), self._excepts(part, parts),
            self._initial(part), non_negative=self._limited(part.node),
        )

    def _read(self, formula: Node, part: Part) -> Expr:
        if self.carried.stock is not None:
            return self.carried.content(formula, part)
        values = self.formulas.read_values(formula) if self.grid.dimensions else None
        return values or self.formulas.read(formula, self.label)

    def _initial(self, part: Part) -> Expr | None:
        if part.start is None:
            return None
        return self._flow_limited(self.formulas.read(part.start, self.label), part)

    def _excepts(self, part: Part, parts: list[Part]) -> tuple[tuple[Subscript, ...], ...]:
        """What an equation of all cells leaves to the cells that have their own."""
        if part.cell is not None:
            return ()
        return tuple(self.grid.left(other) for other in parts if other.cell is not None)

    def _shared(self, whole: Part, formula: Node, shared: list[Part], parts: list[Part]) -> Equation:
        """The equation of the cells that have graphical functions over the equation of all cells."""
        label = f"{self.label} (graphical function)"
        tables = self._lookups(shared)
        dimensions = self.grid.keys
        self.beside.variables.append(
            Variable(key_of(label), label, "lookup", tables, span=self.node.span, dimensions=dimensions, hidden=True)
        )
        expr = self.formulas.read(formula, self.label)
        subscripts = self.grid.left(whole)
        call = Call(key_of(label), label, (expr,), subscripts, expr.span)
        tabled = {part.cell for part in shared}
        excepts = self._untabled(tabled, parts)
        return Equation(
            subscripts, self._flow_limited(call, whole), formula.content, formula.text.strip(), excepts,
            self._initial(whole), non_negative=self._limited(whole.node),
        )

    def _untabled(self, tabled: set[Cell | None], parts: list[Part]) -> tuple[tuple[Subscript, ...], ...]:
        if len(tabled) == self.grid.size:
            return ()
        cells = (self.grid.at(at) for at in range(self.grid.size))
        return tuple(self.grid.cell_words(cell, parts[0].node) for cell in cells if cell not in tabled)

    # What stands around an equation

    def _wrapped(self, expr: Expr, part: Part) -> Expr:
        """A stock's integral, or the graphical function and limit; an element's function stands for the common one."""
        graph = part.graph or self.node.child("gf")
        if self.node.tag == "stock":
            return Call("integ", "INTEG", (self._net(part), expr), (), expr.span)
        if graph is not None:
            table = self._table(graph)
            expr = Broken(graph.span) if isinstance(table, Broken) else Interpolate(table, (expr,), span=expr.span)
        return self._flow_limited(expr, part)

    def _flow_limited(self, expr: Expr, part: Part) -> Expr:
        """A uniflow is max(0, equation), before anyone reads it."""
        if self.node.tag != "flow" or not self._limited(part.node):
            return expr
        return Call("max", "MAX", (expr, Number(0.0, expr.span)), (), expr.span)

    def _net(self, part: Part) -> Expr:
        """The inflows less the outflows, in the order of the file."""
        inflows = [self._inflow(node, part) for node in self.inflows]
        outflows = [self._flow(node, part) for node in self.outflows]
        total: Expr = inflows[0] if inflows else Number(0.0, self.node.span)
        if not inflows and outflows:
            total = Unary("-", outflows.pop(0), self.node.span)
        for flow in inflows[1:]:
            total = Binary("+", total, flow, self.node.span)
        for flow in outflows:
            total = Binary("-", total, flow, self.node.span)
        return total

    def _flow(self, node: Node, part: Part) -> Name:
        name = node.text.strip()
        key = self._flow_key(node)
        subscripts = self._flow_subscripts(key, part) if part.cell is not None else ()
        return Name(key, label_of(name.removeprefix(".")), subscripts, node.content)

    def _inflow(self, node: Node, part: Part) -> Expr:
        """What a flow brings: itself, or a multiple."""
        flow = self._flow(node, part)
        if flow.key not in self.setting.multiplied:
            return flow
        return Binary("*", flow, replace(named(flow.label, MULTIPLIER), subscripts=flow.subscripts), node.content)

    def _flow_key(self, node: Node) -> str:
        name = node.text.strip()
        return key_of(name) if name.startswith('"') else self.formulas.of_root(key_of(name))

    def _flow_subscripts(self, key: str, part: Part) -> tuple[Subscript, ...]:
        """The cell of a flow that fills one cell of the stock: dimensions are matched by name, in order."""
        free = list(zip(self.grid.keys, self.grid.left(part), strict=True))
        found: list[Subscript] = []
        for dimension in self.setting.declared.get(key, ()):
            at = next((at for at, (name, _) in enumerate(free) if name == dimension), None)
            if at is None:
                return ()
            found.append(free.pop(at)[1])
        return tuple(found)

    # Flows that a conveyor or queue drives

    def _driven(self) -> list[Variable]:
        """A flow whose value is the answer of the conveyor or queue that it leaves."""
        equation = self.carried.driven(self._bare(), lambda: self._equations(self._parts()))
        made = self.carried.flow(self._variable("flow", (equation,)))
        return [made, *self.beside.variables]

    # The variable

    def _kind(self, equations: tuple[Equation, ...], lookup: bool) -> Kind:
        if lookup:
            return "lookup"
        kind = TAGS[self.node.tag]
        constant = bool(equations) and all(is_constant(item) for item in equations)
        return "constant" if kind == "auxiliary" and constant else "auxiliary" if kind == "lookup" else kind

    def _variable(self, kind: Kind, equations: tuple[Equation, ...]) -> Variable:
        node = self.node
        units = node.child("units")
        return Variable(
            self.key, self.label, kind, equations,
            units=units.text.strip() if units is not None else "",
            units_span=units.content if units is not None and units.text.strip() else None,
            doc=node.child_text("doc"), span=node.span, limits=self._limits(), dimensions=self.grid.keys,
            inflows=tuple(self._flow_key(child) for child in self.inflows),
            outflows=tuple(self._flow_key(child) for child in self.outflows),
        )

    def _limits(self) -> tuple[float | None, float | None, float | None]:
        node = self.node.child("range")
        return (None, None, None) if node is None else (_open(node, "min"), _open(node, "max"), _open(node, "step"))


def _open(node: Node, name: str) -> float | None:
    """A limit, or None where it is open; a range has no part in the values."""
    try:
        return float(node.attr(name))
    except ValueError:
        return None


def in_groups(variables: Iterable[Variable], groups: Mapping[str, str]) -> tuple[Variable, ...]:
    """The variables with the groups that list them, by key."""
    return tuple(
        replace(variable, group=groups[variable.key]) if variable.key in groups else variable for variable in variables
    )
