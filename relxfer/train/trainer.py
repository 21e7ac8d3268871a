"""The trainer that strategies call. A finished phase is never repeated, and an interrupted one resumes exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from relxfer.contract.data import Examples
from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import LeftOut, ParameterGroup, Update
from relxfer.errors import Incompatible, PluginError
from relxfer.seeding import generator, seed_torch
from relxfer.store import files
from relxfer.train import balance, checkpoint
from relxfer.train.batches import Streams
from relxfer.train.features import FeatureCache
from relxfer.train.groups import groups_of
from relxfer.train.logbook import Logbook
from relxfer.train.phase import Fit, Progress
from relxfer.train.processes import ALONE, Group


@dataclass
class Tally:
    """The totals over the phases of one cell, shared by all trainers of composed strategies.

    seconds  of training steps
    trained  the number of trained parameters, in the phase with the most
    share    the share of the cell's step budget that its fits have used
    phases   name of a phase -> its progress
    logbook  what was logged about the cell as a whole
    left     what strategies told of labels that they left out, by the prefix of their trainer
    """

    seconds: float = 0.0
    trained: int = 0
    share: float = 0.0
    phases: dict[str, Progress] = field(default_factory=dict)
    logbook: Logbook = field(default_factory=Logbook)
    left: dict[str, LeftOut] = field(default_factory=dict)


@dataclass
class PhaseTrainer:
    """`relxfer.contract.strategies.Trainer` over a folder of phase files.

    options        step budget, batch size, optimiser
    folder         the folder for files of phases, from which they are restored or resumed
    seed           decides all random numbers, together with the name of the phase and the step
    select         scores a learner at validation points (higher is better); None: no selection
    emit           is called with events: `emit(kind, **values)`; at a validation point it returns whether to stop there
    prefix         of the names of phases, for a composed strategy
    scale          the share of the cell's step budget that this trainer may use
    kept_features  features of frozen networks, shared between cells
    group          the processes that train together
    until          name of a phase -> the step at which it ends, where that is chosen beforehand
    """

    options: TrainingOptions
    folder: Path
    seed: int
    select: Callable[[Any], float | None] | None = None
    emit: Callable[..., bool | None] | None = None
    prefix: str = ""
    scale: float = 1.0
    tally: Tally = field(default_factory=Tally)
    kept_features: FeatureCache = field(default_factory=FeatureCache)
    group: Group = ALONE
    until: Mapping[str, int] = field(default_factory=dict)
    _count: int = 0

    def fit(
        self,
        learner: Any,
        objective: Any,
        *streams: Examples,
        share: float = 1.0,
        groups: Mapping[str, ParameterGroup] | None = None,
        keep: Mapping[str, nn.Module] = {},
        still: Sequence[nn.Module] = (),
        turns: bool = False,
        select: bool = True,
    ) -> None:
        """See `relxfer.contract.strategies.Trainer.fit`."""
        _check(streams)
        self._take(share)
        phase = self._next("fit")
        named = groups_of(learner, groups)
        place = (self.seed, phase)
        fit = Fit(
            learner=learner,
            updates=objective if isinstance(objective, Sequence) else [Update(objective, tuple(named))],
            streams=Streams(learner, streams, self.options.batch_size, place, turns, self._chances(learner, streams)),
            groups=named,
            keep=keep,
            still=still,
            options=self.options,
            steps=self._steps(streams if turns else streams[:1], share),
            path=self.folder / f"{phase}.part.safetensors",
            place=place,
            select=self.select if select else None,
            until=self.until.get(phase),
            emit=self._emitter(phase),
            group=self.group,
            logbook=self.tally.logbook,
        )
        weighs = self.options.balance == "loss"
        with balance.weighted(learner, streams) if weighs else nullcontext():
            progress = self._ended(fit, phase)
        self.tally.trained = max(self.tally.trained, fit.trained)
        self.tally.seconds += progress.seconds
        self.tally.phases[phase] = progress
        seed_torch(*place, "end")

    def _take(self, share: float) -> None:
        """Count a share of the step budget; `PluginError` if more than the whole budget is used."""
        self.tally.share += self.scale * share
        if self.tally.share > 1 + 1e-6:
            raise PluginError(
                f"expected fits that take the step budget once, as scratch does, got shares that add up to "
                f"{self.tally.share:.4g}; give each fit its share=... of 1"
            )

    def _ended(self, fit: Fit, phase: str) -> Progress:
        """Run a fit to its end, or restore the weights and the progress with which it ended before."""
        restored = self._restore(phase, fit.learner, fit.keep)
        if restored is not None:
            return Progress(**restored[1]["progress"])
        seed_torch(*fit.place, "start")
        fit.run()
        self._finish(phase, fit.learner, fit.keep, {}, {"progress": vars(fit.progress)})
        fit.path.unlink(missing_ok=True)
        return fit.progress

    def once(
        self, learner: Any, work: Callable[[], dict[str, Any] | None], keep: Mapping[str, nn.Module] = {}
    ) -> dict[str, Any]:
        """See `relxfer.contract.strategies.Trainer.once`."""
        phase = self._next("once")
        restored = self._restore(phase, learner, keep)
        if restored is None:
            seed_torch(self.seed, phase, "start")
            result = work() or {}
            arrays = {f"result/{k}": v for k, v in result.items() if isinstance(v, np.ndarray)}
            values = {k: v for k, v in result.items() if not isinstance(v, np.ndarray)}
            self._finish(phase, learner, keep, arrays, {"values": values})
            restored = self.group.agreed(files.read_arrays(self._path(phase)))
        seed_torch(self.seed, phase, "end")
        arrays, card = restored
        saved = {k.removeprefix("result/"): v for k, v in arrays.items() if k.startswith("result/")}
        return {**saved, **card["values"]}

    def batches(self, learner: Any, examples: Examples) -> Iterator[Any]:
        """See `relxfer.contract.strategies.Trainer.batches`."""
        size = self.options.batch_size
        for start in range(0, len(examples), size):
            rows = np.arange(start, min(start + size, len(examples)))
            yield learner.batch(examples, rows, generator(self.seed, self.prefix, "pass", start))

    def log(self, name: str, value: object) -> None:
        """See `relxfer.contract.strategies.Cell.log`."""
        self.tally.logbook.log(name, value)

    def features(self, learner: Any, examples: Examples) -> np.ndarray:
        """See `relxfer.contract.strategies.Trainer.features`."""
        return self.kept_features.of(learner, examples)

    def left_out(self, of: LeftOut) -> None:
        """See `relxfer.contract.strategies.Cell.left_out`; `PluginError` if it is not one row of scores an example."""
        got = "no answers" if of.examples.answers is None else f"shape {np.shape(of.scores)}"
        if of.examples.answers is None or np.ndim(of.scores) != 2 or len(of.scores) != len(of.examples):
            raise PluginError(f"expected answers and scores [{len(of.examples)}, C] of labels left out, got {got}")
        self.tally.left[self.prefix] = of

    def part(self, name: str, share: float) -> PhaseTrainer:
        """See `relxfer.contract.strategies.Trainer.part`."""
        return replace(self, prefix=f"{self.prefix}{name}.", scale=self.scale * share, _count=0)

    def _chances(self, learner: Any, streams: Sequence[Examples]) -> dict[int, np.ndarray]:
        """With `balance`, how the rows of each stream with answers are drawn."""
        if self.options.balance != "sampling":
            return {}
        each = {number: balance.chances(learner, examples) for number, examples in enumerate(streams)}
        return {number: chances for number, chances in each.items() if chances is not None}

    def _steps(self, streams: Sequence[Examples], share: float) -> int:
        """This phase's share of the cell's steps, or of the steps in its epochs over the streams if those are fewer."""
        scaled = self.scale * share
        if self.options.epochs is None:
            return round(self.options.steps * scaled)
        per_epoch = sum(max(1, len(examples) // self.options.batch_size) for examples in streams)
        return round(min(self.options.steps, self.options.epochs * per_epoch) * scaled)

    def _next(self, kind: str) -> str:
        phase = f"{self.prefix}{kind}-{self._count}"
        self._count += 1
        return phase

    def _path(self, phase: str) -> Path:
        return self.folder / f"{phase}.done.safetensors"

    def _modules(self, learner: Any, keep: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
        module = getattr(learner, "module", None)
        return ({"learner": module} if module is not None else {}) | {f"keep.{k}": m for k, m in keep.items()}

    def _finish(self, phase: str, learner: Any, keep: Any, arrays: dict[str, np.ndarray], card: Any) -> None:
        weights = checkpoint.module_arrays(self._modules(learner, keep), "now")
        files.write_arrays(self._path(phase), weights | arrays, {**card, "logbook": self.tally.logbook.values})

    def _restore(self, phase: str, learner: Any, keep: Mapping[str, nn.Module]) -> Any:
        saved = self.group.agreed(checkpoint.load(self._path(phase)) if self.group.first else None)
        if saved is not None:
            checkpoint.restore_modules(self._modules(learner, keep), saved[0], "now")
            self.tally.logbook.restore(saved[1]["logbook"])
        return saved

    def _emitter(self, phase: str) -> Callable[..., bool | None] | None:
        emit = self.emit
        return None if emit is None else lambda kind, **values: emit(kind, phase=phase, **values)


def _check(streams: Sequence[Examples | None]) -> None:
    if any(examples is None for examples in streams):
        raise PluginError(
            "expected examples to train on, got None; a cell holds only what the strategy's `needs` list: "
            "target-labels for target.train, target-inputs for target.unlabelled, source-labels for sources"
        )
    if not streams or not all(len(examples) for examples in streams if examples is not None):
        raise Incompatible("at least one training example", "none", "raise the label budget or add data")
