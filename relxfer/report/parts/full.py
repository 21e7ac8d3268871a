"""A report in full: all parts in the order in which they are read, the answer first."""

from __future__ import annotations

from collections.abc import Callable

from relxfer.report.parts import (
    answer,
    classes,
    costs,
    curves,
    data,
    embedding,
    gains,
    mistakes,
    next_steps,
    outcome,
    probabilities,
    provenance,
    sources,
    strata,
    training,
    warnings,
)
from relxfer.report.shown.blocks import Part
from relxfer.report.shown.subject import Subject

_PARTS: tuple[Callable[[Subject], Part | None], ...] = (
    answer.part,
    outcome.part,
    warnings.part,
    next_steps.part,
    curves.part,
    gains.part,
    sources.part,
    probabilities.part,
    classes.part,
    mistakes.part,
    strata.part,
    lambda subject: embedding.part(subject.points),
    training.part,
    costs.part,
    data.part,
    provenance.part,
)


def parts(subject: Subject) -> list[Part]:
    """The parts that this run has."""
    return [part for make in _PARTS if (part := make(subject))]
