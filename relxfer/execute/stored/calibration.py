"""Fitting a calibrator to a trained learner, and applying what a file of a model holds of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer.contract.learners import Calibrator, Learner
from relxfer.contract.records import Calibrator as CalibratorRecord
from relxfer.declare.experiment import Chosen
from relxfer.errors import Incompatible, PluginError, UnfitArtefact
from relxfer.execute import cards
from relxfer.execute.stored.about import Calibration
from relxfer.execute.stored.parts import wrong_state
from relxfer.plan.calibration import Calibrated
from relxfer.plugins.finder import Plugins
from relxfer.store.json_text import JsonObject


def fit(calibrated: Calibrated, learner: Learner, shown: Domain) -> tuple[Calibration | None, list[str]]:
    """What a calibrator fits on the validation labels of the target; and sentences for the report.

    None where it cannot be fitted, with the reason as a sentence.

    Raises:
        PluginError: what it returns cannot be stored.
    """
    chosen = calibrated.calibrator
    if chosen is None or shown.val is None:
        return None, [calibrated.reason] if calibrated.reason else []
    scores = np.concatenate([*map(np.asarray, learner.predict(shown.val.hidden()))])
    try:
        fitted = chosen.build().fit(scores, np.asarray(shown.val.answers))
    except Incompatible as error:
        return None, [f"not calibrated by {chosen.name}: {error}"]
    said = f"probabilities calibrated by {chosen.name}, fitted to {len(shown.val):,} validation labels"
    return Calibration(cards.plain(chosen), *_checked(fitted, chosen)), [said]


def _checked(fitted: Any, chosen: Chosen) -> tuple[Mapping[str, np.ndarray], JsonObject]:
    if wrong := wrong_state(fitted):
        raise PluginError(f"expected fit of the calibrator {chosen.name!r} to return {wrong}")
    return dict(fitted[0]), dict(fitted[1])


def probabilities(calibration: Calibration, plugins: Plugins) -> Callable[[np.ndarray], np.ndarray]:
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
