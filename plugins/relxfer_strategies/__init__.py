"""Strategies and validators that know no modality."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Calibrator, SourceModel, TransferStrategy, Validator
from relxfer_strategies import adapting, baselines, calibrating, combining, distilling, selecting, tuning, unlabelled

relxfer_api_version = 2

#: The packages that hold strategies, in the order in which they are listed.
FAMILIES = (baselines, tuning, distilling, adapting, unlabelled, combining)


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    return [strategy for family in FAMILIES for strategy in family.STRATEGIES]


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [*baselines.MODELS, *combining.MODELS]


@hookimpl
def relxfer_calibrators() -> Iterable[Calibrator]:
    return calibrating.CALIBRATORS


@hookimpl
def relxfer_validators() -> Iterable[Validator]:
    return selecting.VALIDATORS
