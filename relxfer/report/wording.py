"""Numbers and sentences of the report, for the terminal and Markdown."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from relxfer.judge.records import Interval
from relxfer.results.origins import SourceSummary
from relxfer.results.records import Budget, CellResult, Count, MetricSummary, Per, Row, TargetSummary
from relxfer.results.results import Results

NAMES = {
    "mrr": "MRR",
    "hits@1": "H@1",
    "hits@3": "H@3",
    "hits@10": "H@10",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
}
LESS = " ↓"
EMPTY = "–"
ORACLE = "oracle"
_UNLOCKED = "not locked: nothing shows that the plan was made before the test was opened (relxfer lock does)"
#: From here on a value has four significant digits, instead of three after the point.
_LARGE = 10


def metric_name(metric: str) -> str:
    """The name of a metric, as it is shown."""
    return NAMES.get(metric, metric)


def directed(metric: MetricSummary) -> str:
    """The name of a metric with an arrow where less is better.

    >>> directed(MetricSummary(name="rmse", direction="lower")), directed(MetricSummary(name="mrr"))
    ('RMSE ↓', 'MRR')
    """
    return metric_name(metric.name) + LESS * (metric.direction == "lower")


def share(value: float | None) -> str:
    """A metric with three digits; four significant ones where it is 10 or more.

    >>> share(0.41234), share(1.0), share(None), share(52341.7)
    ('.412', '1.000', '–', '52,342')
    """
    if value is None:
        return EMPTY
    if abs(value) >= _LARGE:
        return _large(value)
    text = f"{value:.3f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def signed(value: float) -> str:
    """A difference with its sign.

    >>> signed(0.0512), signed(-0.2), signed(120.04)
    ('+.051', '-.200', '+120.0')
    """
    if abs(value) >= _LARGE:
        return "+" * (value > 0) + _large(value)
    text = f"{value:+.3f}"
    return text.replace("+0.", "+.").replace("-0.", "-.")


def _large(value: float) -> str:
    return f"{value:,.{max(0, 3 - int(math.log10(abs(value))))}f}"


def interval(value: Interval | None, write: Callable[[float], str] = share) -> str:
    """Estimate and 95 % interval.

    >>> interval(Interval(0.41, 0.39, 0.43, seeds=6, units=100))
    '.410 [.390, .430]'
    """
    return f"{write(value.estimate)} [{write(value.low)}, {write(value.high)}]" if value else EMPTY


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
    """A number of things.

    >>> count(168705)
    '168,705'
    """
    return EMPTY if value is None else f"{value:,}"


def runs(row: Row, deterministic: str) -> str:
    """Number of runs and of test items; `deterministic` is shown instead of a number if all seeds share one run.

    Where pre-trainings and seeds are crossed, their numbers follow that of runs: `15 (3 × 5) × 24`.
    """
    items = row.interval.units if row.interval else 0
    each = f" ({row.source_seeds} × {row.seeds})" if row.crossed else ""
    return f"{deterministic if row.deterministic else f'{row.runs}{each}'} × {items}"


def seeds(results: Results) -> str:
    """The number of seeds, and of pre-trainings if sources have seeds of their own: `3 pre-trainings × 5 seed(s)`."""
    own = dict.fromkeys(len(source.seeds) for source in results.sources.values() if source.seeds)
    sources = f"{' or '.join(map(str, own))} pre-training{'s' * (list(own) != [1])} × " if own else ""
    most = f" of at most {results.stopping.most}" if results.stopping else ""
    return f"{sources}{len(results.seeds)}{most} seed(s)"


def budget(value: Budget, per: Per | None = None) -> str:
    """A label budget.

    >>> budget(1), budget(1000, "class"), budget("all", "class")
    ('1 label', '1,000 labels per class', 'all labels')
    """
    if value == "all":
        return "all labels"
    return f"{value:,} label{'s' * (value != 1)}{' per class' if per == 'class' else ''}"


def distinct(results: Results) -> Results:
    """The results without budgets that are equal to another, because there are no more labels."""
    again = set(_repeated(results.cells))
    if not again:
        return results
    rows = tuple(row for row in results.rows if (row.source, row.target, row.budget) not in again)
    cells = tuple(cell for cell in results.cells if (cell.source, cell.target, cell.budget) not in again)
    return replace(results, rows=rows, cells=cells)


#: Strategy, source seed and seed of a cell.
_Run: TypeAlias = tuple[str, int | None, int]


def _repeated(cells: Sequence[CellResult]) -> Iterator[tuple[str | None, str, Budget]]:
    """Yield (source, target, budget) whose cells are those of another budget: of "all", or else of an earlier one."""
    ids: dict[tuple[str | None, str], dict[Budget, dict[_Run, str]]] = {}
    for cell in cells:
        budgets = ids.setdefault((cell.source, cell.target), {})
        run = cell.strategy, cell.source_seed, cell.seed
        budgets.setdefault(cell.budget, {})[run] = cell.id if cell.labels else ""
    for (source, target), budgets in ids.items():
        kept: list[dict[_Run, str]] = []
        for budget in sorted(budgets, key=lambda budget: budget != "all"):
            if budgets[budget] in kept and any(budgets[budget].values()):
                yield source, target, budget
            kept.append(budgets[budget])


def of_data(results: Results) -> list[str]:
    """Sentences on sources and targets, the direction of metrics, and the lock."""
    locked = results.lock.said if results.lock else _UNLOCKED
    return [*_sources(results), *_targets(results), *_lower(results), locked]


def _lower(results: Results) -> list[str]:
    """The metrics of which less is better."""
    lower = {m.name for target in results.targets.values() for m in target.metrics if m.direction == "lower"}
    named = ", ".join(metric_name(name) for name in sorted(lower))
    return [f"{named} ↓: less is better; a gain is positive where it is less than the baseline's"] if lower else []


def several_models(results: Results) -> bool:
    """Whether rows that are compared differ in their architecture; priors are models of their own anyway."""
    return len({row.model for row in results.rows if row.role != "prior"}) > 1


def oracle(results: Results) -> bool:
    """Whether any row has a value of the oracle."""
    return any(row.oracle is not None for row in results.rows)


def of_oracle(results: Results) -> list[str]:
    """What the oracle is, where it was asked for."""
    asked = [cell for cell in results.cells if cell.oracle_asked]
    lines = []
    if oracle(results):
        lines.append(
            f"{ORACLE}: the best value at any validation point, chosen by test labels, which are not available when a "
            "model is selected; no gain or verdict uses it"
        )
    if without := sum(cell.oracle is None for cell in asked):
        lines.append(
            f"{ORACLE}: none for {without} of {len(asked)} cells, which were run without it; `relxfer run --fresh` "
            "runs them again"
        )
    return lines


def _sources(results: Results) -> Iterator[str]:
    for name, source in results.sources.items():
        if source.path:
            yield f"source {name}: {source.path}"
        if source.stages:
            yield f"source {name}: {_pretrained(source)}"


def _pretrained(source: SourceSummary) -> str:
    """How often a source was pre-trained, in what time, and what selected its weights."""
    stages = source.stages
    least, most = (pick(stage.seconds for stage in stages) for pick in (min, max))
    each = "each of " * (len(stages) > 1)
    which = f"{each}{len(stages)} source seed{'s' * (len(stages) > 1)}, every one with all seeds"
    if not source.seeds:
        which = "all seeds" if source.shared else f"{each}{len(stages)} seed{'s' * (len(stages) > 1)}"
    time = seconds(most) if least == most else f"{seconds(least)} to {seconds(most)}"
    rules = " or ".join(dict.fromkeys(stage.selection.rule for stage in stages))
    return f"pre-trained {'once ' * source.shared}for {which}, in {time}; its weights were selected by {rules}"


def _targets(results: Results) -> Iterator[str]:
    for name, target in results.targets.items():
        counts = ", ".join(_counted(split, count) for split, count in target.counts.items())
        test = target.counts.get("test")
        if counts:  # of a target that was not read nothing is known
            alike = "; intervals take a group as one, since its items are alike" * bool(
                test and test.groups is not None
            )
            yield f"target {name}: items: {counts}{alike}"
        prepared = [note for cell in results.cells if cell.target == name for note in cell.notes]
        yield from (f"target {name}: {note}" for note in (*target.notes, *_merged(prepared)))
        yield from (f"target {name} from {source}: {words}" for source, words in target.related.items())
        if target.audit:
            (unit, total), *found = target.audit.items()
            told = ", ".join(f"{n:,} {what}" for what, n in found)
            yield f"target {name}: leak audit of {total:,} {unit}" + f": {told}" * bool(told)
        yield from (f"target {name}: {line}" for line in _budgets(results, name, target))
        exact = {budget for _, of, budget in _repeated(results.cells) if of == name and budget != "all"}
        whole = sorted(budget for budget in exact if budget <= _labels(target))
        yield from (f"target {name}: a budget of {budget:,} is all labels there are" for budget in whole)


def _merged(notes: Sequence[str]) -> list[str]:
    """Each note once; those that differ in a single number as one, with the least and the most.

    >>> _merged(["fitted to 20 labels", "fitted to 4 labels", "alone"])
    ['fitted to 4 to 20 labels', 'alone']
    """
    alike: dict[tuple[str, str], dict[int, str]] = {}
    for note in notes:
        found = _NUMBER.fullmatch(note)
        before, number, after = found.groups() if found else (note, "0", "")
        alike.setdefault((before, after), {})[int(number.replace(",", ""))] = note
    return [
        f"{before}{min(of):,} to {max(of):,}{after}" if len(of) > 1 else next(iter(of.values()))
        for (before, after), of in alike.items()
    ]


_NUMBER = re.compile(r"(\D*\b)(\d[\d,]*)(\b\D*)")


def leaks(name: str, target: TargetSummary) -> list[str]:
    """A sentence on each way in which answers of the test are given away."""
    unit, total = next(iter(target.audit.items()), ("test queries", 0))
    return [
        f"leak in {name}: the answers of {target.audit[what]:,} of {total:,} {unit} are given away ({what}): no "
        "verdict counts before they are taken out"
        for what in target.given_away
    ]


_SPLITS = {"train": "to train on", "val": "to validate on", "test": "in the test"}


def _counted(split: str, count: Count) -> str:
    """The size of a split.

    >>> _counted("test", Count(queries=600, units=305, groups=12, questions=534))
    '305 in the test (in 12 groups, 534 distinct questions)'
    """
    more = [f"in {count.groups:,} groups"] if count.groups is not None else []
    more += [f"{count.questions:,} distinct questions"] if count.questions is not None else []
    return f"{count.units:,} {_SPLITS.get(split, split)}" + f" ({', '.join(more)})" * bool(more)


def _labels(target: TargetSummary) -> int:
    return target.counts["train"].units if "train" in target.counts else 0


def _budgets(results: Results, name: str, target: TargetSummary) -> list[str]:
    """What a label budget counts, and which budgets are larger than the number of labels."""
    budgets = sorted({row.budget for row in results.rows if row.target == name and row.budget != "all"})
    if not budgets:
        return []
    if target.labels_per == "class":
        there = target.smallest_class or 0
        meaning = "a label budget is for each class, its validation labels included"
        few = f"the {there:,} labels of the smallest class; classes with fewer labels are used completely"
    else:
        there = _labels(target)
        meaning = "a label budget includes the validation labels"
        few = f"the {there:,} items that the target has, so all are used"
    if target.budgeted:
        meaning = f"a label budget is {target.budgeted}"
    elif target.self_supervised:
        meaning = (
            "a label budget is how many of the observed items may be trained on as questions, validation included; all "
            "of them stay inputs"
        )
    return [*(f"a budget of {large:,} is more than {few}" for large in budgets if large > there), meaning]


def undefined(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Rows, each with a sentence on a metric that has no value there."""
    return ((row, f"{metric_name(name)} has no value: {why}") for row in rows for name, why in row.undefined.items())
