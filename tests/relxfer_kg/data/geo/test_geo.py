"""The shipped geography graphs as domains: split by their options, and nothing lost (`test_facts.py`: the facts)."""

import numpy as np
import pytest
from pydantic import ValidationError
from relxfer_kg.data.geo import GeoOptions, facts, load_us, load_world
from relxfer_kg.domain import facts_of

GRAPHS = {"geo_world": load_world, "geo_us": load_us}


def named(domain, split) -> set[tuple[str, ...]]:
    graph = domain.inputs
    rows = graph.facts if split is None else facts_of(graph, split)
    return {(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in rows}


@pytest.mark.parametrize("name", GRAPHS)
def test_every_fact_is_in_one_split(name):
    domain = GRAPHS[name](GeoOptions(), {})
    splits = [named(domain, split) for split in (None, domain.val, domain.test)]
    assert domain.name == name.replace("_", "-")
    assert set.union(*splits) == set(map(tuple, facts(name)))
    assert sum(map(len, splits)) == len(facts(name))


def test_options_decide_the_split():
    plain, seeded, larger = (
        load_us(options, {}) for options in (GeoOptions(), GeoOptions(split_seed=1), GeoOptions(test_fraction=0.2))
    )
    assert named(plain, plain.test) != named(seeded, seeded.test)
    assert len(np.unique(plain.test.unit_ids())) < len(np.unique(larger.test.unit_ids()))
    assert load_us(GeoOptions(), {}).sha == plain.sha


@pytest.mark.parametrize("fraction", [0, 0.5, -0.1])
def test_a_graph_without_validation_or_test_is_not_offered(fraction):
    for key in ("valid_fraction", "test_fraction"):
        with pytest.raises(ValidationError, match=key):
            GeoOptions(**{key: fraction})
