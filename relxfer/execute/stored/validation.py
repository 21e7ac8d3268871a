"""Scores by which finished rows are compared: all by the same rule, on the same validation labels."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from relxfer.declare.experiment import Chosen
from relxfer.errors import ArtefactError
from relxfer.execute import artefacts
from relxfer.execute.attach import Attach
from relxfer.execute.deadline import deadline
from relxfer.execute.domains import Domains
from relxfer.execute.transfers import left_out
from relxfer.plan import selection
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Selection
from relxfer.plugins.finder import Plugins
from relxfer.results.records import Selected
from relxfer.seeding import torch_kept
from relxfer.store import files
from relxfer.store.entry import SCORE, Entry
from relxfer.store.run_directory import Store
from relxfer.train import memory


@dataclass(frozen=True)
class Finished:
    """What is known of a finished cell: the id of its transfer, the hash of its model, and how steps were selected."""

    id: str
    sha: str
    selection: Selected | None


@dataclass
class Validation:
    """Validation scores of the finished cells of an experiment, higher is better.

    A cell whose only phase was selected by the same rule on the same labels has its score from training. Any other
    model, such as the source unchanged, is asked about these labels once, and the score is kept beside it: cells that
    share a model may have different labels, by their seeds and budgets. One that has learnt these labels is scored by
    what it left out in turn, or not at all. No test is opened.
    """

    plugins: Plugins
    store: Store
    domains: Domains
    attach: Attach

    def score(self, cell: PlannedCell, done: Finished, rule: Selection | None = None) -> float | None:
        """The score of a finished cell; None if there are no validation labels, or if its model cannot be asked.

        rule  with its labels, where it is determined already (`Domains.compared`)
        """
        trained = self._of_training(cell, done)
        if trained is not None:
            return trained
        try:
            rule = rule or self.domains.compared(cell)
            return None if rule.validator is None else self._of_model(cell, done, rule)
        except (Exception, SystemExit):
            return None  # such as a model that cannot be asked about less than it was trained with

    def _of_training(self, cell: PlannedCell, done: Finished) -> float | None:
        """The score of the step that was selected, where it was selected by the same rule in the only phase."""
        selected = done.selection
        if selected is None or len(selected.steps) != 1 or not self._selected_so(cell, selected.rule):
            return None
        ((phase, step),) = selected.steps.items()
        points = self.store.cell(done.id).points()
        found = [point.values.get(SCORE) for point in points if (point.phase, point.step) == (phase, step)]
        return found[-1] if found else None

    def _selected_so(self, cell: PlannedCell, rule: str) -> bool:
        """Whether a cell that was selected by a rule of this name was so by the one that compares, on the same labels.

        Its data need not be looked at. A validator that the user names has to be the first automatic one. Else the
        first automatic one with its data was taken: if it needs labels of the target and no others, it is that of all.
        """
        automatic, named = self._automatic, self.domains.experiment.validators_of(cell.method)
        if named and not named[0].same_as(next(iter(automatic), None)):
            return False
        labelled = [each.name for each in automatic if "target-labels" in each.record.needs]
        return "target-labels" in cell.method.needs and rule in labelled

    @cached_property
    def _automatic(self) -> list[Chosen]:
        return selection.automatic(self.plugins, ("target-labels",))

    def _of_model(self, cell: PlannedCell, done: Finished, rule: Selection) -> float | None:
        """The score that was kept beside the model, or that it is given now."""
        entry = self.store.cell(done.id)
        path = left_out.score_file(entry.folder, done.sha, rule)
        with suppress(ArtefactError):
            kept = files.read_json(path).get("score")
            return float(kept) if isinstance(kept, int | float) else None
        score = self._asked(cell, entry, rule)
        with suppress(ArtefactError, OSError):  # a run that cannot be written is scored anew each time
            files.write_json(path, {"score": score})
        return score

    def _asked(self, cell: PlannedCell, entry: Entry, rule: Selection) -> float | None:
        """The score of a stored model. What torch draws afterwards does not depend on it."""
        select, experiment = rule.selector(), self.domains.experiment
        assert select is not None
        learnt = "target-labels" in cell.method.needs and left_out.learns(cell.method.stages)
        if learnt and left_out.judges_labels(rule):
            return None  # it has learnt these labels, and left none of them out
        large = memory.held(cell.adapter.record.large_blocks)
        with deadline(experiment.config.timeout_seconds), large, torch_kept():
            artefact = artefacts.read(entry.model, self.plugins, None, experiment.models, built=False)
            as_stored = artefact.about.adapter is not None
            adapter = artefacts.adapter_of(artefact, experiment, self.plugins) if as_stored else cell.adapter
            score = select(self.attach.stored(artefact, adapter, rule.target, learnt=False))
        return None if score is None or not np.isfinite(score) else float(score)
