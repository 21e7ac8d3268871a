"""The Python API: functions that correspond to the commands `relxfer run` and `relxfer check`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.contract.plain import Table
from relxfer.declare import resolve, toml
from relxfer.declare.seeds import UntilDecided
from relxfer.plan import grid
from relxfer.plan.refusals import Facts
from relxfer.plugins import in_process
from relxfer.plugins.finder import Plugins
from relxfer.results.results import Results


@dataclass(frozen=True)
class Outline:
    """The plan of an experiment, as far as it can be determined without loading data.

    name     name of the run
    cells    number of planned cells, including those that will be refused
    refused  one sentence for each strategy, target and label budget that cannot be run
    at_most  whether the run may end before all of them: where more seeds decide nothing
    """

    name: str
    cells: int
    refused: tuple[str, ...]
    at_most: bool = False


def run(
    config: str | Path | Table,
    out: str | Path | None = None,
    *,
    changes: Sequence[str] = (),
    fresh: bool = False,
    plugins: Sequence[Any] = (),
) -> Results:
    """Run an experiment, or finish one that was interrupted, and return its results.

    A cell that fails or is refused raises no exception: `Results.cells` has its status and reason.

    Args:
        config: path of a TOML file, or the same tables as a mapping.
        out: run directory; default `runs/<name>`.
        changes: keys to change, such as `["training.steps=100"]`.
        fresh: delete earlier results in the run directory first.
        plugins: modules or objects with hooks, for plugins that are not installed. Executors that use other processes
            need them in files of their own.

    Raises:
        ConfigError: the configuration is wrong; the error lists every problem.
        PluginError: a plugin that is needed is broken, or other processes cannot load one of `plugins`.
        RunLocked: another process is using the run directory.
    """
    from relxfer.execute.runner import run as run_experiment

    loaded = in_process.load(plugins)
    folder = Path(out) if out else None
    experiment = resolve.load(config, loaded, changes, folder or _usual_folder(config, changes))
    return run_experiment(experiment, loaded, folder or Path("runs") / experiment.config.name, (), fresh)


def _usual_folder(config: str | Path | Table, changes: Sequence[str]) -> Path:
    """The run directory that a mapping names, before its name is validated."""
    name = toml.read(config, changes)[0].get("name", "run") if isinstance(config, Mapping) else "run"
    return Path("runs") / Path(str(name)).name


def check(config: str | Path | Table, *, changes: Sequence[str] = ()) -> Outline:
    """Validate a configuration without loading data, and return an outline of its plan.

    Raises:
        ConfigError: the configuration is wrong; the error lists every problem.
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
    return Outline(experiment.config.name, len(planned), tuple(refused), at_most)
