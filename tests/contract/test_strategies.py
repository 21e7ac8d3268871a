"""What strategies are given and use: groups, updates, and parts of a cell."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from relxfer import Cell, ParameterGroup, Update
from relxfer.contract.data import Domain
from relxfer.judge.metrics.classification import Classification


class Trainer:
    """It says by name and share what part it is."""

    def __init__(self, name="whole"):
        self.name = name

    def part(self, name, share):
        return Trainer(f"{self.name}, {share} for {name}")


def test_a_group_is_trained_at_the_learning_rate_of_the_fit_unless_it_says_otherwise():
    module = object()
    assert ParameterGroup(module).lr_factor == 1.0
    assert ParameterGroup([module], lr_factor=0.5).modules == [module]
    with pytest.raises(FrozenInstanceError):
        ParameterGroup(module).lr_factor = 2.0


def test_an_update_is_made_once_unless_it_says_otherwise():
    assert Update(print, ("head",)).repeat == 1


def test_a_part_of_a_cell_has_its_own_trainer_and_the_same_data():
    cell = Cell("learner", Trainer(), Domain("d", Classification(("a", "b"))), teacher="teacher")
    part = cell.part("first", 0.3)
    assert part.trainer.name == "whole, 0.3 for first"
    assert (part.learner, part.target, part.sources, part.teacher) == ("learner", cell.target, (), "teacher")


def test_a_part_may_have_a_learner_of_its_own():
    cell = Cell("learner", Trainer(), Domain("d", Classification(("a", "b"))))
    assert cell.part("first", learner="another").learner == "another"
    assert cell.learner == "learner"
