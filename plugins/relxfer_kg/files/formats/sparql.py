"""Result files of SPARQL queries, as tables with a column for each variable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_kg.files.formats import rdf

#: Formats by the ending of a file's name; .gz may follow. Results in CSV are tables like others.
FORMATS = {".srj": "SPARQL JSON", ".srx": "SPARQL XML"}
TSV = "SPARQL TSV"
_PARSERS = {"SPARQL JSON": "JSON", "SPARQL XML": "XML", TSV: "TSV"}


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


def variables(path: Path, kind: str) -> list[str]:
    """The variables, which name the columns, in their order; errors as those of `columns`."""
    with _solutions(path, kind, rdf.oxigraph(kind)) as solutions:
        return [variable.value for variable in solutions.variables]


def columns(path: Path, kind: str) -> dict[str, list[str]]:
    """Variable -> its value in each solution, named as in files of RDF; empty where it has none.

    Args:
        kind: a value of `FORMATS`, or `TSV`.

    Raises:
        DataError: the file does not read, is the answer to a yes-or-no question, or pyoxigraph is not installed.
        OSError, EOFError, zlib.error: it cannot be read.
    """
    library = rdf.oxigraph(kind)
    names = rdf.Names(path, library)
    with _solutions(path, kind, library) as solutions:
        made: list[list[str]] = [[] for _ in solutions.variables]
        for solution in solutions:
            for cells, term in zip(made, solution, strict=True):
                cells.append("" if term is None else names.of(term) or "")
        return dict(zip((variable.value for variable in solutions.variables), made, strict=True))


@contextmanager
def _solutions(path: Path, kind: str, library: Any) -> Iterator[Any]:
    with bounded.text_stream(path) as stream:
        try:
            found = library.parse_query_results(stream, getattr(library.QueryResultsFormat, _PARSERS[kind]))
            if not isinstance(found, library.QuerySolutions):
                raise DataError(
                    f"{path}: expected the solutions of a SELECT query, got a yes or no; save those of a SELECT query"
                )
            yield found
        except SyntaxError as error:
            raise DataError(rdf.broken(path, kind, error)) from None
