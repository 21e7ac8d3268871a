"""The model of relations that comes with the plugin."""

import numpy as np
from relxfer_kg.trix import kg_relations

import relxfer
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins


def test_it_is_a_complete_model_of_its_size():
    artefact = artefacts.read(kg_relations.find("trix", kg_relations.NAME), Plugins.load(third_party=False), None)
    assert sum(array.size for array in artefact.arrays.values()) == 149_338
    assert all(np.isfinite(array).all() for array in artefact.arrays.values())
    model = artefact.load()
    assert model.answers == "relations"
    assert model.sizes["pair_counts"]


def test_it_is_the_source_of_the_task_where_none_is_named(tmp_path):
    results = relxfer.run(
        {
            "seeds": 1,
            "threads": 1,
            "target": {"dataset": "geo-us", "task": "relation-prediction", "label_budgets": [0]},
            "strategy": ["zero-shot"],
        },
        tmp_path / "run",
    )
    assert list(results.sources) == ["trix kg-relations"]
    found = results.row("zero-shot", budget=0).interval.estimate
    priors = [row.interval.estimate for row in results.rows if row.role == "prior"]
    assert found > max(priors) > 0.2
