"""The prior is judged as it was attached."""

from __future__ import annotations

import numpy as np
from relxfer_strategies.baselines.prior import Prior

from relxfer.authoring.torch_learner import arrays_of


def test_nothing_is_fitted_and_nothing_changes(cell):
    before = arrays_of(cell.learner.module)
    assert Prior(None).transfer(cell) is cell.learner
    assert cell.trainer.fits == cell.trainer.results == []
    assert all(np.array_equal(value, before[name]) for name, value in arrays_of(cell.learner.module).items())
