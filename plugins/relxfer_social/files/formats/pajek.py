"""Pajek's format of networks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_social.files.raw_network import RawNetwork

_WORD = re.compile(r'"([^"]*)"|(\S+)')


def read_pajek(path: Path) -> RawNetwork:
    """Vertices with labels; edges, arcs, and lists of them. Weights are not used.

    Raises:
        DataError: it does not read; the message names the line.
    """
    try:
        text = bounded.text(path)
    except (UnicodeDecodeError, OSError, *bounded.BROKEN) as error:
        raise DataError(f"{path}: expected Pajek's format in UTF-8, got: {error}; save it again") from None
    names: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    directed, weighted = False, False
    for number, section, words in _lines(text):
        if section == "vertices":
            names[words[0]] = words[1] if len(words) > 1 else words[0]
        elif section in ("edges", "arcs", "edgeslist", "arcslist"):
            directed |= section.startswith("arcs")
            listed = section.endswith("list")
            weighted |= not listed and len(words) > 2
            for other in words[1:] if listed else words[1:2]:
                pairs += [(words[0], other)] * 1
                pairs += [(other, words[0])] * (section.startswith("edges"))
            if len(words) < 2:
                raise DataError(f"{path}:{number}: expected two vertices, got {' '.join(words)!r}; correct the line")
    return _network(path, names, pairs, directed, weighted)


def _lines(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """The number of each line, its section, and its words."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = [quoted or plain for quoted, plain in _WORD.findall(line)]
        if line.lstrip().startswith("*"):
            section = words[0].lower().lstrip("*")
        elif words and not line.lstrip().startswith("%"):
            yield number, section, words


def _network(
    path: Path, names: dict[str, str], pairs: Sequence[tuple[str, str]], directed: bool, weighted: bool
) -> RawNetwork:
    ids = list(names) or sorted({end for pair in pairs for end in pair}, key=lambda end: (len(end), end))
    place = {one: number for number, one in enumerate(ids)}
    if not ids:
        raise DataError(f"{path}: expected *Vertices and *Edges or *Arcs, got none; check that this is Pajek's format")
    for pair in pairs:
        for end in pair:
            if end not in place:
                raise DataError(f"{path}: expected links between its vertices, got {end!r}; add the vertex")
    labels = [names.get(one, one) for one in ids]
    own = len(set(labels)) == len(labels)
    rows = np.array([(place[a], place[b]) for a, b in pairs], np.int64).reshape(-1, 2).T
    if not directed:
        rows = rows[:, ::2]  # every edge once
    notes = ("of the edges, not used: weight",) if weighted else ()
    return RawNetwork(labels if own else ids, rows, directed, notes=notes, ids=ids if own and labels != ids else ())
