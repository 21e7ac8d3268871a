"""Fitting a calibrator to a trained learner, and applying what a file of a model holds of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Calibrator, Learner
from relxfer.contract.records import Calibrator as CalibratorRecord
from relxfer.contract.tasks import Task
from relxfer.declare.experiment import Chosen
from relxfer.errors import Incompatible, PluginError, UnfitArtefact
from relxfer.execute import cards
from relxfer.execute.stored.about import Calibration
from relxfer.execute.stored.parts import wrong_state
from relxfer.judge import conformal
from relxfer.judge.conformal import Conformity
from relxfer.judge.metrics.classification import softmax
from relxfer.judge.metrics.known_answers import known_answers
from relxfer.judge.reliability import competing
from relxfer.plan.calibration import Calibrated
from relxfer.plugins.finder import Plugins
from relxfer.seeding import generator
from relxfer.store.json_text import JsonObject

#: From scores [b, C], -inf for candidates that do not compete, to probabilities [b, C].
Probabilities = Callable[[np.ndarray], np.ndarray]
#: The most scores, and the most queries, that are computed to calibrate: of larger validation splits, some items.
MOST_SCORES, MOST_QUERIES = 1 << 24, 5_000


@dataclass(frozen=True)
class Fitted:
    """What was fitted to validation labels.

    said  sentences for the report, such as why there is no calibration
    """

    calibration: Calibration | None = None
    conformity: Conformity | None = None
    said: tuple[str, ...] = ()


def fit(calibrated: Calibrated, learner: Learner, shown: Domain, plugins: Plugins) -> Fitted:
    """What a calibrator fits on the validation labels of the target, and how well right answers conform to it.

    shown  the target as the strategy saw it

    Raises:
        PluginError: what it returns cannot be stored.
    """
    said = [calibrated.reason] if calibrated.reason else []
    if calibrated.val is None:
        return Fitted(None, None, tuple(said))
    val, scores = _scored(calibrated, learner, shown)
    calibration = None
    if chosen := calibrated.calibrator:
        try:
            fitted = chosen.build().fit(scores, np.asarray(val.answers))
            calibration = Calibration(cards.plain(chosen), *_checked(fitted, chosen))
            said.append(f"probabilities calibrated by {chosen.name}, fitted to {_counted(val, calibrated)}")
        except Incompatible as error:
            said.append(f"not calibrated by {chosen.name}: {error}")
    of = probabilities(calibration, plugins) if calibration else uncalibrated(shown.task)
    made = of(scores)
    finite = np.isfinite(made).all()
    conformity = conformal.measured(shown.task, made, val, shown.query_kinds(val.queries)) if finite else None
    return Fitted(calibration, conformity, tuple(said))


def _scored(calibrated: Calibrated, learner: Learner, shown: Domain) -> tuple[Examples, np.ndarray]:
    """The labels that are used, and their scores [n, C]; -inf for candidates that do not compete.

    Raises:
        PluginError: there are not as many scores of labels left out as the task has answers.
    """
    assert calibrated.val is not None
    rows, left = _some(calibrated.val, shown.task.width), calibrated.scores
    val = calibrated.val.take(rows)
    if left is not None and left.shape[1] != shown.task.width:
        raise PluginError(f"expected {shown.task.width} scores of each label left out, got {left.shape[1]}")
    scores = np.concatenate([*map(np.asarray, learner.predict(val.hidden()))]) if left is None else left[rows]
    if shown.task.open:
        scores = competing(scores, np.asarray(val.answers), known_answers(val.queries, calibrated.known))
    return val, scores


def _some(val: Examples, width: int) -> np.ndarray:
    """The rows of so many items, drawn at random, that their scores fit into memory and do not take too long."""
    most = min(MOST_QUERIES, max(1, MOST_SCORES // max(width, 1)))
    if len(val) <= most:
        return np.arange(len(val))
    units = val.unit_ids()
    drawn = generator("validation items that calibrate").permutation(np.unique(units))
    kept = drawn[: max(1, int(len(drawn) * most / len(val)))]
    return np.flatnonzero(np.isin(units, kept))


def _counted(used: Examples, calibrated: Calibrated) -> str:
    assert calibrated.val is not None
    of = f" of {len(calibrated.val):,}" if len(used) < len(calibrated.val) else ""
    labels = "validation labels" if calibrated.scores is None else "labels that were left out in turn"
    return f"{len(used):,}{of} {labels}"


def _checked(fitted: Any, chosen: Chosen) -> tuple[Mapping[str, np.ndarray], JsonObject]:
    if wrong := wrong_state(fitted):
        raise PluginError(f"expected fit of the calibrator {chosen.name!r} to return {wrong}")
    return dict(fitted[0]), dict(fitted[1])


def uncalibrated(task: Task) -> Probabilities:
    """What a task shows of scores; where that is no probability, the softmax over the candidates."""
    if not task.ranked or task.shows == "probability":
        return task.shown
    return softmax


def probabilities(calibration: Calibration, plugins: Plugins) -> Probabilities:
    """The function from scores [b, C] to calibrated probabilities [b, C].

    Raises:
        UnfitArtefact: no plugin offers the calibrator, or what was fitted is not its own.
    """
    chosen = cards.offered(calibration.calibrator, CalibratorRecord, "a calibrator", plugins)
    calibrator: Calibrator = chosen.build()

    def of(scores: np.ndarray) -> np.ndarray:
        try:
            return np.asarray(calibrator.apply(scores, (calibration.arrays, dict(calibration.card))))
        except (KeyError, TypeError, ValueError) as error:
            raise UnfitArtefact(
                f"expected what the calibrator {chosen.name!r} has fitted, got something else "
                f"({type(error).__name__}: {error}); name another checkpoint"
            ) from None

    return of
