"""Facts in the formats of RDF: N-Triples and N-Quads without a library, the others by pyoxigraph."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.column import Column
from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_kg.files.formats import blank_nodes, ntriples, oxigraph
from relxfer_kg.named.facts import Facts

#: Formats by the ending of a file's name; .gz may follow.
FORMATS = {".nt": "N-Triples", ".ttl": "Turtle", ".nq": "N-Quads", ".trig": "TriG", ".rdf": "RDF/XML",
           ".owl": "RDF/XML", ".jsonld": "JSON-LD", ".n3": "Notation3"}  # fmt: skip
#: Read line by line. Their blank nodes have labels, which are kept; in the others they may have none.
_LINES = ("N-Triples", "N-Quads")


def read(path: Path, kind: str, bad: BadRowList | None = None) -> Facts:
    """The statements of a file in its order, repeated ones included.

    IRIs are written out. Literals are in quotes with their language or type, as in N-Triples. Names of graphs are left
    out, and so are statements about statements.

    Args:
        kind: a value of `FORMATS`.
        bad: gathers lines of N-Triples and N-Quads that are none, for the caller to settle; None: they are raised.

    Raises:
        DataError: the file does not read, pyoxigraph is needed and not installed, or prefixes make more of a file than
            its size allows.
        OSError, EOFError, zlib.error: it cannot be read.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.nt"
    >>> _ = path.write_text('<http://ex/a> <http://ex/p> "Rome"@EN .')
    >>> read(path, "N-Triples").tolist()
    [['http://ex/a', 'http://ex/p', '"Rome"@en']]
    """
    lines = None if kind in _LINES else oxigraph.lines(path, kind)
    names, codes, graphs, about = Names(path), array("i"), Counter[str](), 0
    for statement in ntriples.statements(path, lines, bad):
        if statement is None:
            about += 1
            continue
        *fact, graph = statement
        codes.extend(map(names.number, fact))
        if graph:
            graphs[graph] += 1
    numbers = np.frombuffer(codes, np.int32).reshape(-1, 3) if codes else np.empty((0, 3), np.int32)
    values = list(names.numbers)
    if names.blank and kind not in _LINES:
        values = _renamed(values, numbers, names.blank)
    how = "by their labels" if kind in _LINES else "by what is said about them"
    notes = tuple(_notes(graphs, len(names.blank), how, about))
    head, relation, tail = (Column(column, values).rows(np.arange(len(numbers))) for column in numbers.T)
    return Facts(head, relation, tail, notes)


class Names:
    """The names in a file, each different one held once.

    numbers  name -> its place among them, as they first occur
    blank    the places of blank nodes
    """

    def __init__(self, path: Path):
        self.path = path
        self.numbers: dict[str, int] = {}
        self.blank: list[int] = []
        self._left = bounded.most_unpacked(path.stat().st_size)

    def number(self, name: str) -> int:
        """The place of a name.

        Raises:
            DataError: names become far longer than the file, as prefixes make them.
        """
        number = self.numbers.get(name)
        return self._new(name) if number is None else number

    def _new(self, name: str) -> int:
        self._left -= len(name)
        if self._left < 0:
            raise DataError(
                f"{self.path}: expected names that are at most {bounded.RATIO} times as long as the file, got more, as "
                "in a decompression bomb; write out the prefixes"
            )
        number = self.numbers[name] = len(self.numbers)
        if name.startswith("_:"):
            self.blank.append(number)
        return number


def _renamed(values: list[str], facts: np.ndarray, blank: list[int]) -> list[str]:
    """The names with others for blank nodes: the library's differ from one reading to the next.

    facts  [n, 3] places among the names
    """
    rows = np.isin(facts[:, [0, 2]], blank).any(1)
    named = blank_nodes.named(
        [values[number] for number in blank], [tuple(values[i] for i in fact) for fact in facts[rows].tolist()]
    )
    return [named.get(name, name) for name in values]


def _notes(graphs: Counter[str], blank: int, how: str, about_statements: int) -> Iterator[str]:
    if graphs:
        yield f"{graphs.total():,} facts in {_count(len(graphs), 'named graph')}; names of graphs are left out"
    if blank:
        yield f"{_count(blank, 'blank node')}, named {how}"
    if about_statements:
        yield f"{_count(about_statements, 'statement')} about statements left out"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
