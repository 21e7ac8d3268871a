"""A plot of matplotlib as SVG within a page: colours of the page, text of the page, names that are its own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

from relxfer.report.plots import canvas
from relxfer.store import escaping

#: The most bytes of a plot; a larger one has no place in the page.
LARGEST = 60_000
_SPACE = re.compile(r"\s*\n\s*")
#: A number with more digits than a screen shows.
_LONG = re.compile(r"-?[0-9]+\.[0-9]{3,}")
_FONT = re.compile(r"font-family: [^;]*;? ?")
#: A colour of a plot -> the variable of the page's style that a dark page sets otherwise.
_COLOURS = {"#000000": "currentColor"} | {colour: f"var(--c{n})" for n, colour in enumerate(canvas.COLOURS)}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_REFERENCE = re.compile(r"(url\(#|^#)")


def inlined(figure: Any, key: str, title: str, alt: str) -> str:
    """The plot as an element `svg`, with its title and what it shows in words; the same plot gives the same text.

    key  what its ids begin with, so that those of two plots on a page differ
    """
    root = ElementTree.fromstring(escaping.xml(canvas.svg(figure)))
    for parent in list(root.iter()):
        for child in list(parent):
            if _name(child.tag) in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        _fit(element, key)
    box = root.get("viewBox", "")
    root.attrib = {"viewBox": box, "role": "img", "aria-labelledby": f"{key}-title {key}-desc", "class": "plot"}
    root.set("style", f"max-width:{float(box.split()[2]) / 72:.2f}in")
    root[:0] = [_text("title", f"{key}-title", title), _text("desc", f"{key}-desc", alt)]
    return ElementTree.tostring(root, encoding="unicode")


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(tag: str, name: str, words: str) -> ElementTree.Element:
    made = ElementTree.Element(tag, {"id": name})
    made.text = escaping.terminal(words)
    return made


def _fit(element: ElementTree.Element, key: str) -> None:
    """Take out namespaces and spaces, and give ids and colours of the page."""
    element.tag, element.tail = _name(element.tag), None
    if element.text and element.tag not in ("text", "tspan"):
        element.text = None
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        element.set(_name(name), _value(_name(name), value, key))
    if element.tag == "g":
        element.attrib.pop("id", None)


def _value(name: str, value: str, key: str) -> str:
    if name == "id":
        return f"{key}-{value}"
    if name == "style":
        return _COLOUR.sub(lambda found: _COLOURS.get(found[0], found[0]), _FONT.sub("", value))
    if name in ("d", "x", "y", "width", "height", "transform"):
        return _LONG.sub(lambda found: f"{float(found[0]):.2f}", _SPACE.sub("", value))
    return _REFERENCE.sub(lambda found: f"{found[0]}{key}-", value)
