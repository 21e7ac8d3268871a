"""A model of a run as a module that an explainer of torch_geometric takes, and whether the explanation is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from relxfer_social import explained
from torch_geometric.explain import Explainer, GNNExplainer

import relxfer
from relxfer.errors import Incompatible
from relxfer.plugins import in_process
from relxfer.predict import predictions
from relxfer.predict.chosen import Wanted

ASKERS, OTHERS, KINDS = 90, 3, ("gcn", "graphsage", "gin", "gat")


def planted(folder: Path) -> dict:
    """Nodes whose class is what one of their neighbours says: `told7` says it to `ask7`, and three others nothing."""
    rng = np.random.default_rng(0)
    nodes, edges = ["node,label,says,noise"], ["source,target"]
    for number in range(ASKERS):
        says = number % 3 - 1
        nodes.append(f"ask{number},{('no', 'silent', 'yes')[number % 3]},0,{rng.normal():.3f}")
        nodes.append(f"told{number},,{says},{rng.normal():.3f}")
        edges.append(f"told{number},ask{number}")
        for other in range(OTHERS):
            nodes.append(f"other{number}_{other},,0,{rng.normal():.3f}")
            edges.append(f"other{number}_{other},ask{number}")
    folder.mkdir(exist_ok=True)
    (folder / "nodes.csv").write_text("\n".join(nodes))
    (folder / "edges.csv").write_text("\n".join([edges[0], *rng.permutation(edges[1:])]))
    return {
        "use": "network-files", "path": str(folder / "edges.csv"), "nodes": str(folder / "nodes.csv"), "directed": True,
    }  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """`run(kind)`: the folder of a run from scratch on the planted network."""
    made: dict[str, Path] = {}

    def of(kind: str) -> Path:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            config = {
                "threads": 1,
                "device": "cpu",
                "target": {"name": "t", "dataset": planted(folder), "model": {"use": kind, "hidden": 16}},
                "training": {"steps": 150, "lr": 0.01},
                "strategy": ["scratch"],
                "report": {"baselines": False},
            }
            results = relxfer.run(config, folder / "run")
            assert results.row("scratch").metrics["accuracy"] > 0.9
            made[kind] = results.folder
        return made[kind]

    return of


def explainer(module) -> Explainer:
    return Explainer(
        model=module,
        algorithm=GNNExplainer(epochs=200, lr=0.05, edge_ent=0.0, edge_size=0.05),
        explanation_type="model",
        node_mask_type="attributes",
        edge_mask_type="object",
        model_config={"mode": "multiclass_classification", "task_level": "node", "return_type": "raw"},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_edge_that_decides_has_the_largest_mask(run, kind):
    """By far: the edges from which nothing is heard have next to none, and other nodes' edges none at all."""
    module, data = explained.module(run(kind))
    for number in (0, 2):  # of whom one is told no, and one yes
        torch.manual_seed(0)
        asked = data.nodes.index(f"ask{number}")
        found = explainer(module)(data.x, data.edge_index, edge_weight=data.edge_weight, index=asked)
        names = [f"{data.nodes[one]} {data.nodes[other]}" for one, other in data.edge_index.T.tolist()]
        masks = dict(zip(names, found.edge_mask.tolist(), strict=True))
        decides = masks.pop(f"told{number} ask{number}")
        assert decides > 0.5 > 10 * max(masks.values())
        assert {name.split()[1] for name, mask in masks.items() if mask} == {f"ask{number}"}
        told = dict(zip(data.columns, found.node_mask[data.nodes.index(f"told{number}")].tolist(), strict=True))
        assert told["says"] > told["noise"]


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """A run with two seeds, and two targets: labelled nodes with loops that stand several times, and links."""
    folder = tmp_path_factory.mktemp("odd")
    rng = np.random.default_rng(0)
    rows = [f"n{i},{'ab'[i % 2]},{100 + 30 * rng.normal():.2f},{i % 3 == 0:d}" for i in range(24)]
    edges = [f"n{a},n{b}" for a, b in rng.integers(0, 24, (60, 2))]
    (folder / "nodes.csv").write_text("\n".join(["node,label,size,tall", *rows]))
    (folder / "edges.csv").write_text("\n".join(["source,target", *edges, "n0,n0", "n0,n0", "n1,n1", "n2,n3", "n2,n3"]))
    own = {"use": "network-files", "path": str(folder / "edges.csv"), "nodes": str(folder / "nodes.csv")}
    targets = [
        {"name": "nodes", "dataset": {**own, "duplicates": True}},
        {"name": "links", "dataset": {**own, "task": "links"}},
    ]
    config = {
        "threads": 1,
        "device": "cpu",
        "seeds": 2,
        "target": [{**target, "model": {"use": "gcn", "hidden": 8}} for target in targets],
        "training": {"steps": 3, "validations": 0},
        "strategy": ["scratch"],
    }
    results = relxfer.run(config, folder / "run")
    assert not results.failed
    return results.folder


@pytest.mark.parametrize("seed", [0, 1])
def test_the_module_says_what_the_model_of_its_seed_says(odd, seed):
    module, data = explained.module(odd, strategy="scratch", target="nodes", seed=seed)
    chosen = predictions.choose(odd, in_process.load(), Wanted("scratch", "nodes", seed=seed))
    (scores,) = chosen.learner.predict(chosen.domain.ask({"node": data.nodes}))
    with torch.no_grad():
        found = module(data.x, data.edge_index, data.edge_weight)
    np.testing.assert_allclose(found.numpy(), scores, atol=1e-5, rtol=0)


def test_the_data_have_names_and_no_labels(odd):
    _, data = explained.module(odd, strategy="scratch", target="nodes")
    assert data.validate(raise_on_error=True)
    assert (data.nodes[:2], data.columns, data.answers) == (["n0", "n1"], ["size", "tall"], ["a", "b"])
    assert "y" not in data
    assert data.x[:, 0].mean() == pytest.approx(0, abs=1e-5), "as the model sees them"


def test_loops_stand_once_and_last_with_a_weight(odd):
    _, data = explained.module(odd, strategy="scratch", target="nodes")
    source, to = data.edge_index
    looped = source == to
    first = int(looped.nonzero()[0])
    assert looped[first:].all()
    assert source[first:].tolist() == sorted({*source[first:].tolist()})
    assert data.edge_weight[first] >= 2
    assert (data.edge_weight[:first] == 1).all()
    pairs = [(data.nodes[a], data.nodes[b]) for a, b in data.edge_index.T.tolist()]
    assert pairs.count(("n2", "n3")) >= 2


@pytest.mark.parametrize(("strategy", "target"), [("label-propagation", "nodes"), ("scratch", "links")])
def test_a_row_without_a_network_that_scores_nodes_is_refused(odd, strategy, target):
    with pytest.raises(Incompatible, match=r"a single graph neural network that scores nodes, got .*name another row"):
        explained.module(odd, strategy=strategy, target=target)


def test_the_kind_that_decides_is_found(tmp_path):
    """Two of four neighbours say a class, and of them the one who is a friend is believed."""
    rng = np.random.default_rng(0)
    nodes, edges = ["node,label,says"], ["source,target,kind"]
    for number in range(ASKERS):
        says = number % 2
        nodes.append(f"ask{number},{'ab'[says]},0")
        nodes += [f"friend{number},,{2 * says - 1}", f"rival{number},,{2 * int(rng.integers(2)) - 1}"]
        edges += [f"friend{number},ask{number},trusts", f"rival{number},ask{number},ignores"]
    (tmp_path / "nodes.csv").write_text("\n".join(nodes))
    (tmp_path / "edges.csv").write_text("\n".join([edges[0], *rng.permutation(edges[1:])]))
    own = {"path": str(tmp_path / "edges.csv"), "nodes": str(tmp_path / "nodes.csv"), "edge_kind": "kind"}
    config = {
        "threads": 1,
        "device": "cpu",
        "target": {
            "name": "t", "dataset": {"use": "network-files", "directed": True, **own},
            "model": {"use": "rgcn", "hidden": 16},
        },
        "training": {"steps": 150, "lr": 0.01},
        "strategy": ["scratch"],
        "report": {"baselines": False},
    }  # fmt: skip
    folder = relxfer.run(config, tmp_path / "run").folder
    module, data = explained.module(folder)
    assert data.kinds == ["ignores", "trusts"]
    assert data.edge_kinds.sum(0).tolist() == [ASKERS, ASKERS]
    chosen = predictions.choose(folder, in_process.load(), Wanted())
    (scores,) = chosen.learner.predict(chosen.domain.ask({"node": data.nodes}))
    with torch.no_grad():
        found = module(data.x, data.edge_index, data.edge_weight, data.edge_kinds)
    np.testing.assert_allclose(found.numpy(), scores, atol=1e-5, rtol=0)
    for number in (0, 1):
        torch.manual_seed(0)
        asked = data.nodes.index(f"ask{number}")
        made = explainer(module)(
            data.x, data.edge_index, edge_weight=data.edge_weight, edge_kinds=data.edge_kinds, index=asked
        )
        names = [data.nodes[one] for one in data.edge_index[0].tolist()]
        masks = dict(zip(names, made.edge_mask.tolist(), strict=True))
        assert masks[f"friend{number}"] > 0.5 > 3 * masks[f"rival{number}"]
