"""Modules of XMILE: which model each stands for, what is connected to it, and which variables that feeds.

It reads names as written (XMILE 1.0, section 4.7; Stella's files); whose names they are is settled by flattening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node
from stockflow.ir.model import Connection, Module
from stockflow.ir.names import key_of, label_of

ROOT = -1
_SETTINGS = ("start", "stop", "dt")


@dataclass(frozen=True, slots=True)
class Fed:
    """Variables of one model that connections feed: in every module that stands for it, and in some."""

    always: frozenset[str] = frozenset()
    ever: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Submodels:
    """The models of a file beside the root, and the modules in each; `ROOT` is the root model's place."""

    models: tuple[Node, ...]
    modules: Mapping[int, tuple[Module, ...]]

    def fed(self) -> dict[int, Fed]:
        """What is connected, by the place of the model that holds the variable."""
        inside: dict[int, list[frozenset[str]]] = {place: [] for place in self.modules}
        outputs: dict[int, set[str]] = {place: set() for place in self.modules}
        for place, modules in self.modules.items():
            for module in modules:
                inside[module.of].append(frozenset(_bare(item.target) for item in module.connections if _in(item)))
                given = {_bare(item.target) for item in module.connections if not _in(item)}
                outputs[place] |= given
                outputs[ROOT] |= given
        return {place: _fed(inside[place], frozenset(outputs[place])) for place in self.modules}


def _fed(inside: Sequence[frozenset[str]], outputs: frozenset[str]) -> Fed:
    always = frozenset.intersection(*inside) if inside else frozenset[str]()
    return Fed(always, frozenset[str]().union(*inside) | outputs)


def _in(connection: Connection) -> bool:
    return not connection.target.startswith(".")


def _bare(key: str) -> str:
    return key.removeprefix(".")


def places(model: Node) -> list[Node]:
    """Where variables stand: in `<variables>`, and in files older than XMILE 1.0 in the model itself."""
    return [*model.all("variables"), model]


@dataclass(frozen=True, slots=True)
class _Models:
    """The first place of each name and of each resource of models."""

    keys: dict[str, int]
    resources: dict[str, int]

    @staticmethod
    def of(models: Sequence[Node]) -> _Models:
        made = _Models({}, {})
        for place, model in enumerate(models):
            made.keys.setdefault(key_of(model.attr("name")), place)
            made.resources.setdefault(model.attr("resource").strip(), place)
        return made


def read_submodels(models: Mapping[int, Node], report: Report) -> Submodels:
    """The modules of every model of the file, by its place."""
    others = tuple(model for place, model in models.items() if place != ROOT)
    known = _Models.of(others)
    modules = {place: tuple(_modules(places(model), known, report)) for place, model in models.items()}
    used = {module.of for found in modules.values() for module in found}
    for place, model in enumerate(others):
        if place not in used:
            report.warn("SF114", f"no module stands for the model '{model.attr('name')}'; it has no part in the run",
                        model.span, hint=f'add <module name="{model.attr("name")}"/> where it belongs')
        else:
            _refuse_own_run(model, report)
    return Submodels(others, modules)


def _refuse_own_run(model: Node, report: Report) -> None:
    specs = model.child("sim_specs")
    if specs is not None and (specs.attr("method") or any(specs.child(tag) is not None for tag in _SETTINGS)):
        message = f"a run of its own is not supported; found in the model '{model.attr('name')}'"
        report.error("SF114", message, specs.span,
                     hint="remove it: the module runs with the times and the method of the file")


def _modules(nodes: Iterable[Node], models: _Models, report: Report) -> Iterator[Module]:
    seen: set[str] = set()
    for node in (child for place in nodes for child in place.all("module")):
        label = label_of(node.attr("name").replace("\\n", " "))
        key = key_of(label)
        if not key:
            report.error("SF105", "a <module> has no name", node.span, hint='write <module name="...">')
        elif key in seen:
            report.error("SF201", f"the module '{label}' is defined twice", node.span, hint="rename one of them")
        else:
            seen.add(key)
            of = _model_of(node, key, models, report)
            if of is not None:
                yield Module(key, label, of, tuple(_connections(node, key, label, report)), node.span)


def _model_of(node: Node, key: str, models: _Models, report: Report) -> int | None:
    """The model that a module's resource names, else the one of the module's own name."""
    resource = node.attr("resource").strip()
    wanted = [resource, PurePath(resource.replace("\\", "/")).stem] if resource else []
    for name in wanted:
        found = [places[part] for places, part in ((models.keys, key_of(name)), (models.resources, name))
                 if part in places]
        if found:
            return min(found)
    if key in models.keys:
        return models.keys[key]
    label = label_of(node.attr("name"))
    if resource:
        report.error("SF114", f"the model of the module '{label}' is not in this file but in '{resource}', which is not"
                     " read", node.span, hint="copy its <model> into this file", variable=label)
    else:
        report.error("SF204", f"there is no model for the module '{label}'", node.span,
                     hint=f'add <model name="{label}"> to the file', variable=label)
    return None


def _connections(node: Node, key: str, label: str, report: Report) -> Iterator[Connection]:
    """The connections, each target once: `<connect>` goes before Stella's `<connect2>`."""
    found: dict[str, Connection] = {}
    first = [child for child in node.children if child.tag.rpartition(":")[2] == "connect"]
    second = [child for child in node.children if child.tag.rpartition(":")[2] == "connect2"]
    for child in (*first, *second):
        target, origin = (key_of(child.attr(name).replace('"', "")) for name in ("to", "from"))
        if not target or not origin:
            report.error("SF105", f"a connection of the module '{label}' needs 'to' and 'from'", child.span,
                         hint='write <connect to="input" from=".variable"/>', variable=label)
            continue
        made = Connection(target.removeprefix(f"{key}."), origin, child.span)
        earlier = found.setdefault(made.target, made)
        if earlier.origin != made.origin and child in first:
            report.error("SF201", f"'{made.target}' of the module '{label}' is connected to two variables", child.span,
                         hint="remove one connection", variable=label)
    yield from found.values()
