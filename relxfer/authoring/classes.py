"""For adapters: the classes that a classifier has when it is attached to domains."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.contract.data import Domain
from relxfer.errors import Incompatible


def learnt(own: tuple[str, ...], target: Domain | None, sources: Sequence[Domain]) -> tuple[str, ...]:
    """The classes that an attached classifier learns.

    These are the classes of the target; in a source stage, which has no target, those of the sources.

    Args:
        own: the classes of the model, for an attachment without any domain.
        target: the target, if there is one.
        sources: the sources.

    Raises:
        Incompatible: there is no target, and the sources have different classes.
    """
    if target is not None:
        return target.task.answers
    tasks = list(dict.fromkeys(source.task for source in sources))
    if len(tasks) > 1:
        raise Incompatible(
            "sources with the same classes",
            " and ".join(f"{source.name} ({len(source.task.answers)} classes)" for source in sources),
            "pre-train on one of them, or give their classes the same names",
        )
    return tasks[0].answers if tasks else own


def shared(sources: Sequence[Domain], target: Domain) -> str:
    """A sentence on the classes that a target shares with its sources."""
    theirs = {name for source in sources for name in source.task.answers}
    count = sum(name in theirs for name in target.task.answers)
    if all(source.task.same_as(target.task) for source in sources):
        return f"the same task: all {len(target.task.answers)} classes are the sources'"
    return f"another task: {count} of {len(target.task.answers)} classes occur in the sources"
