"""The plugin contract: one hook per kind of offer, and observer hooks.

A plugin is a module (or object) under the entry-point group `relxfer`. It implements any of these hooks with
`@relxfer.hookimpl` and may state `relxfer_api_version = 1`, the version of this page that it was written for.
`docs/hooks.md` shows every hook with a runnable example.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from relxfer.contract.records import (
    Dataset,
    Executor,
    ReportSection,
    SourceModel,
    TargetAdapter,
    TransferStrategy,
    Validator,
)

if TYPE_CHECKING:
    from relxfer.results.results import Results

#: Grows by one when a hook or the run-time contract changes so that old plugins could break.
API_VERSION = 1

hookspec = pluggy.HookspecMarker("relxfer")
hookimpl = pluggy.HookimplMarker("relxfer")


@hookspec
def relxfer_datasets() -> Iterable[Dataset]:  # type: ignore[empty-body]
    """Data sets and readers of the user's own files."""


@hookspec
def relxfer_source_models() -> Iterable[SourceModel]:  # type: ignore[empty-body]
    """Architectures that can be pre-trained, loaded from a checkpoint, and transferred."""


@hookspec
def relxfer_target_adapters() -> Iterable[TargetAdapter]:  # type: ignore[empty-body]
    """Adapters that attach a model to a target and return a learner."""


@hookspec
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:  # type: ignore[empty-body]
    """Transfer methods."""


@hookspec
def relxfer_validators() -> Iterable[Validator]:  # type: ignore[empty-body]
    """Rules that select a model during training."""


@hookspec
def relxfer_executors() -> Iterable[Executor]:  # type: ignore[empty-body]
    """Ways to run the cells of a plan."""


@hookspec
def relxfer_report_sections() -> Iterable[ReportSection]:  # type: ignore[empty-body]
    """Further sections of the report."""


@hookspec
def relxfer_run_started(folder: Path, cells: int) -> None:
    """Observe: the sources are trained and the cells begin; `cells` of them are still to be run."""


@hookspec
def relxfer_run_finished(folder: Path, results: Results) -> None:
    """Observe: all cells of the run are done, failed or refused."""


@hookspec
def relxfer_cell_started(cell: Mapping[str, object]) -> None:
    """Observe: a cell or a source stage begins; `cell` names source, target, strategy, budget, seed and id.

    With the executor `processes`, what happens inside a cell is not observed: only that it finished.
    """


@hookspec
def relxfer_cell_finished(cell: Mapping[str, object], outcome: Mapping[str, object]) -> None:
    """Observe: a cell ended; `outcome` has `status` (done, failed, refused), metrics, cost and reason."""


@hookspec
def relxfer_epoch_finished(cell: Mapping[str, object], phase: str, step: int, values: Mapping[str, float]) -> None:
    """Observe: a training phase reached a validation point; `values` holds loss, validation score and logged values."""


#: hook -> the record type its plugins return
OFFERS: dict[str, type] = {
    "relxfer_datasets": Dataset,
    "relxfer_source_models": SourceModel,
    "relxfer_target_adapters": TargetAdapter,
    "relxfer_transfer_strategies": TransferStrategy,
    "relxfer_validators": Validator,
    "relxfer_executors": Executor,
    "relxfer_report_sections": ReportSection,
}
OBSERVERS = (
    "relxfer_run_started",
    "relxfer_run_finished",
    "relxfer_cell_started",
    "relxfer_cell_finished",
    "relxfer_epoch_finished",
)
