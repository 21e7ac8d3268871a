"""The data types that the engine and plugins exchange: tasks, examples and domains.

numpy and torch appear in annotations only, so that checking and listing import neither. The rules are in
`docs/contract.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from relxfer.contract.plain import AnswerTable, Table
from relxfer.contract.tasks import Task
from relxfer.errors import DataError, Incompatible

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Examples:
    """Queries about `inputs`, with or without their answers.

    inputs   what the queries refer to: images, a graph, a pair of graphs; only adapters and learners interpret it
    queries  [n] or [n, k] int: the row of an image, a node, (entity, relation), a pair of nodes, a row of `table`
    answers  [n] int, [n] float for numbers, or [n, C] for several labels or numbers; None if they are hidden or do not
             exist. `Task.problem` says which ones a task has
    units    [n] int: the item of each query. Queries of one item are resampled and counted together, such as the head
             and the tail query of a fact; None: every query is an item
    groups   [n] int: the group of each query's item, such as a patient with several pictures. A split keeps a group
             whole, and intervals resample groups; None: every item is a group
    tags     name -> [n] values, such as the class or the camera of each item, by which results can be told apart
    table    what a query stands for, where numbers are not enough, such as a tree for a question of several hops;
             `queries` holds its rows. Plain values as in JSON, which a fingerprint includes
    """

    inputs: Any
    queries: np.ndarray
    answers: np.ndarray | None = None
    units: np.ndarray | None = None
    groups: np.ndarray | None = None
    tags: Mapping[str, np.ndarray] = field(default_factory=dict)
    table: tuple[Any, ...] = ()

    def __len__(self) -> int:
        return len(self.queries)

    def take(self, rows: np.ndarray) -> Examples:
        """The examples of these rows ([m] int), in this order."""
        return replace(
            self,
            queries=self.queries[rows],
            answers=None if self.answers is None else self.answers[rows],
            units=self.unit_ids()[rows],
            groups=None if self.groups is None else self.groups[rows],
            tags={name: values[rows] for name, values in self.tags.items()},
        )

    def hidden(self) -> Examples:
        """The same queries without answers, and without items, groups and tags, which could give answers away."""
        return replace(self, answers=None, units=None, groups=None, tags={})

    def unit_ids(self) -> np.ndarray:
        """[n] int: the item of every query."""
        import numpy as np

        return np.arange(len(self)) if self.units is None else self.units

    def group_ids(self) -> np.ndarray:
        """[n] int: the group of every query; the item, where there are no groups."""
        return self.unit_ids() if self.groups is None else self.groups

    def questions(self) -> np.ndarray | None:
        """[n] int: the question of every query, the same one for equal queries; None if no two are equal.

        Several answers to one question, such as the students of a school, are alike: a model that knows the question
        ranks all of them well.

        >>> import numpy as np
        >>> Examples(None, np.array([[0, 1], [2, 1], [0, 1]])).questions().tolist()
        [0, 1, 0]
        """
        import numpy as np

        rows = self.queries.reshape(len(self), -1)
        distinct, question = np.unique(rows, axis=0, return_inverse=True)
        return None if len(distinct) == len(rows) else question.reshape(-1)

    @classmethod
    def joined(cls, parts: Sequence[Examples], inputs: Any) -> Examples:
        """The examples of several splits, one after the other, about these inputs; every part has answers.

        Items of different parts stay different; groups and tags stay where every part has them.

        >>> import numpy as np
        >>> one, two = (Examples("x", np.array([n]), np.array([0])) for n in (4, 7))
        >>> both = Examples.joined([one, two], "x")
        >>> both.queries.tolist(), both.unit_ids().tolist()
        ([4, 7], [0, 1])
        """
        import numpy as np

        starts = np.cumsum([0, *(int(part.unit_ids().max(initial=-1)) + 1 for part in parts)])
        tags = set.intersection(*(set(part.tags) for part in parts))
        groups = [part.groups for part in parts if part.groups is not None]
        return cls(
            inputs,
            np.concatenate([part.queries for part in parts]),
            np.concatenate([np.asarray(part.answers) for part in parts]),
            np.concatenate([part.unit_ids() + start for part, start in zip(parts, starts, strict=False)]),
            np.concatenate(groups) if len(groups) == len(parts) else None,
            {name: np.concatenate([part.tags[name] for part in parts]) for name in parts[0].tags if name in tags},
            parts[0].table,
        )

    def digest(self) -> str:
        """sha256 of everything but the inputs, whose hash is `Domain.sha`."""
        import numpy as np

        digest = hashlib.sha256()
        for array in (self.queries, self.answers, self.units):
            digest.update(b"none" if array is None else f"{array.dtype.str}{array.shape}".encode())
            if array is not None:
                digest.update(np.ascontiguousarray(array).tobytes())
        if self.groups is not None or self.tags or self.table:
            groups = None if self.groups is None else self.groups.tolist()
            tags = {name: values.tolist() for name, values in self.tags.items()}
            digest.update(json.dumps([groups, tags, self.table], sort_keys=True).encode())
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

    def whole(self) -> Domain:
        """All that is known of it, observed: the answers of `val` and of `test` join those of `train`.

        For answering questions after an experiment, and for training on everything; nothing that is judged sees it.
        Override it where answers are also inputs: they must enter `inputs` and `sha` too.
        """
        # the classes of clusters are no answers
        splits = (self.train, self.val, self.test) if self.task.aligned else ()
        known = [split for split in splits if split is not None and split.answers is not None]
        return replace(self, train=Examples.joined(known, self.inputs) if known else None, val=None, test=None)

    def with_new(self, new: Mapping[str, Sequence[str]]) -> Domain:
        """With further observed inputs, such as facts, and the new names in them; `Adapter.with_file` reads files.

        new  columns of names, as a table of such inputs has them

        Raises:
            DataError: a column is missing, or they do not fit.
            Incompatible: nothing can be added, unless a subclass overrides this method.
        """
        raise Incompatible(
            "a target to which facts can be added", f"'{self.name}', which has none", "leave --facts out"
        )

    def observed(self) -> tuple[dict[str, np.ndarray], Table]:
        """What answering needs of the data, as arrays and a JSON table, which are stored beside a model that is to
        answer anywhere; `Adapter.restored` makes a domain of them. Nothing, where questions bring their inputs."""
        return {}, {}

    def name_items(self, units: np.ndarray) -> list[str]:
        """The names of items, by their numbers in `Examples.units` ([n] int); by default, the numbers."""
        return [str(unit) for unit in units.tolist()]

    def known(self) -> list[Examples]:
        """The examples whose answers are visible here: in a ranking, they do not compete with the answer of a query."""
        return [e for e in (self.train, self.val, self.test) if e is not None and e.answers is not None]

    @property
    def budgeted(self) -> str:
        """What a label budget counts and hides, as a clause for the report; empty where it counts labels of items."""
        return ""

    @property
    def tasks(self) -> tuple[str, ...]:
        """The kinds of task that the data set itself can pose; a subclass with several overrides it and `posed`."""
        return (self.task.kind,)

    def posed(self, kind: str) -> Domain:
        """The same data with another of its tasks, one of `tasks`.

        Raises:
            Incompatible: it has no such task, unless a subclass overrides this method.
        """
        if kind == self.task.kind:
            return self
        raise Incompatible(f"a task of '{self.name}' ({', '.join(self.tasks)})", kind, "choose one of its tasks")

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

        A row may say its answer too, such as a fact with head and tail: it is then asked how likely that is. The
        answers of the examples are those, and -1 where a row says none; None, where no row does.

        Raises:
            BadQuestions: some rows cannot be asked, such as those with unknown names; it says what is wrong with each.
            Incompatible: the domain takes no queries by name, unless a subclass overrides this method.
        """
        raise Incompatible(
            "a target that takes queries by name", f"'{self.name}', which does not", "give its Domain a method ask"
        )

    def everything(self) -> Examples:
        """The queries of `relxfer predict --all`, in the order of the file it writes: what has no answer yet, where
        that can be told.

        Raises:
            DataError: the domain cannot list its queries, unless a subclass overrides this method.
        """
        raise DataError(f"expected a target that can list its questions, got '{self.name}'; ask with --queries")

    def answerable(self, queries: np.ndarray) -> np.ndarray | None:
        """[n] float: the probability that each query has an answer at all that is not known, by the inputs alone.

        Asking a question of everything asks much that has no answer: most things were not born anywhere. Where all
        questions of a kind are asked, what is shown of an answer is this probability times that of the answer, given
        that there is one. None: every query has an answer, as where each has exactly one.
        """
        return None

    def query_kinds(self, queries: np.ndarray) -> np.ndarray:
        """[n] int: of which kind each query is, such as its relation; sets of answers are as sure for every kind."""
        import numpy as np

        return np.zeros(len(queries), np.int64)

    def name_kinds(self, kinds: np.ndarray) -> list[str]:
        """The names of kinds of queries ([n] int, see `query_kinds`); by default, the numbers."""
        return [str(kind) for kind in kinds.tolist()]

    def prepares(self) -> Table:
        """How raw inputs became `inputs`, as a JSON table, which is stored with the models; override it to say so."""
        return {}

    def placed(self, answers: AnswerTable) -> Any:
        """The data with answers in their places, as an object of a library, such as a graph of networkx.

        answers  the table that `relxfer.predict.predictions.predict` returns

        Raises:
            Incompatible: answers have no places in it, unless a subclass overrides this method.
        """
        raise Incompatible(
            "a target in which answers have places", f"'{self.name}', which has none", "use the table of the answers"
        )

    def tensors(self, answers: AnswerTable) -> Any:
        """The same as tensors, in a `Data` of torch_geometric.

        Raises:
            Incompatible: it is no network, unless a subclass overrides this method.
        """
        raise Incompatible(
            "a target that is a network, with answers at its nodes or pairs", f"'{self.name}'", "use the table"
        )

    def formats(self) -> Mapping[str, Callable[[AnswerTable, BinaryIO], None]]:
        """Formats of its own in which `relxfer predict --out` writes answers, besides tables.

        The ending of a file, such as ".graphml" -> a function of the answers and the stream to write to. An ending of a
        table is not asked for here.
        """
        return {}

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        """Columns of names that describe each query: column -> [n] names."""
        return {"query": ["/".join(map(str, query.reshape(-1))) for query in queries]}
