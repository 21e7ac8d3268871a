"""Which task a model has that is attached to domains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer import Classification, Clustering, Domain, Examples, MultiLabel, Regression, Task
from relxfer.authoring import tasks
from relxfer.errors import Incompatible, UnfitArtefact


def domain(name: str, *answers: str) -> Domain:
    return Domain(name, Classification(answers), "inputs", "a hash")


PETS, FARM = domain("pets", "cat", "dog"), domain("farm", "cow", "dog", "hen")
OWN = Task("classification", ("a", "b"))


def labelled(of: Domain, labels: list[int]) -> Domain:
    return replace(of, train=Examples("inputs", np.arange(len(labels)), np.array(labels)))


def test_the_target_decides_then_the_sources_then_the_model():
    assert tasks.learnt(OWN, FARM, [PETS]) is FARM.task
    assert tasks.learnt(OWN, None, [PETS, PETS]) == PETS.task
    assert tasks.learnt(OWN, None, []) is OWN


def test_sources_with_different_classes_are_refused():
    with pytest.raises(Incompatible, match=r"pets \(2 answers\) and farm \(3 answers\)"):
        tasks.learnt(OWN, None, [PETS, FARM])


def test_what_is_shared_is_told():
    assert tasks.shared([PETS], PETS) == "the same task: all 2 classes are the sources'"
    assert tasks.shared([PETS], FARM) == (
        "another task: 1 of 3 classes occur in the sources; only in the target: cow, hen"
    )
    numbers = Domain("prices", Regression(("price",)), "inputs", "a hash")
    assert tasks.shared([numbers], numbers) == "the same task: all 1 answers are the sources'"


def test_a_head_learns_the_labels_of_the_target_and_in_a_source_stage_those_of_the_sources():
    pets, farm = labelled(PETS, [0, 1]), labelled(FARM, [2])
    assert tasks.labels(farm, [pets]).tolist() == [2]
    assert tasks.labels(None, [pets, pets]).tolist() == [0, 1, 0, 1]
    assert tasks.labels(FARM, [pets]) is None


def test_the_task_in_a_card():
    assert tasks.of_card({"task": PETS.task.card()}).same_as(PETS.task)
    assert tasks.of_card(None).answers == ()
    with pytest.raises(UnfitArtefact, match="expected a task with a kind and answers by name"):
        tasks.of_card({"task": {"kind": 3}})


@pytest.mark.parametrize(
    ("task", "kept"),
    [
        (PETS.task, True),
        (FARM.task, False),
        (Clustering(("cat", "dog")), True),
        (Regression(("cat", "dog")), False),
    ],
)
def test_a_head_is_kept_where_its_outputs_mean_the_same(task, kept):
    assert tasks.keeps_head(task, PETS.task) is kept
    assert tasks.keeps_head(task, Task.from_card(PETS.task.card())) is kept


@pytest.mark.parametrize("own", [MultiLabel(("cat", "dog")), Regression(("cat", "dog"))])
def test_classes_get_a_head_of_their_own_where_labels_or_numbers_have_their_names(own):
    assert not tasks.keeps_head(PETS.task, own)
    assert tasks.keeps_head(own, Task.from_card(own.card()))
