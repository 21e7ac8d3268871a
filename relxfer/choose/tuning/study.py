"""The trials of one row at one label budget of a target."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Any

from relxfer.choose.points import averages, best_so_far, later
from relxfer.choose.tuning import vote
from relxfer.choose.tuning.pruning import pruned_at
from relxfer.choose.tuning.records import Trial, Tried
from relxfer.choose.tuning.spaces import Space
from relxfer.contract.options import Searched
from relxfer.declare.experiment import Method
from relxfer.errors import ConfigError, NotInstalled
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import LAST_STEP
from relxfer.seeding import derive
from relxfer.store.entry import Outcome, Point, TrialPoint

if TYPE_CHECKING:
    import optuna

#: Trials that are given together. The number is the same whatever the number of workers, so that the same are tried.
_TOGETHER = 4


@dataclass(eq=False)
class _Run:
    """A trial with one of its seeds.

    passed   its validation points, as far as they are known while it runs
    to_end   whether it must not be stopped: it was, although the rule does not ask for it
    """

    cell: PlannedCell
    outcome: Outcome | None = None
    passed: tuple[TrialPoint, ...] = ()
    to_end: bool = False

    @property
    def course(self) -> list[float]:
        """The best score until each validation point."""
        return best_so_far(self._points)

    @property
    def averages(self) -> list[float]:
        """The mean score until each validation point."""
        return averages(self._points)

    @property
    def score(self) -> float:
        """By which a run that went to its end is compared."""
        score = later(self._points)
        return self.course[-1] if score is None else score

    @property
    def ratings(self) -> vote.Scores:
        """The scores of the finished model by the rules that rank models; none if it did not finish, or by none."""
        return self.outcome.get("ratings", {}) if self.outcome else {}

    @property
    def _points(self) -> Sequence[TrialPoint]:
        return self.outcome.get("points", []) if self.outcome else self.passed


@dataclass(eq=False)
class _Given:
    """A trial that was given.

    asked   what Optuna knows of it; None: nothing, because its options are not within the space
    reason  why it could not be made
    """

    asked: optuna.Trial | None
    options: Mapping[str, Any]
    runs: list[_Run]
    reason: str = ""


class Study:
    """Asks Optuna which options of a row to try, and takes note of how trials ended.

    cells   the row with each of the seeds that its trials have
    space   where its options are searched
    values  those that the row has there, which are tried first
    varied  makes the row with other options
    trials  how many are tried
    prune   whether trials are stopped early
    seed    decides which options are tried
    unchanged  cells that leave the source unchanged, one for each seed, to be ranked with the trials; none: it is not
    """

    def __init__(
        self,
        cells: Sequence[PlannedCell],
        space: Space,
        values: Mapping[str, Any],
        varied: Callable[[Method, Mapping[str, Any]], Method],
        trials: int,
        prune: bool = True,
        seed: int = 0,
        unchanged: Sequence[PlannedCell] = (),
    ):
        self.cells, self.space, self.trials, self.prune = cells, space, trials, prune
        self._varied = varied
        self._unchanged = [_Run(cell) for cell in unchanged]
        self._given: list[_Given] = []
        self._ended: list[Trial] = []
        self._courses: list[list[list[float]]] = [
            [] for _ in cells
        ]  # averages by seed, of trials that went to their end
        names = cells[0].names
        source = names["source"] if cells[0].meets_source else None  # a row that meets none is tried once for all
        self._sampler = _sampler(derive(seed, source, *(names[key] for key in ("target", "strategy", "budget"))))
        self._values = {key: value for key, value in values.items() if value is not None}
        if all(key in self._values and _within(self._values[key], of) for key, of in space.items()):
            self._sampler.enqueue_trial(self._values)  # the first trial tells the sampler something too

    @property
    def at_most(self) -> int:
        """How many cells are run at most."""
        return self.trials * len(self.cells) + len(self._unchanged)

    def wave(self) -> list[PlannedCell]:
        """The cells of the next trials; none: all have ended."""
        if again := [run for trial in self._given[len(self._ended) :] for run in self._stopped_in_vain(trial)]:
            return [self._again(run).cell for run in again]
        self._tell()
        hopeless = self._ended and all(trial.status == "failed" for trial in self._ended)
        left = 0 if hopeless else self.trials - len(self._given)
        beside = [] if self._given else self._unchanged
        given = []
        for _ in range(min(_TOGETHER, left)):
            given.append(self._ask())
            self._given.append(given[-1])
        cells = [run.cell for trial in given for run in trial.runs]
        return [*cells, *(run.cell for run in beside)] if cells else (self.wave() if given else [])

    def ended(self, cell: PlannedCell, outcome: Outcome) -> None:
        """Take note of how a cell of a trial ended. Cells of earlier trials with the same options are told again."""
        if (run := self._run(cell)) is not None:
            run.outcome = outcome

    def reached(self, cell: PlannedCell, point: Point) -> bool:
        """Whether a cell is to stop at a validation point."""
        if (run := self._run(cell)) is None:
            return False
        run.passed = (*run.passed, point.scored())
        return not run.to_end and self._pruned_at(run) is not None

    def choice(self) -> Tried:
        """What was chosen: the earliest trial with the best score, or mean rank where rules rank models."""
        names, trials = self.cells[0].names, tuple(self._ended)
        done = [number for number, trial in enumerate(trials) if trial.status == "done"]
        unchanged = _means(self._unchanged)
        candidates = [*(trials[number].ratings for number in done), *filter(None, [unchanged])]
        rules, ranks = vote.ranked(candidates) if done else ([], [])
        scores = ranks or [trials[number].score or 0.0 for number in done]
        best = max(range(len(done)), key=scores.__getitem__, default=None)  # of equal ones the first
        place = names["source"], names["target"], names["budget"], names["strategy"]
        chosen = None if best is None else done[best]
        made = Tried(*place, self._rule(), trials, chosen)  # type: ignore[arg-type]
        if not rules:
            return made
        first = bool(unchanged) and ranks[-1] > max(ranks[:-1])
        return replace(made, selected_by=vote.told(rules), unchanged=unchanged, source_first=first)

    def _rule(self) -> str:
        found = (run.outcome for trial in self._given for run in trial.runs if run.outcome)
        rules = [ended["selection"]["rule"] for ended in found if ended["status"] == "done"]
        return rules[0] if rules else LAST_STEP

    def _waiting(self) -> list[_Run]:
        return [run for trial in self._given[len(self._ended) :] for run in trial.runs]

    def _run(self, cell: PlannedCell) -> _Run | None:
        return next((run for run in [*self._waiting(), *self._unchanged] if run.cell is cell), None)

    def _stopped_in_vain(self, trial: _Given) -> list[_Run]:
        """The runs that were stopped although their trial is not: other seeds of it went on, or the rule, which then
        knew fewer validation points of the run, does not ask for it."""
        stopped = [run for run in trial.runs if run.outcome and run.outcome["status"] == "stopped"]
        return [] if self._is_pruned(trial) else stopped

    def _is_pruned(self, trial: _Given) -> bool:
        """Whether every seed of a trial was to be stopped."""
        return bool(trial.runs) and all(self._pruned_at(run) is not None for run in trial.runs)

    def _again(self, run: _Run) -> _Run:
        run.outcome, run.passed, run.to_end = None, (), True
        run.cell = replace(run.cell)
        return run

    def _ask(self) -> _Given:
        asked = self._sampler.ask()
        options = {key: _suggested(asked, key, of) for key, of in self.space.items()}
        if not self._given and options != self._values:  # those of the row, which are not within the space
            return self._made(None, self._values)
        return self._made(asked, options)

    def _made(self, asked: optuna.Trial | None, options: Mapping[str, Any]) -> _Given:
        try:
            method = self._varied(self.cells[0].method, options)
        except ConfigError as error:
            return _Given(asked, options, [], str(error))
        return _Given(asked, options, [_Run(replace(cell, method=method, trial=True)) for cell in self.cells])

    def _tell(self) -> None:
        """Tell Optuna how the trials that were given have ended, in their order."""
        ended = [(trial, self._trial(trial)) for trial in self._given[len(self._ended) :]]
        for trial, made in ended:
            if trial.asked is not None:
                _told(self._sampler, trial.asked, made)
            self._ended.append(made)
            if made.status == "done":
                for earlier, run in zip(self._courses, trial.runs, strict=True):
                    earlier.append(run.averages)

    def _trial(self, given: _Given) -> Trial:
        failed = [run.outcome for run in given.runs if run.outcome and run.outcome["status"] in ("failed", "refused")]
        if not given.runs:
            return Trial(given.options, "failed", reason=given.reason)
        if failed:
            return Trial(given.options, "failed", reason=failed[0].get("reason", ""))
        pruned, ratings = self._is_pruned(given), _means(given.runs)
        first = [run.ratings.get(next(iter(ratings), "")) for run in given.runs]
        if ratings and not pruned and None not in first:
            scores = tuple(score for score in first if score is not None)
            return Trial(given.options, "done", fmean(scores), scores, ratings=ratings)
        if not all(run.course for run in given.runs):
            return Trial(given.options, "failed", reason="no validator scored it")
        stops = [self._pruned_at(run) if pruned else None for run in given.runs]
        pairs = zip(given.runs, stops, strict=True)
        scores = tuple(run.score if stop is None else run.course[stop] for run, stop in pairs)
        return Trial(given.options, "pruned" if pruned else "done", fmean(scores), scores)

    def _pruned_at(self, run: _Run) -> int | None:
        if not self.prune:
            return None
        number = next(n for n, cell in enumerate(self.cells) if _seeds(cell) == _seeds(run.cell))
        return pruned_at(run.course, self._courses[number])


def _seeds(cell: PlannedCell) -> tuple[int | None, int]:
    return cell.source_seed, cell.seed


def _means(runs: Sequence[_Run]) -> dict[str, float | None]:
    """Rule that ranks models -> the mean of its scores over seeds, None if one has none; empty without rules."""
    if not runs or not all(run.ratings for run in runs):
        return {}
    scores = {rule: [run.ratings.get(rule) for run in runs] for rule in runs[0].ratings}
    return {rule: None if None in each else fmean(each) for rule, each in scores.items()}  # type: ignore[arg-type]


def _sampler(seed: int) -> optuna.Study:
    """A study by the tree-structured Parzen estimator (Bergstra et al. 2011), whose first eight trials are random."""
    try:
        import optuna
    except ImportError:
        raise NotInstalled("optuna", "relxfer tune", "tune") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed % 2**32, n_startup_trials=2 * _TOGETHER),
        pruner=optuna.pruners.NopPruner(),
    )


def _within(value: Any, of: Searched) -> bool:
    if of.choices:
        return value in of.choices
    return of.low is not None and of.high is not None and of.low <= value <= of.high


def _suggested(asked: optuna.Trial, key: str, of: Searched) -> Any:
    if of.choices:
        return asked.suggest_categorical(key, list(of.choices))
    assert of.low is not None
    assert of.high is not None
    if isinstance(of.low, int) and isinstance(of.high, int):
        return asked.suggest_int(key, of.low, of.high, log=of.log)
    return asked.suggest_float(key, of.low, of.high, log=of.log)


def _told(study: optuna.Study, asked: optuna.Trial, made: Trial) -> None:
    from optuna.trial import TrialState

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if made.status == "failed":
            study.tell(asked, state=TrialState.FAIL)
        elif made.status == "pruned" and made.score is not None:
            asked.report(made.score, 1)
            study.tell(asked, state=TrialState.PRUNED)
        else:
            study.tell(asked, made.score)
