"""One training phase: the loop, its optimisers, modes, validation, selection, and exact resume."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import ParameterGroup, Step, Update
from relxfer.errors import PluginError, TrainingDiverged
from relxfer.seeding import seed_torch
from relxfer.store import files
from relxfer.train import checkpoint, rates
from relxfer.train.average import Average
from relxfer.train.batches import Streams
from relxfer.train.groups import modules_of
from relxfer.train.logbook import Logbook
from relxfer.train.processes import ALONE, Gradients, Group
from relxfer.train.single_value import single_values
from relxfer.train.stopping import Stopped, Terminated, whole_steps

OPTIMISERS = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam, "sgd": torch.optim.SGD}


@dataclass
class Progress:
    """The counters of a phase, which together with the weights decide how it continues.

    stale        validation points since the last improvement
    validated    the step of the last validation point; -1 before the first
    seconds      of training steps
    diagnostics  name -> the last value that was logged
    """

    step: int = 0
    best_step: int = -1
    best: float | None = None
    stale: int = 0
    validated: int = -1
    loss: float = math.nan
    seconds: float = 0.0
    diagnostics: dict[str, float] = field(default_factory=dict)


@dataclass
class Fit:
    """One call of `Trainer.fit`.

    path     the file of the checkpoint
    place    seed and phase, from which all random numbers are derived
    select   scores the learner at validation points (higher is better); None: no selection
    until    the step at which it ends, where that is chosen beforehand; rates and batches are those of all `steps`
    emit     is called with events; at a validation point it returns whether to stop there
    group    the processes that train together: they always have equal weights, and divide the batches of every step
    logbook  what was logged about the cell as a whole
    best     the weights with the best score so far
    logged   values since the last validation point, by name
    average  of the weights, where `options.ema` asks for one: it is validated and kept

    The other fields are those of `Trainer.fit`.
    """

    learner: Any
    updates: Sequence[Update]
    streams: Streams
    groups: Mapping[str, ParameterGroup]
    keep: Mapping[str, nn.Module]
    still: Sequence[nn.Module]
    options: TrainingOptions
    steps: int
    path: Path
    place: tuple[object, ...]
    select: Any = None
    until: int | None = None
    emit: Any = None
    group: Group = ALONE
    logbook: Logbook = field(default_factory=Logbook)
    progress: Progress = field(default_factory=Progress)
    best: dict[str, np.ndarray] = field(default_factory=dict)
    logged: dict[str, list[float]] = field(default_factory=dict)
    average: Average | None = None

    @property
    def trained(self) -> int:
        """The number of trained parameters."""
        return sum(p.numel() for name in self.groups for p in self._parameters(name))

    def run(self) -> None:
        """Train to the end, from the last checkpoint if there is one; the modules then have the selected weights.

        Raises:
            TrainingDiverged: a loss, a gradient or a validation score is not a finite number.
            PluginError: a loss is not a tensor of one number.
            Stopped: the run asked for it; everything is saved, so that a later call goes on from there.
            Terminated: the process was asked to end; likewise.
        """
        with self._frozen(), self._modes(), single_values(self._modules().values()):
            self.optimisers = {name: self._optimiser(name) for name in self.groups}
            if self.options.ema is not None:
                self.average = Average(self._modules(), self.options.ema)
            self._resume()
            with whole_steps() as asked:
                self._steps(asked)
            self._logged_means()
            if self.best:
                checkpoint.restore_modules(self._modules(), self.best, "best")
            elif self.average:
                self.average.keep()

    # ------------------------------------------------------------------ the loop

    def _steps(self, asked: Callable[[], int]) -> None:
        """Train and validate; `asked` says by which signal the process was asked to end."""
        points = self._points()
        saved = time.monotonic()
        while True:
            if not asked() and self.progress.step in points and self.progress.validated < self.progress.step:
                self._validate()
            if number := asked():
                self._save()
                raise Terminated(number)
            if self._ended():
                return
            self._step()
            if self.group.first and time.monotonic() - saved >= self.options.checkpoint_seconds:
                self._save()
                saved = time.monotonic()

    def _ended(self) -> bool:
        """Whether all steps are done, or no score has improved for long enough (`training.patience`)."""
        patience, last = self.options.patience, self.steps if self.until is None else min(self.until, self.steps)
        return self.progress.step >= last or (patience is not None and self.progress.stale >= patience)

    def _points(self) -> set[int]:
        """Validation points: before the first step, evenly spaced, and the end."""
        count = min(self.options.validations, self.steps)
        return {0, *(round(self.steps * (i + 1) / count) for i in range(count))} if count else set()

    def _step(self) -> None:
        start = time.perf_counter()
        index = self.progress.step
        seed_torch(*self.place, "step", index)
        count = self.options.batches_per_step
        batches = {number: self.streams.at(number) for number in self.group.batches_of(index, count)}
        step = Step(index, index / max(1, self.steps), self._log)
        self._set_rates(index)
        for update in self.updates:
            for _ in range(update.repeat):
                self._update(update, step, batches)
        self.progress.step += 1
        if self.average:
            self.average.update(self.progress.step)
        self.progress.seconds += time.perf_counter() - start
        if self.emit:
            self.emit("step", step=self.progress.step, steps=self.steps, loss=self.progress.loss)

    def _update(self, update: Update, step: Step, batches: Mapping[int, Sequence[Any]]) -> None:
        """One step of the update's optimisers, along the mean gradient of the step's batches."""
        if not update.groups:
            with torch.no_grad():
                for number, batch in batches.items():
                    self._seed(number)
                    update.loss(step, *batch)
            return
        parameters = [p for name in update.groups for p in self._parameters(name)]
        total = 0.0
        gradients: Gradients = [None] * len(parameters)
        for number, batch in batches.items():
            self._seed(number)
            loss = _scalar(update.loss(step, *batch)) / self.options.batches_per_step
            total += float(loss.detach())
            self._check("a finite loss", math.isfinite(total), str(total))
            gradients = list(map(_plus, gradients, torch.autograd.grad(loss, parameters, allow_unused=True)))
        gradients = self.group.summed(gradients, parameters)
        self.progress.loss = total
        finite = [gradient.isfinite().all() for gradient in gradients if gradient is not None]
        # check gradients too: after the last step, no further loss would reveal them
        self._check("finite gradients", not finite or bool(torch.stack(finite).all()), "others")
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        if self.options.clip_norm is not None:
            nn.utils.clip_grad_norm_(parameters, self.options.clip_norm)
        for name in update.groups:
            self.optimisers[name].step()
            self.optimisers[name].zero_grad(set_to_none=True)

    def _seed(self, number: int) -> None:
        """With several batches a step, seed each one, so that it does not matter which process computes it."""
        if self.options.batches_per_step > 1:
            seed_torch(*self.place, "batch", number)

    def _set_rates(self, index: int) -> None:
        factor = self.options.lr * rates.factor(self.options, index, self.steps)
        for name, optimiser in self.optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = factor * self.groups[name].lr_factor

    def _check(self, expected: str, holds: bool, got: str) -> None:
        if not holds:
            raise TrainingDiverged(
                f"expected {expected}, got {got} at step {self.progress.step}; lower training.lr "
                f"(now {self.options.lr}), or check the data for extreme values"
            )

    def _log(self, **values: float) -> None:
        for name, value in values.items():
            self.logged.setdefault(name, []).append(float(value))

    def _logged_means(self) -> dict[str, float]:
        """The means of what was logged since the last call."""
        means = {name: float(np.mean(values)) for name, values in self.logged.items()}
        self.logged.clear()
        self.progress.diagnostics |= means
        return means

    # ------------------------------------------------------------------ validation and selection

    def _validate(self) -> None:
        """Score the learner and keep the best weights."""
        values = {"loss": self.progress.loss} | self._logged_means()
        with self.average.shown() if self.average else nullcontext():
            score = None if self.select is None else self.select(self.learner)
            if score is not None:
                # comparisons with NaN are False, so that it would count as no improvement
                self._check("a number from the validator", not math.isnan(score), "NaN")
                values["validation"] = float(score)
                self._keep_best(score)
        self.progress.validated = self.progress.step
        if self.emit and self.emit("epoch", step=self.progress.step, steps=self.steps, values=values):
            self._save()
            raise Stopped(str(self.place[-1]), self.progress.step)

    def _keep_best(self, score: float) -> None:
        improved = self.progress.best is None or score > self.progress.best
        if improved or score == self.progress.best:  # scores on few labels are often equal: keep the later weights
            self.progress.best, self.progress.best_step = float(score), self.progress.step
            self.best = checkpoint.module_arrays(self._modules(), "best")
        self.progress.stale = 0 if improved else self.progress.stale + 1

    # ------------------------------------------------------------------ state

    def _modules(self) -> dict[str, nn.Module]:
        return {"learner": self.learner.module, **{f"keep.{k}": m for k, m in self.keep.items()}}

    def _save(self) -> None:
        arrays = checkpoint.module_arrays(self._modules(), "now")
        arrays |= checkpoint.optimiser_arrays(self.optimisers) | self.best
        arrays |= self.average.arrays() if self.average else {}
        card = {"progress": vars(self.progress), "logged": self.logged, "phase": list(map(str, self.place))}
        card["logbook"] = self.logbook.values
        files.write_arrays(self.path, arrays, card)

    def _resume(self) -> None:
        saved = self.group.agreed(checkpoint.load(self.path) if self.group.first else None)
        if saved is None:
            return
        arrays, card = saved
        checkpoint.restore_modules(self._modules(), arrays, "now")
        checkpoint.restore_optimisers(self.optimisers, arrays)
        if self.average:
            self.average.restore(arrays)
        self.progress = Progress(**card["progress"])
        self.logged = card["logged"]
        self.logbook.restore(card["logbook"])
        self.best = {k: v for k, v in arrays.items() if k.startswith("best/")}

    def _optimiser(self, name: str) -> torch.optim.Optimizer:
        options: dict[str, Any] = {"lr": self.options.lr * self.groups[name].lr_factor}
        options["weight_decay"] = self.options.weight_decay
        if self.options.optimizer == "sgd":
            options["momentum"] = self.options.momentum
        return OPTIMISERS[self.options.optimizer](self._parameters(name), **options)

    def _parameters(self, name: str) -> list[nn.Parameter]:
        modules = modules_of(self.groups[name])
        return list({id(p): p for module in modules for p in module.parameters()}.values())

    # ------------------------------------------------------------------ frozen modules and modes

    @contextmanager
    def _frozen(self) -> Iterator[None]:
        """Inside the context, parameters in no group get no gradient."""
        trained = {id(p) for name in self.groups for p in self._parameters(name)}
        everything = [p for module in self._modules().values() for p in module.parameters()]
        before = [(p, p.requires_grad) for p in everything]
        for parameter in everything:
            parameter.requires_grad_(id(parameter) in trained)
        try:
            yield
        finally:
            for parameter, flag in before:
                parameter.requires_grad_(flag)

    @contextmanager
    def _modes(self) -> Iterator[None]:
        """Inside the context, trained modules are in train mode, others in eval mode, so that their buffers stay."""
        everything = [m for module in self._modules().values() for m in module.modules()]
        before = [(m, m.training) for m in everything]
        for module in everything:
            module.training = False
        for group in self.groups.values():
            for module in modules_of(group):
                module.train()
        for module in self.still:
            module.eval()
        try:
            yield
        finally:
            for module, mode in before:
                module.training = mode


def _scalar(loss: Any) -> torch.Tensor:
    """The loss that a strategy returned; `PluginError` if it is not a tensor of one number."""
    if isinstance(loss, torch.Tensor) and loss.numel() == 1:
        return loss
    got = f"a tensor of shape {list(loss.shape)}" if isinstance(loss, torch.Tensor) else repr(loss)
    raise PluginError(f"expected the loss of a step as a tensor of one number, got {got}; correct what it returns")


def _plus(one: torch.Tensor | None, other: torch.Tensor | None) -> torch.Tensor | None:
    return one if other is None else other if one is None else one + other
