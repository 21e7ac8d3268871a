"""Two networks that networkx has."""

from __future__ import annotations

from relxfer_social.data.small import load_karate, load_miserables
from relxfer_social.options import LinksOptions, SplitOptions


def test_two_networks_of_networkx():
    karate = load_karate(SplitOptions(test_fraction=0), {})
    assert (len(karate.inputs), karate.inputs.edges.shape[1], len(karate.train)) == (34, 2 * 78, 34)
    miserables = load_miserables(LinksOptions(), {})
    assert miserables.inputs.edges.shape[1] == 2 * (254 - 51)
    assert "Valjean" in miserables.inputs.nodes
