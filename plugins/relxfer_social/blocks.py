"""A contextual stochastic block model: the embedded networks. Synthetic, so that the right verdict is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from relxfer.protocols import Domain
from relxfer.seeding import generator
from relxfer_social.domain import network_domain
from relxfer_social.network import Network, both_ways
from relxfer_social.options import BlocksOptions

if TYPE_CHECKING:
    import scipy.sparse as sp


def load(options: BlocksOptions, files: Mapping[str, Path]) -> Domain:
    """Nodes in blocks of equal sizes; links within a block with probability p, across with q; features x = mu_b + noise
    (Deshpande et al. 2018, "Contextual stochastic block models").

    >>> domain = load(BlocksOptions(nodes=60, classes=2), {})
    >>> len(domain.inputs), domain.task.answers
    (60, ('block 0', 'block 1'))
    """
    rng = generator("blocks", options.seed)
    blocks = np.sort(np.arange(options.nodes) % options.classes)
    names = tuple(f"block {number}" for number in range(options.classes))
    network = Network(
        tuple(f"n{node}" for node in range(options.nodes)),
        both_ways(_links(options, blocks, rng)),
        _features(options, blocks, rng),
        tuple(f"x{column}" for column in range(options.width)),
    )
    labels = (blocks + options.relabel) % options.classes
    told = (
        f"synthetic: {options.classes} blocks of a stochastic block model, {options.homophily:.0%} of links within one"
    )
    return network_domain("blocks", network, names, labels, options, [told])


def _links(options: BlocksOptions, blocks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[2, E], each pair once."""
    same = blocks[:, None] == blocks
    share = np.where(same, options.homophily, 1 - options.homophily)
    partners = np.where(same, same.sum(1, keepdims=True) - 1, (~same).sum(1, keepdims=True))
    drawn = rng.random(same.shape) < options.degree * share / np.maximum(partners, 1)
    return np.stack(np.nonzero(np.triu(drawn, 1)))


def _features(options: BlocksOptions, blocks: np.ndarray, rng: np.random.Generator) -> sp.csr_matrix:
    """[V, width]: the means of the blocks are the same for every seed."""
    import scipy.sparse as sp

    means = generator("blocks", "means").normal(size=(options.classes, options.width))
    means *= options.signal / np.linalg.norm(means, axis=1, keepdims=True)
    way = generator("blocks", "shift").normal(size=options.width)
    noise = rng.normal(size=(len(blocks), options.width))
    found = means[blocks] + noise + options.shift * way / np.linalg.norm(way)
    return sp.csr_matrix(found.astype(np.float32))
