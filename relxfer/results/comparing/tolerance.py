"""How much worse something may become before a regression check fails."""

from __future__ import annotations

import re
from dataclasses import dataclass

from relxfer.judge.records import Interval

_FORM = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(%?)")


@dataclass(frozen=True)
class Tolerance:
    """A difference that is still allowed.

    amount    absolute, or a share of the value before
    relative  whether it is a share
    """

    amount: float
    relative: bool

    @classmethod
    def parse(cls, text: str) -> Tolerance:
        """Read a number, or a number with %.

        Raises:
            ValueError: the text has another form.

        >>> Tolerance.parse("1%"), Tolerance.parse("0.02")
        (Tolerance(amount=0.01, relative=True), Tolerance(amount=0.02, relative=False))
        """
        match = _FORM.fullmatch(text)
        if not match:
            raise ValueError(f"expected a number such as 0.01, or a share such as 1%, got {text!r}")
        number, percent = match.groups()
        return cls(float(number) / (100 if percent else 1), bool(percent))

    def broken_by(self, before: float, difference: Interval) -> bool:
        """Whether the difference from the value before is worse than allowed, and its interval lies below 0."""
        allowed = self.amount * (abs(before) if self.relative else 1)
        return difference.estimate < -allowed and difference.high < 0
