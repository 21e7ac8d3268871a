"""Ensembles: several models that answer together.

A strategy returns an `EnsembleLearner`; what it exports is an `Ensemble`, which is stored as the source model
`ensemble`, with all its members in one file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from relxfer.errors import Incompatible, UnfitArtefact

if TYPE_CHECKING:
    import numpy as np

    from relxfer.contract.data import Domain, Examples
    from relxfer.contract.learners import Learner, Model
    from relxfer.contract.strategies import Trainer

    #: One number for each member.
    Weights = Sequence[float] | np.ndarray

#: What the mean is taken of.
MEANS = ("scores", "probabilities")


class Ensemble:
    """Models that answer together, as one model that can be stored. It is attached through its members.

    models   at least one
    weights  a positive number for each, which are divided by their sum; None: equal ones
    mean     of what the mean is taken, see `EnsembleLearner`

    `ValueError` where weights or mean are others.
    """

    offered_as = "ensemble"

    def __init__(self, models: Sequence[Model], weights: Weights | None = None, mean: str = "scores"):
        self.members, self.mean = tuple(models), mean
        self.weights = _normal(weights, len(self.members), mean)

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The weights; of what the mean is taken."""
        return {"weights": self.weights}, {"mean": self.mean}

    def attach(self, learners: Sequence[Learner], target: Domain | None) -> EnsembleLearner:
        """A learner of the learners of its members."""
        return EnsembleLearner(learners, self.weights, self.mean)


class EnsembleLearner:
    """Learners that answer together; w are the weights, divided by their sum.

    mean = "scores":         s(y|x) = sum_m w_m s_m(y|x). For ranking and for numbers.
    mean = "probabilities":  s(y|x) = log sum_m w_m softmax(s_m(.|x))_y. For fixed classes: the softmax of these scores
                             is the mixture of the members' probabilities (Lakshminarayanan et al. 2017, "Simple and
                             scalable predictive uncertainty estimation using deep ensembles", section 2.4).

    It is not trained as a whole; `ValueError` where weights or mean are others.

    >>> import numpy as np
    >>> class Constant:
    ...     def __init__(self, *scores): self.scores = np.array([scores])
    ...     def predict(self, examples): yield from [self.scores] * len(examples)
    >>> both = [Constant(0.0, 2.0), Constant(4.0, 0.0)]
    >>> [block.tolist() for block in EnsembleLearner(both).predict([0])]
    [[[2.0, 1.0]]]
    >>> mixture = EnsembleLearner([Constant(0.0, np.log(3)), Constant(0.0, 0.0)], mean="probabilities")
    >>> [np.exp(block).round(3).tolist() for block in mixture.predict([0])]
    [[[0.375, 0.625]]]
    """

    def __init__(self, learners: Sequence[Learner], weights: Weights | None = None, mean: str = "scores"):
        self.learners, self.mean = tuple(learners), mean
        self.weights = _normal(weights, len(self.learners), mean)

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """Always raises `Incompatible`, because its members are trained, each by itself."""
        raise Incompatible("a learner that can be trained", "an ensemble", "train its members, or start from one")

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Blocks of scores [b, candidates]: the weighted mean over the members, by the equations above."""
        import numpy as np

        for blocks in _side_by_side([learner.predict(examples) for learner in self.learners]):
            if self.mean == "scores":
                yield np.tensordot(self.weights, np.stack(blocks), 1).astype(np.float32)
            else:
                yield _log_mixture(self.weights, np.stack(blocks))

    def export(self) -> Ensemble:
        """The models of all members, as one."""
        return Ensemble([learner.export() for learner in self.learners], self.weights, self.mean)

    def notes(self) -> list[str]:
        """What the members say for the report, each sentence once."""
        said = [note for learner in self.learners if hasattr(learner, "notes") for note in learner.notes()]
        return list(dict.fromkeys(said))

    def prepares(self) -> dict[str, Any]:
        """How the first member prepares its inputs."""
        return dict(self.learners[0].prepares()) if hasattr(self.learners[0], "prepares") else {}


def load(
    options: Any, arrays: Mapping[str, np.ndarray] | None, card: Mapping[str, Any] | None, members: Sequence[Model]
) -> Ensemble:
    """The loader of the source model `ensemble`.

    Raises:
        UnfitArtefact: weights or mean are not those of an ensemble of so many members.
    """
    try:
        return Ensemble(members, (arrays or {})["weights"], (card or {})["mean"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnfitArtefact(
            f"expected the weights and the mean of an ensemble of {len(members)} models, got others ({error}); "
            "name another checkpoint"
        ) from None


def _normal(weights: Any, count: int, mean: str) -> np.ndarray:
    """The weights as [count] numbers that add up to 1."""
    import numpy as np

    if not isinstance(mean, str) or mean not in MEANS:
        raise ValueError(f"expected mean as one of {', '.join(MEANS)}, got {mean!r}")
    if count < 1:
        raise ValueError("expected at least one model, got none")
    made = np.full(count, 1.0) if weights is None else np.asarray(weights, float)
    if made.shape != (count,) or not np.isfinite(made).all() or (made <= 0).any():
        raise ValueError(f"expected {count} weights above 0, got {made.tolist() if made.size < 10 else made.shape}")
    return np.asarray(made / made.sum())


def _side_by_side(streams: Sequence[Iterator[np.ndarray]]) -> Iterator[list[np.ndarray]]:
    """The same rows of every stream, whose blocks may be of different sizes.

    >>> import numpy as np
    >>> one, other = iter([np.arange(3)]), iter([np.arange(2), np.arange(2, 3)])
    >>> [[block.tolist() for block in blocks] for blocks in _side_by_side([one, other])]
    [[[0, 1], [0, 1]], [[2], [2]]]
    """
    streams = [iter(stream) for stream in streams]
    left: list[Any] = [()] * len(streams)
    while True:
        for index, stream in enumerate(streams):
            while not len(left[index]):
                block = next(stream, None)
                if block is None:
                    return
                left[index] = block
        size = min(map(len, left))
        yield [block[:size] for block in left]
        left = [block[size:] for block in left]


def _log_mixture(weights: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """[b, C]: log sum_m w_m softmax(scores_m), from scores [M, b, C]."""
    import numpy as np

    logs = scores.astype(float) - scores.max(2, keepdims=True)
    logs -= np.log(np.exp(logs).sum(2, keepdims=True))
    highest = logs.max(0)
    return np.asarray(highest + np.log(np.tensordot(weights, np.exp(logs - highest), 1)), np.float32)
