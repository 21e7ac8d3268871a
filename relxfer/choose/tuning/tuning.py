"""From an experiment to one whose rows have the options that were chosen by validation."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from relxfer.choose.tuning import spaces
from relxfer.choose.tuning.records import Tried, Tuning
from relxfer.choose.tuning.rows import Rows
from relxfer.choose.tuning.search import Trials
from relxfer.choose.tuning.spaces import Space
from relxfer.contract.options import Searched
from relxfer.contract.records import Validator
from relxfer.declare.experiment import Experiment, Method
from relxfer.errors import ConfigError, Problem, UsageError
from relxfer.execute.runner import search
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import LAST_STEP, raters
from relxfer.plugins.finder import Plugins
from relxfer.store import files
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import TUNING


def tune(
    experiment: Experiment,
    plugins: Plugins,
    folder: Path,
    listeners: tuple[Callable[..., None], ...] = (),
    fresh: bool = False,
) -> tuple[Experiment, Tuning]:
    """Choose the options of every row by trials, which cannot open a test; write and return what was chosen.

    Args:
        experiment: the experiment, whose table `[tune]` says how many trials there are, and where options are searched.
        plugins: loaded plugins.
        folder: the run directory, where a later run of the tuned experiment finds the models of the trials.
        listeners: called with every event as `listener(event, **values)`.
        fresh: delete earlier results first.

    Returns:
        The experiment with the options that were chosen, and what was tried.

    Raises:
        ConfigError: a key of the space leads nowhere.
        UsageError: no row has options to choose, or nothing scores the models of a row.
        Others as `relxfer.execute.runner.run`.
    """
    options, experiment = experiment.config.tune, _as_written(experiment)
    wanted = spaces.of_rows(experiment, options.space)
    if not wanted:
        raise UsageError(
            "expected a row with options to choose, got none; name keys in [tune.space], such as "
            '"training.lr" = { low = 0.001, high = 0.1, log = true }'
        )
    methods = {method.name: method for method in experiment.methods}
    values = {name: spaces.defaults(methods[name], space, experiment) for name, space in wanted.items()}
    rows = Rows(experiment, plugins)
    rules = {name: raters(experiment.validators_of(methods[name]), plugins, methods[name].needs) for name in wanted}
    for name, space in wanted.items():
        _check_points(experiment, methods[name])
        _check_keys(experiment, methods[name], space, rows)
    made: list[Trials] = []

    def scheduling(plan: list[PlannedCell]) -> Trials:
        made.append(Trials(plan, wanted, values, rows.varied, options, rules))
        return made[0]

    search(experiment, plugins, folder, scheduling, listeners, fresh)
    tuning = Tuning(made[0].choices())
    named = [name for name in wanted if experiment.validators_of(methods[name])]
    _check(tuning, _without_labels(plugins), named)
    files.write_json(folder / TUNING, tuning.card())
    chosen: dict[str, list[JsonObject]] = {}
    for choice in tuning.choices:
        if choice.chosen is not None:
            chosen.setdefault(choice.strategy, []).append(choice.table())
    return rows.tuned(chosen), tuning


def _as_written(experiment: Experiment) -> Experiment:
    """The experiment without what an earlier tuning chose."""
    return replace(experiment, methods=tuple(replace(method, tuned=()) for method in experiment.methods))


def _check_points(experiment: Experiment, method: Method) -> None:
    """Raise `UsageError` where a row has no validation points, by which its trials would be compared."""
    if method.seeded and not experiment.training(method).validations:
        raise UsageError(
            f"expected training.validations above 0, got 0 for {method.name}: trials are compared by their scores at "
            "validation points; set it to 1 or more"
        )


#: Keys of a row that name or mark it, or say which source models there are: they are not tuned.
_MARKS = ("name", "use", "stages", "start", "baseline", "question", "validator", "tuned")


def _check_keys(experiment: Experiment, method: Method, space: Space, rows: Rows) -> None:
    """Raise `ConfigError` where a row has no such option, or it must not have such a value."""
    for key, of in space.items():
        if key in _MARKS:
            raise _no_option(experiment, method, key, "expected an option, got a key that is not tuned")
        for value in of.choices or _tried(of):
            try:
                rows.varied(method, {key: value})
            except ConfigError as error:
                raise _no_option(experiment, method, key, error.problems[0].message) from None


def _tried(of: Searched) -> Iterator[Any]:
    """Ends and middle of a range: where options are whole numbers, only the middle may not be one."""
    assert of.low is not None
    assert of.high is not None
    yield from (of.low, of.high)
    if not (isinstance(of.low, int) and isinstance(of.high, int)):
        yield (of.low + of.high) / 2


def _no_option(experiment: Experiment, method: Method, key: str, message: str) -> ConfigError:
    return ConfigError(experiment.where, [Problem(f"tune.space.{method.name}.{key}", message)])


def _check(tuning: Tuning, automatic: Collection[str], named: Collection[str]) -> None:
    """Raise `UsageError` where nothing scored the models of a row; warn where trials failed for another reason, or of a
    choice that is worth little.

    automatic  validators that may be chosen automatically and see no label of the target
    named      the rows whose validator the user names
    """
    for choice in tuning.choices:
        if choice.source_first:
            warnings.warn(
                f"{choice.selected_by} puts the source unchanged above all trials of {choice.strategy} on "
                f"{choice.target}: rather leave the source as it is",
                RuntimeWarning,
                stacklevel=3,
            )
        if choice.selected_by in automatic and choice.strategy not in named and not choice.ranked:
            warnings.warn(
                f"{choice.strategy} on {choice.target} is given no labels of the target, so that {choice.selected_by} "
                "chose its options, which is made to choose among the steps of one model; docs/selection.md says which "
                "validators chose best among models",
                RuntimeWarning,
                stacklevel=3,
            )
        if choice.chosen is None and not _unscored(choice):
            warnings.warn(
                f"no trial of {choice.strategy} on {choice.target} came to its end, so that it keeps its options: "
                f"{choice.trials[0].reason}",
                RuntimeWarning,
                stacklevel=3,
            )
        if choice.selected_by == LAST_STEP and _unscored(choice):
            raise UsageError(
                f"expected a validator that scores the models of {choice.strategy} on {choice.target} with "
                f"{choice.budget} labels, got none: there are no labels to validate on; name one that needs none, "
                'such as validator = "im", or take that label budget out'
            )


def _without_labels(plugins: Plugins) -> set[str]:
    """The validators that are chosen automatically and see no label of the target."""
    records = (offer.record for offer in plugins.all(Validator.kind))
    return {v.name for v in records if isinstance(v, Validator) and v.automatic and "target-labels" not in v.needs}


def _unscored(choice: Tried) -> bool:
    return choice.chosen is None and any("no validator" in trial.reason for trial in choice.trials)
