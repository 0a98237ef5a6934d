"""Modules as read: which model each stands for, its connections as written, and inputs without equations."""

from tests.dialects.xmile.documents import document, read_clean

INNER = (
    '<model name="farm"><variables><aux name="x" access="input"/><aux name="y"><eqn>x + .k</eqn></aux>'
    "</variables></model>"
)


def test_a_module_names_its_model_and_its_connections():
    project = read_clean(
        document('<module name="Farm"><connect to="Farm.x" from=".k"/></module><aux name="k"><eqn>1</eqn></aux>')
        .replace("</xmile>", INNER + "</xmile>")
    )
    (module,) = project.modules
    assert (module.key, module.label, module.of) == ("farm", "Farm", 0)
    assert [(item.target, item.origin) for item in module.connections] == [("x", ".k")]
    (space,) = project.namespaces
    assert [(item.key, len(item.equations)) for item in space.variables] == [("x", 0), ("y", 1)]


def test_the_root_models_names_keep_no_dot_and_those_of_others_do():
    project = read_clean(
        document('<module name="farm"/><aux name="k"><eqn>1</eqn></aux><aux name="z"><eqn>.k</eqn></aux>')
        .replace("</xmile>", INNER + "</xmile>")
    )
    assert project.variables[-1].equations[0].expr.key == "k"
    assert project.namespaces[0].variables[1].equations[0].expr.right.key == ".k"
