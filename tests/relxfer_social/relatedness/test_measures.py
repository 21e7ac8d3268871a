"""Measures between networks: each falls with its own cause, and says why where it does not apply."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.data.blocks import load
from relxfer_social.data.small import load_karate, load_miserables
from relxfer_social.domain import node_domain
from relxfer_social.features.common_neighbours import simple
from relxfer_social.network import Network, both_ways
from relxfer_social.options import BlocksOptions, LinksOptions, NetworkOptions, SplitOptions
from relxfer_social.relatedness.measures import OF_FEATURES, STRUCTURAL, Seen, sampled

from relxfer.cli import main
from relxfer.plan.views import source_view, target_view

pytestmark = pytest.mark.processor

ALL = ("names", *STRUCTURAL, *OF_FEATURES)


def blocks(**changes):
    return load(BlocksOptions(**{"nodes": 400, "signal": 2.0, **changes}), {})


def measures(source, target, **options):
    """As the engine asks: the source with its labels, the target without."""
    seen = source_view(source, ("source-labels",)), target_view(target, ("target-inputs",), "all", 0)
    return NetworkAdapter(NetworkOptions(**options)).relatedness(*seen)


@pytest.fixture(scope="module")
def alike():
    """Two networks of one distribution."""
    return measures(blocks(), blocks(seed=1))


def test_a_network_is_most_related_to_itself(alike):
    same = measures(blocks(), blocks())
    assert tuple(same) == ALL
    perfect = dict.fromkeys(ALL, 0.0) | dict.fromkeys(("names", "neighbours", "classes"), 1.0)
    assert same == pytest.approx(perfect, abs=0.02)
    assert all(alike[name] <= same[name] + 0.005 for name in ALL)


@pytest.mark.parametrize(
    ("change", "falls"),
    [
        ({"shift": 2.0}, ("subtrees", "proxy-a", "neighbours")),
        ({"homophily": 0.2}, ("homophily", "subtrees", "clustering")),
        ({"mean_degree": 2.0}, ("degrees", "clustering")),
        ({"mean_degree": 40.0}, ("degrees", "clustering")),
        ({"signal": 0.2}, ("homophily", "subtrees", "proxy-a", "neighbours")),
        ({"width": 8}, ("names",)),
    ],
    ids=str,
)
def test_measures_fall_with_their_cause(alike, change, falls):
    found = measures(blocks(), blocks(seed=1, **change))
    for name in falls:
        assert found[name] < alike[name] - 0.03, name


def test_what_has_nothing_to_do_with_a_cause_stays(alike):
    shifted = measures(blocks(), blocks(seed=1, shift=2.0))
    for name in ("names", "degrees", "clustering", "homophily"):
        assert shifted[name] == pytest.approx(alike[name], abs=1e-5)
    denser = measures(blocks(), blocks(seed=1, mean_degree=40.0))
    for name in ("proxy-a", "neighbours"):
        assert denser[name] == alike[name]


def test_fewer_of_a_class_are_seen_without_a_label_of_the_target():
    """Nodes of the last block are left out: of three equal classes two remain."""
    whole = blocks(signal=4.0, homophily=0.9)
    part = without_last_block(blocks(seed=1, signal=4.0, homophily=0.9))
    assert measures(whole, part)["classes"] == pytest.approx(2 / 3, abs=0.06)


def without_last_block(domain):
    network, kept = domain.inputs, 2 * len(domain.inputs) // 3
    inside = (network.edges < kept).all(0)
    thin = replace(network, nodes=network.nodes[:kept], edges=network.edges[:, inside],
                   features=network.features[:kept], _kept={})  # fmt: skip
    return node_domain("part", thin, domain.task.answers, np.zeros(kept, np.int64), np.arange(5))


def test_no_label_of_the_target_is_seen_so_that_other_names_of_classes_are_not(alike):
    """What the classes are called in the target (concept shift) is beyond every measure without labels."""
    assert measures(blocks(), blocks(seed=1, relabel=1)) == alike


def test_neither_test_nor_target_labels_matter(alike):
    adapter = NetworkAdapter(NetworkOptions())
    source, target = blocks(), blocks(seed=1)
    wrong = replace(target, test=replace(target.test, answers=np.roll(target.test.answers, 1)), train=None)
    assert adapter.relatedness(source, wrong) == alike
    assert adapter.relatedness(replace(source, test=None), target) == alike


def test_the_order_of_edges_does_not_matter(alike):
    target = blocks(seed=1)
    network = replace(target.inputs, edges=np.unique(target.inputs.edges[:, ::-1], axis=1), _kept={})
    assert set(map(tuple, network.edges.T)) == set(map(tuple, target.inputs.edges.T))
    found = measures(blocks(), replace(target, inputs=network))
    for name in ("degrees", "homophily", "names"):
        assert found[name] == pytest.approx(alike[name], abs=1e-6)


def test_a_large_network_is_sampled_always_the_same():
    source, target = blocks(nodes=2000), blocks(nodes=2000, seed=1)
    found = measures(source, target)
    assert found == measures(blocks(nodes=2000), blocks(nodes=2000, seed=1))
    assert found["subtrees"] > -0.05


# ------------------------------------------------------------------ where a measure does not apply


def unnamed(domain, width=None):
    network = replace(domain.inputs, columns=(), features=domain.inputs.features[:, :width], _kept={})
    return replace(domain, inputs=network)


def test_other_widths_leave_the_structure():
    found = measures(unnamed(blocks()), unnamed(blocks(seed=1), 5))
    assert found["names"] == "features have no names"
    for name in OF_FEATURES:
        assert "expected 16 features of a node, got 5" in found[name]
    for name in STRUCTURAL:
        assert -1 < found[name] <= 0


def test_features_on_one_side_only_leave_the_structure():
    found = measures(blocks(), load_karate(SplitOptions(), {}))
    assert "expected some of the model's features" in found["subtrees"]
    assert found["names"] == 0.0
    both = measures(blocks(), load_karate(SplitOptions(), {}), features=("structure",))
    assert both["names"] == 1.0
    assert both["classes"] == "source and target do not have the same classes"
    assert both["subtrees"] < 0


def test_features_that_are_asked_for_and_not_there():
    karate = load_karate(SplitOptions(), {})
    found = measures(karate, karate, features=("given",))
    assert "expected features of the nodes" in found["names"]
    assert found["names"] == found["subtrees"]
    assert found["degrees"] == 0


def test_a_network_without_edges():
    target = blocks(seed=1)
    alone = replace(target, inputs=replace(target.inputs, edges=np.zeros((2, 0), np.int64), _kept={}))
    found = measures(blocks(), alone)
    assert {found[name] for name in (*STRUCTURAL, "homophily")} == {"a network has no edges"}
    assert -1 < found["subtrees"] < 0


def test_links_have_no_classes():
    links = load_miserables(LinksOptions(), {})
    found = measures(links, links)
    assert found["classes"] == "the source has no labels of nodes"
    assert found["subtrees"] == pytest.approx(0, abs=1e-4)


# ------------------------------------------------------------------ definitions


def test_moran_by_brute_force():
    domain = blocks(nodes=60, mean_degree=5.0)
    links, values = simple(domain.inputs).toarray(), domain.inputs.features.toarray().astype(float)
    values -= values.mean(0)
    pairs = np.argwhere(links)
    along = np.mean([values[u] @ values[v] for u, v in pairs])
    expected = along / np.square(values).sum(1).mean()
    assert Seen(domain.inputs, domain.inputs.features).moran() == pytest.approx(expected)


def test_subtrees_are_halves_of_oneself_and_ones_neighbours():
    network = Network(tuple("abcd"), both_ways(np.array([[0, 1], [1, 2]])))
    values = np.array([[0.0], [4.0], [8.0], [1.0]])
    depths = Seen(network, _sparse(values)).subtrees(np.arange(4))
    assert [depth.ravel().tolist() for depth in depths[:2]] == [[0, 4, 8, 1], [2, 4, 6, 1]]


def _sparse(values):
    import scipy.sparse as sp

    return sp.csr_matrix(values)


# ------------------------------------------------------------------ the verb


def test_rank_sources_shows_them(capsys):
    code = main(
        ["rank-sources", "--target", "geo-us-borders", "--sources", "geo-world-borders", "karate-club", "--json"]
    )
    world, karate = json.loads(capsys.readouterr().out)["targets"][0]["candidates"]
    assert code == 0
    assert set(world["measures"]) == {*ALL, "size"}
    assert "links stay within a class" in world["note"]
    assert karate["measures"]["classes"] == {"reason": "source and target do not have the same classes"}


def test_a_hub_does_not_decide_how_much_memory_subtrees_take(peak_mb, star):
    """Two steps reach every node from every leaf; and the hub's neighbours have every feature."""
    hub = star(5000)
    seen = Seen(hub, sp.eye(5001, format="csr", dtype=np.float32)[:, :50])
    nodes = sampled(hub, 750)
    assert peak_mb(lambda: seen.subtrees(nodes)) < 60
