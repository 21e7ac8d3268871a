"""The protocols that the author of a model or an adapter implements: models, adapters, and learners with abilities.

numpy and torch appear in annotations only, so that checking and listing import neither. The rules are in
`docs/contract.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from relxfer.contract.data import Domain, Examples
from relxfer.contract.plain import Table

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn

    from relxfer.contract.strategies import Trainer


@dataclass(frozen=True)
class Portable:
    """What `Learner.portable` returns: a network that needs nothing but its inputs.

    network  inputs, float32 [B, ...] -> scores [B, C] in the order of the answers of the task; called in eval mode
    state    name -> tensor: its parameters and buffers, by the names of its architecture
    example  float32 [2, ...]: two inputs, of which only the first dimension may be another
    made_by  the class of the architecture, as "module:Class"
    inputs   how raw inputs become those of the network, as a JSON table, such as size, mean and std of pictures
    scale    mean and std of each of C numbers, in whose units the network answers; empty where it gives scores
    """

    network: nn.Module
    state: Mapping[str, Tensor]
    example: Tensor
    made_by: str
    inputs: Table = field(default_factory=dict)
    scale: Table = field(default_factory=dict)


class Model(Protocol):
    """An architecture with its weights, bound to no data set. `SourceModel.load(options, arrays, card)` creates it."""

    def state(self) -> tuple[Mapping[str, np.ndarray], dict[str, Any]]:
        """The weights as arrays, stored as safetensors, and a JSON card that describes them (architecture, widths)."""
        ...


class SelfAttaching(Model, Protocol):
    """A model that attaches itself to a target, in place of the adapter; a model that needs the domain is one.

    Such a model has parts that exist for one domain only, such as a table with a row for each entity of a graph, or
    rules that were mined from its facts. It is untrained before it is attached, is trained by `Learner.learn`, and is
    exported with the names that its parts belong to, so that it is loaded again on the same domain.
    """

    def attach(self, target: Domain | None, sources: Sequence[Domain]) -> Learner:
        """A learner: the model bound to a target and its sources; as `Adapter.attach`.

        Raises:
            Incompatible: the model was trained on another domain than it is attached to.
        """
        ...


class CompositeModel(Model, Protocol):
    """A model that a strategy makes of others, such as an ensemble, or a table of neighbours over a network.

    It is stored as the offer `offered_as`, a `SourceModel` with `composite=True` and default options, whose `load` is
    called with (options, arrays, card, members). A model without members may have `offered_as` too: it is then stored
    as that offer, and no longer as the architecture of its cell.
    """

    offered_as: str  # the name of a source model
    members: Sequence[Model]  # each is stored with it, with its own arrays and card

    def state(self) -> tuple[Mapping[str, np.ndarray], dict[str, Any]]:
        """The arrays and the card of its own, without those of its members."""
        ...

    def attach(self, learners: Sequence[Learner], target: Domain | None) -> Learner:
        """A learner that answers by those of its members, each of which the adapter has attached.

        learners  one for each member, in their order
        target    the domain to predict; None if it is bound to none
        """
        ...


class Adapter(Protocol):
    """Binds models to the domains of one modality, about which strategies know nothing. Optional methods:

    audit(domain) -> {name: count}            test answers that leak into the inputs; first how many queries there are
    gives_away                                names of these counts, a tuple: where one is not 0, answers of the test
                                              are given away, which the report says beside its verdicts
    relate(sources, target) -> str            what a target shares with its sources, for the report
    counts(domain) -> {name: count}           what a domain consists of, for tables
    relatedness(source, target) -> {measure: value or reason}
                                              how related two domains are before any training, higher is more; a text
                                              says why a measure does not apply. Neither domain has a test split, and
                                              the target has no labels
    blank(task, inputs) -> Domain             a domain without data, for questions that bring their own inputs, such as
                                              files of pictures; `inputs` is what `prepares` of the domain returned
    with_file(domain, path) -> Domain         the domain with further observed inputs, such as the facts of a file in
                                              the formats of its data sets; see `Domain.with_new`
    pictures(domain, queries, side) -> [bytes or None]
                                              a small picture of each query that is named as `Domain.name_queries` names
                                              it (column -> name): a PNG or JPEG of at most `side` pixels a side
    restored(task, arrays, card) -> Domain    the domain of which `observed` returned these arrays and this card, all of
                                              it for training; anybody may have written them (`UnfitArtefact`)
    """

    def attach(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> Learner:
        """A learner: the model bound to a target and its sources.

        target   the domain to predict; None while a source model is trained
        sources  the source domains; empty if the strategy uses none of their data

        Raises:
            Incompatible: the model does not fit these domains.
        """
        ...


class Learner(Protocol):
    """A model bound to domains, as every strategy may use it. Optional methods:

    notes() -> sequence of sentences      for the report, such as how the inputs are prepared
    prepares() -> JSON table              how raw inputs become those of the network, such as the size of pictures and
                                          their normalisation; stored with the model
    top(examples, k, known) -> blocks of (candidates [b, k], scores [b, k]) as `top_k` of
                                          `relxfer.judge.metrics.ranking` gives them, if that costs less than
                                          computing all scores
    portable() -> Portable                the network on its own, for other programs (`Portable`), if
                                          it needs nothing but its inputs
    """

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """Train in the model's own supervised way, by gradient steps or rule mining, as scratch and pre-training do."""
        ...

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Blocks of scores [b, candidates] in the order of the queries; higher is better.

        Modules are left in the train or eval mode in which they were.
        """
        ...

    def export(self) -> Model:
        """The trained model without its domains, which can be stored and serve as a source."""
        ...


@runtime_checkable
class Trainable(Learner, Protocol):
    """A learner with the ability `gradients`: torch modules trained by gradient steps. Optional attributes:

    task            the task that it learns, whose classes `training.balance` needs
    class_weights   class -> its weight in `loss`, or None; the trainer sets it during a fit with `balance = "loss"`
    """

    module: nn.Module  # contains all modules that are trained, the head included
    head: nn.Module  # features -> scores; may be replaced by assignment

    def new_head(self) -> nn.Module:
        """An untrained head for the task of the target."""
        ...

    def parts(self) -> list[tuple[str, nn.Module]]:
        """The layers with their names, from input to output; the head is last."""
        ...

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Any:
        """The batch of these rows ([b] int): read, augmented, with negatives, without its own edges in the graph.

        It depends on the arguments alone, so that a resumed run gets the same batches.
        """
        ...

    def loss(self, batch: Any, scores: Tensor | None = None) -> Tensor:
        """The loss of the task, a scalar tensor.

        scores  [rows, candidates]; None: those of the module
        """
        ...


class HasFeatures(Trainable, Protocol):
    """A learner with the ability `features`. Optional attributes:

    pieces(examples) -> Pieces or None    fixed pieces of queries without answers, if features depend on the content of
                                          each query alone: those of a frozen body are then computed once and cached
    varies                                False if labelled batches are neither augmented nor drawn nor thinned, so that
                                          `features(batch)` of a frozen body are always those of the queries
    """

    width: int  # columns of the features

    def features(self, batch: Any) -> Tensor:
        """[rows, width]; `head(features(batch))` are the scores."""
        ...


class HasViews(HasFeatures, Protocol):
    """A learner with the ability `views`: augmented copies of a batch."""

    def view(self, batch: Any, corrupt: bool) -> Any:
        """An augmented copy of the batch with the same rows, or with `corrupt` a corrupted one."""
        ...


class Reconstructible(HasFeatures, Protocol):
    """A learner with the ability `reconstruction`: its inputs as numbers, which a decoder can be trained to restore."""

    def tensor(self, batch: Any) -> Tensor:
        """[rows, k] float: the input of the network for each row, which a decoder restores from the features."""
        ...


class Mixable(HasFeatures, Protocol):
    """A learner with the ability `mixing`: inputs of which a weighted mean is an input too, such as pictures."""

    def mixed(self, batch: Any, other: Any, share: float) -> Any:
        """The batch whose inputs are share · those of `batch` + (1 - share) · those of `other`, row by row.

        The two have as many rows; labels, if any, stay those of `batch`.
        """
        ...


#: The state of a calibrator: arrays by name, and a JSON card.
Fitted = tuple[Mapping[str, "np.ndarray"], dict[str, Any]]


class Calibrator(Protocol):
    """Makes probabilities of scores. `Calibrator.load(options)` of its record creates it; it keeps no state of its own.

    It is fitted after training, on validation labels of the target, and stored with the model.
    """

    def fit(self, scores: np.ndarray, answers: np.ndarray) -> Fitted:
        """What is fitted, as arrays and a JSON card.

        scores   [n, C], of the learner, with their answers [n], or [n, C] for several labels. -inf: a candidate that
                 does not compete, as other known answers of the same query in a ranking

        Raises:
            Incompatible: it cannot be fitted to these.
        """
        ...

    def apply(self, scores: np.ndarray, fitted: Fitted) -> np.ndarray:
        """[b, C]: the probability of each candidate, by what `fit` returned."""
        ...


class Explainer(Protocol):
    """Says on what the answers of a learner rest. `Explainer.load(options)` of its record creates it."""

    def explain(self, learner: Any, examples: Examples) -> Sequence[Sequence[tuple[str, float]]]:
        """For each query, what its best answer rests on: (name, weight), the heaviest first; higher speaks for it."""
        ...
