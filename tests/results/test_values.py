"""Values of queries, as they were stored: read once, under a rule of ranks."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.errors import DamagedArtefact
from relxfer.judge.metrics.ranking import Ranks
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.results.values import stored_values
from relxfer.store import files
from relxfer.store.run_directory import Store

ID = "0123456789abcdef"
SCORER = Scorer(Plugins.load(third_party=False))


@pytest.fixture
def store(tmp_path) -> Store:
    ranks = Ranks(np.array([1, 2]), np.array([3, 2]), np.array([2, 2]), np.array([9, 9]))
    arrays = {**ranks.to_arrays(), "units": np.array([7, 7])}
    files.write_arrays(Store(tmp_path).evaluation(ID), arrays, {"kind": "ranking"})
    return Store(tmp_path)


@pytest.mark.parametrize(
    ("rule", "mrr"), [("realistic", [0.5, 0.5]), ("pessimistic", [1 / 3, 0.5]), ("plain", [0.5, 0.5])]
)
def test_values_follow_the_rule_of_ranks(store, rule, mrr):
    made = stored_values(store, rule, SCORER)(ID)
    assert made.measured.values["mrr"].tolist() == mrr
    assert made.units.tolist() == made.clusters.tolist() == [7, 7]


def test_groups_tags_and_names_come_back(store):
    arrays = {"scores": np.eye(2), "answers": np.array([1, 1]), "units": np.array([7, 9]), "groups": np.array([4, 4]),
              "tag camera": np.array([1, 0])}  # fmt: skip
    card = {"kind": "classification", "tags": {"camera": ["far", "near"]}, "items": {"7": "a.png"}}
    files.write_arrays(store.evaluation(ID), arrays, card)
    made = stored_values(store, "plain", SCORER)(ID)
    assert made.clusters.tolist() == [4, 4]
    assert made.tags["camera"].tolist() == ["near", "far"]
    assert (made.name(7), made.name(9)) == ("a.png", "9")
    assert made.measured.undefined == {"auc": "all test answers are of one class"}
    assert set(made.measured.values) == {"accuracy", "macro-f1"}


def test_they_are_read_once(store):
    values = stored_values(store, "plain", SCORER)
    first = values(ID)
    store.evaluation(ID).unlink()
    assert values(ID) is first
    with pytest.raises(DamagedArtefact):
        stored_values(store, "plain", SCORER)(ID)
