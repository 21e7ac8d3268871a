"""The groups of parameters that a fit trains."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from torch import nn

from relxfer.contract.strategies import ParameterGroup
from relxfer.errors import PluginError
from relxfer.train.groups import groups_of, modules_of


def test_unnamed_groups_are_one_of_the_whole_learner():
    learner = SimpleNamespace(module=nn.Linear(1, 1))
    (group,) = groups_of(learner, None).values()
    assert (modules_of(group), group.lr_factor) == ([learner.module], 1.0)


def test_the_modules_of_a_group_are_a_list():
    both = nn.Linear(1, 1), nn.Linear(2, 2)
    assert modules_of(ParameterGroup(both)) == list(both)


def test_a_group_of_another_type_is_told():
    with pytest.raises(PluginError, match="got Linear; import ParameterGroup"):
        groups_of(None, {"head": nn.Linear(1, 1)})
