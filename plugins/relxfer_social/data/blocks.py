"""A contextual stochastic block model. It is synthetic, so that the right verdict is certain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from relxfer.contract.data import Domain
from relxfer.seeding import generator
from relxfer_social.domain import network_domain
from relxfer_social.network import Network, both_ways
from relxfer_social.options import BlocksOptions

if TYPE_CHECKING:
    import scipy.sparse as sp


def load(options: BlocksOptions, files: Mapping[str, Path]) -> Domain:
    """Nodes in blocks of equal sizes; links within a block with probability p, across with q; features x = mu_b + noise
    (Deshpande et al. 2018, "Contextual stochastic block models").

    >>> domain = load(BlocksOptions(nodes=60, blocks=2), {})
    >>> len(domain.inputs), domain.task.answers
    (60, ('block 0', 'block 1'))
    """
    links, noise = (generator("blocks", options.seed, what) for what in ("links", "features"))
    blocks = np.sort(np.arange(options.nodes) % options.blocks)
    names = tuple(f"block {number}" for number in range(options.blocks))
    network = Network(
        tuple(f"n{node}" for node in range(options.nodes)),
        both_ways(_links(options, blocks, links)),
        _features(options, blocks, noise),
        tuple(f"x{column}" for column in range(options.width)),
    )
    labels = (blocks + options.relabel) % options.blocks
    note = (
        f"synthetic: {options.blocks} blocks of a stochastic block model, {options.homophily:.0%} of links within one"
    )
    return network_domain("blocks", network, names, labels, options, [note])


def _links(options: BlocksOptions, blocks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[2, E], each pair once: of the pairs within a block and between two, a binomial number, without replacement.

    Memory grows with the links, not with the pairs.
    """
    sizes = np.bincount(blocks)
    starts = np.cumsum(sizes) - sizes
    drawn = []
    for one in range(options.blocks):
        for other in range(one, options.blocks):
            share = options.homophily if one == other else 1 - options.homophily
            partners = sizes[one] - 1 if one == other else len(blocks) - sizes[one]
            pairs = sizes[one] * (sizes[one] - 1) // 2 if one == other else sizes[one] * sizes[other]
            count = rng.binomial(pairs, min(1.0, options.mean_degree * share / max(1, partners)))
            chosen = rng.choice(pairs, count, replace=False, shuffle=False)
            ends = _within(chosen, sizes[one]) if one == other else np.divmod(chosen, sizes[other])
            drawn.append(np.stack([starts[one] + ends[0], starts[other] + ends[1]]))
    return np.concatenate(drawn, 1)


def _within(chosen: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of `size` nodes in a circle, numbered by how far the second is ahead of the first: each once.

    >>> [pair.tolist() for pair in _within(np.arange(6), 4)]
    [[0, 1, 2, 3, 0, 1], [1, 2, 3, 0, 2, 3]]
    """
    ahead, first = np.divmod(chosen, size)
    return first, (first + ahead + 1) % size


def _features(options: BlocksOptions, blocks: np.ndarray, rng: np.random.Generator) -> sp.csr_matrix:
    """[V, width]: the means of the blocks are the same for every seed."""
    import scipy.sparse as sp

    means = generator("blocks", "means").normal(size=(options.blocks, options.width))
    means *= options.signal / np.linalg.norm(means, axis=1, keepdims=True)
    way = generator("blocks", "shift").normal(size=options.width)
    noise = rng.normal(size=(len(blocks), options.width))
    values = means[blocks] + noise + options.shift * way / np.linalg.norm(way)
    return sp.csr_matrix(values.astype(np.float32))
