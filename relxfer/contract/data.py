"""Data as the engine and plugins hand it to each other: a task, examples of it, and a domain.

numpy and torch appear in annotations only, so that checking and listing import neither. The rules are in
`docs/contract.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from relxfer.errors import DataError, Incompatible

if TYPE_CHECKING:
    import numpy as np


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
