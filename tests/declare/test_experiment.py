"""What a resolved experiment tells of itself."""

from __future__ import annotations

import pytest

from relxfer.declare import resolve
from relxfer.declare.experiment import Experiment, extra_needs
from relxfer.plugins.finder import Plugins

PLUGINS = Plugins.load(third_party=False)


def load(**changes) -> Experiment:
    return resolve.load({"target": {"dataset": "geo-us"}, "source": {"datasets": ["geo-world"]}} | changes, PLUGINS)


def test_a_card_holds_what_acts_and_what_was_said():
    (target,) = load(target={"dataset": "geo-us", "adapter": {"use": "kg", "negatives": 8}}).targets
    assert target.adapter.written() == {"use": "kg", "negatives": 8}
    card = target.adapter.card()
    assert card["adversarial_temperature"] == 1.0
    assert not {"left_out_fraction", "derived_probability"} & card.keys(), "no part is cut"
    assert target.adapter.content()["use"] == ["kg", "relxfer_kg.adapter:KGAdapter"]


def test_options_that_do_nothing_change_no_fingerprint(tmp_path):
    (tmp_path / "a.tsv").write_text("a\tr\tb\n")
    one, other = (
        load(target={"dataset": {"use": "kg-files", "facts": [["a", "r", "b"]], **more}}).targets[0].dataset
        for more in ({}, {"name": "kg-files"})
    )
    assert one.content()["literals"] == other.content()["literals"] == "keep"


@pytest.mark.parametrize(
    ("source", "given", "pretrained"),
    [
        ({"datasets": ["geo-world"]}, False, True),
        ({"model": "ultra", "weights": "kg-base"}, True, False),
        ({"model": "ultra", "weights": "kg-base", "datasets": ["geo-world"], "continued": True}, True, True),
    ],
)
def test_where_a_source_comes_from(source, given, pretrained):
    (made,) = load(source=source).sources
    assert (made.given, made.pretrained) == (given, pretrained)


def test_needs_and_seeds_are_those_of_all_stages():
    made = load(strategy=[{"stages": ["feature-extraction", "finetune"]}, "zero-shot"]).methods
    assert set(made[0].needs) >= {"source-model", "target-labels", "gradients"}
    assert len(made[0].needs) == len(set(made[0].needs))
    assert [method.seeded for method in made[:2]] == [True, False]


def test_a_row_from_new_weights_needs_no_source_model_and_all_else():
    started, new, staged = load(
        strategy=[
            "mmd",
            {"use": "mmd", "name": "joint", "start": "new"},
            {"stages": ["mmd", "prior-matching"], "start": "new"},
        ]
    ).methods[:3]
    assert set(started.needs) - set(new.needs) == {"source-model"}
    assert {"source-labels", "same-task"} <= set(new.needs)
    assert "source-model" not in staged.needs, "one of its stages trains on labels of the sources"


def test_options_may_add_needs():
    (stage,) = load(strategy=[{"use": "feature-extraction", "head": "logistic"}]).methods[0].stages
    assert extra_needs(stage.options) == ("features",)
    assert extra_needs(None) == ()


def test_models_are_all_that_are_named_or_come_along():
    names = [model.name for model in load().models]
    assert names.count("ultra") == 2
    assert {"relation-frequency", "reverse-lookup"} <= set(names)
