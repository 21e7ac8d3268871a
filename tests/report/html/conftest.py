"""A page as a browser would take it apart."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from relxfer.testing import blobs, harness

CONFIG = {
    "seeds": 2,
    "threads": 1,
    "device": "cpu",
    "training": {"steps": 12, "lr": 0.05, "batch_size": 12, "validations": 3},
    "source": {"name": "points", "datasets": ["blobs-source"], "training": {"steps": 1}, "shared": True},
    "target": {"name": "turned", "dataset": {"use": "blobs-target", "train": 60}, "label_budgets": [12, "all"]},
    "strategy": [{"use": "finetune"}],
}

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Every element with its attributes, and the texts of those that hold numbers.

    elements  (tag, attributes), in order
    numbers   (path, value, text) of each number
    open      elements that were not closed
    """

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.numbers: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self.open and self.open[-1] == "data":
            attributes = self.elements[-1][1]
            self.numbers.append((attributes["data-json"], attributes["value"], data))

    def values(self, tag: str, attribute: str) -> list[str]:
        return [attributes[attribute] for name, attributes in self.elements if name == tag and attribute in attributes]


@pytest.fixture
def parsed() -> Callable[[str], Page]:
    return Page


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A run directory; not to be changed."""
    return harness.run(CONFIG, tmp_path_factory.mktemp("html") / "trained", [blobs]).folder
