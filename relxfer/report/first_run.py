"""The cost of a first configuration in sentences, for `relxfer init`."""

from __future__ import annotations

from collections.abc import Iterator

from relxfer.choose.affordable import Affordable
from relxfer.contract.plain import Table
from relxfer.report import wording


def sentences(chosen: Affordable) -> Iterator[str]:
    """What it costs, what was left out for it, or what is missing.

    >>> tables = {"seeds": 3, "target": {"label_budgets": [10]}, "training": {"steps": 50}, "strategy": []}
    >>> list(sentences(Affordable(tables, tables, 600, seconds=30, needed=30)))
    ['the run will take about 30.0 s of CPU time: 3 seeds, label budgets 10, 50 steps']
    """
    if chosen.lacking:
        yield f"it cannot run yet: {chosen.lacking}"
    elif chosen.seconds is None:
        yield f"no estimate of its cost: {chosen.unknown}"
    else:
        yield f"the run will take about {wording.seconds(chosen.seconds)} of CPU time: {_plan(chosen.tables)}"
        if chosen.tables != chosen.whole:
            left = sorted(_strategies(chosen.whole) - _strategies(chosen.tables))
            without = f"; left out: {', '.join(left)}" if left else ""
            yield (
                f"chosen to take at most {wording.seconds(chosen.limit)}: {_plan(chosen.whole)} would take "
                f"{'more than ' * chosen.more}{wording.seconds(chosen.needed)}{without}"
            )
        if chosen.seconds > chosen.limit:
            yield f"that is more than {wording.seconds(chosen.limit)}; fewer seeds or steps would decide nothing"


def _plan(tables: Table) -> str:
    budgets = ", ".join(map(str, tables["target"]["label_budgets"]))
    if _strategies(tables) == {"zero-shot"}:
        return "the source unchanged, without labels"
    steps, size = tables["training"]["steps"], tables["training"].get("batch_size")
    return f"{tables['seeds']} seeds, label budgets {budgets}, {steps} steps" + f" of {size} queries" * bool(size)


def _strategies(tables: Table) -> set[str]:
    return {each["use"] for each in tables["strategy"]}
