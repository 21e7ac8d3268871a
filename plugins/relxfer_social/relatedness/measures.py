"""How related two networks are, from nodes, links and features, and the labels of the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relxfer.contract.data import Domain
from relxfer.errors import Incompatible
from relxfer.seeding import generator
from relxfer_social.domain import has_classes
from relxfer_social.features.alignment import aligned
from relxfer_social.features.common_neighbours import simple
from relxfer_social.features.node_features import clustering, features_of, shared
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions
from relxfer_social.relatedness import discrepancy
from relxfer_social.tensors.slices import slices

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Nodes of either network that are drawn, where a measure compares node with node.
SAMPLE = 750
#: Rounds in which a node takes half of what its neighbours are.
DEPTH = 2
UNLINKED = "a network has no edges"
STRUCTURAL = ("degrees", "clustering")
OF_FEATURES = ("homophily", "subtrees", "proxy-a", "neighbours", "classes")


def measures(source: Domain, target: Domain, options: NetworkOptions) -> dict[str, float | str]:
    """Measures of relatedness, higher is more, or a reason where one does not apply.

    names       shared names of features over all names
    degrees     - energy distance of log2(1 + degree / mean degree)
    clustering  - energy distance of clustering coefficients
    homophily   - |I_S - I_T|, see `moran`
    subtrees    - the mean over depths m of the discrepancy of `subtrees` of depth m (Wu et al. 2023, the graph subtree
                discrepancy), see `relxfer_social.relatedness.discrepancy.energy`
    proxy-a     - the proxy A-distance of features
    neighbours  how mixed the two are among nearest neighbours
    classes     1 - total variation between the classes of the source and those that the target is estimated to have
    """
    options = shared(options)
    linked = all(domain.inputs.edges.shape[1] for domain in (source, target))
    values = {"names": _names(source.inputs, target.inputs, options)}
    values |= _structural(source.inputs, target.inputs) if linked else dict.fromkeys(STRUCTURAL, UNLINKED)
    try:
        return values | _of_features(source, target, options, linked)
    except Incompatible as refusal:
        return values | dict.fromkeys(OF_FEATURES, str(refusal))


def _names(source: Network, target: Network, options: NetworkOptions) -> float | str:
    try:
        first, second = (set(features_of(network, options)[1]) for network in (source, target))
    except Incompatible as refusal:
        return str(refusal)
    return len(first & second) / len(first | second) if first and second else "features have no names"


def _structural(source: Network, target: Network) -> dict[str, float | str]:
    from scipy.stats import energy_distance

    profiles = []
    for network in (source, target):
        links = simple(network)
        degree = np.asarray(links.sum(1)).ravel()
        relative = np.log2(1 + degree / max(float(degree.mean()), 1e-12))
        profiles.append((relative, clustering(links, sampled(network, SAMPLE))))
    return {
        name: 0.0 - float(energy_distance(*pair))
        for name, pair in zip(STRUCTURAL, zip(*profiles, strict=True), strict=True)
    }


def _of_features(source: Domain, target: Domain, options: NetworkOptions, linked: bool) -> dict[str, float | str]:
    """As the source's model sees both: the target in the columns of the source."""
    size = min(SAMPLE, len(source.inputs), len(target.inputs))
    ours, theirs = (_seen(domain, source.inputs, options) for domain in (source, target))
    first, second = ours.subtrees(sampled(source.inputs, size)), theirs.subtrees(sampled(target.inputs, size))
    apart = [discrepancy.energy(*pair) for pair in zip(first, second, strict=True)]
    return {
        "homophily": 0.0 - abs(ours.moran() - theirs.moran()) if linked else UNLINKED,
        "subtrees": 0.0 - float(np.mean(apart)),
        "proxy-a": 0.0 - discrepancy.proxy_a(first[0], second[0]),
        "neighbours": discrepancy.mixed(first[0], second[0]),
        "classes": _classes(source, target, ours, second[-1]),
    }


def _classes(source: Domain, target: Domain, ours: Seen, theirs: np.ndarray) -> float | str:
    if not has_classes(source) or source.train is None or source.train.answers is None:
        return "the source has no labels of nodes"
    if not source.task.same_as(target.task):
        return "source and target do not have the same classes"
    chosen = sampled(source.inputs, SAMPLE, source.train.queries)
    label_of = dict(zip(source.train.queries.tolist(), source.train.answers.tolist(), strict=True))
    labels = np.array([label_of[node] for node in chosen.tolist()])
    return discrepancy.class_overlap(ours.subtrees(chosen)[-1], labels, len(source.task.answers), theirs)


def sampled(network: Network, size: int, among: np.ndarray | None = None) -> np.ndarray:
    """So many of these nodes, or of all; the same for the same network."""
    nodes = np.arange(len(network)) if among is None else np.unique(among)
    return np.sort(generator("relatedness", network.sha).permutation(nodes)[:size])


@dataclass(frozen=True)
class Seen:
    """A network and its features [V, F] as a model sees them.

    >>> import scipy.sparse as sp
    >>> network = Network(("a", "b", "c"), np.array([[0, 1], [1, 0]]))
    >>> seen = Seen(network, sp.csr_matrix([[1.0], [3.0], [5.0]]))
    >>> [depth.ravel().tolist() for depth in seen.subtrees(np.array([0, 2]))]
    [[1.0, 5.0], [2.0, 5.0], [2.0, 5.0]]
    >>> round(seen.moran(), 3)
    0.0
    """

    network: Network
    features: sp.csr_matrix

    def subtrees(self, nodes: np.ndarray) -> list[np.ndarray]:
        """[n, F] at depths 0 to `DEPTH`: h_v <- (h_v + mean of h_u over neighbours u) / 2 (Togninalli et al. 2019,
        Weisfeiler-Lehman for continuous attributes); a node without neighbours stays as it is."""
        import scipy.sparse as sp

        step = self.network.kept("subtree step", lambda: _step(self.network))
        own = sp.eye(len(self.network), format="csr")
        depths = [np.zeros((len(nodes), self.features.shape[1])) for _ in range(DEPTH + 1)]
        for some in slices(np.full(len(nodes), len(self.network))):  # near a hub a row soon holds every node
            rows = own[nodes[some]]
            for depth in depths:
                depth[some] = (rows @ self.features).toarray()
                rows = rows @ step  # few rows walk backwards, not the features of every node forwards
        return depths

    def moran(self) -> float:
        """Moran's I (1950) over all features, 0 where linked nodes are as different as any, 1 where they are equal:
        mean over edges (u, v) of (x_u - m)·(x_v - m), over the mean over nodes of |x_v - m|^2."""
        links, features = simple(self.network), self.features.astype(np.float64)
        mean = np.asarray(features.mean(0)).ravel()
        weight = np.asarray(links.sum(1)).ravel() / max(links.nnz, 1)
        reached = links @ np.diff(features.indptr)
        products = (features[rows].multiply(links[rows] @ features).sum() for rows in slices(reached))
        along = float(sum(products)) / max(links.nnz, 1)
        around = along - 2 * float(mean @ (features.T @ weight)) + float(mean @ mean)
        spread = float(features.multiply(features).sum() / len(self.network) - mean @ mean)
        return float(around / spread) if spread > 1e-12 else 0.0


def _seen(domain: Domain, source: Network, options: NetworkOptions) -> Seen:
    network = domain.inputs
    features, columns = features_of(network, options)
    of_source, names = features_of(source, options)
    if options.undirected:
        network = network.undirected()
    return Seen(network, aligned(features, columns, names, of_source.shape[1], domain.name))


def _step(network: Network) -> sp.csr_matrix:
    """[V, V]: half of a node itself, half of the mean of those whose messages reach it."""
    import scipy.sparse as sp

    reach = network.adjacency().astype(np.float64)
    count = np.asarray(reach.sum(1)).ravel()
    share = np.divide(0.5, count, out=np.zeros_like(count), where=count > 0)
    return (sp.diags(share) @ reach + sp.diags(np.where(count > 0, 0.5, 1.0))).tocsr()
