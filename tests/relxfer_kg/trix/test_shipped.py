"""The models of TRIX that come with the plugin."""

import numpy as np
import pytest
from relxfer_kg.trix.shipped import FILES, find

import relxfer
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins

PARAMETERS = {"kg-trix": 82_913, "kg-relations": 149_338}


@pytest.mark.parametrize("name", FILES)
def test_it_is_a_complete_model_of_its_size(name):
    artefact = artefacts.read(find("trix", name), Plugins.load(third_party=False), None)
    assert sum(array.size for array in artefact.arrays.values()) == PARAMETERS[name]
    assert all(np.isfinite(array).all() for array in artefact.arrays.values())
    model = artefact.load()
    assert model.answers == ("relations" if name == "kg-relations" else "entities")
    assert find("trix", name).stat().st_size < 2_000_000


def config(**target):
    return {
        "seeds": 1,
        "threads": 1,
        "target": {"dataset": "geo-us", "label_budgets": [0], **target},
        "strategy": ["zero-shot"],
    }


def test_one_is_the_source_of_relation_prediction_where_none_is_named(tmp_path):
    results = relxfer.run(config(task="relation-prediction"), tmp_path / "run")
    assert list(results.sources) == ["trix kg-relations"]
    found = results.row("zero-shot", budget=0).interval.estimate
    priors = [row.interval.estimate for row in results.rows if row.role == "prior"]
    assert found > max(priors) > 0.2


def test_the_other_answers_with_entities_of_a_graph_without_training(tmp_path):
    results = relxfer.run(config() | {"source": {"model": "trix", "weights": "kg-trix"}}, tmp_path / "run")
    assert list(results.sources) == ["trix kg-trix"]
    found = results.row("zero-shot", budget=0).interval.estimate
    priors = [row.interval.estimate for row in results.rows if row.role == "prior"]
    assert found > max(0.3, *priors)
