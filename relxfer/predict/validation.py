"""Scores by which finished rows of a run are compared: all by the same rule, on the same validation labels."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from relxfer.errors import ArtefactError, RelxferError, UnknownName
from relxfer.execute.engine import Engine
from relxfer.execute.transfers import left_out
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Selection
from relxfer.predict import members
from relxfer.results.records import CellResult
from relxfer.store import files
from relxfer.store.entry import SCORE


@dataclass
class Validation:
    """Validation scores of the cells of a run, higher is better.

    A cell whose only phase was selected by the same rule on the same labels has its score from training. Any other
    model, such as the source unchanged, is scored now, and the score is kept beside it. One that has learnt these
    labels is scored by what it left out in turn, or not at all. No test is opened.
    """

    engine: Engine
    _rules: dict[tuple[object, ...], Selection] = field(default_factory=dict)

    def rule(self, cell: CellResult) -> Selection:
        """The rule for a target, a label budget and a seed, with its labels; without labels, no validator."""
        key = cell.target, cell.budget, cell.seed
        if key not in self._rules:
            try:
                self._rules[key] = self.engine.domains.compared(self.planned(cell))
            except UnknownName:  # the user's own configuration may name the target alone
                self._rules[key] = Selection()
        return self._rules[key]

    def labels(self, cell: CellResult) -> int:
        """Number of validation items of a cell."""
        target = self.rule(cell).target
        return 0 if target is None or target.val is None else len(np.unique(target.val.unit_ids()))

    def score(self, cell: CellResult) -> float | None:
        """The score of a finished cell; None if there are no validation labels, or its model cannot be asked."""
        rule = self.rule(cell)
        if rule.validator is None:
            return None
        trained = self._of_training(cell, rule)
        return self._kept(cell, rule) if trained is None else trained

    def planned(self, cell: CellResult) -> PlannedCell:
        """The cell as it was planned."""
        return members.planned(self.engine.experiment, cell)

    def _of_training(self, cell: CellResult, rule: Selection) -> float | None:
        """The score of the step that was selected, where it was selected by this rule in the only phase."""
        named, selected = self.engine.experiment.validator, cell.selection
        same = named is None or named.same_as(rule.validator)
        if not same or not cell.labels or selected is None or selected.rule != rule.rule or len(selected.steps) != 1:
            return None
        ((phase, step),) = selected.steps.items()
        points = self.engine.store.cell(cell.id).points()
        found = [point.values.get(SCORE) for point in points if (point.phase, point.step) == (phase, step)]
        return found[-1] if found else None

    def _kept(self, cell: CellResult, rule: Selection) -> float | None:
        """The score that was kept beside the model, or that is computed now."""
        path = left_out.score_file(self.engine.store.cell(cell.id).folder, cell.sha, rule)
        with suppress(ArtefactError):
            kept = files.read_json(path).get("score")
            return float(kept) if isinstance(kept, int | float) else None
        score = self._computed(cell, rule)
        with suppress(ArtefactError):  # a run that cannot be written is scored anew each time
            files.write_json(path, {"score": score})
        return score

    def _computed(self, cell: CellResult, rule: Selection) -> float | None:
        select = rule.selector()
        assert select is not None
        assert rule.target is not None
        learnt = cell.labels and left_out.learns(self.planned(cell).method.stages)
        if learnt and left_out.judges_labels(rule):
            return None
        model, adapter = members.stored(self.engine, cell), members.adapter(self.engine, cell)
        try:
            made = select(self.engine.attach.stored(model, adapter, rule.target, learnt=False))
        except RelxferError:
            return None  # it cannot be asked about less than it was trained with; then it is not compared
        return None if made is None or not np.isfinite(made) else float(made)
