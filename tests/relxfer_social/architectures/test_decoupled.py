"""The loaders of `decoupled` and `mlp`: how far each propagates."""

from __future__ import annotations

import pytest
from relxfer_social.architectures.decoupled import DecoupledOptions, MLPOptions, decoupled, mlp

from relxfer.judge.metrics.classification import Classification


@pytest.mark.parametrize(
    ("model", "depths"),
    [(decoupled(DecoupledOptions(source_depth=2, target_depth=5)), (2, 5)), (mlp(MLPOptions(hidden=3)), (0, 0))],
    ids=["decoupled", "mlp"],
)
def test_the_depths_are_those_of_the_options(model, depths):
    model.take(4, (), Classification(("x", "y")))
    assert model.network.depths == depths
