"""Which items are proposed for labelling."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relxfer.cli import main
from relxfer.errors import Incompatible
from relxfer.plugins.finder import Plugins
from relxfer.predict import predictions
from relxfer.predict.asking.to_label import items, next_items
from relxfer.predict.chosen import Wanted

PLUGINS = Plugins.load(third_party=False)


def drawn(probabilities, features, count, seed=0):
    rng = np.random.default_rng(seed)
    return next_items(np.array(probabilities), np.array(features, float), count, rng).tolist()


@given(st.integers(0, 2**16), st.integers(1, 12), st.integers(1, 20), st.integers(2, 4))
def test_each_is_proposed_once_and_the_first_is_the_one_of_the_longest_gradient(seed, rows, count, classes):
    rng = np.random.default_rng(seed)
    probabilities, features = rng.dirichlet(np.ones(classes), rows), rng.normal(size=(rows, 3))
    made = drawn(probabilities, features, count, seed)
    assert len(set(made)) == len(made) == min(count, rows)
    errors = probabilities - np.eye(classes)[probabilities.argmax(1)]
    gradients = errors[:, :, None] * features[:, None, :]
    assert made[0] == np.linalg.norm(gradients.reshape(rows, -1), axis=1).argmax()


def test_what_is_sure_is_hardly_proposed_and_each_group_of_the_uncertain_is():
    """Forty sure items, and three groups of five that are alike and uncertain."""
    probabilities = [[1 - 1e-6, 1e-6]] * 40 + [[0.5, 0.5]] * 15
    features = [[1, 1, 1]] * 40 + [row for row in np.eye(3).tolist() for _ in range(5)]
    for seed in range(10):
        made = drawn(probabilities, features, 3, seed)
        assert {(row - 40) // 5 for row in made} == {0, 1, 2}


def test_no_row_stands_for_those_that_are_the_same():
    assert len(drawn([[0.6, 0.4]] * 5, [[1, 2]] * 5, 3)) == 1, "the others would teach nothing more"
    assert drawn([[1.0, 0.0]] * 5, [[1, 2]] * 5, 3) == [], "nothing is uncertain"


def test_nodes_without_a_label_are_proposed_by_name(small):
    chosen = predictions.choose(small("nodes").run, PLUGINS, Wanted())
    without = set(chosen.domain.name_queries(chosen.domain.everything().queries)["node"])
    table = predictions.worth_labelling(chosen, 3).table()
    assert len(set(table["node"])) == len(table["node"]) == min(3, len(without))
    assert set(table["node"]) <= without
    assert set(table) == {"node", "answer", "rank", "probability"}
    assert predictions.worth_labelling(chosen, 3).table() == table, "the same again"


def test_facts_are_refused_in_words(small):
    chosen = predictions.choose(small("facts").run, PLUGINS, Wanted())
    with pytest.raises(Incompatible, match="expected a target whose items have one of several classes"):
        items(chosen, 3)


def test_items_to_label_are_named_and_what_has_no_effect_on_them_is_refused(small, capsys):
    nodes = str(small("nodes").run)
    assert main(["predict", nodes, "--to-label", "2", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert len({row["node"] for row in made}) == len(made) > 0
    for more in (["--coverage", "0.9"], ["--keep-known"], ["--skip-bad"]):
        assert main(["predict", nodes, "--to-label", "2", *more]) == 2
        assert f"expected --to-label without {more[0]}" in " ".join(capsys.readouterr().err.split())
