"""Scores that a calibrator can be fitted to."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.calibrating.finite_scores import finite

from relxfer.errors import Incompatible


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(wrong):
    with pytest.raises(Incompatible, match="finite scores of the validation labels"):
        finite(np.array([[0.0, wrong]]))


def test_one_infinity_may_be_allowed():
    assert finite(np.array([1, -np.inf]), but=-np.inf).tolist() == [1.0, -np.inf]
    with pytest.raises(Incompatible):
        finite(np.array([np.inf]), but=-np.inf)
