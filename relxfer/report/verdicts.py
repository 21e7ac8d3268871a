"""Sentences on how verdicts were made: baselines, intervals, the family of questions."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.judge.records import Verdict
from relxfer.plan.selection import NOTHING
from relxfer.results.records import Row
from relxfer.results.results import Results
from relxfer.results.run_records import BestOf, Stopping

STYLES = {
    Verdict.HELPS: "bold green",
    Verdict.HURTS: "bold red",
    Verdict.NO_DIFFERENCE: "bold",
    Verdict.INCONCLUSIVE: "bold magenta",  # which can be read on white and on black, as yellow cannot
}


def _own_training(rows: Sequence[Row]) -> list[str]:
    """A sentence for every row whose training options are not those of scratch."""
    trained = {(row.source, row.target, row.strategy): row.training for row in rows}
    lines = []
    for row in (row for row in rows if not row.choice):  # the section `tuned` tells what was chosen
        theirs = trained.get((row.source, row.target, row.scratch), {})
        other = {name: value for name, value in row.training.items() if theirs.get(name, value) != value}
        if other:
            listed = "; ".join(f"{name} {value}, scratch {theirs[name]}" for name, value in other.items())
            lines.append(f"{row.strategy} was trained with other options than scratch: {listed}")
    return list(dict.fromkeys(lines))


def _own_rules(rows: Sequence[Row]) -> list[str]:
    """A sentence for every row whose weights were selected by another rule than those of scratch."""
    rules = {(row.source, row.target, row.budget, row.strategy): row.selection for row in rows if _selects(row)}
    lines = []
    for row in filter(_selects, rows):
        theirs = rules.get((row.source, row.target, row.budget, row.scratch), row.selection)
        if theirs != row.selection:
            ours, others = (" and ".join(each) for each in (row.selection, theirs))
            lines.append(f"{row.strategy} was selected by another rule than scratch: {ours}, scratch {others}")
    return list(dict.fromkeys(lines))


def _selects(row: Row) -> bool:
    return bool(row.selection) and row.selection != (NOTHING,)


def _from_new_weights(results: Results) -> list[str]:
    """A sentence for every row that learns from the sources' labels alone, and has no source model."""
    cells = (cell for cell in results.cells if cell.role == "candidate" and cell.setting == "transductive")
    rows = dict.fromkeys(cell.strategy for cell in cells if not cell.source_model)
    return [f"{row} started from new weights, not from a source model: its time includes all training" for row in rows]


def sentences(results: Results) -> list[str]:
    roles = {row.role for row in results.rows}
    lines = []
    if any(row.use for row in results.rows):
        scored = any(row.use and row.validation is not None for row in results.rows)
        how = "the best by validation" if scored else "without validation labels, the source unchanged"
        lines.append(f"▸: the row to use, {how}; relxfer predict takes that of the most labels")
    own, rules = _own_training(results.rows), _own_rules(results.rows)
    if "scratch" in roles:
        same = ["labels", *([] if own else ["steps"]), *([] if rules else ["validator"])]
        listed = " and ".join(filter(None, [", ".join(same[:-1]), same[-1]]))
        lines.append(f"scratch: the same model, trained on the target alone with the same {listed}")
    lines += [*own, *rules, *_from_new_weights(results)]
    if "prior" in roles:
        lines.append(
            "prior: a rule that only counts, in the inputs or the labels, and learns nothing that could be "
            "transferred; a row that is no better never HELPS"
        )
    if any(row.crossed for row in results.rows):
        lines.append(
            "runs: every pre-training with every seed; pre-trainings take the place of seeds in intervals and p"
        )
    ranks = f"; {results.ranks_by} ranks" if results.ranks_by else ""
    lines.append(f"intervals: 95 %, for other seeds and other {_resampled(results)} at once{_pooled(results)}{ranks}")
    lines += [*_family(results), *map(_best, results.best_of)]
    return [*lines, stopped(results.stopping), *_after_looks()] if results.stopping else lines


def _best(best: BestOf) -> str:
    """The best of several rows, and what to expect of it."""
    where = "all labels" if best.budget == "all" else f"{best.budget} labels"
    expected = f"{best.gain.estimate:+.3f} [{best.gain.low:+.3f}, {best.gain.high:+.3f}]"
    said = (
        f"best of {best.rows} rows on {best.target} at {where}: {best.strategy}; its gain over {best.baseline} came "
        f"out as {best.measured:+.3f}, and as it was chosen for that, {expected} is to be expected"
    )
    return said.replace("+0.", "+.").replace("-0.", "-.")


def stopped(run: Stopping) -> str:
    """When a run stopped that adds seeds where they decide something.

    >>> stopped(Stopping(most=20, seeds=8, questions=5, decided=5))
    'stopped after 8 of at most 20 seeds: all questions decided'
    >>> stopped(Stopping(most=20, seeds=20, questions=5, decided=3))
    'went on to all of at most 20 seeds: 3 of 5 questions decided'
    """
    if run.seeds >= run.most:
        return f"went on to all of at most {run.most} seeds: {_decided(run)}"
    others = "; of the others, more seeds would decide nothing, or hardly anything"
    more = others if run.decided < run.questions else ""
    return f"stopped after {run.seeds} of at most {run.most} seeds: {_decided(run)}{more}"


def _decided(run: Stopping) -> str:
    if not run.questions:
        return "nothing is compared"
    some = f"{run.decided} of {run.questions} questions decided"
    return some if run.decided < run.questions else "all questions decided"


def _after_looks() -> list[str]:
    return [
        "looks: the run was judged after each seed, at levels that allow for it (alpha spending, divided by the number "
        "of questions); p is scaled so that .05 decides, and a verdict is that of the look which decided it",
        "gains: a run that stops at a large gain stops where chance made it large; such gains are on average too large",
    ]


def _pooled(results: Results) -> str:
    """From how many rows the noise of seeds was estimated."""
    gains = [row.gain for row in results.rows if row.gain and row.gain.seed_rows > 1]
    if not gains:
        return ""
    most = max(gains, key=lambda gain: gain.seed_rows)
    return (
        f"; how much seeds differ is estimated from up to {most.seed_rows} rows together, with {most.seed_df:.1f} "
        f"degrees of freedom instead of {most.seeds - 1}"
    )


def _family(results: Results) -> list[str]:
    """What the verdicts of the run say together."""
    gains = [row.gain for row in results.rows if row.gain]
    asked = sum(gain.p_adjusted is not None for gain in gains)
    if not asked:
        return []
    how = "Bonferroni" if results.stopping else "Holm"
    lines = [
        f"verdicts: {asked} question{'s' * (asked > 1)}, answered together: any wrong HELPS or HURTS among them has a "
        f"chance of at most 5 %, and so has any wrong NO DIFFERENCE; p is adjusted for that ({how})",
        "HELPS: better than scratch and every prior; the gain is then over the best of them by validation, otherwise "
        "over the one that the verdict rests on"
        if any(len(gain.against) > 1 for gain in gains)
        else "",
        "second question: is the strategy better than the source unchanged? These verdicts hold together on their own"
        if any(row.over_direct for row in results.rows)
        else "",
    ]
    return [line for line in lines if line]


def _resampled(results: Results) -> str:
    """What intervals are over, beside seeds."""
    tests = [target.counts["test"] for target in results.targets.values() if "test" in target.counts]
    kinds = {"items" if test.groups is None else "groups of items" for test in tests}
    return " or ".join(sorted(kinds, reverse=True)) or "items"
