"""A cell, as a strategy has it."""

from __future__ import annotations

from relxfer.contract.strategies import Cell


class Trainer:
    def __init__(self, name=""):
        self.name = name

    def part(self, name, share):
        return Trainer(f"{self.name}{name}:{share}")


def test_a_part_of_a_cell_has_a_part_of_its_trainer():
    cell = Cell("learner", Trainer(), "target", ("source",))
    part = cell.part("first", 0.5)
    assert (part.trainer.name, part.learner, part.target, part.sources) == (
        "first:0.5",
        "learner",
        "target",
        ("source",),
    )
    assert cell.part("second", learner="another").learner == "another"
    assert cell.trainer.name == ""
