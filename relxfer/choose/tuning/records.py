"""What tuning tried, and what it chose: `tuning.json` of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from relxfer.results.records import Budget
from relxfer.store.json_text import Json, JsonObject


@dataclass(frozen=True)
class Trial:
    """Options that were tried.

    options  key of the row -> value
    status   whether it was trained to its end, stopped early, or failed
    score    mean of the best scores of its seeds; None if it failed
    scores   of each seed
    reason   why it failed
    ratings  rule that ranks finished models -> the mean of its scores of the seeds; none: `score` ranks them
    """

    options: Mapping[str, Json]
    status: Literal["done", "pruned", "failed"]
    score: float | None = None
    scores: tuple[float, ...] = ()
    reason: str = ""
    ratings: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Tried:
    """All trials of a row at one label budget of a target, and what was chosen.

    selected_by   the validator whose scores chose, or the vote of several
    trials        in the order in which they were tried; the first has the options that the row has in the configuration
    chosen        which of them was chosen: the first of those with the best score, or the best mean rank; None if none
                  came to its end
    unchanged     the scores of the source unchanged by the rules that rank models; none if it was not ranked with them
    source_first  whether the source unchanged has a better mean rank than every trial
    """

    source: str | None
    target: str
    budget: Budget
    strategy: str
    selected_by: str
    trials: tuple[Trial, ...]
    chosen: int | None
    unchanged: Mapping[str, float | None] = field(default_factory=dict)
    source_first: bool = False

    @property
    def options(self) -> Mapping[str, Json]:
        """The options that were chosen; none if no trial came to its end."""
        return {} if self.chosen is None else self.trials[self.chosen].options

    @property
    def scored(self) -> int:
        """How many trials came to a score."""
        return sum(trial.status != "failed" for trial in self.trials)

    @property
    def ranked(self) -> bool:
        """Whether rules ranked finished models."""
        return any(trial.ratings for trial in self.trials)

    def table(self) -> JsonObject:
        """The choice as an entry of `[[strategy.tuned]]`; trials that failed are none that it was chosen among."""
        made = {"source": self.source, "target": self.target, "budget": self.budget, "changes": dict(self.options)}
        first = {"source_first": True} if self.source_first else {}
        return {**made, "trials": self.scored, "selected_by": self.selected_by, **first}


@dataclass(frozen=True)
class Tuning:
    """All choices of a run."""

    choices: tuple[Tried, ...] = field(default=())

    def card(self) -> JsonObject:
        """As JSON."""
        return {"choices": [asdict(choice) for choice in self.choices]}
