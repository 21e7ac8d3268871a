"""The image adapter: classification of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from relxfer.authoring import tasks
from relxfer.contract.data import Domain
from relxfer.contract.tasks import Task
from relxfer.errors import Incompatible
from relxfer_vision.options import ImageOptions


class ImageAdapter:
    """Attaches a convolutional network; where the answers are others than its own, it gets a new head."""

    #: Counts of `audit` that mean that answers of the test are given away.
    gives_away = ("also in training",)

    def __init__(self, options: ImageOptions):
        self.options = options

    def attach(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> Any:
        """Bound to nothing (a teacher), the network keeps its own head."""
        from relxfer_vision.learner import ImageLearner
        from relxfer_vision.pictures.preprocessing import Preprocessing

        if not hasattr(model, "native"):
            raise Incompatible("a model of pictures", type(model).__name__, "choose a model that reads pictures")
        preprocessing = Preprocessing.of(self.options, model.native)
        task = tasks.learnt(model.task, target, sources)
        learner = ImageLearner(model, preprocessing, task, tasks.labels(target, sources))
        if not tasks.keeps_head(task, model.task):
            learner.head, model.task = learner.new_head(), task
        return learner

    def blank(self, task: Task, inputs: Mapping[str, Any]) -> Domain:
        """A domain without pictures, which is asked about files."""
        from relxfer_vision.domain import ImageDomain
        from relxfer_vision.pictures.depth import Depth

        return ImageDomain("pictures", task, depth=Depth.of_card(inputs))

    def relate(self, sources: Sequence[Domain], target: Domain) -> str:
        """Which classes the target shares with its sources."""
        return tasks.shared(sources, target)

    def pictures(self, domain: Domain, queries: Sequence[Mapping[str, str]], side: int) -> list[bytes | None]:
        """Small copies of pictures of the data set, by their names."""
        from relxfer_vision.pictures import thumbnails

        rows = {name: row for row, name in enumerate(domain.inputs.names)}
        asked = [rows.get(query.get("file", "")) for query in queries]
        return [None if row is None else thumbnails.encoded(domain.inputs.whole(row), side) for row in asked]

    def counts(self, domain: Domain) -> Mapping[str, int]:
        return {"pictures": len(domain.inputs), **tasks.counts(domain.task)}

    def audit(self, domain: Domain) -> Mapping[str, int]:
        """Test pictures that are, value for value, among the training pictures too, or of a group of theirs."""
        test = 0 if domain.test is None else len(domain.test)
        counts = {"test pictures": test}
        if domain.test is None or domain.train is None:
            return counts
        rows, training = np.unique(domain.test.queries), np.unique(domain.train.queries)
        first = domain.inputs.first_equal
        equal = np.isin(first[rows], first[training])
        counts["also in training"] = int(equal.sum())
        if (groups := getattr(domain, "together", None)) is not None:
            shared = np.isin(groups[rows], groups[training]) & ~equal
            counts |= {"of a group in training": int(shared.sum())} if shared.any() else {}
        return counts
