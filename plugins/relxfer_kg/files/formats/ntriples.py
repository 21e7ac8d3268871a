"""N-Triples and N-Quads, line by line: as fast as by a library, and in as little memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from relxfer.data.bad_rows import BadRowList
from relxfer.store import bounded

_IRI = r'<([^\x00-\x20<>"{}|^`]+)>'
_NODE = rf"(?:{_IRI}|(_:[^\s<>\"]*[^\s<>\".]))"
_LITERAL = r'"((?:[^"\\\n\r]|\\.)*)"(@[A-Za-z0-9-]+|\^\^<[^\x00-\x20<>"{}|^`]+>)?'
_GRAPH = r'(<[^\x00-\x20<>"{}|^`]+>|_:[^\s<>\"]*[^\s<>\".])?'
_STATEMENT = re.compile(rf"\s*{_NODE}\s*{_IRI}\s*(?:{_NODE}|{_LITERAL})\s*{_GRAPH}\s*\.\s*(?:#.*)?")
_TERM = re.compile(rf"(?:{_NODE}|{_LITERAL})")
_ABOUT_A_STATEMENT = re.compile(rf"\s*(?:{_NODE}\s*{_IRI}\s*)?<<")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf\"'\\])|)")
_LETTERS = {"\t": "t", "\b": "b", "\n": "n", "\r": "r", "\f": "f", '"': '"', "\\": "\\"}
_CHARACTERS = {letter: character for character, letter in _LETTERS.items()} | {"'": "'"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f]')
_TEXT = "^^<http://www.w3.org/2001/XMLSchema#string>"
#: What no IRI holds.
OUTSIDE_IRI = re.compile(r'[\x00-\x20<>"{}|^`]')


def statements(
    path: Path, lines: Iterable[bytes] | None = None, bad: BadRowList | None = None
) -> Iterator[tuple[str, str, str, str | None] | None]:
    """Subject, predicate, object and graph of each statement: IRIs without brackets, literals as `literal` spells them.

    None stands for a statement about a statement.

    Args:
        path: the file.
        lines: what is read in its place.
        bad: gathers lines that are no statements, or no text in UTF-8, for the caller to settle; None: they are raised.

    Raises:
        BadRows: there are such lines, and `bad` is None.
        DataError: the file holds a null byte.
        OSError, EOFError, zlib.error: the file cannot be read.
    """
    gathered = bad or BadRowList("facts")
    for number, line in _numbered(bounded.text_stream(path) if lines is None else lines):
        text = repr(line)
        try:
            text = line.decode()
            if text.strip() and not text.lstrip().startswith("#"):
                yield None if _ABOUT_A_STATEMENT.match(text) else _statement(text)
        except UnicodeDecodeError as error:
            gathered.add(path, number, f"expected text in UTF-8, got the byte 0x{line[error.start]:02x}; save it so")
        except (AttributeError, TypeError, ValueError, OverflowError):
            shown = repr(text if len(text) <= 120 else text[:117] + "...")
            wanted = "<subject> <predicate> object . (in N-Quads with a graph before the dot)"
            gathered.add(path, number, f"expected an N-Triples statement, {wanted}, got {shown}")
    if bad is None:
        gathered.settle()


def name(term: str) -> str:
    """The name of a term as N-Triples write it; empty for a statement.

    >>> name("<http://ex.org/Rome>"), name('"Rome"@IT'), name("_:x")
    ('http://ex.org/Rome', '"Rome"@it', '_:x')
    """
    found = _TERM.fullmatch(term)
    if found is None:
        return ""
    iri, blank, text, kind = found.groups()
    return iri or blank or literal(_read(text) if "\\" in text else text, kind or "")


def literal(text: str, kind: str = "") -> str:
    r"""A literal as its name: in quotes, on one line, its language in lower case, without the type of plain texts.

    kind  "", "@LANGUAGE" or "^^<TYPE>"

    >>> print(literal('say "hi"', "@de-AT"))
    "say \"hi\""@de-at
    """
    return f'"{_SPECIAL.sub(_escaped, text)}"{kind.lower() if kind.startswith("@") else "" if kind == _TEXT else kind}'


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    for line in lines:
        for part in line.rstrip(b"\r\n").split(b"\r"):
            number += 1
            yield number, part


def _statement(line: str) -> tuple[str, str, str, str | None]:
    iri, blank, relation, to_iri, to_blank, text, kind, graph = _STATEMENT.fullmatch(line).groups()  # type: ignore[union-attr]
    if "\\" in line:
        iri, relation, to_iri = (name and _read(name) for name in (iri, relation, to_iri))
        text = text and _read(text)
        if any(name and OUTSIDE_IRI.search(name) for name in (iri, relation, to_iri)):
            raise ValueError(line)
    return iri or blank, relation, to_iri or to_blank or literal(text, kind or ""), graph


def _read(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _CHARACTERS[match[3]]
    character = chr(int(match[1] or match[2], 16))  # TypeError where there is no such escape
    character.encode()  # half of a surrogate pair is no character: UnicodeEncodeError, a ValueError
    return character


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{_LETTERS[character]}" if character in _LETTERS else f"\\u{ord(character):04X}"
