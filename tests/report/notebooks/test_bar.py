"""The progress of a run in a notebook."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from relxfer.report import progress
from relxfer.report.notebooks import bar

CELL = {"source": None, "target": "t", "strategy": "<b>mine\x1b[31m</b>", "seed": 0, "budget": 3}


class Display:
    """Records what IPython would be given."""

    def __init__(self):
        self.shown = []

    def __call__(self, line, display_id):
        self.shown.append(line)
        return SimpleNamespace(update=self.shown.append)


@pytest.fixture
def display(monkeypatch):
    monkeypatch.setattr(bar, "_SECONDS", 0)
    return Display()


def test_one_line_is_replaced_and_holds_no_control_code(display):
    told = bar.NotebookBar(display)
    told("run_started", folder="f", cells=2, at_most=2, planned=4)
    told("step", cell=CELL, step=5, steps=10)
    told("cell_finished", cell={**CELL, "target": None}, outcome={})  # of a source
    told("cell_finished", cell=CELL, outcome={})
    told("unknown", x=1)
    told("cell_finished", cell=CELL, outcome={})
    told("run_finished", folder="f", results=SimpleNamespace(failed=[1]))
    texts = [repr(line) for line in display.shown]
    assert texts[0] == "0 of 2 cells"
    assert texts[1].endswith("step 5 of 10")
    assert texts[2:4] == ["1 of 2 cells", "2 of 2 cells"]
    assert texts[4].startswith("2 cells in")
    assert texts[4].endswith("1 failed")
    assert [line.share for line in display.shown] == [0.0, 0.25, 0.5, 1.0, 1.0]
    whole = "".join(line._repr_html_() + repr(line) for line in display.shown)
    assert "\x1b" not in whole
    assert "<b>" not in display.shown[1]._repr_html_()


def test_a_finished_run_shows_nothing(display):
    told = bar.NotebookBar(display)
    told("run_started", folder="f", cells=0, at_most=0)
    told("run_finished", folder="f", results=SimpleNamespace(failed=[]))
    assert display.shown == []


@pytest.mark.parametrize(
    ("shell", "expected"), [(None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)]
)
def test_only_the_kernel_of_a_notebook_is_one(monkeypatch, shell, expected):
    ipython = SimpleNamespace(get_ipython=lambda: shell, display=SimpleNamespace(display=Display()))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert bar.there() is expected
    with progress.display() as listeners:
        assert [type(each).__name__ for each in listeners] == ["NotebookBar"] * expected
    with progress.display(False) as listeners:
        assert listeners == ()
