"""What fields mean stands below them."""

from __future__ import annotations

from pydantic import PositiveInt

from relxfer.contract.options import Options
from relxfer.declare.meanings import meanings


class Mine(Options):
    """Options of `mine`."""

    width: PositiveInt = 3
    """How wide
    it is."""
    name_of: str


class More(Mine):
    width: PositiveInt = 4
    """How wide it really is."""


def test_meanings_stand_below_the_fields_and_the_last_class_has_the_last_word():
    assert meanings(Mine) == {"width": "How wide it is."}
    assert meanings(More) == {"width": "How wide it really is."}
