"""The names under which all trackers log, see `docs/trackers.md`."""

from __future__ import annotations

import hashlib
import importlib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from relxfer.errors import NotInstalled
from relxfer.results.results import Results

Cell = Mapping[str, object]
Numbers = Mapping[str, float]


def library(module: str, extra: str) -> Any:
    """The module of a library; `NotInstalled` says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise NotInstalled(extra, f"the observer {extra}", extra) from None


def safe(text: object) -> str:
    """A name with letters, digits, `_`, `-`, `.` and `@` only, as folders and all trackers allow it.

    >>> safe("my data / 2"), safe("../..")
    ('my_data_2', '_')
    """
    return re.sub(r"[^A-Za-z0-9_.@-]+|\.\.+|^\.", "_", str(text)).strip("_")[:100] or "_"


def cell(names: Cell) -> str:
    """The name of a cell or a source stage; the beginning of its id makes it unique.

    >>> cell({"source": "a", "target": "b", "strategy": "finetune", "budget": 10, "seed": 0, "id": "0123456789abcdef"})
    'a.b.finetune.10.seed0.01234567'
    """
    parts = [names[key] for key in ("source", "target", "strategy", "budget") if names.get(key) is not None]
    return ".".join(map(safe, [*parts, f"seed{names['seed']}", str(names["id"])[:8]]))


def run(folder: Path) -> str:
    """An id of a run directory on this machine: its name, and a few digits that depend on its whole path."""
    return f"{safe(folder.name)}-{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:8]}"


def place(chosen: str | None, folder: Path) -> Path:
    """The folder for a run directory: below the chosen one, or else below `tensorboard` beside the run directory."""
    return Path(chosen or folder.absolute().parent / "tensorboard") / run(folder)


def reached(phase: object, values: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a validation point, such as `fit-0/loss`; what is not finite is left out.

    >>> reached("fit-0", {"loss": math.nan, "validation": 0.5})
    {'fit-0/validation': 0.5}
    """
    return {f"{safe(phase)}/{safe(name)}": float(each) for name, each in values.items() if math.isfinite(each)}


class Points:
    """Validation points by cell, each given once, also where a process reaches it again after a resume."""

    def __init__(self) -> None:
        self._told: dict[object, set[tuple[object, object]]] = {}

    def begin(self, names: Cell, points: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, dict[str, float]]]:
        """The points that an earlier run reached, as (step, numbers)."""
        self._told[names["id"]] = set()
        for each in points:
            yield from self.next(names, each["phase"], each["step"], each["values"])

    def next(
        self, names: Cell, phase: str, step: int, values: Mapping[str, Any]
    ) -> Iterator[tuple[int, dict[str, float]]]:
        """The point, as (step, numbers), if it is new."""
        told = self._told.setdefault(names["id"], set())
        if (phase, step) not in told:
            told.add((phase, step))
            yield step, reached(phase, values)


def plain(value: object) -> str:
    """A value as a text of at most 250 characters without line breaks or marks of Markdown.

    >>> plain("a|b"), plain(None), plain(0.1)
    ('a b', '', '0.1')
    """
    return "" if value is None else re.sub(r"[^\w .,:;/@+=-]+", " ", str(value))[:250]


def lines(values: Mapping[str, object]) -> str:
    """Names and values as a block of code in Markdown, a line for each.

    >>> lines({"a": 1})
    '    a = 1'
    """
    return "\n".join(f"    {name} = {plain(value)}" for name, value in values.items())


def cost(ended: Mapping[str, Any]) -> dict[str, float]:
    """What training cost, as far as it is known: `cost/seconds`, `cost/cpu_seconds`, `cost/energy_wh`, `cost/peak_mb`
    and `cost/trained_parameters`.
    """
    names = ("seconds", "cpu_seconds", "energy_wh", "peak_mb", "trained_parameters")
    return {f"cost/{name}": float(ended[name]) for name in names if ended.get(name) is not None}


def tests(results: Results) -> Iterator[tuple[str, dict[str, float]]]:
    """(id, metrics on the test, such as `test/mrr`) of every cell that was judged."""
    for each in {one.id: one for one in results.cells if one.metrics}.values():
        yield each.id, {f"test/{safe(name)}": value for name, value in each.metrics.items()}


def rows(results: Results) -> Iterator[tuple[str, dict[str, float], str]]:
    """(name, numbers, verdict) of every row: the metrics, and the gain with its interval where there is one."""
    for row in results.rows:
        parts = [part for part in (row.source, row.target, row.strategy, row.budget) if part is not None]
        numbers = {safe(name): value for name, value in row.metrics.items()}
        if gain := row.gain:
            numbers |= {"gain": gain.estimate, "gain_low": gain.low, "gain_high": gain.high}
        yield ".".join(map(safe, parts)), numbers, row.verdict or "none"


def closed(open: dict[Any, Any], close: Callable[[Any], object], *ids: object) -> None:
    """Call `close` for what is open of these ids, or of all; it is open no longer."""
    for id in ids or [*open]:
        if (one := open.pop(id, None)) is not None:
            close(one)


def add(scalar: Callable[[str, float, int], None], *points: tuple[int, Numbers]) -> None:
    """Call `scalar(name, value, step)` for every number of points."""
    for step, numbers in points:
        for name, value in numbers.items():
            scalar(name, value, step)


def together(log: Callable[[dict[str, float]], None], *points: tuple[int, Numbers]) -> None:
    """Call `log` for every point, with its numbers and its `step`."""
    for step, numbers in points:
        log({**numbers, "step": step})
