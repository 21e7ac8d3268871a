"""From an experiment to one whose rows have the options that were chosen by validation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from relxfer.choose.tuning import spaces
from relxfer.choose.tuning.records import Choice, Tuning
from relxfer.choose.tuning.rows import Rows
from relxfer.choose.tuning.search import Trials
from relxfer.choose.tuning.spaces import Space
from relxfer.declare.experiment import Experiment, Method
from relxfer.errors import ConfigError, Problem, UsageError
from relxfer.execute.runner import search
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import LAST_STEP
from relxfer.plugins.finder import Plugins
from relxfer.store import files

#: The file of a run directory that holds what was tried and chosen.
TUNING = "tuning.json"


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
    options = experiment.config.tune
    wanted = spaces.of_rows(experiment, options.space)
    if not wanted:
        raise UsageError(
            "expected a row with options to choose, got none; name keys in [tune.space], such as "
            '"training.lr" = { low = 0.001, high = 0.1, log = true }'
        )
    methods = {method.name: method for method in experiment.methods}
    values = {name: spaces.defaults(methods[name], space, experiment) for name, space in wanted.items()}
    rows = Rows(experiment, plugins)
    for name, space in wanted.items():
        _check_keys(experiment, methods[name], space, rows)
    made: list[Trials] = []

    def scheduling(plan: list[PlannedCell]) -> Trials:
        made.append(Trials(plan, wanted, values, rows.varied, options))
        return made[0]

    search(experiment, plugins, folder, scheduling, listeners, fresh)
    tuning = Tuning(made[0].choices())
    _check(tuning)
    files.write_json(folder / TUNING, tuning.card())
    chosen: dict[str, list] = {name: [] for name in wanted}
    for choice in tuning.choices:
        if choice.chosen is not None:
            chosen[choice.strategy].append(choice.table())
    return rows.tuned(chosen), tuning


def _check_keys(experiment: Experiment, method: Method, space: Space, rows: Rows) -> None:
    """Raise `ConfigError` where a row has no such option, or it must not have such a value."""
    for key, of in space.items():
        for value in of.choices or (of.low, of.high):
            try:
                rows.varied(method, {key: value})
            except ConfigError as error:
                problems = [Problem(f"tune.space.{method.name}.{key}", problem.message) for problem in error.problems]
                raise ConfigError(experiment.where, problems) from None


def _check(tuning: Tuning) -> None:
    """Raise `UsageError` where nothing scored the models of a row, so that nothing could be chosen."""
    for choice in tuning.choices:
        if choice.selected_by == LAST_STEP and _unscored(choice):
            raise UsageError(
                f"expected a validator that scores the models of {choice.strategy} on {choice.target} with "
                f"{choice.budget} labels, got none: there are no labels to validate on; name one that needs none, "
                'such as validator = "im", or take that label budget out'
            )


def _unscored(choice: Choice) -> bool:
    return choice.chosen is None and any("no validator" in trial.reason for trial in choice.trials)
