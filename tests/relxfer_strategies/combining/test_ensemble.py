"""A deep ensemble: members of one strategy that differ in what is drawn at random."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.combining.ensemble import Ensemble, EnsembleOptions

from relxfer.contract.data import Domain
from relxfer.contract.strategies import Cell
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.ranking import Ranking


class Trainer:
    def __init__(self, name="", scale=1.0):
        self.name, self.scale = name, scale

    def part(self, name, share):
        return Trainer(f"{self.name}{name}.", self.scale * share)


class Learner:
    def __init__(self, name):
        self.name = name


class Of:
    """An inner strategy, which keeps the cells that it is given."""

    def __init__(self):
        self.cells = []

    def build(self):
        return self

    def transfer(self, cell):
        self.cells.append(cell)
        return cell.learner


def transferred(task, members=3):
    of = Of()
    options = EnsembleOptions.model_construct(of=of, also=(), members=members)
    cell = Cell(Learner("given"), Trainer(), Domain("d", task), another=Learner)
    return Ensemble(options).transfer(cell), of.cells


def test_members_take_the_strategies_in_turn():
    first, second = Of(), Of()
    options = EnsembleOptions.model_construct(of=first, also=(second,), members=3)
    cell = Cell(Learner("given"), Trainer(), Domain("d", Classification(answers=("a", "b"))), another=Learner)
    Ensemble(options).transfer(cell)
    assert [cell.trainer.name for cell in first.cells] == ["member-0.", "member-2."]
    assert [cell.learner.name for cell in second.cells] == ["member-1"]


@pytest.mark.parametrize(("also", "members", "count"), [("", None, 5), ("", 2, 2), ("bc", None, 3), ("b", 4, 4)])
def test_how_many_members_there_are(also, members, count):
    assert len(EnsembleOptions.model_construct(of="a", also=tuple(also), members=members).each) == count


def test_it_learns_validation_labels_where_a_member_does():
    frozen = Of()
    frozen.learns_validation = True
    made = [Ensemble(EnsembleOptions.model_construct(of=Of(), also=(also,), members=None)) for also in (Of(), frozen)]
    assert [each.learns_validation for each in made] == [False, True]


def test_each_member_has_its_share_its_phases_and_its_own_learner():
    learner, cells = transferred(Classification(answers=("a", "b")))
    assert [cell.trainer.name for cell in cells] == ["member-0.", "member-1.", "member-2."]
    assert np.isclose(sum(cell.trainer.scale for cell in cells), 1)
    assert [cell.learner.name for cell in cells] == ["given", "member-1", "member-2"]
    assert learner.learners == tuple(cell.learner for cell in cells)
    assert cells[1].another("member-0").name == "member-1.member-0", "a member that is an ensemble draws its own"


@pytest.mark.parametrize(
    ("task", "mean"),
    [(Classification(answers=("a", "b")), "probabilities"), (Ranking(answers=("a",), open=True), "scores")],
)
def test_classes_are_mixed_by_their_probabilities(task, mean):
    assert transferred(task)[0].mean == mean
