"""Facts in the formats of RDF: N-Triples and N-Quads without a library, the others by pyoxigraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_kg.files.formats import blank_nodes, ntriples, oxigraph

#: Formats by the ending of a file's name; .gz may follow.
FORMATS = {".nt": "N-Triples", ".ttl": "Turtle", ".nq": "N-Quads", ".trig": "TriG", ".rdf": "RDF/XML",
           ".owl": "RDF/XML", ".jsonld": "JSON-LD", ".n3": "Notation3"}  # fmt: skip
#: Read line by line. Their blank nodes have labels, which are kept; in the others they may have none.
_LINES = ("N-Triples", "N-Quads")


class Statements(NamedTuple):
    """Facts [n, 3] as names, str objects (head, relation, tail), and what to tell the user of them."""

    facts: np.ndarray
    notes: tuple[str, ...] = ()


def read(path: Path, kind: str) -> Statements:
    """The statements of a file in its order, repeated ones included.

    IRIs are written out. Literals are in quotes with their language or type, as in N-Triples. Names of graphs are left
    out, and so are statements about statements.

    Args:
        kind: a value of `FORMATS`.

    Raises:
        DataError: the file does not read, pyoxigraph is needed and not installed, or prefixes make more of a file than
            its size allows.
        OSError, EOFError, zlib.error: it cannot be read.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.nt"
    >>> _ = path.write_text('<http://ex/a> <http://ex/p> "Rome"@EN .')
    >>> read(path, "N-Triples").facts.tolist()
    [['http://ex/a', 'http://ex/p', '"Rome"@en']]
    """
    lines = None if kind in _LINES else oxigraph.lines(path, kind)
    names, graphs, about = Names(path), Counter[str](), 0
    read: list[str] = []
    for statement in ntriples.statements(path, lines):
        if statement is None:
            about += 1
            continue
        *fact, graph = statement
        read += map(names.held, fact)
        if graph:
            graphs[graph] += 1
    facts = _array(read)
    if names.blank and kind not in _LINES:
        facts = _renamed(facts, names.blank)
    how = "by their labels" if kind in _LINES else "by what is said about them"
    return Statements(facts, tuple(_notes(graphs, len(names.blank), how, about)))


class Names:
    """The names in a file, each different one held once; `blank` are blank nodes, as they first occur."""

    def __init__(self, path: Path):
        self.path = path
        self.blank: list[str] = []
        self._known: dict[str, str] = {}
        self._left = bounded.most_unpacked(path.stat().st_size)

    def held(self, name: str) -> str:
        """The object that stands for a name.

        Raises:
            DataError: names become far longer than the file, as prefixes make them.
        """
        return self._known.get(name) or self._new(name)

    def _new(self, name: str) -> str:
        self._left -= len(name)
        if self._left < 0:
            raise DataError(
                f"{self.path}: expected names that are at most {bounded.RATIO} times as long as the file, got more, as "
                "in a decompression bomb; write out the prefixes"
            )
        if name.startswith("_:"):
            self.blank.append(name)
        self._known[name] = name
        return name


def _renamed(facts: np.ndarray, blank: list[str]) -> np.ndarray:
    """The facts with other names for blank nodes: the library's differ from one reading to the next."""
    rows = np.flatnonzero([head.startswith("_:") or tail.startswith("_:") for head, _, tail in facts])
    names = blank_nodes.named(blank, map(tuple, facts[rows].tolist()))
    for end in (0, 2):
        facts[rows, end] = [names.get(name, name) for name in facts[rows, end]]
    return facts


def _notes(graphs: Counter[str], blank: int, how: str, about_statements: int) -> Iterator[str]:
    if graphs:
        yield f"{graphs.total():,} facts in {_count(len(graphs), 'named graph')}; names of graphs are left out"
    if blank:
        yield f"{_count(blank, 'blank node')}, named {how}"
    if about_statements:
        yield f"{_count(about_statements, 'statement')} about statements left out"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _array(names: list[str]) -> np.ndarray:
    array = np.empty(len(names), dtype=object)
    array[:] = names
    return array.reshape(-1, 3)
