"""The Python API: functions that correspond to the commands `relxfer run`, `relxfer check` and `relxfer judge`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from relxfer.contract.plain import Table
from relxfer.declare import resolve, run_folder, toml
from relxfer.declare.seeds import UntilDecided
from relxfer.finished import Recommended, Results
from relxfer.plan import grid
from relxfer.plan.refusals import Facts
from relxfer.plugins import in_process
from relxfer.plugins.finder import Plugins
from relxfer.results.systems.judgement import Judgement


@dataclass(frozen=True)
class Outline:
    """The plan of an experiment, as far as it can be determined without loading data.

    name     name of the run
    cells    number of planned cells, including those that will be refused
    refused  one sentence for each strategy, target and label budget that cannot be run
    at_most  whether the run may end before all of them: where more seeds decide nothing
    refusals  how many of the planned cells will be refused
    """

    name: str
    cells: int
    refused: tuple[str, ...]
    at_most: bool = False
    refusals: int = 0


def run(
    config: str | Path | Table,
    out: str | Path | None = None,
    *,
    changes: Sequence[str] = (),
    fresh: bool = False,
    plugins: Sequence[Any] = (),
    progress: bool = True,
) -> Results:
    """Run an experiment, or finish one that was interrupted, and return its results.

    A cell that fails or is refused raises no exception: `Results.cells` has its status and reason.

    Args:
        config: path of a TOML file, or the same tables as a mapping; or the directory of a run of this user, which goes
            on as its own configuration says.
        out: run directory; default `runs/<name>`, or the one that `config` is.
        changes: keys to change, such as `["training.steps=100"]`.
        fresh: delete earlier results in the run directory first.
        plugins: modules or objects with hooks, for plugins that are not installed. Executors that use other processes
            need them in files of their own.
        progress: show a bar in a notebook and on a terminal; elsewhere nothing is shown.

    Raises:
        ConfigError: the configuration is wrong; the error lists every problem.
        UsageError: `config` is the run directory of somebody else.
        PluginError: a plugin that is needed is broken, or other processes cannot load one of `plugins`.
        RunLocked: another process is using the run directory.
    """
    from relxfer.execute.runner import run as run_experiment
    from relxfer.report.progress import display

    loaded = in_process.load(plugins)
    folder = Path(out) if out else run_folder.named_by(config)
    experiment = resolve.load(config, loaded, changes, folder or _usual_folder(config, changes))
    with display(progress) as shown:
        made = run_experiment(experiment, loaded, folder or Path("runs") / experiment.config.name, shown, fresh)
    return Results.of(made)


def tune(
    config: str | Path | Table,
    out: str | Path | None = None,
    *,
    trials: int | None = None,
    changes: Sequence[str] = (),
    fresh: bool = False,
    plugins: Sequence[Any] = (),
    progress: bool = True,
) -> Results:
    """Choose the options of every row by validation, then run the experiment with them and return its results.

    Every row, scratch included, has the same number of trials at each label budget of each target. No trial can open a
    test; it is opened once, for what was chosen. `Row.choice` has the options, and `tuning.json` in the run directory
    every trial. Run again after an interruption, it goes on where it was.

    Args:
        config: as for `run`; its table `[tune]` says where options are searched.
        out: run directory; default `runs/<name>`.
        trials: number of trials of a row, in place of that in `[tune]`.
        changes, fresh, plugins, progress: as for `run`.

    Raises:
        UsageError: optuna is not installed, no row has options to choose, or nothing scores the models of a row.
        Others as `run`.
    """
    from relxfer.choose.tuning.tuning import tune as choose
    from relxfer.execute.runner import run as run_experiment
    from relxfer.report.progress import display

    loaded = in_process.load(plugins)
    changes = [*changes, *([f"tune.trials={trials}"] if trials else [])]
    folder = Path(out) if out else run_folder.named_by(config)
    experiment = resolve.load(config, loaded, changes, folder or _usual_folder(config, changes))
    folder = folder or Path("runs") / experiment.config.name
    with display(progress) as shown:
        tuned, _ = choose(experiment, loaded, folder, shown, fresh)
    with display(progress) as shown:
        return Results.of(run_experiment(tuned, loaded, folder, shown))


def recommend(
    config: str | Path | Table,
    out: str | Path | None = None,
    *,
    minutes: float = 10.0,
    budget: int | Literal["all"] | None = None,
    strategies: Sequence[str] = (),
    changes: Sequence[str] = (),
    fresh: bool = False,
    plugins: Sequence[Any] = (),
    progress: bool = True,
) -> Recommended:
    """Say which source, strategy and learning rate to use, within a bounded time, and test it once.

    Every source is raced with every strategy at three learning rates, beside scratch and the sources unchanged, by
    validation scores. No trial can open a test; it is opened once, for what was chosen. Run again after an
    interruption, it goes on where it was.

    Args:
        config: as for `run`; its sources are the candidates, or those that ship and fit where it names none.
        out: run directory; default `runs/<name>-recommended`, or beside the run that `config` is.
        minutes: of one worker, for everything: pre-training, the race and the test.
        budget: label budget to decide for; default the largest of the configuration.
        strategies: rows of the configuration or strategies by name; default its rows.
        changes, fresh, plugins, progress: as for `run`.

    Raises:
        UsageError: there is no source, strategy or validator, or nothing fits into the minutes.
        Others as `run`.
    """
    from relxfer.choose.recommending.place import folder_of, hurts
    from relxfer.choose.recommending.recommend import Asked
    from relxfer.choose.recommending.recommend import recommend as choose
    from relxfer.execute.runner import run as run_experiment
    from relxfer.predict.asking.besides import Besides
    from relxfer.report.progress import display

    start, loaded = time.perf_counter(), in_process.load(plugins)
    folder, usual = Path(out) if out else None, _usual_folder(config, changes)
    experiment = resolve.load(config, loaded, changes, folder or folder_of(None, usual.name))
    folder = folder or folder_of(config, experiment.config.name)
    with display(progress) as shown:
        tested, made = choose(experiment, loaded, folder, Asked(minutes, budget, tuple(strategies)), shown, fresh)
    with display(progress) as shown:
        results = Results.of(run_experiment(tested, loaded, folder, shown))
    besides = Besides.of(tested, made, results, loaded)
    return Recommended(made, results, time.perf_counter() - start, hurts(config), besides)


def _usual_folder(config: str | Path | Table, changes: Sequence[str]) -> Path:
    """The run directory that a mapping names, before its name is validated."""
    name = toml.read(config, changes)[0].get("name", "run") if isinstance(config, Mapping) else "run"
    return Path("runs") / Path(str(name)).name


def check(config: str | Path | Table, *, changes: Sequence[str] = ()) -> Outline:
    """Validate a configuration without loading data, and return an outline of its plan.

    Raises:
        ConfigError: the configuration is wrong; the error lists every problem.
        UsageError: `config` is the run directory of somebody else.
    """
    return outline(config, in_process.load(), changes)


def outline(config: str | Path | Table, plugins: Plugins, changes: Sequence[str] = ()) -> Outline:
    """The outline that `check` returns, with plugins that are loaded already."""
    with tempfile.TemporaryDirectory() as folder:
        experiment = resolve.load(config, plugins, changes, Path(folder))
    no_facts = Facts()  # without data, no refusal can depend on it
    planned = list(grid.cells(experiment, lambda source, target: no_facts, grid.strategies_of(plugins)))
    refused = dict.fromkeys(
        f"{c.method.name} on {c.target.name} at budget {c.budget}: {c.refusal}" for c in planned if c.refusal
    )
    at_most = isinstance(experiment.config.seeds, UntilDecided)
    refusals = sum(cell.refusal is not None for cell in planned)
    return Outline(experiment.config.name, len(planned), tuple(refused), at_most, refusals)


def judge_files(
    files: Sequence[str | Path],
    *,
    baseline: str | None = None,
    metric: str | None = None,
    columns: Mapping[str, str] | None = None,
    minimal_effect: float | None = None,
    less_is_better: bool = False,
    skip_bad: bool = False,
) -> Judgement:
    """Say whether systems differ, by scores of single items that any tool wrote.

    Args:
        files: a table, or the log of an evaluation harness, for each system; or one table with a column of systems.
        baseline: the system that others are compared with; default the first.
        metric: the column with the score, or the metric or scorer of a log; default the first.
        columns: the names of columns by their roles: `id`, `seed`, `group`, `class`, `system`; default by headings.
        minimal_effect: the smallest difference that matters; default .05 for scores from 0 to 1.
        less_is_better: whether a smaller score is better.
        skip_bad: leave out rows that cannot be used, rather than raise.

    Raises:
        DataError: a file cannot be used, or systems have no items or seeds in common.
        UsageError: there are fewer than two systems, or a role or the minimal effect is none.
        UnknownName: there is no such system or metric.

    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, right in (("old", 40), ("new", 60)):
    ...     lines = [f"{item},{int(item < right)}" for item in range(100)]
    ...     _ = (folder / f"{name}.csv").write_text("\\n".join(["id,correct", *lines]))
    >>> made = judge_files([folder / "old.csv", folder / "new.csv"])
    >>> str(made.comparisons[0].verdict), made.comparisons[0].condition
    ('better', 'these two systems on items like these')
    """
    from relxfer.data.scores.records import Named
    from relxfer.results.systems import judging

    asked = judging.Asked(baseline, minimal_effect, less_is_better)
    return judging.files([Path(file) for file in files], Named(columns or {}, metric), asked, skip_bad)
