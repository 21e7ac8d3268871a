"""The data types that the engine and plugins exchange: tasks, examples and domains.

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
    """What is predicted: the task T = {Y, f} of Pan and Yang (2010).

    kind             classification, clustering, link-prediction or ranking
    answers          names of the possible answers, in the order of the columns of scores
    open             whether the candidates come with the inputs (the entities of a graph), so that the head of a model
                     does not depend on them
    self_supervised  whether the inputs hold answers themselves (the facts of a graph), so that a model can be trained
                     on a target without labels

    >>> Task("ranking", ("Rome", "Oslo"), open=True).same_as(Task("ranking", ("Lima",), open=True))
    True
    >>> Task("classification", ("cat", "dog")).same_as(Task("classification", ("bee", "ant")))
    False
    """

    kind: str
    answers: tuple[str, ...] = ()
    open: bool = False
    self_supervised: bool = False

    def same_as(self, other: Task) -> bool:
        """Whether a head trained for one task fits the other: equal kinds, and equal answers unless both are open."""
        return self.kind == other.kind and self.open == other.open and (self.open or self.answers == other.answers)

    def card(self) -> dict[str, Any]:
        """The task as JSON, for the card of a model, without the answers of an open task."""
        return {"kind": self.kind, "open": self.open, "answers": [] if self.open else list(self.answers)}

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Task:
        """The task that `card` returned as JSON."""
        return cls(card["kind"], tuple(card.get("answers", ())), bool(card.get("open", False)))


@dataclass(frozen=True)
class Examples:
    """Queries about `inputs`, with or without their answers.

    inputs   what the queries refer to: images, a graph, a pair of graphs; only adapters and learners interpret it
    queries  [n] or [n, k] int: the row of an image, a node, (entity, relation), a pair of nodes
    answers  [n] int, or [n, C] for several labels; None if they are hidden or do not exist
    units    [n] int: queries of one unit are resampled and counted together, such as the head and the tail query of a
             fact; None: every query is a unit
    """

    inputs: Any
    queries: np.ndarray
    answers: np.ndarray | None = None
    units: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.queries)

    def take(self, rows: np.ndarray) -> Examples:
        """The examples of these rows ([m] int), in this order."""
        return replace(
            self,
            queries=self.queries[rows],
            answers=None if self.answers is None else self.answers[rows],
            units=self.unit_ids()[rows],
        )

    def hidden(self) -> Examples:
        """The same queries without their answers, and without units, which would show which queries belong together."""
        return replace(self, answers=None, units=None)

    def unit_ids(self) -> np.ndarray:
        """[n] int: the unit of every query."""
        import numpy as np

        return np.arange(len(self)) if self.units is None else self.units

    def digest(self) -> str:
        """sha256 of queries, answers and units; that of the inputs is `Domain.sha`."""
        import numpy as np

        digest = hashlib.sha256()
        for array in (self.queries, self.answers, self.units):
            digest.update(b"none" if array is None else f"{array.dtype.str}{array.shape}".encode())
            if array is not None:
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Pieces:
    """Queries as rows of fixed pieces, for caching features.

    The features of a whole piece are always computed together, so that they do not depend on which queries are asked.

    numbers  [n] int: the number of the piece that holds each query
    rows     [n] int: the row of each query in its piece
    whole    number of a piece -> all examples of this piece
    content  number of a piece -> a hash of everything but the weights that its features depend on
    """

    numbers: np.ndarray
    rows: np.ndarray
    whole: Callable[[int], Examples]
    content: Callable[[int], str]


@dataclass(frozen=True)
class Domain:
    """The domain D = {X, P(X)} of Pan and Yang (2010) with its task.

    The loader of a data set returns a complete domain with all its splits, and no held-out answer in any `inputs`. The
    engine gives strategies restricted copies, which never have a test split.

    inputs      what exists at prediction time
    sha         a hash of the inputs and their preprocessing
    train       labelled examples; in the copy for a strategy, at most as many as the label budget
    val         labelled examples for selecting a model
    unlabelled  all queries that may be used without labels, regardless of the budget
    test        held-out examples
    notes       sentences for the report, such as how the data was split
    """

    name: str
    task: Task
    inputs: Any = None
    sha: str = ""
    train: Examples | None = None
    val: Examples | None = None
    unlabelled: Examples | None = None
    test: Examples | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)

    def restrict(self, rows: np.ndarray) -> Domain:
        """Keep only these rows of `train`.

        Override it where answers are also inputs: facts outside the label budget must leave `inputs` and `sha` too.
        """
        assert self.train is not None
        return replace(self, train=self.train.take(rows))

    def hold_out(self, rows: np.ndarray) -> Domain:
        """Move these rows of `train` to `val`.

        Override it where answers are also inputs: the answers of `val` must leave the inputs of its queries.
        """
        import numpy as np

        assert self.train is not None
        rest = np.setdiff1d(np.arange(len(self.train)), rows)
        return replace(self, train=self.train.take(rest), val=self.train.take(rows))

    def known(self) -> list[Examples]:
        """The examples whose answers are visible here: in a ranking, they do not compete with the answer of a query."""
        return [e for e in (self.train, self.val, self.test) if e is not None and e.answers is not None]

    def clustering(self) -> Domain:
        """The same domain as a clustering task: without labels, except the hidden ones of the test split.

        Raises:
            Incompatible: the task is not a classification.
        """
        if self.task.kind != "classification":
            raise Incompatible("a task with classes to cluster", self.task.kind, 'remove task = "clustering"')
        return replace(self, task=replace(self.task, kind="clustering"), train=None, val=None)

    def observe(self, fraction: float) -> Domain:
        """A copy with this fraction (0 to 1) of the observed inputs.

        Raises:
            Incompatible: the domain cannot leave out inputs, unless a subclass overrides this method.
        """
        raise Incompatible(
            f"a target whose inputs can be thinned (observed_fraction = {fraction})",
            f"'{self.name}', which has no observed facts to leave out",
            "remove observed_fraction, or use label_budgets",
        )

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Examples from columns of names (column -> one name for each query), for `relxfer predict`.

        Raises:
            Incompatible: the domain takes no queries by name, unless a subclass overrides this method.
        """
        raise Incompatible(
            "a target that takes queries by name", f"'{self.name}', which does not", "give its Domain a method ask"
        )

    def everything(self) -> Examples:
        """The queries of `relxfer predict --all`, in the order of the file it writes.

        Raises:
            DataError: the domain cannot list its queries, unless a subclass overrides this method.
        """
        raise DataError(f"expected a target that can list its questions, got '{self.name}'; ask with --queries")

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        """Columns of names that describe each query: column -> [n] names."""
        return {"query": ["/".join(map(str, query.reshape(-1))) for query in queries]}
