"""A drawing as the `<view>` of an XMILE file (XMILE 1.0, section 5).

It knows the elements of a view; where things stand was settled before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stockflow.dialects.xmile.elements import element
from stockflow.dialects.xmile.spelling import name_attribute, name_text
from stockflow.ir.picture import Arrow, Frame, Picture, Shape
from stockflow.ir.show import number_text

PAGE = 20.0


def add_view(parent: Any, picture: Picture, labels: Mapping[str, str]) -> None:
    """Add the view to `<views>`; `labels` are the names of the variables by key."""
    width, height = (number_text(side + PAGE) for side in picture.size)
    view = element(parent, "view", type="stock_flow", width=width, height=height)
    for frame in picture.frames:
        _frame(view, frame)
    for shape in picture.shapes:
        _shape(view, shape, labels)
    for arrow in picture.arrows:
        _arrow(view, arrow, labels)


def _frame(view: Any, frame: Frame) -> None:
    element(view, "group", name=name_attribute(frame.label), x=number_text(frame.x), y=number_text(frame.y),
            width=number_text(frame.width), height=number_text(frame.height))


def _shape(view: Any, shape: Shape, labels: Mapping[str, str]) -> None:
    place = {"x": number_text(shape.x), "y": number_text(shape.y)}
    if shape.kind == "alias":
        made = element(view, "alias", uid=str(shape.number), **place)
        element(made, "of", name_text(labels[shape.key]))
        return
    made = element(view, shape.kind, name=name_attribute(labels[shape.key]), **place)
    if shape.kind == "stock" and shape.width:
        # With a size, the place of a shape is its top left corner.
        made.set("x", number_text(shape.x - shape.width / 2))
        made.set("y", number_text(shape.y - shape.height / 2))
        made.set("width", number_text(shape.width))
        made.set("height", number_text(shape.height))
    if shape.points:
        points = element(made, "pts")
        for x, y in shape.points:
            element(points, "pt", x=number_text(x), y=number_text(y))


def _arrow(view: Any, arrow: Arrow, labels: Mapping[str, str]) -> None:
    made = element(view, "connector", angle=number_text(arrow.angle))
    if arrow.number:
        element(element(made, "from"), "alias", uid=str(arrow.number))
    else:
        element(made, "from", name_text(labels[arrow.origin]))
    element(made, "to", name_text(labels[arrow.target]))
