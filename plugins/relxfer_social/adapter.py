"""The network adapter: classes of nodes, and links between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from relxfer.authoring import tasks
from relxfer.contract.data import Domain
from relxfer.errors import Incompatible
from relxfer_social.domain import within_classes
from relxfer_social.features.alignment import union
from relxfer_social.features.node_features import features_of, given, kinds
from relxfer_social.features.pair_features import pair_columns
from relxfer_social.options import NetworkOptions


class NetworkAdapter:
    """Attaches a graph neural network; where the classes are others than its own, it gets a new head."""

    #: Counts of `audit` that mean that answers of the test are given away.
    gives_away = ("also in training", "also in the network")

    def __init__(self, options: NetworkOptions):
        self.options = options

    def attach(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> Any:
        """Bound to nothing (a teacher), the network keeps its own head."""
        from relxfer_social.learner import NodeLearner
        from relxfer_social.links.learner import LinkLearner

        if hasattr(model, "heuristic"):
            return model.bound(target)
        if not hasattr(model, "columns"):
            raise Incompatible("a model of networks", type(model).__name__, "choose a model that reads networks")
        task = tasks.learnt(model.task, target, sources)
        domains = [domain for domain in (target, *sources) if domain is not None]
        linking = task.kind == "link-prediction" or any(domain.task.kind == "link-prediction" for domain in domains)
        if not model.learnt and domains:
            seen = [features_of(domain.inputs, self.options) for domain in domains]
            columns = union(*(names for _, names in seen))
            pairs = pair_columns(self.options) if linking else ()
            model.take(len(columns) or seen[0][0].shape[1], columns, task, pairs)
        labels = tasks.labels(target, sources)
        learner = (LinkLearner if linking else NodeLearner)(model, task, labels, self.options, target, sources)
        if not tasks.keeps_head(task, model.task):
            learner.head, model.task = learner.new_head(), task
        return learner

    def relate(self, sources: Sequence[Domain], target: Domain) -> str:
        """Which classes and features the target shares with its sources."""
        sentences = (tasks.shared(sources, target), self._features(sources, target), within_classes(sources))
        return "; ".join(filter(None, sentences))

    def _features(self, sources: Sequence[Domain], target: Domain) -> str:
        wanted = " and ".join(kinds(target.inputs, self.options))
        if wanted != "given":
            return f"features: {wanted}"
        own = given(target.inputs, self.options)[1]
        theirs = union(*(given(source.inputs, self.options)[1] for source in sources))
        if not (own and theirs):
            return f"features: {target.inputs.features.shape[1]:,} without names, taken in their order"
        return f"features: {len(set(own) & set(theirs)):,} of {len(own):,} are the sources' by name"

    def counts(self, domain: Domain) -> Mapping[str, int]:
        network = domain.inputs
        counts = {"nodes": len(network), "edges": network.edges.shape[1], **tasks.counts(domain.task)}
        return counts | ({} if network.features is None else {"features": network.features.shape[1]})

    def relatedness(self, source: Domain, target: Domain) -> Mapping[str, float | str]:
        """From both networks and the labels of the source; see `relxfer_social.relatedness.measures.measures`."""
        from relxfer_social.relatedness.measures import measures  # scipy is slow to import

        return measures(source, target, self.options)

    def audit(self, domain: Domain) -> Mapping[str, int]:
        """Test nodes, and those among them that are training nodes too; or test links that are messages."""
        if domain.test is None:
            return {}
        if domain.task.kind == "link-prediction":
            linked = domain.test.queries[domain.test.answers == 1]
            return {"test links": len(linked), "also in the network": int(domain.inputs.between(linked).sum())}
        training = domain.test.queries[:0] if domain.train is None else domain.train.queries
        return {"test nodes": len(domain.test), "also in training": int(np.isin(domain.test.queries, training).sum())}
