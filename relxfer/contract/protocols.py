"""The run-time contract: what adapters, models, strategies and the engine say to each other.

numpy and torch appear in annotations only, so that checking and listing import neither.
The rules are in `docs/contract.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from relxfer.errors import DataError, Incompatible

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn

    Loss = Callable[..., Tensor]  # loss(step, *batches), one batch per stream

# ---------------------------------------------------------------- data: what is given, what is asked, what is answered


@dataclass(frozen=True)
class Task:
    """Pan and Yang's task T = {Y, f}: its kind, and the names of its answers in the order of the score columns.

    `open`: the candidates come with the inputs (entities of a graph), so no head has a column per answer.
    `self_supervised`: the observed inputs hold answers themselves (the facts of a graph), so that a model can be
    trained on a target for which nobody gave labels.

    >>> Task("ranking", ("Rome", "Oslo"), open=True).same_as(Task("ranking", ("Lima",), open=True))
    True
    >>> Task("classification", ("cat", "dog")).same_as(Task("classification", ("bee", "ant")))
    False
    """

    kind: str  # classification | clustering | multilabel | ranking
    answers: tuple[str, ...] = ()
    open: bool = False
    self_supervised: bool = False

    def same_as(self, other: Task) -> bool:
        """The only place where `same-task` is decided."""
        return self.kind == other.kind and self.open == other.open and (self.open or self.answers == other.answers)

    def card(self) -> dict[str, Any]:
        """As JSON, for the card of a model; an open task has no answers of its own."""
        return {"kind": self.kind, "open": self.open, "answers": [] if self.open else list(self.answers)}

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Task:
        return cls(card["kind"], tuple(card.get("answers", ())), bool(card.get("open", False)))


@dataclass(frozen=True)
class Examples:
    """Queries put to `inputs`; everything asked of a domain has this form.

    inputs   opaque to engine and strategies: images, a graph, a pair of graphs
    queries  [n] or [n, k] int: image row, node, (entity, relation), node pair
    answers  [n] int or [n, C]; None where the holder may not know
    units    [n] int, the thing that is resampled and budgeted (a fact with its head and tail query); None: each query
    """

    inputs: Any
    queries: np.ndarray
    answers: np.ndarray | None = None
    units: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.queries)

    def take(self, rows: np.ndarray) -> Examples:
        """These rows, in this order."""
        return replace(
            self,
            queries=self.queries[rows],
            answers=None if self.answers is None else self.answers[rows],
            units=self.unit_ids()[rows],
        )

    def hidden(self) -> Examples:
        """The same queries without their answers, and without units, which tell what belongs together."""
        return replace(self, answers=None, units=None)

    def unit_ids(self) -> np.ndarray:
        """[n] int: the unit of every query."""
        import numpy as np

        return np.arange(len(self)) if self.units is None else self.units

    def digest(self) -> str:
        """sha256 of queries, answers and units (the inputs are hashed by their domain)."""
        import numpy as np

        digest = hashlib.sha256()
        for array in (self.queries, self.answers, self.units):
            digest.update(b"none" if array is None else f"{array.dtype.str}{array.shape}".encode())
            if array is not None:
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Pieces:
    """Queries as rows of fixed pieces: the features of a piece are computed together, whichever of them is asked for.

    numbers  [n] int: the piece of each query
    rows     [n] int: its row there
    whole    number -> the examples of this piece
    content  number -> a hash of all that decides its features beside the weights: equal only where they are
    """

    numbers: np.ndarray
    rows: np.ndarray
    whole: Callable[[int], Examples]
    content: Callable[[int], str]


@dataclass(frozen=True)
class Domain:
    """Pan and Yang's domain D = {X, P(X)} with its task.

    A loader returns it complete, split, and with no held-out answer in any `inputs`; the engine cuts copies of it
    for strategies, and those never have `test`. `notes` are sentences for the report (how it was split, say).
    """

    name: str
    task: Task
    inputs: Any = None  # what exists at prediction time
    sha: str = ""  # of inputs and their preprocessing
    train: Examples | None = None  # labelled; cut to the label budget
    val: Examples | None = None
    unlabelled: Examples | None = None  # all visible queries, not cut
    test: Examples | None = None  # None outside the engine
    notes: tuple[str, ...] = field(default=(), compare=False)

    def restrict(self, rows: np.ndarray) -> Domain:
        """Keep these training answers. Links override: an edge outside the budget leaves `inputs` and `sha` too."""
        assert self.train is not None
        return replace(self, train=self.train.take(rows))

    def hold_out(self, rows: np.ndarray) -> Domain:
        """Turn these training rows into validation rows. Where an answer is an input, override: it must leave
        the inputs against which it is validated."""
        import numpy as np

        assert self.train is not None
        rest = np.setdiff1d(np.arange(len(self.train)), rows)
        return replace(self, train=self.train.take(rest), val=self.train.take(rows))

    def known(self) -> list[Examples]:
        """Answers that its holder may know, so that they do not compete in a ranking."""
        return [e for e in (self.train, self.val, self.test) if e is not None and e.answers is not None]

    def clustering(self) -> Domain:
        """The same inputs without any label: their classes are to be found, and those of the test stay sealed."""
        if self.task.kind != "classification":
            raise Incompatible("a task with classes to cluster", self.task.kind, 'remove task = "clustering"')
        return replace(self, task=replace(self.task, kind="clustering"), train=None, val=None)

    def observe(self, fraction: float) -> Domain:
        """Thin the observed inputs to this fraction."""
        raise Incompatible(
            f"a target whose inputs can be thinned (observed_fraction = {fraction})",
            f"'{self.name}', which has no observed facts to leave out",
            "remove observed_fraction, or use label_budgets",
        )

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Queries from columns of names, for `relxfer predict`."""
        raise Incompatible(
            "a target that takes queries by name", f"'{self.name}', which does not", "give its Domain a method ask"
        )

    def everything(self) -> Examples:
        """The questions that `relxfer predict --all` asks; their order is that of the file it writes."""
        raise DataError(f"expected a target that can list its questions, got '{self.name}'; ask with --queries")

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        """Columns of names that say what each query asked."""
        return {"query": ["/".join(map(str, query.reshape(-1))) for query in queries]}


# ---------------------------------------------------------------- what a model and an adapter author write


class Model(Protocol):
    """Architecture and what was learnt; knows no data set. Its record's loader makes it of (options, arrays, card)."""

    def fresh(self) -> Model:
        """The same architecture with nothing learnt."""
        ...

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
    top(examples, k, known) -> blocks of (candidates [b, k], scores [b, k]) as `evaluation.ranking.top_k` gives them,
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


class Mappable(Learner, Protocol):
    """Offers `mapping`: of relations, or of entities."""

    def profiles(self) -> tuple[np.ndarray, np.ndarray]:
        """Comparable rows: source [m, k], target [n, k]."""
        ...

    def with_mapping(self, coupling: np.ndarray) -> Learner:
        """coupling [m, n] >= 0."""
        ...


# ---------------------------------------------------------------- what a strategy author uses and writes


@dataclass(frozen=True)
class Step:
    """Where a fit stands: its index, its progress from 0 to 1, and `log(name=value)` into the trace."""

    index: int
    progress: float
    log: Callable[..., None]


@dataclass(frozen=True)
class Update:
    """Minimise `loss` over the named groups and no other; `groups=()` calls it without gradient."""

    loss: Loss
    groups: tuple[str, ...]
    repeat: int = 1


class Trainer(Protocol):
    """Owns loop, optimiser, modes, batching, random numbers, selection and checkpoints.

    Each call is one phase: when the strategy is replayed after a kill, finished phases restore the state they left
    and the broken one goes on, so code between phases must be deterministic.
    """

    def fit(
        self,
        learner: Any,
        objective: Loss | Sequence[Update],
        *streams: Examples,
        share: float = 1.0,
        groups: Mapping[str, tuple[nn.Module | Sequence[nn.Module], float]] | None = None,
        keep: Mapping[str, nn.Module] = {},
        still: Sequence[nn.Module] = (),
        turns: bool = False,
        select: bool = True,
    ) -> None:
        """Gradient steps.

        groups   name -> (modules, learning-rate factor); default everything. A module in no group is frozen,
                 its buffers included
        streams  the first sets the epoch, the others cycle; with `turns` they take turns, one stream a step, in
                 proportion to their sizes
        keep     modules of the strategy's own, saved and restored
        still    trained parts left in eval mode (BatchNorm)
        share    of the cell's step budget
        select   let the validator choose among the steps; False for a phase that leaves the head untrained, so that
                 there is nothing to score: its last step counts
        """
        ...

    def once(
        self, learner: Any, work: Callable[[], dict[str, Any] | None], keep: Mapping[str, nn.Module] = {}
    ) -> dict[str, Any]:
        """Any other work that changes state or costs time; returns its arrays and JSON values."""
        ...

    def batches(self, learner: Any, examples: Examples) -> Iterator[Any]:
        """One ordered pass."""
        ...

    def features(self, learner: Any, examples: Examples) -> np.ndarray:
        """float32 [n, width] of a learner that offers `features`, as it stands: eval mode, no gradient, no
        augmentation. Cells with the same weights and queries share the computation."""
        ...

    def part(self, name: str, share: float) -> Trainer:
        """For composing: own phase names, a share of the step budget."""
        ...


@dataclass(frozen=True)
class Cell:
    """All that a strategy is given: only what its needs name is present. Fields are added, never removed."""

    learner: Any
    trainer: Any
    target: Domain
    sources: tuple[Domain, ...] = ()
    teacher: Any = None  # the source model as it came, with its own head, bound to no domain

    def part(self, name: str, share: float = 1.0, learner: Any = None) -> Cell:
        """For composing: own phase names, a share of the step budget."""
        return replace(self, trainer=self.trainer.part(name, share), learner=learner or self.learner)


class Strategy(Protocol):
    """A transfer method; its options are the pydantic model that its record names."""

    def __init__(self, options: Any): ...

    def transfer(self, cell: Cell) -> Any:
        """The learner to be judged: the given one or another."""
        ...


class Validator(Protocol):
    """A rule that selects a model; it has needs of its own, and a view cut for them, never the strategy's."""

    def score(self, learner: Any, cell: Cell) -> float | None:
        """Higher is better, None: no opinion; called by the trainer at every validation point.

        Keep nothing between calls: a resumed run would not have it.
        """
        ...


class Executor(Protocol):
    """Runs jobs; `work` and the jobs can be pickled. `width`: how many run at a time; they share the threads."""

    width: int

    def run(self, work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """(job, outcome), in the order in which they end."""
        ...
