"""The metrics of every kind of task. They have their own module so that checking a configuration needs no numpy."""

from __future__ import annotations

from relxfer.errors import UnknownName

#: task kind -> its metrics; by default, the first one decides the verdicts
METRICS = {
    "ranking": ("mrr", "hits@1", "hits@3", "hits@10"),
    "classification": ("accuracy", "macro-f1", "auc"),
    "link-prediction": ("auc", "ap", "hits@50"),
    "clustering": ("accuracy", "nmi"),
}
#: All metrics, each once.
NAMES = tuple(dict.fromkeys(name for names in METRICS.values() for name in names))


def ordered(kind: str, first: str | None) -> list[str]:
    """The metrics of a kind of task, beginning with the one that decides the verdicts.

    first  the metric that decides; None: the default of the task

    Raises:
        UnknownName: the kind of task has no metric called `first`.

    >>> ordered("ranking", "hits@10")
    ['hits@10', 'mrr', 'hits@1', 'hits@3']
    """
    metrics = METRICS.get(kind, ())
    if first is None:
        return list(metrics)
    if first not in metrics:
        raise UnknownName(f"metric of a {kind} task", first, metrics)
    return [first, *(name for name in metrics if name != first)]
