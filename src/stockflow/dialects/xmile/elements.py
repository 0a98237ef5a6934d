"""Elements of an XMILE file as lxml makes them: names, escapes, and what XML cannot hold at all.

It must not know what an element means.
"""

from __future__ import annotations

import re
from typing import Any

from stockflow.dialects.xmile.document import NAMESPACE

ISEE = "http://iseesystems.com/XMILE"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(parent: Any, tag: str, content: str | None = None, **attributes: str) -> Any:
    """A new element of the standard's namespace, at the end of its parent; the root where there is none."""
    from lxml import etree

    name = f"{{{NAMESPACE}}}{tag}"
    namespaces = {None: NAMESPACE, "isee": ISEE}
    made = etree.Element(name, nsmap=namespaces) if parent is None else etree.SubElement(parent, name)
    for key, value in attributes.items():
        made.set(key, clean(value))
    if content is not None:
        made.text = clean(content)
    return made


def remark(parent: Any, text: str) -> None:
    """A comment, in which two hyphens must not meet."""
    from lxml import etree

    while "--" in text:
        text = text.replace("--", "-")
    parent.append(etree.Comment(f" {clean(text)} "))


def clean(text: str) -> str:
    """The text without signs that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def file_text(root: Any) -> str:
    """The whole file, indented."""
    from lxml import etree

    body: str = etree.tostring(root, pretty_print=True, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}'
