"""Tasks: what is predicted, how answers are checked, learnt, judged and shown.

A kind of task is a subclass of `Task`, which a plugin offers by the hook `relxfer_tasks`; those that ship with relxfer
are offered in the same way. The engine, learners and reports ask the task, and never its name.

numpy and torch are imported by the methods that need them, so that checking and listing import neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from relxfer.contract.breakdowns import Answered, Breakdown
from relxfer.errors import Incompatible, RelxferError, UnfitArtefact

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from relxfer.contract.data import Domain, Examples


#: The most answers of a task in a card that anybody may have written.
_MOST_ANSWERS = 100_000
_OTHER = "name another checkpoint"


@dataclass(frozen=True)
class Predictions:
    """The scores of n queries beside their answers.

    scores   [n, C] float: as `Learner.predict` yields them
    answers  [n] or [n, C]: the correct answers
    """

    scores: np.ndarray
    answers: np.ndarray


@dataclass(frozen=True)
class Task:
    """What is predicted: the task T = {Y, f} of Pan and Yang (2010).

    kind             the name of the kind, which subclasses set
    answers          names of the possible answers, in the order of the columns of scores
    open             whether the candidates come with the inputs (the entities of a graph), so that the head of a model
                     does not depend on them
    self_supervised  whether the inputs hold answers themselves (the facts of a graph), so that a model can be trained
                     on a target without labels
    candidates       what the candidates of an open task are, such as "relations", or "nodes of the other graph"; empty:
                     what the inputs consist of, such as the entities of a graph. A model that answers with one kind of
                     candidates does not answer with another

    A subclass sets the attributes of the class and implements the methods below. Those that judge have defaults, for
    tasks whose scores have one column for each of `answers`.

    classes          each query has exactly one of `answers`: they can be counted, drawn evenly, and softmax is a
                     probability. What the need `classes` of a strategy asks for
    ranked           predictions are the best of `answers`, with their ranks; False: one value for each of `answers`
    shows            what `shown` returns: "probability", "score" or "value", the heading of the column in predictions
    aligned          whether a column of scores means the same in every model, so that models may answer together; False
                     for clusters, which each model numbers in its own way
    heads            linear heads that can be solved for, the usual one first: name -> "module:function" of a fit, see
                     `relxfer.authoring.linear_fits`; empty: a head can only be trained by gradient steps

    >>> Task("some", ("Rome", "Oslo"), open=True).same_as(Task("some", ("Lima",), open=True))
    True
    >>> Task("some", ("cat", "dog")).same_as(Task("some", ("bee", "ant")))
    False
    >>> Task("some", ("cat", "dog")).same_as(Task("some", ("dog", "cat")))
    True
    """

    kind: str
    answers: tuple[str, ...] = ()
    open: bool = False
    self_supervised: bool = False
    candidates: str = ""

    classes: ClassVar[bool] = False
    ranked: ClassVar[bool] = True
    shows: ClassVar[str] = "score"
    aligned: ClassVar[bool] = True
    heads: ClassVar[Mapping[str, str]] = {}

    def same_as(self, other: Task) -> bool:
        """Whether both ask the same: equal kinds, and equal answers in any order unless both are open.

        The engine brings the answers of a target into the order of its source's.
        """
        alike = (self.kind, self.open, self.candidates) == (other.kind, other.open, other.candidates)
        return alike and (self.open or sorted(self.answers) == sorted(other.answers))

    def called(self, names: Mapping[str, str]) -> Self:
        """The task with other names for its answers; those that `names` has not keep theirs.

        >>> Task("some", ("cat", "dog")).called({"cat": "chat"}).answers
        ('chat', 'dog')
        """
        if self.open or not any(name in names for name in self.answers):
            return self
        return replace(self, answers=tuple(names.get(name, name) for name in self.answers))

    def card(self) -> dict[str, Any]:
        """The task as JSON, for the card of a model, without the answers of an open task."""
        made: dict[str, Any] = {"kind": self.kind, "open": self.open, "answers": [] if self.open else [*self.answers]}
        return made | ({"candidates": self.candidates} if self.candidates else {})

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Task:
        """The task that `card` returned as JSON, which can be compared by `same_as` and nothing else.

        Raises:
            UnfitArtefact: it is no card of a task. Anybody may have written it.
        """
        from relxfer.contract.messages import shown

        table = card if isinstance(card, Mapping) else {}
        kind, answers, candidates = table.get("kind"), table.get("answers", []), table.get("candidates", "")
        named = isinstance(answers, list | tuple) and all(isinstance(name, str) for name in answers)
        if not (named and isinstance(kind, str) and isinstance(candidates, str)):
            raise UnfitArtefact(f"expected a task with a kind and answers by name, got {shown(card)}; {_OTHER}")
        if len(answers) > _MOST_ANSWERS:
            raise UnfitArtefact(f"expected at most {_MOST_ANSWERS:,} answers of a task, got {len(answers):,}; {_OTHER}")
        return Task(kind, tuple(answers), bool(table.get("open", False)), candidates=candidates)

    # ------------------------------------------------------------------ data

    def problem(self, answers: np.ndarray) -> str | None:
        """What is wrong with the answers of a split, [n, ...], as "expected ..., got ..."; None if they fit."""
        raise self._incomplete("problem")

    def strata(self, answers: np.ndarray) -> np.ndarray | None:
        """[n] int: the class of each answer, for budgets of so many labels per class; None: there are no classes."""
        return None

    def posed(self, domain: Domain) -> Domain:
        """This task asked about a domain that has another one, such as clusters of what has classes.

        Raises:
            Incompatible: it cannot be made of the task of the domain.
        """
        raise Incompatible(f"a data set with the task {self.kind!r}", domain.task.kind, "choose one of its tasks")

    # ------------------------------------------------------------------ learning

    @property
    def width(self) -> int:
        """Number of columns of scores, which the head of a model has as outputs."""
        return len(self.answers)

    def scale(self, answers: np.ndarray) -> np.ndarray | None:
        """[2, width] float: mean and standard deviation of the labels, in whose units a head learns; None: none.

        A learner keeps it as the buffer `scale` of its head, and gives it to `loss` and `decoded`.
        """
        return None

    def loss(self, scores: Tensor, labels: Tensor, scale: Tensor | None = None) -> Tensor:
        """What training minimises, a scalar, of the outputs of a head [b, width] and the labels of the batch."""
        raise self._incomplete("loss")

    def encoded(self, answers: np.ndarray, scale: np.ndarray | None = None) -> np.ndarray:
        """[n] or [n, width]: answers in the units of the outputs of a head; the inverse of `decoded`."""
        return answers

    def decoded(self, scores: np.ndarray, scale: np.ndarray | None = None) -> np.ndarray:
        """[b, width]: scores in the units of the answers, of the outputs of a head."""
        return scores if scale is None else scores * scale[1] + scale[0]

    # ------------------------------------------------------------------ judging

    def judge(
        self, blocks: Iterable[np.ndarray], asked: Examples, known: Sequence[Examples]
    ) -> Mapping[str, np.ndarray]:
        """Per-query results by name, [n, ...] each, which are stored, and from which all metrics are computed.

        blocks  [b, C] arrays that follow the order of the queries, as `Learner.predict` yields them
        asked   the queries with their answers
        known   examples whose answers are known, which filtered ranking leaves out

        Raises:
            Incompatible: the scores do not fit the queries and answers.
            RelxferError: a score is NaN.
        """
        import numpy as np

        made = [np.asarray(block) for block, _ in checked(blocks, len(asked), self.width)]
        scores = np.concatenate(made) if made else np.zeros((0, self.width))
        return {"scores": numbers(scores), "answers": np.asarray(asked.answers)}

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "") -> Any:
        """What metrics of this kind are computed from.

        arrays  what `judge` returned
        ties    the rule for ties, if the record of the kind has any
        """
        return Predictions(arrays["scores"], arrays["answers"])

    def merit(self, results: Any) -> np.ndarray:
        """[n] float: how well each query is answered, higher is better; validators maximise the mean.

        results  what `results` returned
        """
        raise self._incomplete("merit")

    # ------------------------------------------------------------------ showing

    def broken_down(self, results: Any, kinds: Sequence[str]) -> Breakdown | None:
        """How well the parts of a test were answered, such as its classes; None: there are no parts.

        results  what `results` returned
        kinds    [n] of which kind each query is, by name, such as its relation (`Domain.name_kinds`)
        """
        return None

    def answered(self, results: Any) -> Answered:
        """How each query was answered, by which the worst mistakes are found; by default, by `merit` alone."""
        return Answered(-self.merit(results))

    def predicted(self, scores: np.ndarray) -> list[str]:
        """[n] the best answers by scores [n, C], in words; by default, that with the highest score, or the values."""
        return self.worded(scores.argmax(1) if self.ranked else scores)

    def worded(self, answers: np.ndarray) -> list[str]:
        """[n] answers in words; by default, names of classes and candidates for their numbers [n] int, or numbers.

        >>> import numpy as np
        >>> Task("some", ("cat", "dog")).worded(np.array([1])), Task("some").worded(np.array([[0.5, 2.0]]))
        (['dog'], ['0.5, 2'])
        """
        if answers.ndim == 1 and answers.dtype.kind in "iu":
            return [self.answers[answer] for answer in answers.tolist()]
        return [", ".join(f"{value:.4g}" for value in row) for row in answers.reshape(len(answers), -1).tolist()]

    def shown(self, scores: np.ndarray) -> np.ndarray:
        """[b, C]: what predictions show of scores, such as probabilities."""
        return scores

    def _incomplete(self, method: str) -> RelxferError:
        return RelxferError(
            f"expected the kind of task {self.kind!r} to have {method}, got {type(self).__name__} without; "
            "make the task by the class that offers its kind, such as relxfer.Classification"
        )


def checked(blocks: Iterable[np.ndarray], total: int, columns: int | None = None) -> Iterator[tuple[np.ndarray, slice]]:
    """Blocks with the rows of their queries.

    Raises:
        Incompatible: a block has not so many columns, or the blocks do not cover all queries.
    """
    import numpy as np

    start = 0
    for block in blocks:
        if columns is not None and np.shape(block)[1:] != (columns,):
            raise Incompatible(
                f"scores [b, {columns}], a column for each answer of the task",
                str(list(np.shape(block))),
                "correct predict, or the head that the strategy gave the learner",
            )
        yield block, slice(start, start + len(block))
        start += len(block)
    if start != total:
        raise Incompatible(f"scores for {total} queries", f"{start}", "predict must yield every query, in order")


def numbers(scores: np.ndarray) -> np.ndarray:
    """The scores [n, C], after a check.

    Raises:
        RelxferError: a score is NaN, which argmax would choose.
    """
    import numpy as np

    bad = np.isnan(scores).any(1)
    if bad.any():
        where = f"query row {bad.argmax()}"
        raise RelxferError(f"expected scores that are numbers, got NaN in {where}; did training diverge?")
    return scores
