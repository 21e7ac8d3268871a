"""For adapters: the task that a model has when it is attached to domains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from relxfer.contract.data import Domain
from relxfer.contract.tasks import Task
from relxfer.errors import Incompatible
from relxfer.store.json_text import JsonObject

if TYPE_CHECKING:
    import numpy as np


def of_card(card: Mapping[str, Any] | None) -> Task:
    """The task in the card of a model; without a card, one without answers.

    >>> of_card({"task": {"kind": "classification", "answers": ["cat", "dog"]}}).answers
    ('cat', 'dog')
    """
    table = (card or {}).get("task")
    return Task.from_card(table) if table else Task("")


def card_called(card: JsonObject, names: Mapping[str, str]) -> JsonObject:
    """The card of a model with other names for the answers of its task.

    >>> card_called({"task": {"kind": "classification", "answers": ["cat", "dog"]}}, {"cat": "chat"})["task"]["answers"]
    ['chat', 'dog']
    """
    own = of_card(card)
    made = own.called(names)
    return card if made is own else {**card, "task": made.card()}


def learnt(own: Task, target: Domain | None, sources: Sequence[Domain]) -> Task:
    """The task that an attached model learns.

    It is that of the target; in a source stage, which has no target, that of the sources.

    Args:
        own: the task of the model, for an attachment without any domain.
        target: the target, if there is one.
        sources: the sources.

    Raises:
        Incompatible: there is no target, and the sources have different tasks.
    """
    if target is not None:
        return target.task
    tasks = list(dict.fromkeys(source.task for source in sources))
    if len(tasks) > 1:
        raise Incompatible(
            "sources with the same answers",
            " and ".join(f"{source.name} ({len(source.task.answers)} answers)" for source in sources),
            "pre-train on one of them, or give their answers the same names",
        )
    return tasks[0] if tasks else own


def labels(target: Domain | None, sources: Sequence[Domain]) -> np.ndarray | None:
    """The labels that a head learns: those of the target that may be seen, or in a source stage of the sources."""
    import numpy as np

    domains = sources if target is None else (target,)
    seen = [d.train.answers for d in domains if d.train is not None and d.train.answers is not None]
    return np.concatenate(seen) if seen else None


def keeps_head(task: Task, own: Task) -> bool:
    """Whether a model whose head was made for its own task keeps it for another one: the answers are the same, and so
    is what its outputs mean.

    They mean the same in a kind of task and in the kinds that are derived from it, as clustering is from
    classification. Labels have the names of classes, but scores of their own.
    """
    kinds = {getattr(base, "kind", None) for base in type(task).__mro__}
    return task.answers == own.answers and own.kind in {task.kind, *kinds}


def counts(task: Task) -> dict[str, int]:
    """The number of classes, or of answers that are none, by its name; for `counts` of an adapter.

    >>> counts(Task("some", ("cat", "dog")))
    {'answers': 2}
    """
    return {_answers(task): len(task.answers)}


def _answers(task: Task) -> str:
    return "classes" if task.classes else "answers"


def shared(sources: Sequence[Domain], target: Domain) -> str:
    """A sentence on the answers that a target shares with its sources."""
    what = _answers(target.task)
    theirs = {name for source in sources for name in source.task.answers}
    count = sum(name in theirs for name in target.task.answers)
    if all(source.task.same_as(target.task) for source in sources):
        return f"the same task: all {len(target.task.answers)} {what} are the sources'"
    own = [name for name in target.task.answers if name not in theirs]
    alone = f"; only in the target: {', '.join(own[:5])}{' ...' * (len(own) > 5)}" if count and own else ""
    return f"another task: {count} of {len(target.task.answers)} {what} occur in the sources{alone}"
