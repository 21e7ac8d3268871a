"""Numbers of labels and the law by which a metric grows with them, as records that need no numpy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Span:
    """The 95 % interval of a number of labels; an end is None where the run does not bound it."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Labels:
    """A number of labels, or a multiple of one.

    value         None where it cannot be said
    bound         "at least" or "at most" where the curve does not reach so far; empty where the value is an estimate
    span          its interval; None where there can be none, such as of fewer than three seeds
    extrapolated  whether the value or an end of the interval lies beyond the most labels of the run, at 99 %
    """

    value: float | None
    bound: Literal["", "at least", "at most"] = ""
    span: Span | None = None
    extrapolated: bool = False

    def per(self, labels: int) -> Labels:
        """This number as a multiple of `labels`.

        >>> Labels(300.0, span=Span(120.0, None)).per(100)
        Labels(value=3.0, bound='', span=Span(low=1.2, high=None), extrapolated=False)
        """
        low, high = (self.span.low, self.span.high) if self.span else (None, None)
        span = Span(_share(low, labels), _share(high, labels)) if self.span else None
        return replace(self, value=_share(self.value, labels), span=span)


@dataclass(frozen=True)
class PowerLaw:
    """value = ceiling - scale n^-exponent: how a metric grows with n labels.

    Errors of learners fall by a power of the number of examples towards a rest that no number of them removes (Cortes,
    Jackel, Solla, Vapnik and Denker 1994, "Learning curves: asymptotic values and rate of convergence").
    """

    ceiling: float
    scale: float
    exponent: float

    def at(self, labels: float) -> float:
        """The value at a number of labels above 0.

        >>> PowerLaw(0.9, 1.0, 0.5).at(100)
        0.8
        """
        return float(self.ceiling - self.scale * labels**-self.exponent)


def _share(value: float | None, labels: int) -> float | None:
    return None if value is None else value / labels
