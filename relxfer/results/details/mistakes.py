"""The worst mistakes of a row: the queries with the largest loss, mean over its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from relxfer.contract.tasks import Task
from relxfer.results.details.records import Mistake
from relxfer.results.details.stored_runs import StoredRun, Test
from relxfer.results.values import Evaluated

#: The most mistakes that are kept.
MOST = 20


def worst(task: Task, runs: Sequence[StoredRun], of: Evaluated, test: Test, most: int = MOST) -> tuple[Mistake, ...]:
    """The worst mistakes, the worst first.

    runs  those of a row, at least one
    of    one of them, for the names of items
    test  names queries and answers
    """
    answered = [run.answered(task) for run in runs]
    loss = np.mean([made.loss for made in answered], axis=0)
    flags = [made.wrong for made in answered if made.wrong is not None]
    wrong = np.sum(flags, axis=0) if len(flags) == len(runs) else None
    order = np.argsort(-loss, kind="stable")
    rows = (order if wrong is None else order[wrong[order] > 0])[:most]
    if not len(rows):
        return ()
    there = [run.predicted(made) for run, made in zip(runs, answered, strict=True)]
    predicted = _predicted(task, there, flags if wrong is not None else [], rows)
    ranks = [made.rank[rows] for made in answered if made.rank is not None]
    rank = np.mean(ranks, axis=0).tolist() if ranks else [None] * len(rows)
    probabilities = [run.probability for run in runs]
    asked = test.asked(rows)
    return tuple(
        Mistake(
            query=asked[i][0],
            item=of.name(int(of.units[row])),
            answer=asked[i][1],
            predicted=predicted[i][0],
            probability=_mean([p[row] for at in predicted[i][1] if (p := probabilities[at]) is not None]),
            rank=rank[i],
            wrong=None if wrong is None else int(wrong[row]),
        )
        for i, row in enumerate(rows.tolist())
    )


def _predicted(
    task: Task, runs: Sequence[np.ndarray | None], wrong: Sequence[np.ndarray], rows: np.ndarray
) -> list[tuple[str, list[int]]]:
    """For each row: what most of the runs predicted that were wrong, and the numbers of these runs.

    Numbers are means over all runs.
    """
    there = [(at, predicted[rows]) for at, predicted in enumerate(runs) if predicted is not None]
    if not there:
        return [("", [])] * len(rows)
    if there[0][1].dtype.kind == "f":
        means = task.worded(np.mean([predicted for _, predicted in there], axis=0))
        return [(words, []) for words in means]
    worded = [(at, task.worded(predicted)) for at, predicted in there]
    made = []
    for i, row in enumerate(rows.tolist()):
        said = {at: words[i] for at, words in worded if not wrong or wrong[at][row]}
        most = Counter(said.values()).most_common(1)
        made.append((most[0][0] if most else "", [at for at, words in said.items() if words == most[0][0]]))
    return made


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
