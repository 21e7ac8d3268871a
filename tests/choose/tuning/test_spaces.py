"""Where the options of a row are searched."""

from __future__ import annotations

import pytest

from relxfer.choose.tuning import spaces
from relxfer.contract.options import Searched
from relxfer.errors import ConfigError

LR = Searched(low=1e-3, high=1e-1, log=True)


def test_by_default_scratch_has_the_space_of_training_and_strategies_have_their_weights_too(experiment):
    found = spaces.of_rows(experiment(), {})
    assert found["scratch"].keys() == {"training.lr"}
    assert found["l2-sp"].keys() == {"training.lr", "source_penalty_weight"}
    assert (found["l2-sp"]["training.lr"].low, found["l2-sp"]["training.lr"].high) == pytest.approx((1e-5, 1e-3))
    assert "zero-shot" not in found, "it has nothing to choose"


def test_the_users_space_replaces_the_default_one(experiment):
    found = spaces.of_rows(experiment(), {"training.lr": LR, "l2-sp.lr_factor": Searched(choices=(0.1, 1.0))})
    assert found["scratch"] == {"training.lr": LR}
    assert found["l2-sp"] == {"training.lr": LR, "lr_factor": Searched(choices=(0.1, 1.0))}


def test_a_weight_of_zero_and_an_option_without_effect_are_not_searched(experiment):
    found = spaces.of_rows(experiment(strategy=[{"use": "l2-sp", "source_penalty_weight": 0}]), {})
    assert found["l2-sp"].keys() == {"training.lr"}
    assert "scratch" not in spaces.of_rows(experiment(training={"steps": 0}), {})


def test_stages_are_searched_one_by_one(experiment):
    made = experiment(strategy=[{"stages": ["autoencoder", "l2-sp"], "name": "both"}])
    method = next(method for method in made.methods if method.name == "both")
    space = spaces.of_rows(made, {})["both"]
    assert "stages.1.source_penalty_weight" in space
    assert spaces.defaults(method, space, made)["stages.1.source_penalty_weight"] == 0.1


def test_values_are_those_of_the_row(experiment):
    made = experiment(strategy=[{"use": "l2-sp", "training": {"lr": 0.25}}])
    method = made.methods[0]
    space = spaces.of_rows(made, {})["l2-sp"]
    assert spaces.defaults(method, space, made) == {"training.lr": 0.25, "source_penalty_weight": 0.1}


def test_a_key_that_leads_to_no_row_is_told(experiment):
    with pytest.raises(ConfigError, match=r"tune.space.l2sp.lr_factor.*did you mean 'l2-sp'"):
        spaces.of_rows(experiment(), {"l2sp.lr_factor": LR})


def test_a_factor_needs_a_value_to_go_around(experiment):
    with pytest.raises(ConfigError, match="expected a number above 0 to search around"):
        spaces.of_rows(experiment(), {"l2-sp.source_penalty_on": Searched(factor=2)})
