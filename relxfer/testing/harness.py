"""How the contract tests use the engine: they run experiments, interrupt them, and count forward passes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import relxfer
from relxfer.contract.hooks import hookimpl
from relxfer.contract.plain import Table
from relxfer.plugins.finder import Plugins
from relxfer.results.records import CellResult
from relxfer.testing import blobs

#: Number of attempts after which an interrupted run is taken for one that never finishes.
MOST_ATTEMPTS = 300


class Observer:
    """A plugin that counts cells and validation points of a run, and interrupts it at validation point `stop_at`."""

    def __init__(self, stop_at: int | None = None):
        self.stop_at, self.points, self.cells = stop_at, 0, 0

    @hookimpl
    def relxfer_cell_started(self, cell: Mapping[str, object]) -> None:
        self.cells += 1

    @hookimpl
    def relxfer_epoch_finished(self, step: int) -> None:
        self.points += 1
        if self.points == self.stop_at:
            raise KeyboardInterrupt


def run(config: Table, out: Path, plugins: Sequence[Any]) -> relxfer.Results:
    """Run an experiment with the real engine, with plugins that need not be installed."""
    return relxfer.run(config, out=out, plugins=not_installed(plugins))


@functools.cache
def pretrained(folder: Path) -> Path:
    """The file of a source model for `blobs`, which is pre-trained once in this folder."""
    config = {
        "name": "source",
        "threads": 1,
        "device": "cpu",
        "source": {"datasets": ["blobs-source"], "training": {"steps": 30, "batch_size": 12, "lr": 0.02}},
        "target": {"dataset": "blobs-target"},
        "strategy": {"use": "zero-shot"},
        "report": {"baselines": False},
    }
    results = run(config, folder / "pretrained", [blobs])
    return next((results.folder / "sources").glob("*/model.safetensors"))


def not_installed(plugins: Sequence[Any]) -> list[Any]:
    """The plugins that are not installed, so that tests also pass when their plugin is installed."""
    loaded = _loaded_files(Plugins.load)
    return [plugin for plugin in plugins if getattr(plugin, "__file__", None) not in loaded]


@functools.cache
def _loaded_files(load: Callable[[], Plugins]) -> frozenset[str]:
    """The files of the plugins that are installed, which no test changes."""
    return frozenset(plugin.file for plugin in load().working)


def installed(plugin: Any) -> None:
    """Make this process treat a plugin as installed, also in commands that it runs."""
    load = Plugins.load

    def loaded(third_party: bool = True, files: Iterable[str | Path] = ()) -> Plugins:
        plugins = load(third_party=third_party, files=files)
        plugins.register(plugin, plugin.__name__)
        return plugins

    Plugins.load = loaded  # type: ignore[method-assign]


def plugins_with(plugins: Sequence[Any]) -> Plugins:
    """All installed plugins, and these ones."""
    loaded = Plugins.load()
    for plugin in not_installed(plugins):
        loaded.register(plugin, plugin.__name__)
    return loaded


def the_cell(results: relxfer.Results) -> CellResult:
    """The only cell of a run, which must be done."""
    assert len(results.cells) == 1, f"expected one cell, got {len(results.cells)}"
    cell = results.cells[0]
    assert cell.status == "done", f"expected the cell to be done, got {cell.status}: {cell.reason}"
    return cell


def model_bytes(results: relxfer.Results) -> bytes:
    """The content of the file of the transferred model."""
    return (results.folder / "cells" / the_cell(results).id / "model.safetensors").read_bytes()


def run_with_interruptions(run_once: Callable[[int], relxfer.Results]) -> tuple[relxfer.Results, int]:
    """Call `run_once(attempt)`, with attempts from 1 on, until it is not interrupted.

    Returns:
        The results, and the number of interruptions.
    """
    for attempt in range(1, MOST_ATTEMPTS):
        try:
            return run_once(attempt), attempt - 1
        except KeyboardInterrupt:
            continue
    raise AssertionError(f"expected the run to end, got {MOST_ATTEMPTS} interruptions; does a phase never finish?")


@contextmanager
def interrupted_at_forward(number: int) -> Iterator[None]:
    """Interrupt the `number`-th forward pass of the blobs network inside the block, wherever in a step it is."""
    seen = 0

    def count(module: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise KeyboardInterrupt

    with watching_forwards(count):
        yield


@contextmanager
def watching_forwards(watch: Callable[[Any], None]) -> Iterator[None]:
    """Call `watch(stem)` before every forward pass of a blobs network inside the block."""
    from torch.nn.modules.module import register_module_forward_pre_hook

    from relxfer.testing.blobs_net import Stem

    handle = register_module_forward_pre_hook(
        lambda module, inputs: watch(module) if isinstance(module, Stem) else None
    )
    try:
        yield
    finally:
        handle.remove()


@dataclass(frozen=True)
class Made:
    """An update of parameters by a trainer.

    streams   number of streams in its batch
    updates   number of updates in its step
    forwards  number of forward passes of the network
    """

    streams: int
    updates: int
    forwards: int


@contextmanager
def forwards_of_updates() -> Iterator[list[Made]]:
    """Collect the updates of trainers inside the block; forward passes of a teacher are not counted."""
    from relxfer.train.phase import Fit

    made: list[Made] = []
    own: set[int] = set()  # modules of the network that is updated
    seen: list[int] = []
    original = Fit._update

    def update(fit: Fit, update: Any, step: Any, batches: Mapping[int, Sequence[Any]]) -> None:
        own.update(id(module) for module in fit.learner.module.modules())
        original(fit, update, step, batches)
        made.append(Made(len(next(iter(batches.values()))), sum(each.repeat for each in fit.updates), len(seen)))
        own.clear()
        seen.clear()

    def count(module: Any) -> None:
        if id(module) in own:
            seen.append(id(module))

    Fit._update = update  # type: ignore[method-assign, assignment]
    try:
        with watching_forwards(count):
            yield made
    finally:
        Fit._update = original  # type: ignore[method-assign]
