"""Values of queries, as they were stored: read once, under a rule of ranks."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.errors import DamagedArtefact
from relxfer.judge.ranking import Ranks
from relxfer.results.values import stored_values
from relxfer.store import files
from relxfer.store.run_directory import Store

ID = "0123456789abcdef"


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
    values, units = stored_values(store, rule)(ID)
    assert values["mrr"].tolist() == mrr
    assert units.tolist() == [7, 7]


def test_they_are_read_once(store):
    values = stored_values(store, "plain")
    first = values(ID)
    store.evaluation(ID).unlink()
    assert values(ID) is first
    with pytest.raises(DamagedArtefact):
        stored_values(store, "plain")(ID)
