"""Every architecture of networks in layers of torch_geometric gives the same scores, and its messages can be masked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from relxfer_social.architectures.decoupled_net import Decoupled
from relxfer_social.architectures.experts_net import Experts
from relxfer_social.architectures.filters_net import Filters
from relxfer_social.architectures.gnn_net import GNN
from relxfer_social.architectures.pair_net import PairNet
from relxfer_social.architectures.relational_net import Relational
from relxfer_social.architectures.stock_net import NodeScores
from relxfer_social.edge_kinds import EdgeKinds
from relxfer_social.tensors.graph import Graph
from torch import nn
from torch_geometric.explain import Explainer, GNNExplainer
from torch_geometric.explain.algorithm.utils import clear_masks, set_masks
from torch_geometric.nn import GATConv, MessagePassing

from relxfer.errors import Incompatible

KINDS = ("gcn", "sage", "gin", "gat")
NETWORKS = {
    **{kind: lambda kind=kind: GNN(kind, 6, 8, 2, 0.5, 3) for kind in KINDS},
    "rgcn": lambda: Relational(6, 8, 2, 0.5, 3),
    "gat, one head": lambda: GNN("gat", 6, 5, 3, 0.5, 3),
    "mlp": lambda: Decoupled(6, 8, 2, 0.5, (0, 0), 3),
    "decoupled": lambda: Decoupled(6, 8, 2, 0.5, (1, 4), 3),
    "experts": lambda: Experts(6, 8, 2, 0.5, 3),
    "filters": lambda: Filters(6, 3),
    "pairs": lambda: PairNet(GNN("gcn", 6, 8, 2, 0.5, 3), 2),
}
#: Rounds of messages of those that have other than 2.
ROUNDS = {"gat, one head": 3, "mlp": 0, "decoupled": 4}


def made(name: str) -> nn.Module:
    """With weights that are nowhere 0, so that a bias that was forgotten shows."""
    torch.manual_seed(0)
    network = NETWORKS[name]()
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network


def graph(seed: int, loops: int = 0, weighted: bool = False) -> Graph:
    """Directed, with nodes that nothing reaches, pairs that stand several times, and loops at the first nodes."""
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, 18, (2, 60))
    edges = np.concatenate([edges[:, edges[0] != edges[1]], np.tile(np.arange(loops), (2, 1))], 1)
    weights = torch.rand(edges.shape[1]) + 0.1 if weighted else None
    torch.manual_seed(seed)
    return Graph(torch.randn(20, 6), torch.from_numpy(edges), 20, weights=weights)


def scores(network: nn.Module, seen: Graph) -> torch.Tensor:
    network.eval()
    with torch.no_grad():
        return network.get_submodule("encoder" if isinstance(network, PairNet) else "").head(network.layers(seen)[-1])


@pytest.mark.parametrize("loops", [0, 4, 20])
@pytest.mark.parametrize("name", NETWORKS)
def test_scores_are_those_of_the_network(name, loops):
    network = made(name)
    stock = NodeScores(network).train()
    for seed in range(3):
        seen = graph(seed, loops)
        torch.testing.assert_close(stock(seen.features, seen.edges), scores(network, seen), atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", NETWORKS)
def test_edges_may_have_weights(name):
    network, seen = made(name), graph(0, 4, weighted=True)
    found = NodeScores(network)(seen.features, seen.edges, seen.weights)
    torch.testing.assert_close(found, scores(network, seen), atol=1e-5, rtol=0)


@pytest.mark.parametrize("loops", [0, 20])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_masked_edge_passes_nothing_and_every_round_is_a_layer(name, loops):
    """It changes the node that it leads to, and no node that this one does not reach in the rounds that are left."""
    stock, seen = NodeScores(made(name)), graph(0, loops)
    rounds = sum(isinstance(layer, MessagePassing) for layer in stock.modules())
    assert rounds == ROUNDS.get(name, 2)
    hidden = torch.ones(seen.edges.shape[1])
    hidden[0] = 0
    before = stock(seen.features, seen.edges)
    set_masks(stock, hidden, seen.edges, apply_sigmoid=False)
    changed = (stock(seen.features, seen.edges) - before).abs().amax(1) > 1e-6
    clear_masks(stock)
    source, to = seen.edges
    reached = {int(to[0])}
    for _ in range(rounds - 1):
        reached |= {int(b) for a, b in zip(source, to, strict=True) if int(a) in reached}
    assert changed[to[0]] == (rounds > 0)
    assert {*changed.nonzero()[:, 0].tolist()} <= reached


@pytest.mark.parametrize(("name", "edges"), [*((name, "object") for name in NETWORKS if name != "mlp"), ("mlp", None)])
def test_an_explainer_takes_it(name, edges):
    stock, seen = NodeScores(made(name)), graph(0)
    config = {"mode": "multiclass_classification", "task_level": "node", "return_type": "raw"}
    explainer = Explainer(
        stock, GNNExplainer(epochs=2), "model", config, node_mask_type="attributes", edge_mask_type=edges
    )
    found = explainer(seen.features, seen.edges, index=int(seen.edges[1, 0]))
    assert found.node_mask.shape == (20, 6)
    assert found.node_mask.max() > 0
    assert edges is None or found.edge_mask[0] > 0


def of_kinds(seen: Graph, weighted: bool) -> tuple[Graph, torch.Tensor]:
    """The graph with two kinds of edges and one that has none: some are of both kinds; and [E, 3] their weights."""
    codes = seen.edges[0] * seen.count + seen.edges[1]
    first = torch.tensor([int((codes == code).nonzero()[0]) for code in codes]) == torch.arange(len(codes))
    held = (torch.rand(len(codes), 2) > 0.4) & first[:, None]
    weights = (torch.rand(len(codes), 2) + 0.1 if weighted else torch.ones(len(codes), 2)) * held
    kind, place = held.T.nonzero().T
    listed = weights[place, kind].numpy() if weighted else None
    kinds = EdgeKinds(("calls", "knows"), seen.edges[:, place].numpy(), kind.numpy(), listed)
    return replace(seen, by_kind=kinds), torch.cat([weights, torch.zeros(len(codes), 1)], 1)


@pytest.mark.parametrize("weighted", [False, True])
def test_edges_may_have_kinds(weighted):
    torch.manual_seed(0)
    network = Relational(6, 8, 2, 0.5, 3)
    network.tell_apart(("calls", "knows", "owes"))
    for seed in range(3):
        seen, kinds = of_kinds(graph(seed, 4, weighted), weighted)
        expected = scores(network, seen)
        found = NodeScores(network)(seen.features, seen.edges, seen.weights, kinds)
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
        without = NodeScores(network)(seen.features, seen.edges, seen.weights)
        torch.testing.assert_close(without, scores(network, replace(seen, by_kind=None, _kept={})), atol=1e-5, rtol=0)
        assert (without - expected).abs().max() > 1e-3


def test_a_masked_edge_passes_nothing_of_any_kind():
    torch.manual_seed(0)
    network = Relational(6, 8, 1, 0.5, 3)
    network.tell_apart(("calls", "knows", "owes"))
    seen, kinds = of_kinds(graph(0), False)
    stock, hidden = NodeScores(network), torch.ones(seen.edges.shape[1])
    to = int(seen.edges[1, 0])
    hidden[seen.edges[1] == to] = 0
    set_masks(stock, hidden, seen.edges, apply_sigmoid=False)
    found = stock(seen.features, seen.edges, None, kinds)[to]
    clear_masks(stock)
    nothing = seen.edges[:, :0]
    torch.testing.assert_close(found, stock(seen.features, nothing, None, kinds[:0])[to], atol=1e-6, rtol=0)


def test_a_gat_keeps_the_layers_that_have_attention():
    """What explains by attention looks for them."""
    assert all(isinstance(each.attention, GATConv) for each in NodeScores(made("gat")).body.rounds)


def test_the_network_does_not_change_with_its_copy():
    network = made("gin")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    for parameter in NodeScores(network).parameters():
        parameter.data.zero_()
    assert all(value.equal(before[name]) for name, value in network.state_dict().items())


def test_numbers_have_the_units_of_the_answers():
    network, seen = made("gcn"), graph(0)
    plain = NodeScores(network)(seen.features, seen.edges)
    network.head.register_buffer("scale", torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]))
    found = NodeScores(network)(seen.features, seen.edges)
    torch.testing.assert_close(found, plain * torch.tensor([10.0, 20.0, 30.0]) + torch.tensor([1.0, 2.0, 3.0]))


def test_another_network_is_refused():
    with pytest.raises(Incompatible, match="got a Linear, which has no such"):
        NodeScores(nn.Linear(2, 2))
