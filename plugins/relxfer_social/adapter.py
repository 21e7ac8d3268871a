"""The network adapter: classes of nodes, and links between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.authoring import tasks
from relxfer.contract.data import Domain
from relxfer.contract.tasks import Task
from relxfer.errors import Incompatible
from relxfer_social.domain import restored, within_classes
from relxfer_social.estimation.settling import about_own, settled
from relxfer_social.features.alignment import union
from relxfer_social.features.node_features import features_of, given, kinds, shared
from relxfer_social.features.pair_features import pair_columns
from relxfer_social.features.scaling import apart, fitted
from relxfer_social.files.new_network import with_file
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions

if TYPE_CHECKING:
    from relxfer_social.model import NodeModel


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
        alone = not sources and not model.learnt
        options, said = settled(model, target, self.options, linking, alone) if domains else (self.options, [])
        if not model.learnt and domains:
            self._built(model, task, options, target, sources, linking)
        labels = tasks.labels(target, sources)
        learner = (LinkLearner if linking else NodeLearner)(model, task, labels, options, target, sources)
        learner.said = said
        if not tasks.keeps_head(task, model.task):
            learner.head, model.task = learner.new_head(), task
        return learner

    def _built(
        self,
        model: NodeModel,
        task: Task,
        options: NetworkOptions,
        target: Domain | None,
        sources: Sequence[Domain],
        linking: bool,
    ) -> None:
        """Build a model that has learnt nothing, for the features of its domains."""
        networks = [source.inputs for source in sources]
        seen = [features_of(network, shared(options)) for network in networks]
        if target is not None:
            seen.insert(0, features_of(target.inputs, options))
        columns = union(*(names for _, names in seen))
        width = len(columns) or seen[0][0].shape[1]
        each = networks if target is None else [target.inputs, *networks]
        kinds_of = (network.by_kind.names for network in each if network.by_kind is not None)
        model.edge_kinds = tuple(sorted({name for names in kinds_of for name in names}))
        model.take(width, columns, task, pair_columns(options) if linking else ())
        model.scale = fitted(networks, None if target is None else target.inputs, columns, width, options)

    def blank(self, task: Task, inputs: Mapping[str, Any]) -> Domain:
        """A network without nodes, to which one of the question's own is added."""
        return self.restored(task, Network((), np.zeros((2, 0), np.int64)).stored(), {})

    def with_file(self, domain: Any, path: Path) -> Domain:
        """The network with the edges of a file too."""
        return with_file(domain, path)

    def restored(self, task: Task, arrays: Mapping[str, np.ndarray], card: Mapping[str, Any]) -> Domain:
        """A domain of which `observed` returned the arrays."""
        return restored(task, arrays)

    def relate(self, sources: Sequence[Domain], target: Domain) -> str:
        """Which classes and features the target shares with its sources."""
        sentences = (tasks.shared(sources, target), self._features(sources, target), within_classes(sources))
        return "; ".join(filter(None, sentences))

    def _features(self, sources: Sequence[Domain], target: Domain) -> str:
        wanted = kinds(target.inputs, self.options)
        if "given" in wanted:
            return f"{self._given(sources, target)}{about_own(target, self.options)}"
        return f"features: {' and '.join(wanted)}{about_own(target, self.options)}"

    def _given(self, sources: Sequence[Domain], target: Domain) -> str:
        own = given(target.inputs, self.options)[1]
        theirs = union(*(given(source.inputs, self.options)[1] for source in sources))
        if not (own and theirs):
            return f"features: {target.inputs.features.shape[1]:,} without names, taken in their order"
        said = f"features: {len(set(own) & set(theirs)):,} of {len(own):,} are the sources' by name"
        far = apart([source.inputs for source in sources], target.inputs, self.options)
        if not far:
            return said
        named = ", ".join(f"{name} ({times:.3g} times)" for name, times in list(far.items())[:5])
        more = f" and {len(far) - 5:,} more" * (len(far) > 5)
        return (
            f"{said}; of these, the target's are on another scale than the sources': {named}{more}: bring both to the "
            "same units, or a verdict says little"
        )

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
