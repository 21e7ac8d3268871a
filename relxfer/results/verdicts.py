"""Gains of the rows of a run over what they could be replaced by, and verdicts that hold for all of them at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from relxfer.judge import failures, family, needed, seed_noise, squares
from relxfer.judge.family import LEAST_GROUPS, LEAST_OF_A_CLASS, LEAST_SEEDS, Answer, Question
from relxfer.judge.intervals import Comparison
from relxfer.judge.records import Against, Failures, Gain, LookedAt, Verdict
from relxfer.judge.squares import Squares
from relxfer.results.records import MetricSummary
from relxfer.results.runs import Grid, Runs, common
from relxfer.results.values import Evaluated, Values

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    runs    its finished runs
    values  reads an evaluation of them
    fixed   whether it is one given model: its runs do not depend on seeds
    failed  evaluations of runs that failed to train
    """

    runs: Runs
    values: Values
    fixed: bool = False
    failed: frozenset[str] = frozenset()

    @property
    def evaluations(self) -> frozenset[str]:
        """What its runs are known by."""
        return frozenset(self.runs.evaluations.values())

    def at(self, grid: Grid, metric: str) -> np.ndarray:
        """Values of a metric at the seeds of a grid."""
        return self.runs.at(grid, self.values, metric)

    def failed_at(self, grid: Grid) -> np.ndarray:
        """[S] bool: whether the run of each seed of a single line failed to train."""
        return np.array([evaluation in self.failed for evaluation in self.runs.ids(grid)])


@dataclass(frozen=True)
class Compared:
    """A row beside one alternative.

    name        of the alternative
    validation  its score on the validation labels; None if it has none
    squares     mean squares of the differences, of the runs that trained
    failures    runs that did not, if some did not
    no_verdict  why there can be no verdict; empty if there can
    pool        rows with an equal key share their seed noise
    short       whether there can be no verdict because too few seeds trained
    """

    name: str
    squares: Squares
    failures: Failures | None
    no_verdict: str
    pool: tuple[object, ...]
    short: bool = False
    validation: float | None = None


@dataclass(frozen=True)
class Asked:
    """The question of a row.

    compared    with each alternative
    minimal     the smallest gain that matters
    asked       whether it belongs to the questions of the run
    conditions  what its verdict holds under
    resampled   what varies beside seeds, in one word
    """

    compared: tuple[Compared, ...]
    minimal: float | None
    asked: bool
    conditions: tuple[str, ...]
    resampled: str


@dataclass(frozen=True)
class Pairing:
    """Pairs rows with alternatives, in a metric of one target.

    classes  names of the classes of the target's task
    """

    metric: MetricSummary
    classes: Sequence[str] = ()

    def compare(self, ours: Side, theirs: Side, name: str, pool: tuple[object, ...]) -> Compared:
        """The comparison of two sides that have seeds in common."""
        first = ours.values(ours.runs.any())
        made, failed, seeds = self.differences(ours, theirs)
        row = self.squares(made, first)
        fixed = ours.fixed and theirs.fixed
        short, key = seeds < LEAST_SEEDS and not fixed, (*pool, made.ndim, row.units)
        return Compared(name, row, failed, self.no_verdict(row, first, seeds, fixed), key, short)

    def differences(self, ours: Side, theirs: Side) -> tuple[np.ndarray, Failures | None, int]:
        """Differences of sides that have seeds in common, positive where ours is better, of the runs that trained:
        [seeds, n], or [pre-trainings, seeds, n]; those that did not, if some did not; and the number of seeds."""
        grid = common(ours.runs, theirs.runs)
        assert grid is not None
        made = self.metric.sign * squares.differences(*(side.at(grid, self.metric.name) for side in (ours, theirs)))
        made = of_models(made)
        if grid.crossed:
            return made, None, len(made)
        flags = [side.failed_at(grid) for side in (ours, theirs)]
        failed = failures.of(*flags)
        kept = np.broadcast_to(failures.trained(*flags), (max(map(len, flags)),))
        return made if failed is None or not kept.any() else made[kept], failed, int(kept.sum())

    def squares(self, differences: np.ndarray, first: Evaluated) -> Squares:
        """The mean squares of differences, with the groups, questions and classes of their test."""
        classes = first.measured.classes.get(self.metric.name)
        return squares.over(differences, first.factors, classes, self._most(first))

    def _most(self, first: Evaluated) -> float | None:
        """The most that one query can change a metric that is a mean over queries; None if that is not known."""
        metric = self.metric
        if metric.name not in first.measured.per_item or metric.low is None or metric.high is None:
            return None
        return metric.high - metric.low

    def no_verdict(self, row: Squares, first: Evaluated, seeds: int, fixed: bool) -> str:
        """Why there can be no verdict; empty if there can."""
        if seeds < LEAST_SEEDS and not fixed:
            return f"no verdict from {seeds} seed{'s' * (seeds != 1)} that trained: it takes {LEAST_SEEDS}"
        if row.units < 2:
            return "no verdict from a single test item"
        if first.groups is not None and row.units < LEAST_GROUPS:
            return f"no verdict: test items come in only {row.units} groups, and it takes {LEAST_GROUPS}"
        if first.questions is not None and (distinct := len(np.unique(first.questions))) < LEAST_GROUPS:
            return f"no verdict: the test asks only {distinct} distinct questions, and it takes {LEAST_GROUPS}"
        return self._rare_class(first)

    def _rare_class(self, first: Evaluated) -> str:
        classes = first.measured.classes.get(self.metric.name)
        if classes is None:
            return ""
        counts = np.bincount(classes, minlength=1)
        there = np.flatnonzero(counts)
        rarest = int(there[counts[there].argmin()])
        count = int(counts[rarest])
        if count >= LEAST_OF_A_CLASS:
            return ""
        name = self.classes[rarest] if rarest < len(self.classes) else str(rarest)
        few = f"{count} test item{'s' * (count != 1)} of class {name}"
        return f"no verdict: only {few}, and {self.metric.name} takes {LEAST_OF_A_CLASS} of each"


def of_models(values: np.ndarray) -> np.ndarray:
    """Values [P, S, n] of too few pre-trainings to say anything about others, as [S, n] of these very models."""
    return values.mean(0) if values.ndim == 3 and len(values) < LEAST_SEEDS else values


def judged(asked: Mapping[int, Asked]) -> dict[int, Gain]:
    """The gains of the rows of a run with their verdicts, by the number of the row."""
    made = questions(asked)
    answers = dict(zip(made, family.answers(list(made.values())), strict=True))
    return {key: gain(asked[key], made[key], answers[key]) for key in asked}


def questions(asked: Mapping[Key, Asked]) -> dict[Key, Question]:
    """The questions of a run, whose rows have their seed noise estimated together."""
    noise = _noise([each for one in asked.values() for each in one.compared])
    return {
        key: Question(
            tuple(Comparison(each.squares, noise[id(each)]) for each in one.compared),
            one.minimal,
            one.asked,
            next((each.no_verdict for each in one.compared if each.no_verdict), ""),
        )
        for key, one in asked.items()
    }


def _noise(compared: Sequence[Compared]) -> dict[int, seed_noise.SeedNoise]:
    """The seed noise of every comparison; those with an equal pool are estimated together."""
    pools: dict[tuple[object, ...], list[Compared]] = {}
    for each in compared:
        key = each.pool if each.squares.runs > 1 else (id(each),)
        pools.setdefault(key, []).append(each)
    return {
        id(each): noise
        for pool in pools.values()
        for each, noise in zip(pool, seed_noise.pooled([each.squares for each in pool]), strict=True)
    }


def gain(asked: Asked, question: Question, answer: Answer, look: LookedAt | None = None, advice: str = "") -> Gain:
    """The gain over the best alternative by validation; without validation, over the one that is beaten by least.

    look    at which it is settled, in a growing run
    advice  what to do where it is inconclusive; empty: what this would need
    """
    pairs = zip(asked.compared, question.comparisons, strict=True)
    chosen = _shown([(one.validation, -comparison.mean) for one, comparison in pairs])
    shown, compared = question.comparisons[chosen], asked.compared[chosen]
    against = tuple(
        Against(**vars(each.interval()), name=one.name, p=each.p(each.mean))
        for each, one in zip(question.comparisons, asked.compared, strict=True)
    )
    failed = next((each.failures for each in asked.compared if each.failures), None)
    return Gain(
        **vars(shown.interval()),
        baseline=compared.name,
        verdict=answer.verdict,
        p=answer.p,
        p_adjusted=answer.p_adjusted,
        q=answer.q,
        excludes=answer.excludes,
        conditions=(*_of_failures(failed), *asked.conditions) if answer.verdict else (),
        against=against,
        failures=failed,
        seed_rows=shown.noise.rows,
        seed_df=shown.noise.df,
        asked=asked.asked,
        look=look,
        note="; ".join(_notes(asked, question, answer, shown, advice)),
    )


def _shown(scores: Sequence[tuple[float | None, float]]) -> int:
    """The alternative with the highest validation score, or if one has none, with the highest second score."""
    validated = all(validation is not None for validation, _ in scores)
    return max(range(len(scores)), key=lambda i: (scores[i][0] or 0.0) if validated else scores[i][1])


def _notes(asked: Asked, question: Question, answer: Answer, shown: Comparison, advice: str) -> list[str]:
    notes = [question.no_verdict] if question.no_verdict else []
    if not asked.asked and not question.no_verdict:
        notes.append("exploratory: it is not among the questions of this run, so that there is no verdict")
    if shown.squares.runs == 1 and not question.no_verdict:
        notes.append(f"both sides are single models: the interval is over {asked.resampled} only")
    if failed := next((each.failures for each in asked.compared if each.failures), None):
        notes.append(_failed(failed))
    name, least = min(_named(asked, question), key=lambda each: each[1].mean)
    if least is not shown and answer.verdict not in (None, Verdict.HELPS):
        notes.append(f"the gain over {name} is {least.mean:+.3f} only".replace("+0.", "+.").replace("-0.", "-."))
    if answer.verdict is Verdict.INCONCLUSIVE:
        notes.append(advice or _needed(least, asked))
    return notes


def _named(asked: Asked, question: Question) -> list[tuple[str, Comparison]]:
    """The comparisons of a question, each with the name of its alternative."""
    return [(one.name, each) for one, each in zip(asked.compared, question.comparisons, strict=True)]


def _needed(shown: Comparison, asked: Asked) -> str:
    """What an inconclusive gain excludes, and what would decide it."""
    excluded = f"no effect larger than {abs(shown.mean) + shown.half(0.1):.3f} fits".replace(" 0.", " .")
    found = needed.to_decide(shown, asked.minimal)
    counts = ((found.seeds, "seeds"), (found.items, asked.resampled)) if found else ()
    ways = [f"{count:,} {what}" for count, what in counts if count]
    if not ways:
        return f"{excluded}, and no number of seeds or items within reach would decide a gain of this size"
    return f"{excluded}, and about {' or '.join(ways)} would probably decide it if it were the only question"


def _of_failures(failed: Failures | None) -> tuple[str, ...]:
    """What a verdict holds under where runs failed."""
    if failed is None:
        return ()
    return ("though most runs of a side fail",) if failures.mostly(failed) else ("when it trains",)


def _failed(failed: Failures) -> str:
    """Runs that failed to train, as a clause."""
    ours = f"{failed.ours.failed} of {failed.ours.runs} runs failed to train"
    sure = f"({100 * failed.ours.low:.0f} to {100 * failed.ours.high:.0f} %)"
    theirs = f"{failed.theirs.failed} of {failed.theirs.runs} of the baseline"
    return f"{ours} {sure}, {theirs}; the gain is of {'all' if failures.mostly(failed) else 'the others'}"


def with_better_direct(gain: Gain, over_direct: Gain | None) -> Gain:
    """The gain whose verdict names the source unchanged, where that alone is better."""
    loses = over_direct is not None and over_direct.verdict is Verdict.HURTS
    if not loses or over_direct is None or gain.verdict is not Verdict.HELPS:
        return gain
    return replace(gain, conditions=(*gain.conditions, f"but {over_direct.baseline} alone is better"))
