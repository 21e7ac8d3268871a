"""Labelled nodes as a domain."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.data.blocks import load
from relxfer_social.data.small import load_miserables
from relxfer_social.domain import network_domain, node_domain, restored, within_classes
from relxfer_social.network import Network
from relxfer_social.options import BlocksOptions, LinksOptions, SplitOptions

from relxfer import Regression
from relxfer.errors import DataError, UnfitArtefact


def blocks(**changes):
    return load(BlocksOptions(**{"nodes": 400, "signal": 2.0, **changes}), {})


def test_links_within_a_class_are_told():
    told = within_classes([blocks(), blocks(seed=1, homophily=0.2)])
    assert told == "49 % of the sources' links stay within a class (33 % by chance)"
    assert within_classes([load_miserables(LinksOptions(), {})]) == ""


def people(labels=(0, 1, -1, 1)):
    network = Network(tuple("abcd"), np.array([[0, 1], [1, 0]]))
    return node_domain("people", network, ("x", "y"), np.array(labels), np.array([2, 3]), np.array([1]))


def test_nodes_without_a_label_are_in_no_split_and_are_seen():
    domain = people()
    assert [split.queries.tolist() for split in (domain.train, domain.val, domain.test)] == [[0], [1], [3]]
    assert domain.unlabelled.queries.tolist() == [0, 1, 2, 3]
    assert people((-1, 1, -1, -1)).train is None


def test_questions_and_answers_go_by_names():
    domain = people()
    asked = domain.ask({"node": ["d", "a", "d"]})
    assert asked.queries.tolist() == [3, 0, 3]
    assert domain.name_queries(asked.queries) == {"node": ["d", "a", "d"]}
    with pytest.raises(DataError, match="no node is called 'e'"):
        domain.ask({"node": ["e"]})
    with pytest.raises(DataError, match="expected a column 'node' in the queries, got: town, year"):
        domain.ask({"town": ["a"], "year": ["1"]})


def test_a_column_of_nodes_has_any_usual_name_and_an_only_one_any_at_all():
    domain = people()
    for name in ("Node_ID", "vertex", "member"):
        assert domain.ask({name: ["b"]}).queries.tolist() == [1]
    assert domain.ask({"id": ["b"], "since": ["1990"]}).queries.tolist() == [1]


def test_a_share_of_every_class_is_the_test_by_seed():
    network, labels = Network(tuple(map(str, range(40))), np.zeros((2, 0), int)), np.repeat([0, 1], [30, 10])
    made = [network_domain("n", network, ("x", "y"), labels, SplitOptions(split_seed=seed)) for seed in (0, 0, 1)]
    assert np.bincount(made[0].test.answers).tolist() == [6, 2]
    assert made[0].test.queries.tolist() == made[1].test.queries.tolist() != made[2].test.queries.tolist()
    assert made[0].notes == ("20% of every class, 8 nodes, are the test (seed 0)",)


def test_numbers_of_any_kind_of_task_stay_what_they_are():
    """Whether answers are whole is seen by the values, since a plugin's kind of task may have numbers too."""

    class Ordinal(Regression):
        pass

    network = people().inputs
    for values, dtype in (([[0.5], [np.nan], [2.0]], "f"), ([[0.0], [np.nan], [2.0]], "i")):
        labels = np.full((len(network), 1), np.nan)
        labels[:3] = values
        made = node_domain("n", network, Ordinal(("age",)), labels, np.array([2]))
        assert made.train.answers.tolist() == [values[0]]
        assert made.train.answers.dtype.kind == dtype


def test_nodes_without_an_answer_are_all_that_is_asked():
    assert people().everything().queries.tolist() == [1, 2, 3], "as judged, those of validation and test too"
    assert people().whole().everything().queries.tolist() == [2]
    with pytest.raises(DataError, match="expected nodes without an answer in 'people', got none"):
        people((0, 1, 1, 1)).whole().everything()


def test_new_edges_leave_labels_and_splits_as_they_are():
    grown = people().with_new({"source": ["c"], "target": ["e"]})
    assert grown.inputs.nodes == tuple("abcde")
    assert (grown.train.queries.tolist(), grown.test.queries.tolist()) == ([0], [3])
    assert grown.train.inputs is grown.test.inputs is grown.inputs
    assert grown.unlabelled.queries.tolist() == [0, 1, 2, 3, 4]
    assert grown.sha != people().sha


def test_what_is_observed_is_restored_with_its_labels():
    whole = people().whole()
    arrays, _ = whole.observed()
    again = restored(whole.task, arrays)
    assert again.sha == whole.sha
    assert sorted(zip(again.train.queries.tolist(), again.train.answers.tolist(), strict=True)) == [
        (0, 0),
        (1, 1),
        (3, 1),
    ]
    for wrong in ({"labels": arrays["labels"] + 5}, {"labelled": arrays["labelled"] + 9}, {"labelled": np.zeros(1)}):
        with pytest.raises(UnfitArtefact):
            restored(whole.task, arrays | wrong)
