"""How the contract tests drive the engine: run, interrupt, count."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
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

#: A run that has not finished after so many interruptions never will.
MOST_ATTEMPTS = 300


class Observer:
    """A plugin that counts what a run does, and interrupts it at the `stop_at`-th validation point."""

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
    """The real engine, on plugins that are installed or not."""
    return relxfer.run(config, out=out, plugins=not_installed(plugins))


@functools.cache
def pretrained(folder: Path) -> Path:
    """A source model of the blobs, pre-trained once below this folder."""
    config = {
        "name": "source",
        "threads": 1,
        "device": "cpu",
        "source": {"datasets": ["blobs-source"], "training": {"steps": 30, "batch_size": 12, "lr": 0.02}},
        "target": {"dataset": "blobs-target"},
        "strategy": {"use": "zero-shot"},
        "report": {"baselines": False, "resamples": 200},
    }
    results = run(config, folder / "pretrained", [blobs])
    return next((results.folder / "sources").glob("*/model.safetensors"))


def not_installed(plugins: Sequence[Any]) -> list[Any]:
    """The plugins that no entry point loads, so that a test suite also passes when its plugin is installed."""
    loaded = {plugin.file for plugin in Plugins.load().working}
    return [plugin for plugin in plugins if getattr(plugin, "__file__", None) not in loaded]


def installed(plugin: Any) -> None:
    """From now on, this process treats the plugin as installed, also on the command line."""
    load = Plugins.load

    def loaded(third_party: bool = True) -> Plugins:
        plugins = load(third_party=third_party)
        plugins.register(plugin, plugin.__name__)
        return plugins

    Plugins.load = loaded  # type: ignore[method-assign]


def plugins_with(plugins: Sequence[Any]) -> Plugins:
    """All installed plugins, and these."""
    loaded = Plugins.load()
    for plugin in not_installed(plugins):
        loaded.register(plugin, plugin.__name__)
    return loaded


def the_cell(results: relxfer.Results) -> CellResult:
    """The only cell, which must be done."""
    assert len(results.cells) == 1
    cell = results.cells[0]
    assert cell.status == "done", f"expected the cell to be done, got {cell.status}: {cell.reason}"
    return cell


def model_bytes(results: relxfer.Results) -> bytes:
    """The file of the transferred model."""
    return (results.folder / "cells" / the_cell(results).id / "model.safetensors").read_bytes()


def run_with_interruptions(run_once: Callable[[int], relxfer.Results]) -> tuple[relxfer.Results, int]:
    """Call `run_once(attempt)`, from 1 on, until it is not interrupted; its results, and how often it was."""
    for attempt in range(1, MOST_ATTEMPTS):
        try:
            return run_once(attempt), attempt - 1
        except KeyboardInterrupt:
            continue
    raise AssertionError(f"expected the run to end, got {MOST_ATTEMPTS} interruptions; does a phase never finish?")


@contextmanager
def interrupted_at_forward(number: int) -> Iterator[None]:
    """Inside, the `number`-th forward of the blobs network is interrupted, wherever in a step it falls."""
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
    """Inside, `watch(stem)` is called before every forward of a blobs network."""
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
    """An update that a trainer made: the streams of its batch, the updates of its step, the forwards of the network."""

    streams: int
    updates: int
    forwards: int


@contextmanager
def forwards_of_updates() -> Iterator[list[Made]]:
    """Inside, the updates that trainers make are collected; a teacher's forwards are not counted."""
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
