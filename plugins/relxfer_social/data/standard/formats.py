"""The files of standard networks: MUSAE's tables, lists of edges, Matlab, Pajek."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from relxfer.errors import DataError

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Features of every Twitch network.
TWITCH = 3170


@dataclass(frozen=True)
class MatlabNetwork:
    """What a Matlab file of a network holds.

    rows      [2, R], nodes from 0
    features  [V, F] CSR float32, or None
    labels    [V, C] of any numbers
    """

    rows: np.ndarray
    features: sp.csr_matrix | None
    labels: np.ndarray


def pairs(path: Path, separator: str | None = None, header: bool = False) -> np.ndarray:
    """[2, R] of a text with two whole numbers on a line."""
    with reading(path):
        rows = np.loadtxt(path, np.int64, delimiter=separator, skiprows=int(header), ndmin=2)
        if rows.shape[1] != 2:
            raise ValueError(f"{rows.shape[1]} columns")
    return rows.T


def numbered(path: Path, separator: str | None = None) -> tuple[list[str], np.ndarray]:
    """Headings and [n, k] of a text with whole numbers."""
    with reading(path):
        with path.open(encoding="utf-8") as stream:
            headings = stream.readline().strip().split(separator)
        return headings, np.loadtxt(path, np.int64, delimiter=separator, skiprows=1, ndmin=2)


def twitch_features(path: Path) -> sp.csr_matrix:
    """[V, 3170]: 1 for every number in a node's list, which may stand there several times."""
    import scipy.sparse as sp

    with reading(path):
        lists = {int(node): sorted(set(held)) for node, held in json.loads(path.read_text(encoding="utf-8")).items()}
        if sorted(lists) != list(range(len(lists))):
            raise ValueError("nodes that are not numbered from 0")
        sizes = [len(lists[node]) for node in range(len(lists))]
        columns = np.array([column for node in range(len(lists)) for column in lists[node]], np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        if columns.size and not 0 <= columns.min() <= columns.max() < TWITCH:
            raise ValueError(f"feature {columns.max():,}")
    return sp.csr_matrix((np.ones(len(columns), np.float32), columns, starts), shape=(len(lists), TWITCH))


def twitch_labels(path: Path, count: int) -> np.ndarray:
    """[V]: 1 for mature, 0 for not; a node that stands twice says the same."""
    labels = np.full(count, -1)
    with reading(path), path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            labels[int(row["new_id"])] = ("False", "True").index(row["mature"])
    return labels


def matlab(path: Path, network: str, features: str | None, labels: str) -> MatlabNetwork:
    """A sparse adjacency, features and labels by these names."""
    import scipy.sparse as sp
    from scipy.io import loadmat

    wanted = [name for name in (network, features, labels) if name]
    with reading(path, Exception):  # a broken file shows in many types
        content = loadmat(path, variable_names=wanted)
        links = sp.coo_matrix(content[network])
        values = sp.csr_matrix(content[features], dtype=np.float32) if features else None
        table = np.asarray(content[labels])
        if links.shape != (len(table),) * 2 or (values is not None and values.shape[0] != len(table)):
            raise ValueError(f"links between {links.shape[0]:,} nodes and labels of {len(table):,}")
    return MatlabNetwork(np.stack([links.row, links.col]).astype(np.int64), values, table)


def pajek(path: Path) -> np.ndarray:
    """[2, R] from 0 of a file with `*vertices`, `*edges` (both ways) and `*arcs` (one way)."""
    edges: list[tuple[int, int]] = []
    section = ""
    with reading(path), path.open(encoding="utf-8") as stream:
        for line in filter(str.strip, stream):
            if line.startswith("*"):
                section = line.split()[0].lower()
            elif section in ("*edges", "*arcs"):
                one, other = (int(node) - 1 for node in line.split()[:2])
                edges += [(one, other), (other, one)] if section == "*edges" else [(one, other)]
    return np.array(edges, np.int64).reshape(-1, 2).T


@contextmanager
def reading(path: Path, *more: type[Exception]) -> Iterator[None]:
    """Whatever goes wrong in here is a `DataError` that names the file."""
    troubles: tuple[type[Exception], ...] = (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        csv.Error,
        *more,
    )
    try:
        yield
    except troubles as error:
        raise DataError(
            f"{path}: expected a whole file of a network, got {error or type(error).__name__}; "
            "delete it and fetch it again"
        ) from None
