"""Sizes that are drawn between two bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, PositiveInt

if TYPE_CHECKING:
    import numpy as np


def _ascending(bounds: tuple[int, int]) -> tuple[int, int]:
    if bounds[0] > bounds[1]:
        raise ValueError(f"expected the lower bound first (got {list(bounds)})")
    return bounds


#: A lower and an upper bound.
Bounds = Annotated[tuple[PositiveInt, PositiveInt], AfterValidator(_ascending)]


def drawn(bounds: tuple[int, int], rng: np.random.Generator) -> int:
    """A size between the bounds, log-uniformly.

    >>> import numpy as np
    >>> drawn((7, 7), np.random.default_rng(0))
    7
    """
    import numpy as np

    return round(float(np.exp(rng.uniform(*np.log(bounds)))))
