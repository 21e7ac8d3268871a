"""Standard networks as domains, from their original files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer_social.data.standard import formats
from relxfer_social.domain import network_domain
from relxfer_social.edges import edge_note, edges_of
from relxfer_social.files.columns import one_hot
from relxfer_social.network import Network
from relxfer_social.options import Attribute, CitationOptions, EdgeOptions, FacebookOptions

if TYPE_CHECKING:
    import scipy.sparse as sp

#: As the columns of `local_info` and of a list of nodes stand.
ATTRIBUTES: tuple[str, ...] = get_args(Attribute)
_NAME = "standard data"


def load_twitch(options: EdgeOptions, files: Mapping[str, Path]) -> Domain:
    """Three files of MUSAE. A column is called by its feature's number, so that all languages have the same."""
    features = formats.twitch_features(files["features"])
    labels = formats.twitch_labels(files["target"], features.shape[0])
    rows = formats.pairs(files["edges"], ",", header=True)
    columns = tuple(f"f{number}" for number in range(features.shape[1]))
    return _domain(options, _numbers(len(labels)), rows, ("not mature", "mature"), labels, features, columns)


def load_airports(options: EdgeOptions, files: Mapping[str, Path]) -> Domain:
    """A list of edges and one of labels; nodes are called by their numbers in these, in order."""
    _, table = formats.numbered(files["labels"])
    table = table[np.argsort(table[:, 0])]
    rows = formats.pairs(files["edges"])
    if not np.isin(rows, table[:, 0]).all():
        raise DataError(f"{files['edges']}: expected nodes of {files['labels']}, got others; fetch both files again")
    places = np.searchsorted(table[:, 0], rows)
    return _domain(options, tuple(map(str, table[:, 0].tolist())), places, tuple("0123"), table[:, 1])


def load_citation(options: CitationOptions, files: Mapping[str, Path]) -> Domain:
    """ACDNE's file: `network`, `attrb` (words), `group` (labels, of which a node may have several)."""
    return _acdne(options, files["network"], "field")


def load_blog(options: CitationOptions, files: Mapping[str, Path]) -> Domain:
    """The same file of bloggers."""
    return _acdne(options, files["network"], "group")


def load_facebook(options: FacebookOptions, files: Mapping[str, Path]) -> Domain:
    """Facebook100's file: `A`, and `local_info` with seven attributes, 0 where one is missing."""
    content = formats.matlab(files["network"], "A", None, "local_info")
    return facebook(options, content.rows, content.labels.astype(np.int64))


def load_facebook_pajek(options: FacebookOptions, files: Mapping[str, Path]) -> Domain:
    """The same in Pajek's format with a list of nodes: a number, then the seven attributes."""
    _, table = formats.numbered(files["attributes"])
    return facebook(options, formats.pajek(files["edges"]), table[np.argsort(table[:, 0]), 1:])


def facebook(options: FacebookOptions, rows: np.ndarray, attributes: np.ndarray) -> Domain:
    """A domain of people.

    rows        [2, R], every friendship both ways
    attributes  [V, 7] int, 0 where one is missing
    """
    values = attributes[:, ATTRIBUTES.index(options.label)]
    kinds = np.unique(values[values != 0])
    labels = np.where(values != 0, np.searchsorted(kinds, values), -1)
    features: sp.csr_matrix | None = None
    columns: tuple[str, ...] = ()
    if options.attributes:
        chosen = [ATTRIBUTES.index(name) for name in options.attributes]
        features, columns = one_hot(attributes[:, chosen], options.attributes)
    classes = tuple(f"{options.label} {kind}" for kind in kinds.tolist())
    return _domain(options, _numbers(len(values)), rows, classes, labels, features, columns)


def _acdne(options: CitationOptions, path: Path, noun: str) -> Domain:
    content = formats.matlab(path, "network", "attrb", "group")
    several = (content.labels > 0).sum(1) > 1
    labels = np.where(content.labels.any(1), content.labels.argmax(1), -1)
    notes = []
    if several.any():
        means = "the first counts" if options.several_labels == "first" else "they are in no split"
        notes = [f"{several.sum():,} nodes have several labels: {means}"]
    if options.several_labels == "none":
        labels = np.where(several, -1, labels)
    assert content.features is not None
    classes = tuple(f"{noun} {number}" for number in range(content.labels.shape[1]))
    columns = tuple(f"w{number}" for number in range(content.features.shape[1]))
    return _domain(options, _numbers(len(labels)), content.rows, classes, labels, content.features, columns, notes)


def _domain(
    options: EdgeOptions,
    nodes: tuple[str, ...],
    rows: np.ndarray,
    classes: Sequence[str],
    labels: np.ndarray,
    features: sp.csr_matrix | None = None,
    columns: tuple[str, ...] = (),
    notes: Sequence[str] = (),
) -> Domain:
    if rows.size and not 0 <= rows.min() <= rows.max() < len(nodes):
        raise DataError(f"expected edges between {len(nodes):,} nodes, got node {rows.max():,}; fetch the files again")
    how = options.direction == "both", options.duplicates, options.loops
    edges = edges_of(rows, len(nodes), *how)
    network = Network(nodes, edges, features, columns)
    return network_domain(
        _NAME, network, classes, labels.astype(np.int64), options, [edge_note(rows, edges, *how), *notes]
    )


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))
