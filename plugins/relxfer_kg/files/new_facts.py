"""Facts in a file of their own, which are added to a graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from relxfer.contract.data import Domain
from relxfer_kg.files.inspection import inspect
from relxfer_kg.files.triples import read_triples


def with_file(domain: Domain, path: Path) -> Domain:
    """A graph with the facts of a file too, or of a folder of files; their layout is decided as by `relxfer init`.

    Raises:
        DataError: a file does not read.
    """
    read = inspect(path)
    facts = np.concatenate([read_triples(file, read.columns, read.header or None) for file in read.files.values()])
    return domain.with_new(dict(zip(("head", "relation", "tail"), facts.T.tolist(), strict=True)))
