"""The oracle: the result that choosing the validation point by test labels would have given.

It is reported only. The engine scores the sealed test at every validation point and writes the values to a file beside
the trace; training, selection and fingerprints do not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relxfer.results.records import MetricSummary, OracleValue
from relxfer.store import files
from relxfer.store.entry import Point


@dataclass
class Oracle:
    """The oracle of one transfer on one test.

    path   file of its values, one line for every validation point
    score  function from a learner to its metrics on the sealed test
    rule   rank rule of `score`
    """

    path: Path
    score: Callable[[Any], Mapping[str, float]]
    rule: str
    _values: Mapping[str, float] = field(default_factory=dict)

    def watch(self, select: Callable[[Any], float | None] | None) -> Callable[[Any], float | None]:
        """A selector that returns what `select` returns, and also scores the test."""

        def watched(learner: Any) -> float | None:
            score = select(learner) if select else None
            self._values = self.score(learner)
            return score

        return watched

    def record(self, phase: str, step: int) -> None:
        """Write the last values as those of a validation point."""
        files.append_line(self.path, {"phase": phase, "step": step, "rule": self.rule, "values": self._values})


def best(path: Path, points: Sequence[Point], metric: MetricSummary, rule: str) -> OracleValue | None:
    """The best value of a metric, with phase and step; None if any validation point was passed without the oracle, or
    the metric was undefined there."""
    lines = (line for line in files.read_lines(path) if line["rule"] == rule)
    values = {(line["phase"], line["step"]): line["values"].get(metric.name) for line in lines}
    values = {place: value for place, value in values.items() if value is not None}
    if not {(point.phase, point.step) for point in points} <= values.keys():
        return None
    phase, step = max(values, key=lambda place: metric.sign * values[place])
    return OracleValue(values[phase, step], phase, step)
