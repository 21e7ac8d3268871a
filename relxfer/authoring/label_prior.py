"""Priors that learn from the labels of their target alone: what every model with features has to beat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from relxfer.authoring import tasks
from relxfer.contract.data import Domain, Examples
from relxfer.errors import Incompatible

if TYPE_CHECKING:
    import numpy as np

    from relxfer.contract.strategies import Trainer


class LabelPrior:
    """A model that attaches itself to any target with classes, and is its own learner.

    A subclass says what it keeps of the labels in `learnt`, and answers from it in `predict`. Its record has
    `needs=("target-labels",)` and `tasks=("classification",)`.

    arrays  what was learnt; empty before
    card    with the task whose classes it counts
    """

    def __init__(self, options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: Any = None):
        self.options, self.arrays, self.task = options, dict(arrays or {}), tasks.of_card(card)

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """What was learnt; the task."""
        return self.arrays, {"task": self.task.card()}

    def attach(self, target: Domain | None, sources: Sequence[Domain]) -> Self:
        """The same for the task of the target; `Incompatible` where it was learnt for other classes."""
        task = tasks.learnt(self.task, target, sources)
        if self.arrays and not tasks.keeps_head(task, self.task):
            raise Incompatible(
                f"a target with the classes that were counted ({', '.join(self.task.answers[:5])})",
                ", ".join(task.answers[:5]),
                "let the prior learn from labels of this target",
            )
        return type(self)(self.options, self.arrays, {"task": task.card()})

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """Keep what `learnt` finds in the labels."""
        self.arrays = self.learnt(examples)

    def learnt(self, examples: Sequence[Examples]) -> dict[str, np.ndarray]:
        """Of labelled examples, the arrays that `predict` needs."""
        raise NotImplementedError

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Blocks of scores [b, C]."""
        raise NotImplementedError

    def export(self) -> Self:
        """Itself."""
        return self


def labels_of(examples: Sequence[Examples]) -> np.ndarray:
    """[n] int64: all their answers."""
    import numpy as np

    return np.concatenate([np.asarray(each.answers, np.int64) for each in examples])


def frequencies(labels: np.ndarray, classes: int) -> np.ndarray:
    """[C]: (n_c + 1) / (n + C), so that a class without a label is not impossible (Laplace's rule of succession).

    >>> import numpy as np
    >>> frequencies(np.array([0, 0, 2]), 3).round(2).tolist()
    [0.5, 0.17, 0.33]
    """
    import numpy as np

    counts = np.bincount(labels, minlength=classes)
    return (counts + 1) / (len(labels) + classes)
