"""Numbers and sentences of the report, shared by the terminal and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

NAMES = {"mrr": "MRR", "hits@1": "H@1", "hits@3": "H@3", "hits@10": "H@10", "accuracy": "accuracy"}
EMPTY = "–"
ORACLE = "oracle"


def metric_name(metric: str) -> str:
    return NAMES.get(metric, metric)


def share(value: float | None) -> str:
    """A metric in [0, 1] with three digits.

    >>> share(0.41234), share(1.0), share(None)
    ('.412', '1.000', '–')
    """
    if value is None:
        return EMPTY
    text = f"{value:.3f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def signed(value: float) -> str:
    """A difference with its sign.

    >>> signed(0.0512), signed(-0.2)
    ('+.051', '-.200')
    """
    text = f"{value:+.3f}"
    return text.replace("+0.", "+.").replace("-0.", "-.")


def interval(value: Mapping[str, Any] | None, write: Any = share) -> str:
    """Estimate and 95 % interval.

    >>> interval({"estimate": 0.41, "low": 0.39, "high": 0.43})
    '.410 [.390, .430]'
    """
    if not value:
        return EMPTY
    return f"{write(value['estimate'])} [{write(value['low'])}, {write(value['high'])}]"


def probability(value: float | None) -> str:
    """A p value.

    >>> probability(0.031), probability(None), probability(0.0001)
    ('.031', '–', '<.001')
    """
    if value is None:
        return EMPTY
    return "<.001" if value < 0.001 else share(value)


def seconds(value: float | None) -> str:
    """Wall time.

    >>> seconds(3.21), seconds(75), seconds(4000)
    ('3.2 s', '1 min 15 s', '1 h 06 min')
    """
    if value is None:
        return EMPTY
    if value < 60:
        return f"{value:.1f} s"
    if value < 3600:
        return f"{int(value // 60)} min {int(value % 60):02d} s"
    return f"{int(value // 3600)} h {int(value % 3600 // 60):02d} min"


def count(value: int | None) -> str:
    """
    >>> count(168705)
    '168,705'
    """
    return EMPTY if value is None else f"{value:,}"


def budget(value: int | str, per: str | None = None) -> str:
    """
    >>> budget(10), budget(10, "class"), budget("all", "class")
    ('10 labels', '10 labels per class', 'all labels')
    """
    return "all labels" if value == "all" else f"{value} labels{' per class' if per == 'class' else ''}"


def distinct(results: Any) -> Any:
    """Without the budgets that are the same work as another, for there are no more labels: they would stand twice."""
    again = set(_repeated(results.cells))

    def kept(ones: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [one for one in ones if (one["source"], one["target"], one["budget"]) not in again]

    return replace(results, rows=kept(results.rows), cells=kept(results.cells)) if again else results


def _repeated(cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, Any, Any]]:
    """(source, target, budget) whose cells with labels are those of another budget, "all" or else the first."""
    ids: dict[tuple, dict[Any, dict[tuple, Any]]] = {}
    for cell in cells:
        budgets = ids.setdefault((cell["source"], cell["target"]), {})
        own = cell.get("id") if cell.get("labels") else None
        budgets.setdefault(cell["budget"], {})[cell["strategy"], cell["seed"]] = own
    for (source, target), budgets in ids.items():
        kept: list[dict[tuple, Any]] = []
        for budget in sorted(budgets, key=lambda budget: budget != "all"):
            if budgets[budget] in kept and any(budgets[budget].values()):
                yield source, target, budget
            kept.append(budgets[budget])


def sentences(results: Any) -> list[str]:
    """What a reader must know beside the table: selection, sources, targets, baselines."""
    return [*_sources(results), *_targets(results), *_baselines(results), *_oracle(results)]


def oracle(results: Any) -> bool:
    """Whether any row has one."""
    return any("oracle" in row for row in results.rows)


def _oracle(results: Any) -> list[str]:
    asked = [cell for cell in results.cells if "oracle" in cell]
    lines = []
    if oracle(results):
        lines.append(
            f"{ORACLE}: the best value at any validation point, chosen by test labels; nobody could choose it who has "
            "none, and no gain or verdict uses it"
        )
    if without := sum(cell["oracle"] is None for cell in asked):
        lines.append(
            f"{ORACLE}: none for {without} of {len(asked)} cells, which were run without it; `relxfer run --fresh` "
            "runs them again"
        )
    return lines


def _sources(results: Any) -> list[str]:
    lines = []
    for name, source in results.sources.items():
        if "path" in source:
            lines.append(f"source {name}: {source['path']}")
        for stage in source.get("stages", []):
            shared = "once, shared by all seeds" if source["shared"] else f"for seed {stage['seed']}"
            lines.append(
                f"source {name}: pre-trained {shared}, in {seconds(stage['seconds'])}, "
                f"selected by {stage['selection']['rule']}"
            )
    return lines


def _targets(results: Any) -> list[str]:
    lines = []
    for name, target in results.targets.items():
        counts = ", ".join(f"{split} {c['units']:,}" for split, c in target["counts"].items())
        lines.append(f"target {name}: {counts} (items: what is budgeted and resampled as one)")
        lines.extend(f"target {name}: {note}" for note in target["notes"])
        prepared = (note for cell in results.cells if cell["target"] == name for note in cell.get("notes", ()))
        lines.extend(f"target {name}: {note}" for note in dict.fromkeys(prepared))
        lines.extend(f"target {name} from {source}: {words}" for source, words in target["related"].items())
        if target["audit"]:
            found = ", ".join(f"{what} {n:,}" for what, n in target["audit"].items())
            lines.append(f"target {name}: leak audit: {found}")
        lines += [f"target {name}: {line}" for line in _budgets(results, name, target)]
        there = target["counts"].get("train", {}).get("units", 0)
        exact = {budget for _, of, budget in _repeated(results.cells) if of == name and budget <= there}
        lines += [f"target {name}: a budget of {budget:,} is all labels there are" for budget in sorted(exact)]
    return lines


def _budgets(results: Any, name: str, target: Mapping[str, Any]) -> list[str]:
    """What a budget counts, and where there are fewer than it asks for."""
    budgets = sorted({row["budget"] for row in results.rows if row["target"] == name and row["budget"] != "all"})
    if not budgets:
        return []
    if target.get("labels_per") == "class":
        there = target["smallest_class"] or 0
        told = "a label budget is of each class, its validation labels included"
        few = f"the {there:,} labels of the smallest class: of such classes it is all"
    else:
        there = target["counts"].get("train", {}).get("units", 0)
        told = "a label budget includes the validation labels"
        few = f"the {there:,} items there are: it is all"
    if target["task"] == "link-prediction":
        told = "a label budget is the number of observed links, validation included; the others are no input either"
    elif target["self_supervised"]:
        told = (
            "a label budget is the number of observed items usable as training queries, validation included; what is "
            "observed stays whole as input"
        )
    return [*(f"a budget of {large:,} is more than {few}" for large in budgets if large > there), told]


def _baselines(results: Any) -> list[str]:
    roles = {row["role"] for row in results.rows}
    lines = []
    if "scratch" in roles:
        lines.append(
            "scratch: the target's architecture without a source; same labels, steps and validator at each budget"
        )
    if "prior-only" in roles:
        lines.append("prior-only: counts in the observed inputs; a floor, never the baseline of a verdict")
    lines.append(
        f"intervals: 95 % BCa bootstrap over seeds and items; verdict from the interval of the gain alone; "
        f"p by exact sign-flip over seeds, Holm-corrected; {results.rank_rule} ranks"
    )
    return lines
