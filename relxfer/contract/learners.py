"""What the author of a model or an adapter writes: a model, an adapter, and learners by what they offer.

numpy and torch appear in annotations only, so that checking and listing import neither. The rules are in
`docs/contract.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from relxfer.contract.data import Domain, Examples

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn

    from relxfer.contract.strategies import Trainer


class Model(Protocol):
    """Architecture and what was learnt; knows no data set. Its record's loader makes it of (options, arrays, card)."""

    def state(self) -> tuple[Mapping[str, np.ndarray], dict[str, Any]]:
        """Arrays (stored as safetensors) and a JSON card (architecture, widths)."""
        ...


class Adapter(Protocol):
    """The only place that knows a modality. It may also have

    audit(domain) -> {name: count}            leaks of test answers into inputs
    relate(sources, target) -> str            what a target shares with its sources, for the report
    counts(domain) -> {name: count}           what a domain consists of, for tables
    relatedness(source, target) -> {measure: value or reason}
                                              how related they are before any training, higher is more; a text says
                                              why a measure does not apply. Neither has a test split, and the target
                                              has no labels
    operations(model options, domain, batch size) -> (per step, per query)   floating-point operations
    """

    def attach(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> Learner:
        """`target` None: the source stage. `sources` empty: source-free. Raises Incompatible."""
        ...


class Learner(Protocol):
    """A model bound to domains: what every strategy may rely on. It may also have

    notes() -> sequence of sentences      for the report: how it prepares its inputs, say
    top(examples, k, known) -> blocks of (candidates [b, k], scores [b, k]) as `relxfer.judge.ranking.top_k` gives them,
                                          where that costs less than all scores
    """

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """The model's own supervised way: gradient steps, or rule mining. Scratch and pre-training are this."""
        ...

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Score blocks [b, candidates] in query order, higher is better. Leaves train and eval modes as found."""
        ...

    def export(self) -> Model:
        """What was learnt, to be a source in its turn."""
        ...


@runtime_checkable
class Trainable(Learner, Protocol):
    """Offers `gradients`."""

    module: nn.Module  # holds everything trained, head included
    head: nn.Module  # assignable; features -> scores

    def new_head(self) -> nn.Module:
        """Untrained, for the target's task."""
        ...

    def parts(self) -> list[tuple[str, nn.Module]]:
        """Input to output; the head is last."""
        ...

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Any:
        """Read, augment, draw negatives, remove the batch's own edges. Pure in its arguments."""
        ...

    def loss(self, batch: Any, scores: Tensor | None = None) -> Tensor:
        """The task's loss, of `scores` if given."""
        ...


class HasFeatures(Trainable, Protocol):
    """Offers `features`. It may also have

    pieces(examples) -> Pieces or None    where features of queries without answers depend on their content alone, so
                                          that those of a frozen body are computed once and kept
    varies                                False where labelled batches are never augmented, drawn or thinned, so that
                                          `features(batch)` of a frozen body are always those of the queries
    """

    width: int

    def features(self, batch: Any) -> Tensor:
        """[rows, width]; `head(features(batch))` are the scores."""
        ...


class HasViews(HasFeatures, Protocol):
    """Offers `views`."""

    def view(self, batch: Any, corrupt: bool) -> Any:
        """The batch augmented (or corrupted), same rows."""
        ...


class Reconstructible(HasFeatures, Protocol):
    """Offers `reconstruction`."""

    def tensor(self, batch: Any) -> Tensor:
        """[rows, k]: what the network sees of each input, as numbers; what a decoder makes of the features."""
        ...
