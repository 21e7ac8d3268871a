"""What a process of its own does to read RDF by pyoxigraph, which some files bring down; see `oxigraph`.

It imports nothing of relxfer. Its arguments are a format, the most bytes of memory and seconds that it may take, and
where modules are found. It reads its standard input; statements go to its standard output as N-Quads, and solutions as
lines of terms, variables first. Why it cannot goes to its standard error: the line of the file, then the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

#: Exit codes: the library is not installed; the file does not read; the results are no solutions.
ABSENT, BROKEN, NO_SOLUTIONS = 3, 4, 5
_TO_QUADS = {"Turtle": "TURTLE", "TriG": "TRIG", "RDF/XML": "RDF_XML", "JSON-LD": "JSON_LD", "Notation3": "N3"}
_SOLUTIONS = {"SPARQL JSON": "JSON", "SPARQL XML": "XML", "SPARQL TSV": "TSV"}


def main(kind: str, most_bytes: str, seconds: str, *path: str) -> int:
    """Read one file; returns the exit code."""
    sys.path[:] = path
    limit(int(most_bytes), int(seconds))
    try:
        import pyoxigraph
    except ImportError:
        return ABSENT
    try:
        return (_statements if kind in _TO_QUADS else _solutions)(pyoxigraph, kind)
    except SyntaxError as error:
        sys.stderr.buffer.write(f"{error.lineno or ''}\n{error.msg}".encode())
        return BROKEN


def limit(most_bytes: int, seconds: int) -> None:
    """Let this process take no more than that, where the system can; it is ended then."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, most_bytes), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _statements(library: Any, kind: str) -> int:
    read = library.parse(sys.stdin.buffer, getattr(library.RdfFormat, _TO_QUADS[kind]))
    library.serialize(read, sys.stdout.buffer, library.RdfFormat.N_QUADS)
    return 0


def _solutions(library: Any, kind: str) -> int:
    found = library.parse_query_results(sys.stdin.buffer, getattr(library.QueryResultsFormat, _SOLUTIONS[kind]))
    if not isinstance(found, library.QuerySolutions):
        return NO_SOLUTIONS
    write: Callable[[bytes], Any] = sys.stdout.buffer.write
    write("\t".join(variable.value for variable in found.variables).encode() + b"\n")
    for solution in found:
        write("\t".join("" if term is None else str(term) for term in solution).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
