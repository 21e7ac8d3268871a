"""An engine on the blobs, without a run around it, and what can be reached from an object."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relxfer.declare import resolve
from relxfer.execute.engine import Engine
from relxfer.store.run_directory import Store
from relxfer.testing import blobs, harness

#: What leads to all of Python, or to nothing.
_ENDS = (type, types.ModuleType, types.FrameType, str, bytes, int, float, complex, type(None))
TRAINING = {"steps": 2, "batch_size": 8, "validations": 1}
CONFIG: dict[str, Any] = {
    "name": "small",
    "seeds": [0, 1],
    "threads": 1,
    "device": "cpu",
    "source": {"name": "s", "datasets": ["blobs-source"], "training": TRAINING},
    "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [6, "all"]},
    "training": TRAINING,
    "strategy": [{"use": "finetune"}],
    "report": {"baselines": False},
}


class Small:
    """Configurations of the blobs: `Small(folder)(seeds=1)` is an engine of one of them."""

    config = CONFIG

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, *plugins: Any, **changes: Any) -> Engine:
        loaded = harness.plugins_with([blobs, *plugins])
        experiment = resolve.load(CONFIG | changes, loaded)
        folder = self.folder / "run"
        folder.mkdir(exist_ok=True)
        return Engine(experiment, loaded, Store(folder))

    def run(self, *plugins: Any, **changes: Any) -> Any:
        """The results of a whole run, in the same folder."""
        return harness.run(CONFIG | changes, self.folder / "run", [blobs, *plugins])


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest.fixture
def reachable() -> Callable[..., Iterator[Any]]:
    """Yields every object that can be reached from some objects without naming a module or a class.

    These are attributes, items, closures, and the objects that methods belong to.
    """
    return _reachable


def _reachable(*starts: Any) -> Iterator[Any]:
    """Every object that can be reached from these without naming a module or a class."""
    seen: dict[int, Any] = {}
    left = list(starts)
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, _ENDS):
            continue
        seen[id(one)] = one  # also keeps it alive, so that no other object gets its id
        yield one
        left += _next(one)


def _next(one: Any) -> Iterator[Any]:
    if isinstance(one, Mapping):
        yield from one.keys()
        yield from one.values()
    elif isinstance(one, list | tuple | set | frozenset):
        yield from one
    elif isinstance(one, np.ndarray):
        yield one.base
    elif isinstance(one, types.MethodType):
        yield from (one.__self__, one.__func__)
    elif isinstance(one, functools.partial):
        yield from (one.func, one.args, one.keywords)
    if isinstance(one, types.FunctionType):
        yield from (cell.cell_contents for cell in one.__closure__ or () if _is_filled(cell))
        yield from (one.__defaults__, one.__kwdefaults__)
    yield from vars(one).values() if hasattr(one, "__dict__") else ()
    for kind in type(one).__mro__:
        slots = vars(kind).get("__slots__", ())
        yield from (getattr(one, name, None) for name in ([slots] if isinstance(slots, str) else slots))


def _is_filled(cell: types.CellType) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True
