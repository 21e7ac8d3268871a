"""Embedded networks of borders."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.data.borders import load_us, load_world
from relxfer_social.options import BordersOptions


def counts(domain):
    return np.bincount(np.concatenate([domain.train.answers, domain.test.answers])).tolist()


def said(domain):
    """Node -> label, by name, of a domain without a test."""
    pairs = zip(domain.train.queries, domain.train.answers, strict=True)
    return {domain.inputs.nodes[node]: domain.task.answers[answer] for node, answer in pairs}


@pytest.mark.parametrize(
    ("load", "nodes", "borders", "coast", "alone"),
    [(load_world, 195, 313, [151, 44], 39), (load_us, 51, 107, [23, 28], 2)],
    ids=["world", "us"],
)
def test_borders(load, nodes, borders, coast, alone):
    domain = load(BordersOptions(), {})
    network = domain.inputs
    assert (len(network), network.edges.shape[1]) == (nodes, 2 * borders)
    assert np.array_equal(np.unique(network.edges, axis=1), np.unique(network.edges[::-1], axis=1))
    assert domain.task.answers == ("coast", "inland")
    assert counts(domain) == coast
    assert (network.degrees() == 0).sum() == alone


def test_borders_share_a_task_and_no_region():
    world, us = (load(BordersOptions(), {}) for load in (load_world, load_us))
    assert world.task.same_as(us.task)
    world, us = (load(BordersOptions(label="region"), {}) for load in (load_world, load_us))
    assert world.task.answers == ("Africa", "Americas", "Asia", "Europe", "Oceania")
    assert us.task.answers == ("Midwest Region", "Northeast Region", "South Region", "West Region")


def test_some_facts_of_geography():
    world, us = load_world(BordersOptions(test_fraction=0), {}), load_us(BordersOptions(test_fraction=0), {})
    labels = said(world) | said(us)
    for inland in ("Austria", "Mongolia", "Kansas", "Ohio", "Michigan"):
        assert labels[inland] == "inland"
    for coast in ("Japan", "Chile", "Maine", "Alaska"):
        assert labels[coast] == "coast"


def test_links_of_borders():
    domain = load_us(BordersOptions(task="links"), {})
    assert len(domain.test) == 2 * round(107 * 0.2)


@pytest.mark.parametrize(
    ("load", "graph", "border", "region", "water"),
    [
        (load_world, "geo_world", "borders", "in_continent", "coast_on"),
        (load_us, "geo_us", "adjoins_state", "state_in_region", "shore_on"),
    ],
    ids=["world", "us"],
)
def test_the_tables_say_what_the_embedded_knowledge_graphs_say(load, graph, border, region, water):
    geo = pytest.importorskip("relxfer_kg.data.geo", reason="needs the plugin for knowledge graphs")
    facts = geo.facts(graph).tolist()
    regions = {head: tail for head, relation, tail in facts if relation == region}
    coast = {head for head, relation, tail in facts if relation == water and not tail.startswith("Lake ")}
    domain = load(BordersOptions(test_fraction=0), {})
    nodes = domain.inputs.nodes
    assert nodes == tuple(sorted(regions))
    # in their order too, on which the neighbours that are drawn depend
    assert [[nodes[one], border, nodes[other]] for one, other in domain.inputs.edges.T] == [
        fact for fact in facts if fact[1] == border
    ]
    assert said(domain) == {node: "coast" if node in coast else "inland" for node in nodes}
    assert said(load(BordersOptions(label="region", test_fraction=0), {})) == regions
