"""A listener hears the events that it has a method for, with the values that the method names."""

from __future__ import annotations

import pytest

from relxfer.execute.observing.listener import Listener


class Hears(Listener):
    def __init__(self):
        self.heard = []

    def _step(self, step, cell):
        self.heard.append((step, cell))


class Louder(Hears):
    def _told(self, values):
        return {name: str(value).upper() for name, value in values.items()}

    def _looked(self):
        self.heard.append("looked")


def test_values_that_it_does_not_name_are_left_out():
    hears = Hears()
    hears("step", cell="a", step=3, steps=9, more=1)
    hears("cell_started", cell="a", options={}, points=[])
    assert hears.heard == [(3, "a")]
    with pytest.raises(KeyError, match="cell"):
        hears("step", step=3)


def test_a_listener_may_change_what_it_is_told():
    louder = Louder()
    louder("looked", stopping=None)
    louder("step", cell="a", step=3)
    assert louder.heard == ["looked", ("3", "A")]
