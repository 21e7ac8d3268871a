"""relxfer makes transfer learning on graphs, relations and small CNNs a measured experiment."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

from relxfer.contract.hooks import API_VERSION, hookimpl

if TYPE_CHECKING:
    from relxfer.api import check, judge_files, recommend, run, tune
    from relxfer.contract.data import Domain, Examples
    from relxfer.contract.metrics import ByInfluence, PerItem
    from relxfer.contract.options import Options, Searched, TrainingOptions
    from relxfer.contract.records import (
        Calibrator,
        Dataset,
        Explainer,
        Metric,
        Reader,
        SourceModel,
        Suite,
        TargetAdapter,
        TaskKind,
        TransferStrategy,
        Validator,
    )
    from relxfer.contract.strategies import Cell, ParameterGroup, Update
    from relxfer.contract.tasks import Predictions, Task
    from relxfer.errors import (
        ArtefactError,
        BadQuestions,
        BadRows,
        CellFailed,
        Changed,
        ConfigError,
        DamagedArtefact,
        DataError,
        Incompatible,
        NotInstalled,
        NotMine,
        PluginError,
        Problem,
        RelxferError,
        RunLocked,
        TimedOut,
        TrainingDiverged,
        Undecided,
        Undefined,
        UnfitArtefact,
        UnknownName,
        UsageError,
    )
    from relxfer.finished import Recommended, Results
    from relxfer.judge.metrics.classification import Classification
    from relxfer.judge.metrics.clustering import Clustering
    from relxfer.judge.metrics.links import LinkPrediction
    from relxfer.judge.metrics.multi_label import MultiLabel
    from relxfer.judge.metrics.ranking import Ranking
    from relxfer.judge.metrics.regression import Regression
    from relxfer.judge.records import Gain, Interval, Verdict
    from relxfer.results.records import CellResult, Row
    from relxfer.results.systems.judgement import Judgement

__version__ = "0.1.0"

# Threads of torch that wait for each other spin by default, and on a busy machine small models then take up to a
# hundred times as long, in CPU time too. The setting counts only before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

#: Module -> the public names that it defines. A module is imported when one of its names is first used, so that
#: `import relxfer` is fast.
_PUBLIC = {
    "relxfer.api": (
        "check",
        "judge_files",
        "recommend",
        "run",
        "tune",
    ),
    "relxfer.contract.data": (
        "Domain",
        "Examples",
    ),
    "relxfer.contract.metrics": (
        "ByInfluence",
        "PerItem",
    ),
    "relxfer.contract.options": (
        "Options",
        "Searched",
        "TrainingOptions",
    ),
    "relxfer.contract.records": (
        "Calibrator",
        "Dataset",
        "Explainer",
        "Metric",
        "Reader",
        "SourceModel",
        "Suite",
        "TargetAdapter",
        "TaskKind",
        "TransferStrategy",
        "Validator",
    ),
    "relxfer.contract.strategies": (
        "Cell",
        "ParameterGroup",
        "Update",
    ),
    "relxfer.contract.tasks": (
        "Predictions",
        "Task",
    ),
    "relxfer.errors": (
        "ArtefactError",
        "BadQuestions",
        "BadRows",
        "CellFailed",
        "Changed",
        "ConfigError",
        "DamagedArtefact",
        "DataError",
        "Incompatible",
        "NotInstalled",
        "NotMine",
        "PluginError",
        "Problem",
        "RelxferError",
        "RunLocked",
        "CellFailed",
        "TimedOut",
        "TrainingDiverged",
        "Undecided",
        "Undefined",
        "UnfitArtefact",
        "UnknownName",
        "UsageError",
    ),
    "relxfer.judge.metrics.classification": ("Classification",),
    "relxfer.judge.metrics.clustering": ("Clustering",),
    "relxfer.judge.metrics.links": ("LinkPrediction",),
    "relxfer.judge.metrics.multi_label": ("MultiLabel",),
    "relxfer.judge.metrics.ranking": ("Ranking",),
    "relxfer.judge.records": (
        "Gain",
        "Interval",
        "Verdict",
    ),
    "relxfer.judge.metrics.regression": ("Regression",),
    "relxfer.results.systems.judgement": ("Judgement",),
    "relxfer.results.records": (
        "CellResult",
        "Row",
    ),
    "relxfer.finished": (
        "Recommended",
        "Results",
    ),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = [
    "API_VERSION",
    "ArtefactError",
    "BadQuestions",
    "BadRows",
    "ByInfluence",
    "Calibrator",
    "Cell",
    "CellFailed",
    "CellResult",
    "Changed",
    "Classification",
    "Clustering",
    "ConfigError",
    "DamagedArtefact",
    "DataError",
    "Dataset",
    "Domain",
    "Examples",
    "Explainer",
    "Gain",
    "Incompatible",
    "Interval",
    "Judgement",
    "LinkPrediction",
    "Metric",
    "MultiLabel",
    "NotInstalled",
    "NotMine",
    "Options",
    "ParameterGroup",
    "PerItem",
    "PluginError",
    "Predictions",
    "Problem",
    "Ranking",
    "Reader",
    "Recommended",
    "Regression",
    "RelxferError",
    "Results",
    "Row",
    "RunLocked",
    "Searched",
    "SourceModel",
    "Suite",
    "TargetAdapter",
    "Task",
    "TaskKind",
    "TimedOut",
    "TrainingDiverged",
    "TrainingOptions",
    "TransferStrategy",
    "Undecided",
    "Undefined",
    "UnfitArtefact",
    "UnknownName",
    "Update",
    "UsageError",
    "Validator",
    "Verdict",
    "check",
    "hookimpl",
    "judge_files",
    "recommend",
    "run",
    "tune",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'relxfer' has no attribute {name!r}")
