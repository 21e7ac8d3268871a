"""For plugin authors: contract tests, and a plugin with data so small that the tests take seconds.

There is a class of pytest tests to inherit from for every kind of offer, such as `StrategyContract`. `blobs` is a
plugin with data sets, a model and an adapter for points in the plane. `docs/testing.md` shows how to use them. They
need pytest (`pip install 'relxfer[test]'`); importing this package imports neither pytest nor torch.

>>> from relxfer.testing import blobs
>>> [record.name for record in blobs.relxfer_datasets()]
['blobs-source', 'blobs-target']
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relxfer.testing.adapters import AdapterContract
    from relxfer.testing.calibrators import CalibratorContract
    from relxfer.testing.datasets import DatasetContract
    from relxfer.testing.executors import ExecutorContract
    from relxfer.testing.metrics import MetricContract
    from relxfer.testing.models import ModelContract
    from relxfer.testing.observers import ObserverContract
    from relxfer.testing.readers import ReaderContract
    from relxfer.testing.sections import SectionContract
    from relxfer.testing.strategies import StrategyContract
    from relxfer.testing.tasks import TaskContract
    from relxfer.testing.validators import ValidatorContract

_HOME = {
    "AdapterContract": "relxfer.testing.adapters",
    "CalibratorContract": "relxfer.testing.calibrators",
    "DatasetContract": "relxfer.testing.datasets",
    "ExecutorContract": "relxfer.testing.executors",
    "MetricContract": "relxfer.testing.metrics",
    "ModelContract": "relxfer.testing.models",
    "ObserverContract": "relxfer.testing.observers",
    "ReaderContract": "relxfer.testing.readers",
    "SectionContract": "relxfer.testing.sections",
    "StrategyContract": "relxfer.testing.strategies",
    "TaskContract": "relxfer.testing.tasks",
    "ValidatorContract": "relxfer.testing.validators",
}

__all__ = [
    "AdapterContract",
    "CalibratorContract",
    "DatasetContract",
    "ExecutorContract",
    "MetricContract",
    "ModelContract",
    "ObserverContract",
    "ReaderContract",
    "SectionContract",
    "StrategyContract",
    "TaskContract",
    "ValidatorContract",
]


def __getattr__(name: str) -> Any:
    """Import a contract when it is first used (PEP 562), because that imports pytest."""
    if name in _HOME:
        home = _HOME[name]
        if home not in sys.modules:
            import pytest

            # registered before the import, so that a failed assertion shows the values that it compared
            pytest.register_assert_rewrite(home)
        return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'relxfer.testing' has no attribute {name!r}")
