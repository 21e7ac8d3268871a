"""`--set`: which entry of a list a name means, and what is said where it means none or several."""

from __future__ import annotations

import pytest

from relxfer.declare.changes import changed
from relxfer.errors import ConfigError

RAW = {
    "source": {"name": "points", "datasets": ["a", {"use": "b"}]},
    "target": [{"dataset": "geo-us"}, {"dataset": {"use": "kg-files", "name": "mine"}}],
    "strategy": [
        "zero-shot",
        {"use": "finetune"},
        {"use": "finetune", "name": "v1.2"},
        {"stages": ["linear", {"use": "dann"}]},
        {"use": "lora", "name": "low"},
        {"use": "lora", "name": "high"},
    ],
}


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ("source.points.shared=true", "source", [{**RAW["source"], "shared": True}]),
        ("source.a+b.shared=true", "source", [{**RAW["source"], "shared": True}]),
        ("source.0.shared=true", "source", [{**RAW["source"], "shared": True}]),
        ("source.shared=true", "source", {**RAW["source"], "shared": True}),
        ("target.geo-us.name=us", "target", [{"dataset": "geo-us", "name": "us"}, RAW["target"][1]]),
        ("target.mine.label_budgets=[1]", "target", [RAW["target"][0], {**RAW["target"][1], "label_budgets": [1]}]),
        ("strategy.zero-shot.name=z", "strategy", [{"use": "zero-shot", "name": "z"}, *RAW["strategy"][1:]]),
    ],
)
def test_an_entry_goes_by_its_name_or_by_what_it_uses(change, where, expected):
    assert changed(RAW, change) == {**RAW, where: expected}


def test_names_with_dots_and_of_stages():
    rows = changed(RAW, 'strategy."v1.2".lr_factor=-.5')["strategy"]
    assert rows[2] == {"use": "finetune", "name": "v1.2", "lr_factor": -0.5}
    rows = changed(RAW, "strategy.linear > dann.stages.dann.hidden=3")["strategy"]
    assert rows[3] == {"stages": ["linear", {"use": "dann", "hidden": 3}]}


def test_a_row_without_a_name_goes_before_named_ones_that_use_the_same():
    assert changed(RAW, "strategy.finetune.x=1")["strategy"][1:3] == [{"use": "finetune", "x": 1}, RAW["strategy"][2]]


def test_a_name_of_its_own_comes_before_what_others_use():
    raw = {"strategy": [{"use": "finetune", "name": "late"}, {"use": "linear", "name": "finetune"}]}
    assert changed(raw, "strategy.finetune.x=1")["strategy"] == [raw["strategy"][0], {**raw["strategy"][1], "x": 1}]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("strategy.lora.lr=1", "expected the name of one strategy, got 'lora', which strategy.4, strategy.5 have"),
        ("strategy.fintune.lr=1", "no strategy in the configuration is called 'fintune': did you mean 'finetune'?"),
        ("strategy.9.lr=1", "expected an index below 6 (got '9')"),
        ("source.name.x=1", "'x' lies below a plain value"),
        ("strategy", "expected key=value"),
    ],
)
def test_what_leads_nowhere_is_told_in_words(change, expected):
    with pytest.raises(ConfigError) as caught:
        changed(RAW, change)
    assert expected in str(caught.value)


def test_nothing_is_changed_in_place():
    before = repr(RAW)
    changed(RAW, "strategy.1.x=1")
    assert repr(RAW) == before
