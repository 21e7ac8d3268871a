"""The oracle: what choosing the validation point by test labels would have reached.

It is told, and chooses nothing. The engine scores the sealed test at every validation point and writes the values
beside the trace; training, selection and fingerprints know nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relxfer.results.records import OracleValue
from relxfer.store import files
from relxfer.store.entry import Point


@dataclass
class Oracle:
    """Of one transfer and one test split.

    path   of its values, one line for every validation point
    score  learner -> metric -> value on the sealed test; the engine's
    rule   of the ranks that `score` counts
    """

    path: Path
    score: Callable[[Any], Mapping[str, float]]
    rule: str
    _seen: Mapping[str, float] = field(default_factory=dict)

    def watch(self, select: Callable[[Any], float | None] | None) -> Callable[[Any], float | None]:
        """The same selector, which is followed by a look at the test."""

        def watched(learner: Any) -> float | None:
            score = select(learner) if select else None
            self._seen = self.score(learner)
            return score

        return watched

    def record(self, phase: str, step: int) -> None:
        """Write what was seen last."""
        files.append_line(self.path, {"phase": phase, "step": step, "rule": self.rule, "values": self._seen})


def best(path: Path, points: Sequence[Point], metric: str, rule: str) -> OracleValue | None:
    """The best value of a metric and where it was; None where some validation point was passed without the oracle."""
    lines = (line for line in files.read_lines(path) if line["rule"] == rule)
    values = {(line["phase"], line["step"]): line["values"][metric] for line in lines}
    if not {(point.phase, point.step) for point in points} <= values.keys():
        return None
    phase, step = max(values, key=lambda place: values[place])
    return OracleValue(values[phase, step], phase, step)
