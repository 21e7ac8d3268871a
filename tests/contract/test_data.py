"""Tasks, examples and domains: what every loader hands over."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.contract.tasks import Task
from relxfer.errors import DataError, Incompatible

TASK = Task("classification", ("cat", "dog"))


def examples(count: int = 4) -> Examples:
    return Examples("pictures", np.arange(count), np.arange(count) % 2, np.arange(count) // 2)


def domain() -> Domain:
    return Domain("pets", TASK, "pictures", "sha", train=examples(), test=examples())


@pytest.mark.parametrize("task", [TASK, Task("ranking", open=True), Task("link-prediction", ("absent", "present"))])
def test_a_task_is_read_from_its_card(task):
    assert Task.from_card(task.card()).same_as(task)


def test_tasks_are_told_apart_by_kind_and_answers():
    assert not TASK.same_as(Task("clustering", TASK.answers))
    assert not TASK.same_as(Task("classification", ("dog", "cat")))
    assert Task("ranking", ("a",), open=True).same_as(Task("ranking", ("b",), open=True))


def test_rows_are_taken_with_answers_and_units():
    taken = examples().take(np.array([3, 0]))
    assert (taken.queries.tolist(), taken.answers.tolist(), taken.unit_ids().tolist()) == ([3, 0], [1, 0], [1, 0])


def test_hidden_examples_tell_neither_answers_nor_what_belongs_together():
    hidden = examples().hidden()
    assert hidden.answers is None
    assert hidden.unit_ids().tolist() == [0, 1, 2, 3]


def test_a_digest_sees_queries_answers_and_units():
    same, digests = examples(), {examples().digest(), examples(5).digest(), examples().hidden().digest()}
    assert same.digest() == examples().digest()
    assert len(digests) == 3
    swapped = Examples("pictures", same.queries, same.answers[::-1].copy(), same.units)
    assert swapped.digest() not in digests


def test_labels_for_validation_leave_training():
    cut = domain().hold_out(np.array([0, 1]))
    assert (cut.train.queries.tolist(), cut.val.queries.tolist()) == ([2, 3], [0, 1])
    assert domain().restrict(np.array([1])).train.queries.tolist() == [1]


def test_known_answers_are_those_with_answers():
    assert len(domain().known()) == 2


def test_clustering_hides_every_label_but_those_of_the_test():
    found = domain().clustering()
    assert (found.task.kind, found.train, found.val) == ("clustering", None, None)
    assert found.test is not None
    with pytest.raises(Incompatible, match='remove task = "clustering"'):
        found.clustering()


def test_what_a_domain_cannot_do_is_told():
    with pytest.raises(Incompatible, match=r"whose inputs can be thinned \(observed_fraction = 0.5\)"):
        domain().observe(0.5)
    with pytest.raises(Incompatible, match="a target that takes queries by name"):
        domain().ask({"file": ["a.png"]})
    with pytest.raises(DataError, match="ask with --queries"):
        domain().everything()
    assert domain().name_queries(np.array([[1, 2], [3, 4]])) == {"query": ["1/2", "3/4"]}
