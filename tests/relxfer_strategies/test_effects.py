"""Options of strategies that act only beside others say so."""

from __future__ import annotations

from typing import Any

import pytest

from relxfer.contract.only_with import TOLERATED, hindrances
from relxfer.declare.resolve import options_model
from relxfer.plugins.finder import Plugins

#: A strategy, options of which one does nothing, and what else would let it act.
WITHOUT_EFFECT = [
    ("finetune", {"last_parts": 1, "lr_decay_per_part": 0.5}, "set last_parts to 0 or above 1"),
    ("finetune", {"last_parts": 1, "gradual_unfreezing": True}, "set last_parts to 0 or above 1"),
    ("feature-extraction", {"head": "logistic", "lr_factor": 2.0}, 'set head = "kept" or "new"'),
    ("l2-sp", {"source_penalty_on": "all", "head_penalty_weight": 1.0}, 'set source_penalty_on = "body"'),
    ("bss", {"penalty_weight": 0.0, "singular_values": 2}, "set penalty_weight above 0"),
    ("co-train", {"stage": "dgi", "temperature": 0.2}, 'set stage = "grace"'),
    ("co-train", {"stage": "dgi", "projection_width": 8}, 'set stage = "grace"'),
]
ACTING = [
    ("finetune", {"last_parts": 2, "lr_decay_per_part": 0.5, "gradual_unfreezing": True}),
    ("feature-extraction", {"head": "new", "lr_factor": 2.0}),
    ("l2-sp", {"head_penalty_weight": 1.0}),
    ("bss", {"singular_values": 2}),
    ("co-train", {"stage": "grace", "temperature": 0.2, "projection_width": 8}),
]


def without_effect(name: str, options: dict[str, Any]) -> dict[str, str]:
    """What keeps options that were written from acting, by their names."""
    model = options_model(Plugins.load(third_party=False).find("strategy", name))
    found = hindrances(model.model_validate(options, context={TOLERATED: True}))
    return {option: why for option, why in found.items() if option in options}


@pytest.mark.parametrize(("name", "options", "remedy"), WITHOUT_EFFECT)
def test_an_option_that_does_nothing_says_what_would_let_it_act(name, options, remedy):
    found = without_effect(name, options)
    assert list(found) == list(options)[1:]
    assert found[list(options)[1]].endswith(remedy)


@pytest.mark.parametrize(("name", "options"), ACTING)
def test_an_option_that_acts_is_no_mistake(name, options):
    assert without_effect(name, options) == {}
