"""Sizes between two bounds."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from relxfer_kg.training.bounds import Bounds, drawn


def test_sizes_are_log_uniform_between_the_bounds():
    """As many below the geometric mean of the bounds as above it."""
    rng = np.random.default_rng(0)
    sizes = np.array([drawn((10, 1000), rng) for _ in range(4000)])
    assert sizes.min() >= 10
    assert sizes.max() <= 1000
    assert abs((sizes < 100).mean() - 0.5) < 0.05


@pytest.mark.parametrize("bounds", [(30, 3), (0, 3), (3,), (1, 2, 3)])
def test_bounds_that_make_no_size_are_refused(bounds):
    with pytest.raises(ValidationError):
        TypeAdapter(Bounds).validate_python(bounds)


def test_the_order_of_the_bounds_is_named():
    with pytest.raises(ValidationError, match=r"lower bound first \(got \[30, 3\]\)"):
        TypeAdapter(Bounds).validate_python((30, 3))
