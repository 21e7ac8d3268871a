"""What was tried and chosen."""

from __future__ import annotations

import json

from relxfer.choose.tuning.records import Trial, Tried, Tuning
from relxfer.store import json_text

TRIALS = (Trial({"lr": 0.1}, "done", 0.5, (0.5,)), Trial({"lr": 0.2}, "pruned", 0.75, (0.75,)))


def test_a_choice_is_an_entry_of_the_row():
    choice = Tried("a", "b", "all", "finetune", "target-val", TRIALS, 0)
    assert choice.table() == {
        "source": "a", "target": "b", "budget": "all", "changes": {"lr": 0.1}, "trials": 2, "selected_by": "target-val",
    }  # fmt: skip


def test_where_nothing_was_chosen_there_are_no_options():
    assert Tried(None, "b", 10, "finetune", "target-val", TRIALS, None).options == {}


def test_all_trials_are_told_as_json():
    (told,) = json.loads(json_text.dumps(Tuning((Tried(None, "b", 10, "x", "im", TRIALS, 0),)).card()))["choices"]
    assert [trial["status"] for trial in told["trials"]] == ["done", "pruned"]
