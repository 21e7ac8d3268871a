"""What a model sees of each node: given features, its degree, its place in the structure, what it is called."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ConfigDict

from relxfer.errors import Incompatible
from relxfer_social.features.common_neighbours import common, simple
from relxfer_social.features.known_labels import KnownLabels
from relxfer_social.features.pair_features import columns_of
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Of the structure, in this order.
STRUCTURE = (
    "log degree",
    "mean log degree of neighbours",
    "deviation of log degrees of neighbours",
    "clustering coefficient",
    "log core number",
    "log of V times PageRank",
)

#: Kinds whose columns mean something on one network only: its nodes, eigenvectors up to their sign and order, labels.
OWN = frozenset({"spectral", "identity", "labels"})
#: Nodes beyond which networkx takes longer for core numbers (.4 s) than importing numba and what it compiled.
MANY = 10_000
#: Of PageRank, the sum of what is missing at every node.
NEAR = 1e-10


def features_of(network: Network, options: NetworkOptions) -> tuple[sp.csr_matrix, tuple[str, ...]]:
    """[V, F] CSR float32 and the names of the columns, () where they have none."""
    key = (
        "features",
        options.features,
        options.degree_direction,
        options.degrees,
        options.walk_steps,
        options.eigenvectors,
        options.identity_width,
        options.normalise,
        options.agreement,
        known_labels(options),
    )
    return network.kept(key, lambda: _made(network, options))


def kinds(network: Network, options: NetworkOptions) -> tuple[str, ...]:
    """Which features are meant, where the user names none and none were chosen."""
    return options.features or (("given",) if network.features is not None else ("structure",))


class Seen(NetworkOptions):
    """Options whose features are settled."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    known_labels: KnownLabels | None = None
    """The labels of the kind `labels`."""


def seen_as(kinds: tuple[str, ...], options: NetworkOptions, known: KnownLabels | None = None) -> NetworkOptions:
    """The options with these kinds of features, and the labels that the kind `labels` tells of."""
    return Seen.model_construct(**{**dict(options), "features": kinds, "known_labels": known})


def known_labels(options: NetworkOptions) -> KnownLabels | None:
    """Those that settled options have."""
    return options.known_labels if isinstance(options, Seen) else None


def shared(options: NetworkOptions) -> NetworkOptions:
    """The options for a source: less the kinds that are a target's own.

    >>> shared(NetworkOptions(features=("structure", "spectral"))).features
    ('structure',)
    """
    return options if options.features is None else seen_as(tuple(k for k in options.features if k not in OWN), options)


def _made(network: Network, options: NetworkOptions) -> tuple[sp.csr_matrix, tuple[str, ...]]:
    import scipy.sparse as sp

    blocks: list[sp.csr_matrix] = []
    names: list[str] = []
    for kind in kinds(network, options):
        features, columns = _of_kind(kind, network, options)
        blocks.append(features)
        names += columns
    made = sp.hstack(blocks, format="csr", dtype=np.float32) if len(blocks) > 1 else blocks[0].astype(np.float32)
    if options.normalise:
        made = _normalised(made)
    return made, tuple(names) if len(names) == made.shape[1] else ()


def _of_kind(kind: str, network: Network, options: NetworkOptions) -> tuple[sp.csr_matrix, tuple[str, ...]]:
    if kind == "given":
        return given(network, options)
    return network.kept(
        ("features of kind", kind, *_settings(kind, options)), lambda: _computed(kind, network, options)
    )


def _settings(kind: str, options: NetworkOptions) -> tuple[Any, ...]:
    """The options that a kind of feature depends on."""
    keys = {
        "degree": ("degree_direction", "degrees"),
        "degree-rank": ("degree_direction",),
        "random-walk": ("walk_steps",),
        "spectral": ("eigenvectors",),
        "identity": ("identity_width",),
    }
    if kind == "labels":
        return (known_labels(options),)
    return tuple(getattr(options, key) for key in keys.get(kind, ()))


def _computed(kind: str, network: Network, options: NetworkOptions) -> tuple[sp.csr_matrix, tuple[str, ...]]:
    import scipy.sparse as sp

    from relxfer_social.features.hashed_names import hashed
    from relxfer_social.features.positions import returns, spectral

    if kind == "degree":
        degrees = one_hot(network.degrees(options.degree_direction), options.degrees)
        return degrees, tuple(f"degree {d}" for d in range(options.degrees))
    if kind == "degree-rank":
        return sp.csr_matrix(degree_rank(network.degrees(options.degree_direction))[:, None]), ("degree rank",)
    if kind == "identity":
        names = hashed(network.nodes, options.identity_width)
        return names, tuple(f"identity {column}" for column in range(options.identity_width))
    if kind == "spectral":
        before = network.grown_from or network
        vectors = np.zeros((len(network), options.eigenvectors))  # 0 of nodes that are new
        vectors[: len(before)] = spectral(simple(before), options.eigenvectors)
        return sp.csr_matrix(vectors), tuple(f"eigenvector {1 + column}" for column in range(options.eigenvectors))
    if kind == "labels":
        known = known_labels(options)
        told = np.zeros((len(network), 0)) if known is None else known.features(network)
        return sp.csr_matrix(told), () if known is None else known.columns
    if kind == "random-walk":
        back = returns(simple(network), options.walk_steps)
        return sp.csr_matrix(back), tuple(f"return in {2 + column} steps" for column in range(back.shape[1]))
    return sp.csr_matrix(structure(network)), STRUCTURE


def number_places(network: Network, options: NetworkOptions) -> list[int]:
    """The places, among the features that a model sees, of those that are numbers with a scale: of the given ones, of
    random walks, which return the less the larger a network is, and of labels, whose shares may differ little."""
    start, places = 0, []
    for kind in kinds(network, options):
        width = _of_kind(kind, network, options)[0].shape[1]
        if kind == "given":
            own = _own(network, options).tolist()
            places += [start + place for place, column in enumerate(own) if column in set(network.numbers)]
        elif kind in ("random-walk", "labels"):
            places += range(start, start + width)
        start += width
    return places


def given(network: Network, options: NetworkOptions) -> tuple[sp.csr_matrix, tuple[str, ...]]:
    """[V, F] and names of the columns, less those of attributes that only pairs have; `Incompatible` where there is no
    such feature, or no such attribute."""
    if network.features is None:
        raise Incompatible("features of the nodes", "none", 'use features = ["structure"] or ["degree"]')
    if not options.agreement:
        return network.features, network.columns
    own = _own(network, options)
    return network.features[:, own], tuple(network.columns[column] for column in own)


def _own(network: Network, options: NetworkOptions) -> np.ndarray:
    """The places of the given features that nodes have, and not only pairs of them."""
    assert network.features is not None
    every = np.arange(network.features.shape[1])
    if not options.agreement:
        return every
    return np.setdiff1d(every, np.concatenate([columns_of(network, name) for name in options.agreement]))


def one_hot(degrees: np.ndarray, most: int) -> sp.csr_matrix:
    """[V, most]: 1 in the column of each degree; larger ones in the last.

    >>> one_hot(np.array([0, 5]), 3).toarray().tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    import scipy.sparse as sp

    rows = np.arange(len(degrees))
    ones = np.ones(len(degrees), np.float32)
    return sp.csr_matrix((ones, (rows, np.minimum(degrees, most - 1))), shape=(len(degrees), most))


def degree_rank(degrees: np.ndarray) -> np.ndarray:
    """[V] float64: sqrt(12) (r - 1/2), r the share of the nodes with a smaller degree and half of those with the same.

    So they are spread evenly, with mean 0 and a deviation of about 1, in every network, however many links it has.

    >>> degree_rank(np.array([9, 1, 1, 4])).round(2).tolist()
    [1.3, -0.87, -0.87, 0.43]
    """
    from scipy.stats import rankdata

    return (rankdata(degrees) - 0.5 - len(degrees) / 2) / max(1, len(degrees)) * np.sqrt(12)


def structure(network: Network) -> np.ndarray:
    """[V, 6] float32, as STRUCTURE says, of the simple undirected network; each of them about of size 1."""
    links = simple(network)
    degree = np.asarray(links.sum(1)).ravel()
    log = np.log1p(degree)
    around = np.divide(links @ log, degree, out=np.zeros_like(log), where=degree > 0)
    square = np.divide(links @ log**2, degree, out=np.zeros_like(log), where=degree > 0)
    columns = [
        log / 3,
        around / 3,
        np.sqrt(np.maximum(square - around**2, 0)),
        clustering(links, np.arange(len(network))),
        np.log1p(core_numbers(links)) / 3,
        np.log(np.maximum(len(network) * pagerank(links), 1e-9)),
    ]
    return np.stack(columns, 1).astype(np.float32)


def clustering(links: sp.csr_matrix, nodes: np.ndarray) -> np.ndarray:
    """[n]: of these nodes 2 T_v / (d_v (d_v - 1)), T_v the triangles at v (Watts and Strogatz 1998); 0 below two
    neighbours."""
    around = links[nodes]
    place, degree = np.repeat(np.arange(len(nodes)), np.diff(around.indptr)), np.diff(around.indptr)
    shared = common(links, np.stack([nodes[place], around.indices], 1), np.ones(links.shape[0]))
    pairs = degree * (degree - 1) / 2
    triangles = np.bincount(place, shared, len(nodes)) / 2
    return np.divide(triangles, pairs, out=np.zeros(len(nodes)), where=pairs > 0)


def core_numbers(links: sp.csr_matrix) -> np.ndarray:
    """[V]: the largest k so that a node is in a subnetwork where all have k neighbours or more (Seidman 1983).

    By numba in large networks; in smaller ones networkx has the same numbers sooner than numba is imported.
    """
    if links.shape[0] > MANY and find_spec("numba"):
        from relxfer_social.features import cores_numba

        return cores_numba.core_numbers(links.indptr, links.indices).astype(float)
    import networkx as nx

    cores = nx.core_number(nx.from_scipy_sparse_array(links))
    return np.array([cores[node] for node in range(links.shape[0])], float)


def pagerank(adjacency: sp.csr_matrix, damping: float = 0.85) -> np.ndarray:
    """[V], with sum 1 (Page et al. 1999): p = damping (P^T p + s / V) + (1 - damping) / V, P the rows of the adjacency
    over their sums, s the share of nodes without links, which hand it to all.

    By iteration until p is at most `NEAR` from the solution, summed over the nodes, whatever their number: a step
    shortens the distance by the factor `damping`.
    """
    import scipy.sparse as sp

    count = max(1, adjacency.shape[0])
    out = np.asarray(adjacency.sum(1)).ravel()
    share = np.divide(damping, out, out=np.zeros(len(out)), where=out > 0)
    step, alone = (sp.diags(share) @ adjacency).T.tocsr(), out == 0
    ranks, apart = np.full(len(out), 1 / count), 1.0
    while apart * damping > NEAR * (1 - damping):
        before = ranks
        ranks = step @ before + (damping * before[alone].sum() + 1 - damping) / count
        apart = float(np.abs(ranks - before).sum())
    return ranks


def _normalised(features: sp.csr_matrix) -> sp.csr_matrix:
    import scipy.sparse as sp

    sums = np.asarray(abs(features).sum(1)).ravel()
    return sp.csr_matrix(
        sp.diags(np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)) @ features, dtype=np.float32
    )
