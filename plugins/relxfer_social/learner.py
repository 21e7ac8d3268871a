"""A graph neural network bound to networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from relxfer.authoring.torch_learner import TaskLearner
from relxfer.contract.data import Domain, Examples, Pieces
from relxfer.contract.tasks import Task
from relxfer.errors import Incompatible
from relxfer.store.files import sha256
from relxfer_social.features.alignment import aligned
from relxfer_social.features.hiding import Links, without_features, without_links
from relxfer_social.features.known_labels import parts_of
from relxfer_social.features.node_features import features_of, kinds, known_labels, seen_as, shared
from relxfer_social.model import NodeModel
from relxfer_social.network import Network, along
from relxfer_social.options import NetworkOptions
from relxfer_social.tensors.graph import Features, Graph, dense, graph_of, rows_of, scaled
from relxfer_social.tensors.sampling import sampled

#: Share of the edges, and of the features, that a view leaves out.
HIDDEN = 0.3


@dataclass(frozen=True)
class Batch:
    """Some nodes of a graph: nodes [B], labels [B] or None, rows [B] of the examples; seed: of drawn neighbours.

    others  places in the batch, each with the graph that they see instead, which does not tell their own labels
    """

    graph: Graph
    nodes: Tensor
    labels: Tensor | None
    rows: np.ndarray
    seed: int
    others: tuple[tuple[Tensor, Graph], ...] = field(default=(), kw_only=True)

    def __len__(self) -> int:
        return len(self.nodes)


class NodeLearner(TaskLearner):
    """Every batch sees its whole network, or in training a drawn neighbourhood of its nodes, where `fanout` says so."""

    block = 1 << 30  # one pass over the network scores every node

    def __init__(
        self,
        model: NodeModel,
        task: Task,
        labels: np.ndarray | None,
        options: NetworkOptions,
        target: Domain | None,
        sources: Sequence[Domain],
    ):
        bound = target is not None or bool(sources)  # a teacher has only the card of its task, which tells no classes
        if bound and getattr(model.network, "for_classes", False) and task.answers and not task.classes:
            raise Incompatible(
                "a task with classes, whose probabilities this network joins", task.kind, "choose another model, as gcn"
            )
        super().__init__(model, task, labels)
        self.options = options
        self.target, self.sources = target, tuple(sources)
        self.said: Sequence[str] = ()
        reach = getattr(model.network, "reach", None)
        if options.fanout and len(options.fanout) != reach:
            raise Incompatible(
                f"fanout with a number for each of {'no' if reach is None else reach} rounds of messages",
                f"{len(options.fanout)} numbers",
                "correct fanout, or leave it out",
            )
        self._graphs: dict[int, tuple[Network, Graph]] = {}
        self._without: dict[tuple[int, int], Features] = {}
        self._reweighed: set[int] = set()  # by id, as the graphs

    def graph(self, network: Network) -> Graph:
        """As tensors, with the features in the model's columns."""
        if id(network) not in self._graphs:
            self._graphs[id(network)] = (network, self.made(network))  # held, so that no other gets this id
        return self._graphs[id(network)][1]

    def reweigh(self, network: Network, weights: Tensor) -> None:
        """From now on the edges of this network have these weights [E] times their own."""
        factors = weights.cpu().numpy() * (1 if network.weights is None else network.weights)
        if self.options.undirected:
            factors = along(network.edges, factors)
        made = replace(self.graph(network), weights=torch.from_numpy(factors).to(self.device), _kept={})
        self._graphs[id(network)] = network, made
        self._reweighed.add(id(network))

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """In training with labels among the features, those of the rows that are in one part (see `KnownLabels`)."""
        network, seed = examples.inputs, int(rng.integers(1 << 31))
        parts = self._parts(network, examples.queries[rows])
        if parts is not None and examples.answers is not None and self.module.training:
            one = rng.choice(parts)
            rows, parts = rows[parts == one], parts[parts == one]
        asked = examples.take(rows)
        labels = None if asked.answers is None else torch.from_numpy(asked.answers).to(self.device)
        nodes = torch.from_numpy(asked.queries).to(self.device)
        made = Batch(self.graph(network), nodes, labels, rows, seed)
        if parts is None:
            return made
        each = [(torch.from_numpy(np.flatnonzero(parts == part)), part) for part in np.unique(parts[parts >= 0])]
        return replace(made, others=tuple((rows.to(self.device), self._blind(network, part)) for rows, part in each))

    def _parts(self, network: Network, nodes: np.ndarray) -> np.ndarray | None:
        ours = self.target is not None and self.target.inputs is network
        return parts_of(known_labels(self.options), network, nodes) if ours else None

    def _blind(self, network: Network, part: int) -> Graph:
        """The graph without the labels of a part among its features."""
        key, options = (id(network), part), self.options
        if key not in self._without:
            known = known_labels(options)
            assert known is not None
            seen = seen_as(options.features or (), options, known.without(part))
            self._without[key] = self.made(network, seen).features
        return replace(self.graph(network), features=self._without[key])

    def layers(self, batch: Batch) -> list[Tensor]:
        """[B, width] after every layer; the last are the features."""
        if len(batch.others) == 1 and len(batch.others[0][0]) == len(batch):
            return self._passed(batch.others[0][1], batch.nodes, batch.seed)
        made = self._passed(batch.graph, batch.nodes, batch.seed)
        for rows, graph in batch.others:
            seen = self._passed(graph, batch.nodes[rows], batch.seed)
            made = [of.index_copy(0, rows, own) for of, own in zip(made, seen, strict=True)]
        return made

    def _passed(self, graph: Graph, nodes: Tensor, seed: int) -> list[Tensor]:
        if self.options.fanout and self.module.training:
            graph, nodes = sampled(graph, nodes, self.options.fanout, seed)
        return [layer[nodes] for layer in self.model.network.layers(graph)]

    def features(self, batch: Batch) -> Tensor:
        return self.layers(batch)[-1]

    @property
    def varies(self) -> bool:
        """A frozen body sees the whole network, whatever is asked."""
        return False

    def pieces(self, examples: Examples) -> Pieces | None:
        """All nodes of a network are one piece."""
        network, seen = examples.inputs, self.graph(examples.inputs)
        if id(network) in self._reweighed:  # its sha does not tell a strategy's own weights
            return None
        what = f"{network.sha} {self.options!r} {self.model.columns!r} {self.model.scale!r} {seen.target}"
        whole = Examples(network, np.arange(len(network)))
        return Pieces(np.zeros(len(examples), int), examples.queries, lambda _: whole, lambda _: sha256(what))

    def view(self, batch: Batch, corrupt: bool) -> Batch:
        """Edges and features left out at random (Zhu et al. 2020, GRACE); corrupted: every node has the features of
        another (Velickovic et al. 2019, DGI)."""
        graph = batch.graph
        if corrupt:
            order = torch.randperm(graph.count, device=self.device)
            return replace(batch, graph=replace(graph, features=rows_of(graph.features, order), _kept={}), others=())
        stay = torch.rand(graph.edges.shape[1], device=self.device) >= HIDDEN
        seen = (torch.rand(self.model.inputs, device=self.device) >= HIDDEN).float()
        features = scaled(graph.features, seen)
        weights = None if graph.weights is None else graph.weights[stay]
        thin = replace(graph, features=features, edges=graph.edges[:, stay], weights=weights, _kept={})
        return replace(batch, graph=thin, others=())

    def tensor(self, batch: Batch) -> Tensor:
        """[B, F]: the features of the nodes themselves."""
        return dense(rows_of(batch.graph.features, batch.nodes))

    @property
    def token_size(self) -> int:
        """Offers `social.masking`: how many numbers stand for a node that is hidden."""
        assert self.model.inputs is not None
        return self.model.inputs

    def masked(self, batch: Batch, hidden: Tensor, token: Tensor) -> Batch:
        """Offers `social.masking`: where hidden [B] bool, nodes have the features token [F], which may be learnt."""
        return replace(batch, graph=without_features(batch.graph, batch.nodes[hidden], token), others=())

    def unlinked(self, batch: Batch, share: float) -> tuple[Batch, Links]:
        """Offers `social.edges`: the batch less this share of the links between its nodes; and these."""
        graph, links = without_links(batch.graph, batch.nodes, share)
        return replace(batch, graph=graph, others=()), links

    def prepares(self) -> dict[str, Any]:
        """What the model sees of a node: the kinds of features, how many values, and whether edges have directions."""
        networks = [domain.inputs for domain in (self.target, *self.sources) if domain is not None]
        seen = list(kinds(networks[0], self.options)) if networks else []
        return {"features": seen, "values": self.model.inputs, "undirected": self.options.undirected}

    def notes(self) -> list[str]:
        networks = [domain.inputs for domain in (self.target, *self.sources) if domain is not None]
        features = " and ".join(kinds(networks[0], self.options)) if networks else "nothing"
        return [f"what the model sees of a node: {features}, {self.model.inputs:,} values", *self.said]

    def made(self, network: Network, options: NetworkOptions | None = None) -> Graph:
        """The same, not kept; options other than the learner's may be given for the target."""
        ours = self.target is not None and self.target.inputs is network
        source = None if ours else next((domain for domain in self.sources if domain.inputs is network), None)
        features, columns = features_of(network, (options or self.options) if source is None else shared(self.options))
        domain = source or self.target
        name = "the network" if domain is None else domain.name
        ordered = aligned(features, columns, self.model.columns, self.model.inputs or 0, name)
        if self.model.scale is not None:
            named = bool(columns and self.model.columns)
            present = np.isin(self.model.columns, columns) if named else np.ones(ordered.shape[1], bool)
            ordered = self.model.scale.applied(ordered, present)
        # in the source stage everything is a source's; bound to nothing, everything is a target's
        target = source is None and (self.target is not None or not self.sources)
        return graph_of(network, ordered, self.options.undirected, target, self.device)
