"""Features of items with their names and answers, and their principal components."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.errors import Incompatible
from relxfer.plugins.finder import Plugins
from relxfer.predict import embedding
from relxfer.predict.chosen import Wanted
from relxfer.predict.embedding import principal

PLUGINS = Plugins.load(third_party=False)


def test_nodes_of_the_test_are_as_the_judged_model_sees_them(small):
    run = small("nodes").run
    made = embedding.of_test(run, PLUGINS, Wanted(seed=0))
    assert made.features.shape[0] == len(made) == len(made.names["node"]) == len(made.answers) == len(made.predicted)
    assert np.isfinite(made.features).all()
    assert set(made.predicted) <= set(made.answers) | set(made.predicted)
    fewer = embedding.of_test(run, PLUGINS, Wanted(seed=0), most=2)
    rows = [made.names["node"].index(name) for name in fewer.names["node"]]
    assert len(fewer) == 2
    assert np.allclose(fewer.features, made.features[rows], atol=1e-5), "whatever else is asked"
    every = embedding.of_all(run, PLUGINS, Wanted(seed=0))
    assert set(made.names["node"]) < set(every.names["node"])
    assert len(set(every.names["node"])) == len(every)


def test_entities_of_a_knowledge_graph_have_no_representation_of_their_own(small):
    with pytest.raises(Incompatible, match="represents what it answers with anew for every question"):
        embedding.of_test(small("facts").run, PLUGINS)


def test_the_plane_holds_most_of_the_variance_and_has_a_fixed_sign():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(50, 4)) * [5, 2, 0.1, 0.1] + 3
    made = principal(points)
    assert sum(made.explained) > 0.99
    assert np.abs(made.points.mean(0)).max() < 1e-9
    assert np.allclose(np.abs(np.corrcoef(made.points[:, 0], points[:, 0])[0, 1]), 1, atol=1e-2)
    assert np.corrcoef(made.points[:, 0], points[:, 0])[0, 1] > 0, "the largest weight is positive"


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (4, 1)])
def test_few_points_or_columns_have_a_plane_too(shape):
    made = principal(np.ones(shape))
    assert made.points.shape == (shape[0], 2)
    assert np.isfinite(made.points).all()
