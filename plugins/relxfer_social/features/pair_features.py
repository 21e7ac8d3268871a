"""Features of a pair of nodes beside those of the nodes: shared attributes, and counts in the observed links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relxfer.errors import Incompatible, did_you_mean
from relxfer_social.features.common_neighbours import adamic_adar, common, linked, resource_allocation
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Of the observed links, in this order.
COUNTS = (
    "sum of log degrees",
    "product of log degrees",
    "log of common neighbours",
    "log of Adamic-Adar",
    "log of 100 times resource allocation",
)


def pair_columns(options: NetworkOptions) -> tuple[str, ...]:
    """Names of the columns of `pair_features`.

    >>> pair_columns(NetworkOptions(agreement=("dorm",)))
    ('same dorm', 'dorm known')
    """
    agreement = (column for name in options.agreement for column in (f"same {name}", f"{name} known"))
    return (*agreement, *(COUNTS if options.counts else ()))


def pair_features(network: Network, pairs: np.ndarray, options: NetworkOptions) -> np.ndarray:
    """[n, k] float32 of pairs [n, 2]; none of it tells which of the two comes first.

    same A    1 where both nodes have the same value of attribute A
    A known   the share of the two nodes that have a value of it
    the rest  COUNTS, 1 added before a logarithm

    Raises:
        Incompatible: the network has no column of an attribute.
    """
    columns = [column for name in options.agreement for column in _agreement(network, pairs, name)]
    if options.counts:
        columns += _counts(linked(network), pairs)
    return np.stack(columns, 1).astype(np.float32) if columns else np.zeros((len(pairs), 0), np.float32)


def columns_of(network: Network, name: str) -> np.ndarray:
    """[k] int: the numbers of the columns `NAME=VALUE` of an attribute; `Incompatible` where there is none."""
    attributes = [column.partition("=")[0] for column in network.columns]
    numbers = np.flatnonzero([attribute == name for attribute in attributes])
    if not len(numbers):
        raise Incompatible(
            f"an attribute of the nodes {did_you_mean(name, set(attributes))}", repr(name), "correct agreement"
        )
    return numbers


def _agreement(network: Network, pairs: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    values = network.kept(("values", name), lambda: _values(network, name))
    first, second = (values[ends] for ends in pairs.T)
    with_value = (first.getnnz(1) > 0).astype(float) + (second.getnnz(1) > 0)
    return (first.multiply(second).getnnz(1) > 0), with_value / 2


def _values(network: Network, name: str) -> sp.csr_matrix:
    own = columns_of(network, name)
    assert network.features is not None  # it has columns
    return network.features[:, own]


def _counts(links: sp.csr_matrix, pairs: np.ndarray) -> list[np.ndarray]:
    degree = np.asarray(links.sum(1)).ravel()
    first, second = np.log1p(degree)[pairs.T]
    scaled = ((1.0, np.ones_like(degree)), (1.0, adamic_adar(degree)), (100.0, resource_allocation(degree)))
    neighbours = [np.log1p(factor * common(links, pairs, weights)) for factor, weights in scaled]
    return [first + second, first * second, *neighbours]
