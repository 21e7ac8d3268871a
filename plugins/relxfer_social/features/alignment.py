"""Features of a network in the columns that a model was built for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relxfer.errors import Incompatible

if TYPE_CHECKING:
    import scipy.sparse as sp

_REMEDY = 'use features = ["structure"] or ["degree"] in the adapter of the target, which every network has'


def aligned(
    features: sp.csr_matrix, columns: tuple[str, ...], wanted: tuple[str, ...], inputs: int, name: str
) -> sp.csr_matrix:
    """[V, inputs]: by name where both have names, else as they stand.

    columns  names of the features, or ()
    wanted   names of the model's inputs, or ()

    Raises `Incompatible` where the names have nothing in common, or unnamed features are of another number.
    """
    if columns == wanted and features.shape[1] == inputs:
        return features
    if not (columns and wanted):
        if features.shape[1] != inputs:
            raise Incompatible(f"{inputs:,} features of a node", f"{features.shape[1]:,} in '{name}'", _REMEDY)
        return features
    return _by_name(features, columns, wanted, name)


def _by_name(features: sp.csr_matrix, columns: tuple[str, ...], wanted: tuple[str, ...], name: str) -> sp.csr_matrix:
    import scipy.sparse as sp

    places = {column: place for place, column in enumerate(wanted)}
    pairs = [(row, places[column]) for row, column in enumerate(columns) if column in places]
    if not pairs:
        raise Incompatible(
            f"some of the model's features ({', '.join(wanted[:3])}, ...)",
            f"others in '{name}' ({', '.join(columns[:3])}, ...)",
            _REMEDY,
        )
    rows, to = np.array(pairs).T
    chosen = sp.csr_matrix((np.ones(len(pairs), np.float32), (rows, to)), shape=(len(columns), len(wanted)))
    return sp.csr_matrix(features @ chosen)


def union(*columns: tuple[str, ...]) -> tuple[str, ...]:
    """Every name once, or () where some are unnamed.

    >>> union(("a", "b"), ("b", "c"))
    ('a', 'b', 'c')
    """
    return tuple(dict.fromkeys(name for each in columns for name in each)) if all(columns) else ()
