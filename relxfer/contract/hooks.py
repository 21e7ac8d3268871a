"""The hooks of a plugin: one for each kind of offer, and hooks that observe a run.

A plugin is a module (or object) under the entry-point group `relxfer`. It implements any of these hooks with
`@relxfer.hookimpl`, and may declare `relxfer_api_version = 2`, the version of this contract that it was written for.
`docs/hooks.md` shows every hook with a runnable example.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from relxfer.contract.records import (
    Calibrator,
    Dataset,
    Executor,
    Explainer,
    Metric,
    Observer,
    Reader,
    ReportSection,
    SourceModel,
    Suite,
    TargetAdapter,
    TaskKind,
    TransferStrategy,
    Validator,
)

if TYPE_CHECKING:
    from relxfer.results.results import Results

#: Incremented when a hook or another part of the contract changes in a way that can break plugins.
API_VERSION = 2

hookspec = pluggy.HookspecMarker("relxfer")
hookimpl = pluggy.HookimplMarker("relxfer")


@hookspec
def relxfer_datasets() -> Iterable[Dataset]:  # type: ignore[empty-body]
    """The data sets that the plugin offers."""


@hookspec
def relxfer_readers() -> Iterable[Reader]:  # type: ignore[empty-body]
    """Readers of the user's own files."""


@hookspec
def relxfer_tasks() -> Iterable[TaskKind]:  # type: ignore[empty-body]
    """Kinds of task: how answers are checked, learnt, judged and shown."""


@hookspec
def relxfer_metrics() -> Iterable[Metric]:  # type: ignore[empty-body]
    """Metrics of tasks."""


@hookspec
def relxfer_source_models() -> Iterable[SourceModel]:  # type: ignore[empty-body]
    """Architectures that can be pre-trained, loaded from a checkpoint, and transferred."""


@hookspec
def relxfer_target_adapters() -> Iterable[TargetAdapter]:  # type: ignore[empty-body]
    """Adapters that attach a model to a target and return a learner."""


@hookspec
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:  # type: ignore[empty-body]
    """The transfer methods that the plugin offers."""


@hookspec
def relxfer_validators() -> Iterable[Validator]:  # type: ignore[empty-body]
    """Rules that select a model during training."""


@hookspec
def relxfer_executors() -> Iterable[Executor]:  # type: ignore[empty-body]
    """Ways to run the cells of a plan."""


@hookspec
def relxfer_observers() -> Iterable[Observer]:  # type: ignore[empty-body]
    """Observers that a configuration can name."""


@hookspec
def relxfer_report_sections() -> Iterable[ReportSection]:  # type: ignore[empty-body]
    """Further sections of the report."""


@hookspec
def relxfer_calibrators() -> Iterable[Calibrator]:  # type: ignore[empty-body]
    """Ways to make probabilities of scores."""


@hookspec
def relxfer_explainers() -> Iterable[Explainer]:  # type: ignore[empty-body]
    """Ways to say on what an answer rests."""


@hookspec
def relxfer_suites() -> Iterable[Suite]:  # type: ignore[empty-body]
    """Benchmark suites for `relxfer bench`."""


@hookspec
def relxfer_run_started(folder: Path, cells: int, at_most: int) -> None:
    """Observe: the sources are trained, and the cells begin.

    folder   the run directory
    cells    the number of cells that begin now, without those that were run before
    at_most  how many will be run by the end, at most: later cells may depend on the outcomes of earlier ones
    """


@hookspec
def relxfer_run_finished(folder: Path, results: Results) -> None:
    """Observe: all cells of the run in `folder` are done, failed or refused."""


@hookspec
def relxfer_cell_started(
    folder: Path, cell: Mapping[str, object], options: Mapping[str, object], points: Sequence[Mapping[str, object]]
) -> None:
    """Observe: a cell or the training of a source begins.

    folder   the run directory
    cell     has source, target, strategy, budget, seed and id
    options  what it is made of, by dotted names such as `training.lr`
    points   the validation points that it reached in an earlier run, which was interrupted, as phase, step and values;
             those after its last checkpoint are reached, and told, once more
    """


@hookspec
def relxfer_cell_finished(cell: Mapping[str, object], outcome: Mapping[str, object]) -> None:
    """Observe: a cell ended; `outcome` has `status` (done, failed, refused, stopped), cost and reason."""


@hookspec
def relxfer_epoch_finished(cell: Mapping[str, object], phase: str, step: int, values: Mapping[str, float]) -> None:
    """Observe: a training phase reached a validation point; `values` holds loss, validation score and logged values."""


#: hook -> the type of the records that its implementations return
OFFERS: dict[str, type] = {
    "relxfer_datasets": Dataset,
    "relxfer_readers": Reader,
    "relxfer_tasks": TaskKind,
    "relxfer_metrics": Metric,
    "relxfer_source_models": SourceModel,
    "relxfer_target_adapters": TargetAdapter,
    "relxfer_transfer_strategies": TransferStrategy,
    "relxfer_validators": Validator,
    "relxfer_executors": Executor,
    "relxfer_observers": Observer,
    "relxfer_report_sections": ReportSection,
    "relxfer_calibrators": Calibrator,
    "relxfer_explainers": Explainer,
    "relxfer_suites": Suite,
}
OBSERVERS = (
    "relxfer_run_started",
    "relxfer_run_finished",
    "relxfer_cell_started",
    "relxfer_cell_finished",
    "relxfer_epoch_finished",
)
