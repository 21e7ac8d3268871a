"""Formats that a name does not say: services write RDF, results and tables as .json, .xml and .tsv."""

from __future__ import annotations

import re
from pathlib import Path

from relxfer.data.tables import json_rows
from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer.store.endings import ending

_JSON_LD = re.compile(r'"@(?:context|graph|id|type)"\s*:')
_SPARQL_JSON = re.compile(r'\A\s*\{\s*"(?:head|results)"\s*:')
#: The kind of a list of objects whose keys are columns.
JSON_LIST = "a JSON list"
_XML = re.compile(r"<(?:(\w+):)?(RDF|sparql)[\s>]")
_ROOTS = {"RDF": "RDF/XML", "sparql": "SPARQL XML"}
#: How many bytes are looked at.
_SAMPLE = 1 << 16


def kind_of(path: Path) -> str | None:
    r"""The format of a .json, .xml, .tsv or .txt that is RDF, the result of a SPARQL query, or a list of
    objects; None for any other file.

    Results in TSV begin with a line of variables, each with a question mark.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.tsv"
    >>> path.write_text("?s\t?p\t?o\n") and kind_of(path)
    'SPARQL TSV'
    """
    end = ending(path)
    if end not in (".json", ".xml", ".tsv", ".txt") or not path.is_file():
        return None
    try:
        with bounded.text_stream(path) as stream:
            text = stream.read(_SAMPLE).decode(errors="replace")
    except (DataError, OSError, *bounded.BROKEN):
        return None  # the reader says what is wrong
    if end == ".json":
        return _json_kind(text)
    if end == ".xml":
        root = _XML.search(text)
        return _ROOTS[root[2]] if root else None
    cells = text.partition("\n")[0].strip().split("\t")
    variables = len(set(cells)) == len(cells) > 2 and all(re.fullmatch(r"\?\w+", cell) for cell in cells)
    return "SPARQL TSV" if variables else None


def _json_kind(text: str) -> str | None:
    if _SPARQL_JSON.match(text):
        return "SPARQL JSON"
    if _JSON_LD.search(text):
        return "JSON-LD"
    return JSON_LIST if json_rows.is_list(text) else None
