"""Embedded networks: borders, and two of networkx's."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.data.borders import load_us, load_world
from relxfer_social.data.small import load_karate, load_miserables
from relxfer_social.options import BordersOptions, LinksOptions, SplitOptions


def counts(domain):
    return np.bincount(np.concatenate([domain.train.answers, domain.test.answers])).tolist()


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
    said = {domain.inputs.nodes[node]: domain.task.answers[answer] for domain in (world, us)
            for node, answer in zip(domain.train.queries, domain.train.answers, strict=True)}  # fmt: skip
    for inland in ("Austria", "Mongolia", "Kansas", "Ohio", "Michigan"):
        assert said[inland] == "inland"
    for coast in ("Japan", "Chile", "Maine", "Alaska"):
        assert said[coast] == "coast"


def test_links_of_borders():
    domain = load_us(BordersOptions(task="links"), {})
    assert len(domain.test) == 2 * round(107 * 0.2)


def test_two_networks_of_networkx():
    karate = load_karate(SplitOptions(test_fraction=0), {})
    assert (len(karate.inputs), karate.inputs.edges.shape[1], len(karate.train)) == (34, 2 * 78, 34)
    miserables = load_miserables(LinksOptions(), {})
    assert miserables.inputs.edges.shape[1] == 2 * (254 - 51)
    assert "Valjean" in miserables.inputs.nodes
