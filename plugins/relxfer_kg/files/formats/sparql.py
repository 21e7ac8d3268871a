"""Result files of SPARQL queries, as tables with a column for each variable."""

from __future__ import annotations

from pathlib import Path

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


def columns(path: Path, kind: str) -> dict[str, list[str]]:
    """Variable -> its value in each solution, named as in files of RDF; empty where it has none.

    Args:
        kind: a value of `FORMATS`, or `TSV`.

    Raises:
        DataError: the file does not read, is the answer to a yes-or-no question, or pyoxigraph is not installed.
        OSError, EOFError, zlib.error: it cannot be read.
    """
    lines = oxigraph.lines(path, kind)
    variables = next(lines, b"").decode().rstrip("\n").split("\t")
    made: dict[str, list[str]] = {variable: [] for variable in variables}
    names = Names(path)
    for line in lines:
        for cells, term in zip(made.values(), line.decode().rstrip("\n").split("\t"), strict=True):
            cells.append(names.held(ntriples.name(term)) if term else "")
    return made
