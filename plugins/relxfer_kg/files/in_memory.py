"""Facts that are given as objects of Python: what a configuration holds in their place."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from relxfer.authoring import objects
from relxfer.store import files
from relxfer_kg.files.triples import triples_of_networkx

#: The name of facts without a file, in reports.
NAME = "own-facts"
#: The most rows that a configuration holds itself; more become a table.
MOST_ROWS = 1000
_BLANK_NODE = re.compile(rb"^_:|> _:", re.MULTILINE)


def plain(value: Any, info: ValidationInfo) -> Any:
    """A graph, a table or an array as a path or rows; anything else as it is.

    A graph of rdflib becomes N-Triples, or Turtle where it has blank nodes, since these have no names there; a data set
    of rdflib becomes TriG. A table becomes Parquet. The edges of a networkx graph and an array become rows.

    Raises:
        DataError: a table or many rows are given, and pyarrow is not installed.
    """
    if hasattr(value, "serialize") and hasattr(value, "triples"):
        return _rdf_file(value, info)
    if objects.is_frame(value):
        return objects.table_file(value, NAME, info)
    if hasattr(value, "is_directed") and hasattr(value, "edges"):
        return triples_of_networkx(value).tolist()
    return value.tolist() if hasattr(value, "tolist") else value


def rows_or_file(rows: list[list[str]], info: ValidationInfo) -> list[list[str]] | Path:
    """Rows as they are, or the file of many: the configuration of a run is read again only up to a size."""
    if len(rows) <= MOST_ROWS or not (info.context or {}).get(objects.KEY):
        return rows
    return objects.rows_file(rows, ("head", "relation", "tail"), NAME, info)


def _rdf_file(graph: Any, info: ValidationInfo) -> Path:
    several = hasattr(graph, "quads")
    with warnings.catch_warnings():  # rdflib warns of what it calls itself
        warnings.simplefilter("ignore", DeprecationWarning)
        content = graph.serialize(format="trig" if several else "nt", encoding="utf-8")
    if several:
        ending = "trig"
    else:
        content = b"\n".join(sorted(content.split(b"\n"))).lstrip()  # rdflib keeps no order
        ending = "ttl" if _BLANK_NODE.search(content) else "nt"  # of which the latter is a part
    return objects.of(info).file(graph, f"{NAME}.{ending}", lambda path: files.write_bytes(path, content))
