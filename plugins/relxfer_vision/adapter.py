"""The image adapter: classification of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from relxfer.errors import Incompatible
from relxfer.protocols import Domain
from relxfer_vision.options import ImageOptions


class ImageAdapter:
    """Attaches a convolutional network; where the classes are others than its own, it gets a new head."""

    def __init__(self, options: ImageOptions):
        self.options = options

    def attach(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> Any:
        """Bound to nothing (a teacher), the network keeps its own head."""
        from relxfer_vision.learner import ImageLearner
        from relxfer_vision.preprocessing import Preprocessing

        if not hasattr(model, "native"):
            raise Incompatible("a model of pictures", type(model).__name__, "choose a source model of adapter 'images'")
        preprocessing = Preprocessing.of(self.options, model.native)
        answers = self._answers(model, target, sources)
        learner = ImageLearner(model, preprocessing, len(answers))
        if answers != model.answers:
            learner.head, model.answers = learner.new_head(), answers
        return learner

    def _answers(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> tuple[str, ...]:
        if target is not None:
            return target.task.answers
        tasks = list(dict.fromkeys(source.task for source in sources))
        if len(tasks) > 1:
            raise Incompatible(
                "sources with the same classes",
                " and ".join(f"{source.name} ({len(source.task.answers)} classes)" for source in sources),
                "pre-train on one of them, or name their classes alike",
            )
        return tasks[0].answers if tasks else model.answers

    def relate(self, sources: Sequence[Domain], target: Domain) -> str:
        """Which classes the target shares with its sources."""
        known = {name for source in sources for name in source.task.answers}
        shared = sum(name in known for name in target.task.answers)
        if all(source.task.same_as(target.task) for source in sources):
            return f"the same task: all {len(target.task.answers)} classes are the sources'"
        return f"another task: {shared} of {len(target.task.answers)} classes occur in the sources"

    def counts(self, domain: Domain) -> Mapping[str, int]:
        return {"pictures": len(domain.inputs), "classes": len(domain.task.answers)}

    def audit(self, domain: Domain) -> Mapping[str, int]:
        """Test pictures that stand, pixel for pixel or as the same file, among the training pictures too."""
        test = 0 if domain.test is None else len(domain.test)
        found = {"test pictures": test}
        if domain.test is None or domain.train is None:
            return found
        content = domain.inputs.content
        known = {content(row) for row in domain.train.queries}
        return found | {"also in training": sum(content(row) in known for row in np.unique(domain.test.queries))}
