"""The lists of features of MUSAE's data sets: a JSON file with the numbers of the features of each node."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded, files
from relxfer_social.files.raw_network import RawNetwork

#: The most numbers of features, so that a single large one does not fill the memory.
MOST = 1_000_000


def with_lists(raw: RawNetwork, path: Path) -> RawNetwork:
    """The network with a column `f0`, `f1` and so on for each number of a feature, beside the features it has.

    Raises:
        DataError: the file is no such table, or lacks more than it has of the nodes.
    """
    import scipy.sparse as sp

    lists = _read(path)
    names = {name: place for place, name in enumerate(raw.ids or raw.nodes)}
    places = [(names[node], feature) for node, held in lists.items() if node in names for feature in set(held)]
    found = sum(node in lists for node in names)
    if 2 * found < len(names):
        raise DataError(
            f"{path}: expected features of the nodes, got those of {found:,} of {len(names):,}; name the column of the "
            "table of nodes that has the same names with node (--node)"
        )
    width = max((feature for _, feature in places), default=-1) + 1
    rows, columns = np.array(places, np.int64).reshape(-1, 2).T
    marks = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(names), width))
    told = f"{len(names) - found:,} nodes have no list of features" if found < len(names) else ""
    given = [] if raw.features is None else [raw.features]
    return replace(
        raw,
        features=sp.hstack([*given, marks], format="csr", dtype=np.float32),
        columns=(*raw.columns, *(f"f{number}" for number in range(width))),
        notes=(*raw.notes, *([told] if told else [])),
    )


def _read(path: Path) -> Mapping[str, Sequence[int]]:
    try:
        lists = json.loads(bounded.text(path), object_pairs_hook=files.once)
    except (ValueError, RecursionError, OSError, *bounded.BROKEN) as error:
        raise DataError(f"{path}: expected JSON with a list of features for each node, got: {error}") from None
    wrong = not isinstance(lists, dict) or any(not isinstance(held, list) for held in lists.values())
    held = [] if wrong else [number for numbers in lists.values() for number in numbers]
    if wrong or any(isinstance(number, bool) or not isinstance(number, int) for number in held):
        raise DataError(f"{path}: expected for each node a list of whole numbers, got something else; correct it")
    if held and not 0 <= min(held) <= max(held) < MOST:
        raise DataError(f"{path}: expected features numbered from 0 to {MOST:,}, got {min(held)} to {max(held)}")
    return lists
