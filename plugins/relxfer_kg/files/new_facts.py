"""Facts in a file of their own, which are added to a graph."""

from __future__ import annotations

from pathlib import Path

from relxfer.contract.data import Domain
from relxfer_kg.files.inspection import inspect
from relxfer_kg.files.triples import read_triples


def with_file(domain: Domain, path: Path) -> Domain:
    """A graph with the facts of a file too, or of a folder of files; their layout is decided as by `relxfer init`.

    Raises:
        DataError: a file does not read.
    """
    files = inspect(path).files.values() if path.is_dir() else [path]
    heads, relations, tails = zip(*(fact for file in files for fact in read_triples(file).tolist()), strict=True)
    return domain.with_new({"head": heads, "relation": relations, "tail": tails})
