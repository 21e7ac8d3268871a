"""The metrics of every kind of task; a module of its own so that a configuration is checked without numpy."""

from __future__ import annotations

from relxfer.errors import UnknownName

#: task kind -> its metrics, the deciding one first
METRICS = {
    "ranking": ("mrr", "hits@1", "hits@3", "hits@10"),
    "classification": ("accuracy", "macro-f1", "auc"),
    "link-prediction": ("auc", "ap", "hits@50"),
    "clustering": ("accuracy", "nmi"),
}
#: every metric of some task
NAMES = tuple(dict.fromkeys(name for names in METRICS.values() for name in names))


def ordered(kind: str, first: str | None) -> list[str]:
    """The metrics of a kind of task, the one that decides in front; `UnknownName` where it has none of that name.

    >>> ordered("ranking", "hits@10")
    ['hits@10', 'mrr', 'hits@1', 'hits@3']
    """
    metrics = METRICS.get(kind, ())
    if first is None:
        return list(metrics)
    if first not in metrics:
        raise UnknownName(f"metric of a {kind} task", first, metrics)
    return [first, *(name for name in metrics if name != first)]
