"""Tasks, examples and domains: what every loader hands over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.errors import DataError, Incompatible
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.clustering import Clustering
from relxfer.judge.metrics.regression import Regression

TASK = Classification(("cat", "dog"))


def examples(count: int = 4) -> Examples:
    return Examples("pictures", np.arange(count), np.arange(count) % 2, np.arange(count) // 2)


def domain() -> Domain:
    return Domain("pets", TASK, "pictures", "sha", train=examples(), test=examples())


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


def tagged() -> Examples:
    return replace(examples(), groups=np.array([7, 7, 8, 8]), tags={"camera": np.array(["a", "b", "b", "a"])})


def test_rows_are_taken_with_groups_and_tags():
    taken = tagged().take(np.array([3, 0]))
    assert taken.group_ids().tolist() == [8, 7]
    assert taken.tags["camera"].tolist() == ["a", "a"]
    assert examples().group_ids().tolist() == [0, 0, 1, 1], "without groups, the items"


def test_hidden_examples_tell_neither_groups_nor_tags_but_what_a_query_stands_for():
    hidden = replace(tagged(), table=(["and", 1, 2],)).hidden()
    assert (hidden.groups, hidden.tags) == (None, {})
    assert hidden.table == (["and", 1, 2],)


def test_a_digest_sees_groups_tags_and_the_table():
    changed = [
        replace(tagged(), groups=np.array([7, 7, 8, 9])),
        replace(tagged(), tags={"camera": np.array(["a", "b", "b", "b"])}),
        replace(tagged(), tags={"lens": tagged().tags["camera"]}),
        replace(tagged(), table=("a", "b", "c", "d")),
        replace(tagged(), table=("a", "b", "c", {"and": [0, 1]})),
    ]
    assert len({examples().digest(), tagged().digest(), *(each.digest() for each in changed)}) == 7
    assert tagged().digest() == tagged().digest()


@dataclass(frozen=True)
class Several(Domain):
    """It can pose the question of the owner, too."""

    @property
    def tasks(self):
        return ("classification", "regression")

    def posed(self, kind: str) -> Domain:
        return self if kind == self.task.kind else replace(self, task=Regression(("age",)))


def test_a_domain_poses_its_own_tasks():
    assert domain().tasks == ("classification",)
    assert domain().posed("classification").task is TASK
    with pytest.raises(Incompatible, match=r"a task of 'pets' \(classification\), got regression; choose one"):
        domain().posed("regression")
    assert Several("pets", TASK).posed("regression").task.kind == "regression"


def test_items_have_numbers_for_names():
    assert domain().name_items(np.array([3, 5])) == ["3", "5"]


def test_what_a_domain_cannot_do_is_told():
    with pytest.raises(Incompatible, match=r"whose inputs can be thinned \(observed_fraction = 0.5\)"):
        domain().observe(0.5)
    with pytest.raises(Incompatible, match="a target that takes queries by name"):
        domain().ask({"file": ["a.png"]})
    with pytest.raises(DataError, match="ask with --queries"):
        domain().everything()
    assert domain().name_queries(np.array([[1, 2], [3, 4]])) == {"query": ["1/2", "3/4"]}


def test_all_that_is_known_is_observed_and_items_stay_apart():
    one, two = replace(tagged(), inputs="x"), replace(tagged(), inputs="x")
    made = replace(domain(), inputs="x", train=one, val=None, test=two).whole()
    assert (made.val, made.test) == (None, None)
    assert made.train.answers.tolist() == [*one.answers, *two.answers]
    assert len(np.unique(made.train.unit_ids())) == 2 * len(np.unique(one.unit_ids()))
    assert made.train.groups.tolist() == [*one.groups, *two.groups]
    assert list(made.train.tags) == ["camera"]
    assert replace(domain(), train=None, val=None, test=None).whole().train is None


def test_clusters_have_no_answers_that_could_be_known():
    clusters = replace(domain(), task=Clustering(("cat", "dog")), train=None, val=None, test=tagged())
    assert clusters.whole().train is None


def test_by_default_nothing_is_added_and_questions_bring_their_inputs():
    with pytest.raises(Incompatible, match="a target to which facts can be added, got 'pets'"):
        domain().with_new({"head": ["a"]})
    assert domain().observed() == ({}, {})
