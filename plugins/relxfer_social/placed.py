"""Networks with answers in their places, as graphs of networkx, GraphML and tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.plain import AnswerTable, Value
from relxfer.contract.tasks import Task
from relxfer.store import escaping
from relxfer_social.network import Network
from relxfer_social.new_edges import goes_both_ways

if TYPE_CHECKING:
    import networkx
    import scipy.sparse as sp
    from torch import Tensor

#: The most values of features that are written as a dense tensor.
_DENSE = 1 << 28


def with_nodes(network: Network, task: Task, answers: AnswerTable, known: Examples | None) -> networkx.Graph:
    """The network; the nodes that were asked have the columns of their answers as attributes.

    The attributes of the best answer are called as the columns, those of further ones `answer_2` and so on; where the
    answers are numbers or labels, each has an attribute of its name. `known` is the class that a node has.

    >>> pair = Network(("ann", "bob"), np.array([[0, 1], [1, 0]]))
    >>> table = {"node": ["bob", "bob"], "answer": ["x", "y"], "rank": [1, 2], "probability": [0.75, 0.25]}
    >>> with_nodes(pair, Task("some", ("x", "y")), table, None).nodes["bob"]
    {'answer': 'x', 'rank': 1, 'probability': 0.75, 'answer_2': 'y', 'rank_2': 2, 'probability_2': 0.25}
    """
    graph = _plain(network)
    if task.classes and known is not None and known.answers is not None:
        for node, answer in zip(known.queries.tolist(), known.answers.tolist(), strict=True):
            graph.nodes[network.nodes[node]]["known"] = task.answers[answer]
    for node, rows in _by_node(answers).items():
        for number, row in enumerate(rows.values(), 1):
            graph.nodes[node].update(_attributes(task, row, number))
    return graph


def with_links(network: Network, answers: AnswerTable) -> networkx.Graph:
    """The network, whose links have `predicted` False; the pairs whose best answer is "present" are links with True and
    the score or probability of that.

    >>> three = Network(("ann", "bob", "eve"), np.array([[0, 1], [1, 0]]))
    >>> pairs = {"source": ["ann", "bob"], "target": ["eve", "eve"]}
    >>> table = {**pairs, "answer": ["present", "absent"], "rank": [1, 1], "probability": [0.75, 0.9]}
    >>> list(with_links(three, table).edges(data=True))
    [('ann', 'bob', {'predicted': False}), ('ann', 'eve', {'predicted': True, 'probability': 0.75})]
    """
    graph = _plain(network, predicted=False)
    for row in _rows(answers):
        if row["answer"] == "present" and row["rank"] == 1:
            left = ("source", "target", "answer", "rank")
            held = {name: value for name, value in row.items() if name not in left}
            graph.add_edge(row["source"], row["target"], predicted=True, **held)
    return graph


def graphml(placed: Callable[[AnswerTable], networkx.Graph]) -> Callable[[AnswerTable, BinaryIO], None]:
    """What writes the graph that `placed` makes of answers as GraphML; names become ids of nodes.

    Characters that XML cannot hold are written as Python escapes.
    """

    def write(answers: AnswerTable, stream: BinaryIO) -> None:
        import networkx as nx

        graph = placed(answers)
        clean = type(graph)()
        clean.add_nodes_from((escaping.xml(node), _clean(held)) for node, held in graph.nodes(data=True))
        ends = ((escaping.xml(one), escaping.xml(other), held) for one, other, held in graph.edges(data=True))
        clean.add_edges_from((one, other, _clean(held)) for one, other, held in ends)
        nx.write_graphml_xml(clean, stream)

    return write


def tensors(made: Mapping[str, Any], stream: BinaryIO) -> None:
    """Write tensors and lists of names so that `torch.load(weights_only=True)` reads them."""
    import torch

    torch.save(dict(made), stream)


def formats(
    placed: Callable[[AnswerTable], networkx.Graph], held: Callable[[AnswerTable], Mapping[str, Any]]
) -> dict[str, Callable[[AnswerTable, BinaryIO], None]]:
    """GraphML of the graph that `placed` makes of answers, and the tensors that `held` makes of them."""
    return {".graphml": graphml(placed), ".pt": lambda answers, stream: tensors(held(answers), stream)}


def data(made: Mapping[str, Any]) -> Any:
    """The same as a `Data` of torch_geometric."""
    from torch_geometric.data import Data

    return Data(**made, num_nodes=len(made["nodes"]))


def node_tensors(network: Network, task: Task, answers: AnswerTable, known: Examples | None) -> dict[str, Any]:
    """A network with answers at its nodes, as tensors that are named as in a `Data` of torch_geometric.

    x, edge_index  of the network; without features there is no x, and where it has more than 2²⁸ values it is sparse
    edge_weight    [E] float, where its edges have weights
    y              [V] int: the place of the answer that a node has in `answers`, -1 where it has none; where the
                   answers are numbers or labels [V, C] float, NaN where it has none
    pred           [V] int: the place of the best answer in `answers`, -1 for nodes that were not asked; where the
                   answers are numbers or labels, there is none
    the shown      [V] float: the probability, score or value of it, NaN for nodes that were not asked; of numbers and
                   labels [V, C]
    nodes, answers lists of names

    >>> pair = Network(("ann", "bob"), np.array([[0, 1], [1, 0]]))
    >>> table = {"node": ["bob"], "answer": ["y"], "rank": [1], "probability": [0.75]}
    >>> made = node_tensors(pair, Task("some", ("x", "y")), table, Examples(pair, np.array([0]), np.array([0])))
    >>> made["y"].tolist(), made["pred"].tolist(), made["nodes"]
    ([0, -1], [-1, 1], ['ann', 'bob'])
    """
    import torch

    made = _network_tensors(network)
    if known is not None and known.answers is not None:
        made["y"] = _labels(len(network), known)
    places, shown = {name: place for place, name in enumerate(task.answers)}, _shown(answers)
    best = np.full(len(network), -1)
    values = np.full(len(network) if task.ranked else (len(network), len(places)), np.nan, np.float32)
    for node, rows in _by_node(answers).items():
        number = network.places[node]
        if task.ranked:
            first = next(iter(rows.values()))
            best[number], values[number] = places[str(first["answer"])], first[shown]
        else:
            values[number, [places[str(answer)] for answer in rows]] = [row[shown] for row in rows.values()]
    if task.ranked:
        made["pred"] = torch.from_numpy(best)
    return {**made, shown: torch.from_numpy(values), "answers": [*task.answers]}


def pair_tensors(network: Network, task: Task, answers: AnswerTable) -> dict[str, Any]:
    """A network with answers at pairs of nodes, as tensors that are named as in a `Data` of torch_geometric.

    x, edge_index     as of `node_tensors`, and edge_weight
    edge_label_index  [2, n] int: the pairs that were asked
    pred, the shown   [n]: the place of the best answer in `answers`, and its probability or score
    nodes, answers    lists of names

    >>> three = Network(("ann", "bob", "eve"), np.array([[0, 1], [1, 0]]))
    >>> table = {"source": ["ann"], "target": ["eve"], "answer": ["present"], "rank": [1], "probability": [0.75]}
    >>> made = pair_tensors(three, Task("some", ("absent", "present")), table)
    >>> made["edge_label_index"].tolist(), made["pred"].tolist()
    ([[0], [2]], [1])
    """
    import torch

    shown, places = _shown(answers), {name: place for place, name in enumerate(task.answers)}
    best = [row for row in _rows(answers) if row["rank"] == 1]
    pairs = [[network.places[str(row[end])] for row in best] for end in ("source", "target")]
    return {
        **_network_tensors(network),
        "edge_label_index": torch.tensor(pairs, dtype=torch.int64),
        "pred": torch.tensor([places[str(row["answer"])] for row in best], dtype=torch.int64),
        shown: torch.tensor([row[shown] for row in best], dtype=torch.float32),
        "answers": [*task.answers],
    }


def _network_tensors(network: Network) -> dict[str, Any]:
    import torch

    made: dict[str, Any] = {"edge_index": torch.from_numpy(np.array(network.edges, np.int64))}
    if network.weights is not None:
        made["edge_weight"] = torch.from_numpy(np.array(network.weights))
    if network.features is not None:
        made["x"] = _dense(network.features)
    return {**made, "nodes": [*network.nodes]}


def _labels(count: int, known: Examples) -> Tensor:
    """[V] int or [V, C] float: the answers that nodes have."""
    import torch

    answers = np.asarray(known.answers)
    if answers.ndim == 1 and answers.dtype.kind in "iu":
        made = np.full(count, -1, np.int64)
    else:
        answers = answers.reshape(len(answers), -1)
        made = np.full((count, answers.shape[1]), np.nan, np.float32)
    made[known.queries] = answers
    return torch.from_numpy(made)


def _dense(features: sp.csr_matrix) -> Tensor:
    import torch

    if features.shape[0] * features.shape[1] <= _DENSE:
        return torch.from_numpy(features.toarray().astype(np.float32))
    coo = features.tocoo()
    places = torch.from_numpy(np.stack([coo.row, coo.col]).astype(np.int64))
    values = torch.from_numpy(coo.data.astype(np.float32))
    return torch.sparse_coo_tensor(places, values, features.shape, check_invariants=True)


def _plain(network: Network, **held: bool) -> networkx.Graph:
    """The names and edges; undirected where all edges go both ways, and with parallel ones where there are some.

    The further names of nodes are the attribute `id`, the weights of edges `weight`.
    """
    import networkx as nx

    undirected = goes_both_ways(network)
    kept = network.edges[0] <= network.edges[1] if undirected else np.full(network.edges.shape[1], True)
    edges = network.edges[:, kept]
    parallel = edges.shape[1] > np.unique(edges, axis=1).shape[1]
    kinds = (nx.MultiGraph if parallel else nx.Graph), (nx.MultiDiGraph if parallel else nx.DiGraph)
    graph = kinds[0 if undirected else 1]()
    graph.add_nodes_from(network.nodes)
    nx.set_node_attributes(graph, dict(zip(network.nodes, network.ids, strict=False)), "id")  # where it has some
    ends = ((network.nodes[one], network.nodes[other]) for one, other in edges.T.tolist())
    if network.weights is None:
        graph.add_edges_from(ends, **held)
    else:
        weighted = zip(ends, network.weights[kept].tolist(), strict=True)
        graph.add_weighted_edges_from(((*pair, weight) for pair, weight in weighted), **held)
    return graph


def _rows(answers: AnswerTable) -> Iterator[dict[str, Value]]:
    for row in zip(*answers.values(), strict=True):
        yield dict(zip(answers, row, strict=True))


def _by_node(answers: AnswerTable) -> Mapping[str, Mapping[Value, Mapping[str, Value]]]:
    """The rows of each node by their answers, the best first; where a node was asked twice, each answer once."""
    found: dict[str, dict[Value, Mapping[str, Value]]] = {}
    for row in _rows(answers):
        found.setdefault(str(row.pop("node")), {}).setdefault(row["answer"], row)
    return found


def _attributes(task: Task, row: Mapping[str, Value], number: int) -> dict[str, Value]:
    if task.ranked:
        return {name if number == 1 else f"{name}_{number}": value for name, value in row.items()}
    answer, shown = str(row["answer"]), _shown(row)
    rest = {f"{answer} {name}": value for name, value in row.items() if name not in ("answer", shown)}
    return {answer: row[shown], **rest}


def _shown(columns: Mapping[str, Any]) -> str:
    """The name of the column that shows the scores."""
    return next(name for name in ("probability", "score", "value") if name in columns)


def _clean(held: Mapping[str, Value]) -> dict[str, Value]:
    return {escaping.xml(name): escaping.xml(v) if isinstance(v, str) else v for name, v in held.items()}
