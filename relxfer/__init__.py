"""relxfer makes transfer learning on graphs, relations and small CNNs a measured experiment."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from relxfer.contract.hooks import API_VERSION, hookimpl

if TYPE_CHECKING:
    from relxfer.api import check, run
    from relxfer.contract.data import Domain, Examples, Task
    from relxfer.contract.records import Dataset, SourceModel, TargetAdapter, TransferStrategy, Validator
    from relxfer.contract.strategies import Cell, ParameterGroup, Update
    from relxfer.errors import Incompatible, RelxferError
    from relxfer.results.results import Results

__version__ = "0.1.0"

#: public name -> the module that defines it; loaded on first use, so that importing relxfer stays cheap
_HOME = {
    "run": "relxfer.api",
    "check": "relxfer.api",
    "Results": "relxfer.results.results",
    "RelxferError": "relxfer.errors",
    "Incompatible": "relxfer.errors",
    "Task": "relxfer.contract.data",
    "Examples": "relxfer.contract.data",
    "Domain": "relxfer.contract.data",
    "Cell": "relxfer.contract.strategies",
    "ParameterGroup": "relxfer.contract.strategies",
    "Update": "relxfer.contract.strategies",
    "Dataset": "relxfer.contract.records",
    "SourceModel": "relxfer.contract.records",
    "TargetAdapter": "relxfer.contract.records",
    "TransferStrategy": "relxfer.contract.records",
    "Validator": "relxfer.contract.records",
}

__all__ = [
    "API_VERSION",
    "Cell",
    "Dataset",
    "Domain",
    "Examples",
    "Incompatible",
    "ParameterGroup",
    "RelxferError",
    "Results",
    "SourceModel",
    "TargetAdapter",
    "Task",
    "TransferStrategy",
    "Update",
    "Validator",
    "check",
    "hookimpl",
    "run",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'relxfer' has no attribute {name!r}")
