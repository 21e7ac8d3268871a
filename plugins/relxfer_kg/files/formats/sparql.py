"""Result files of SPARQL queries, as tables with a column for each variable."""

from __future__ import annotations

from pathlib import Path

from relxfer.data.tables.table import Table
from relxfer.store.endings import ending
from relxfer_kg.files.formats import by_content, ntriples, oxigraph
from relxfer_kg.files.formats.rdf import Names

#: Formats by the ending of a file's name; .gz may follow. Results in CSV are tables like others.
FORMATS = {".srj": "SPARQL JSON", ".srx": "SPARQL XML"}
KINDS = (*FORMATS.values(), "SPARQL TSV")


def table(path: Path) -> Table | None:
    """The table of a result file: the values of each variable, named as in files of RDF; empty where it has none.

    None for any other file.

    Raises:
        DataError: the file does not read, is the answer to a yes-or-no question, or pyoxigraph is not installed.
    """
    kind = FORMATS.get(ending(path)) or by_content.kind_of(path)
    if kind not in KINDS:
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
