"""Result files of SPARQL queries, as tables with a column for each variable."""

from __future__ import annotations

from pathlib import Path

from relxfer.data.tables.reading import ending
from relxfer.data.tables.table import Table
from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_kg.files.formats import ntriples, oxigraph
from relxfer_kg.files.formats.rdf import Names

#: Formats by the ending of a file's name; .gz may follow. Results in CSV are tables like others.
FORMATS = {".srj": "SPARQL JSON", ".srx": "SPARQL XML"}
TSV = "SPARQL TSV"


def is_tsv(path: Path) -> bool:
    r"""Whether a text is the result of a query in TSV: all cells of its first line begin with a question mark.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.tsv"
    >>> path.write_text("?s\t?p\t?o\n") and is_tsv(path)
    True
    """
    try:
        with bounded.text_stream(path) as stream:
            first = stream.readline(4096).decode(errors="replace")
    except (DataError, OSError, *bounded.BROKEN):
        return False  # the reader of tables says what is wrong
    cells = first.strip().split("\t")
    return len(cells) > 2 and all(cell.startswith("?") and len(cell) > 1 for cell in cells)


def table(path: Path) -> Table | None:
    """The table of a result file: the values of each variable, named as in files of RDF; empty where it has none.

    None for any other file.

    Raises:
        DataError: the file does not read, is the answer to a yes-or-no question, or pyoxigraph is not installed.
    """
    kind = FORMATS.get(ending(path)) or (TSV if ending(path) in (".tsv", ".txt") and is_tsv(path) else None)
    if kind is None:
        return None
    lines = oxigraph.lines(path, kind)
    variables = next(lines, b"").decode().rstrip("\n").split("\t")
    made: list[list[str]] = [[] for _ in variables]
    names = Names(path)
    for line in lines:
        for cells, term in zip(made, line.decode().rstrip("\n").split("\t"), strict=True):
            name = ntriples.name(term) if term else ""
            names.number(name)
            cells.append(name)
    return Table.of(str(path), dict(zip(variables, made, strict=True)))
