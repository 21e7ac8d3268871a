"""Facts in the formats of RDF: N-Triples and N-Quads without a library, the others by pyoxigraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_kg.files.formats import blank_nodes, ntriples

#: Formats by the ending of a file's name; .gz may follow.
FORMATS = {".nt": "N-Triples", ".ttl": "Turtle", ".nq": "N-Quads", ".trig": "TriG", ".rdf": "RDF/XML",
           ".owl": "RDF/XML", ".jsonld": "JSON-LD", ".n3": "Notation3"}  # fmt: skip
#: Read line by line. Their blank nodes have labels, which are kept; in the others they may have none.
_LINES = ("N-Triples", "N-Quads")
_PARSERS = {"Turtle": "TURTLE", "TriG": "TRIG", "RDF/XML": "RDF_XML", "JSON-LD": "JSON_LD", "Notation3": "N3"}
_WITH_GRAPHS = ("TriG", "JSON-LD")
_ENTITY = re.compile(rb"<!ENTITY\b")
_HARMLESS = re.compile(rb"""<!ENTITY\s+[\w.:-]{1,100}\s+(?:"[^"&%<]{0,200}"|'[^'&%<]{0,200}')\s*>""")


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
        DataError: the file does not read, pyoxigraph is needed and not installed, or prefixes and entities make more of
            a file than its size allows.
        OSError, EOFError, zlib.error: it cannot be read.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.nt"
    >>> _ = path.write_text('<http://ex/a> <http://ex/p> "Rome"@EN .')
    >>> read(path, "N-Triples").facts.tolist()
    [['http://ex/a', 'http://ex/p', '"Rome"@en']]
    """
    return _lines(path) if kind in _LINES else _parsed(path, kind, oxigraph(kind))


def _lines(path: Path) -> Statements:
    names: list[str] = []
    known: dict[str, str] = {}
    graphs: Counter[str] = Counter()
    for *fact, graph in ntriples.statements(path):
        names += [known.setdefault(name, name) for name in fact]
        if graph:
            graphs[graph] += 1
    blank = sum(name.startswith("_:") for name in known)
    return Statements(_array(names), tuple(_notes(graphs, blank, "by their labels")))


def _parsed(path: Path, kind: str, library: Any) -> Statements:
    reading = _Reading(Names(path, library), kind in _WITH_GRAPHS)
    with xml_stream(path) if kind == "RDF/XML" else bounded.text_stream(path) as stream:
        try:
            reading.take(library.parse(stream, getattr(library.RdfFormat, _PARSERS[kind])))
        except SyntaxError as error:
            raise DataError(broken(path, kind, error)) from None
    notes = _notes(reading.graphs, len(reading.blank), "by what is said about them", reading.about_statements)
    return Statements(reading.facts(), tuple(notes))


def oxigraph(kind: str) -> Any:
    """The library pyoxigraph; `DataError` says how to get it."""
    try:
        import pyoxigraph
    except ImportError:
        raise DataError(
            f"{kind} needs pyoxigraph, which is not installed. Run pip install 'relxfer[rdf]', or save the facts as "
            "N-Triples (.nt)."
        ) from None
    return pyoxigraph


class Names:
    """The names of terms, each different one held once.

    path     where they are from
    library  pyoxigraph
    """

    def __init__(self, path: Path, library: Any):
        self.path, self.library = path, library
        self.known: dict[str, str] = {}
        self.left = bounded.most_unpacked(path.stat().st_size)

    def of(self, term: Any) -> str | None:
        """The name of an IRI, a blank node or a literal; None of a statement."""
        if isinstance(term, self.library.NamedNode):
            name = term.value
        elif isinstance(term, self.library.BlankNode | self.library.Literal):
            name = str(term)
        else:
            return None
        return self.known.get(name) or self._new(name, term)

    def _new(self, name: str, term: Any) -> str:
        if isinstance(term, self.library.NamedNode) and (wrong := ntriples.OUTSIDE_IRI.search(name)):
            raise DataError(
                f"{self.path}: expected IRIs, got one with {wrong[0]!r} in it: {name[:120]!r}; write it as "
                f"%{ord(wrong[0]):02X}"
            )
        self.left -= len(name)
        if self.left < 0:
            raise DataError(
                f"{self.path}: expected names that are at most {bounded.RATIO} times as long as the file, got more, as "
                "in a decompression bomb; write out the prefixes"
            )
        self.known[name] = name
        return name


class _Reading:
    """What was read so far: three `names` for each fact, facts in each of the `graphs`, and statements about others."""

    def __init__(self, terms: Names, with_graphs: bool):
        self.terms, self.with_graphs = terms, with_graphs
        self.names: list[str] = []
        self.graphs: Counter[str] = Counter()
        self.about_statements = 0

    def take(self, quads: Iterable[Any]) -> None:
        """Add all statements. Most parts are IRIs that are known, so that these are looked up without a call."""
        iri, known, other, add = self.terms.library.NamedNode, self.terms.known, self.terms.of, self.names.extend
        for quad in quads:
            terms = quad.subject, quad.predicate, quad.object
            fact = [(type(term) is iri and known.get(term.value)) or other(term) for term in terms]
            if None in fact:
                self.about_statements += 1
                continue
            add(fact)  # type: ignore[arg-type]
            if self.with_graphs and quad.graph_name != self.terms.library.DefaultGraph():
                self.graphs[str(quad.graph_name)] += 1

    @property
    def blank(self) -> list[str]:
        """Blank nodes, as they first occur."""
        return [name for name in self.terms.known if name.startswith("_:")]

    def facts(self) -> np.ndarray:
        """The facts with other names for blank nodes: the library's differ from one reading to the next."""
        facts, blank = _array(self.names), self.blank
        if not blank:
            return facts
        rows = np.flatnonzero([head.startswith("_:") or tail.startswith("_:") for head, _, tail in facts])
        names = blank_nodes.named(blank, map(tuple, facts[rows].tolist()))
        for end in (0, 2):
            facts[rows, end] = [names.get(name, name) for name in facts[rows, end]]
        return facts


def _notes(graphs: Counter[str], blank: int, how: str, about_statements: int = 0) -> Iterator[str]:
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


def xml_stream(path: Path) -> BinaryIO:
    """The bytes of an XML file whose entities are short texts.

    The library expands entities, which may stand in other entities and so make a thousand bytes into a thousand
    gigabytes. Those of ontologies abbreviate names, and stay small.

    Raises:
        DataError: an entity is long, or made of others, or is another file.
    """
    rest = b""
    with bounded.text_stream(path) as stream:
        while part := stream.read(1 << 18):
            part = rest + part
            unclear = (found.start() for found in _ENTITY.finditer(part) if not _HARMLESS.match(part, found.start()))
            start = next(unclear, max(0, len(part) - 8))
            if len(part) - start > 512:  # longer than any that is harmless
                raise DataError(_entity(path))
            rest = part[start:]
    if _ENTITY.match(rest):
        raise DataError(_entity(path))
    return bounded.text_stream(path)


def _entity(path: Path) -> str:
    return (
        f"{path}: expected XML entities that stand for at most 200 characters, got one that is longer, made of others, "
        "or another file; write it out where it is used"
    )


def broken(path: Path, kind: str, error: SyntaxError) -> str:
    """What the library says of a file that does not read, as a message of ours."""
    where = f"{path}:{error.lineno}" if error.lineno else f"{path}"
    if "LoadDocumentCallback" in str(error):
        return (
            f"{where}: expected JSON-LD whose context is in the file, got one that names an address; nothing is "
            "fetched: put the content of that address in its place"
        )
    reason = re.sub(r"^Parser error at line \d+ (between columns \d+ and \d+|column \d+): ", "", error.msg or "")
    advice = "add a base, or write it out" if "No scheme" in reason else "correct it"
    return f"{where}: expected {kind}, got what does not read ({reason[:300]}); {advice}"
