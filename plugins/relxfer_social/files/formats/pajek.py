"""Pajek's format of networks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_social import weights
from relxfer_social.files.raw_network import RawNetwork

_WORD = re.compile(r'"([^"]*)"|(\S+)')


def read_pajek(path: Path, weight: weights.Asked = None) -> RawNetwork:
    """Vertices with labels; edges, arcs, and lists of them. The third number of a line is the weight of its edge, which
    without one is 1.

    weight  whether it counts; see `relxfer_social.weights`

    Raises:
        DataError: it does not read, or a number is no weight; the message names the line.
    """
    try:
        text = bounded.text(path)
    except (UnicodeDecodeError, OSError, *bounded.BROKEN) as error:
        raise DataError(f"{path}: expected Pajek's format in UTF-8, got: {error}; save it again") from None
    names: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    counts: list[float] = []
    directed, weighted, taken = False, False, weights.nameless(weight, str(path))
    for number, section, words in _lines(text):
        if section == "vertices":
            names[words[0]] = words[1] if len(words) > 1 else words[0]
        elif section in ("edges", "arcs", "edgeslist", "arcslist"):
            directed |= section.startswith("arcs")
            listed = section.endswith("list")
            count = 1.0 if listed else _weight(words, f"{path}:{number}", taken)
            weighted |= count != 1
            for other in words[1:] if listed else words[1:2]:
                both = [(words[0], other), (other, words[0])][: 2 if section.startswith("edges") else 1]
                pairs += both
                counts += [count] * len(both)
            if len(words) < 2:
                raise DataError(f"{path}:{number}: expected two vertices, got {' '.join(words)!r}; correct the line")
    made = _network(path, names, pairs, counts, directed)
    if not weighted:
        return replace(made, weights=None)
    if not taken:
        return replace(made, weights=None, notes=("of the edges, not used: weight",))
    return replace(made, notes=(f"weights of edges: the third numbers of lines of {path}",))


def _weight(words: Sequence[str], where: str, taken: bool) -> float:
    """That of a line; 1 where a word in its place is no number, as attributes are none."""
    if len(words) < 3 or np.isnan(value := weights.number(words[2])):
        return 1.0
    return float(weights.checked([value], lambda _: where, words[2:])[0]) if taken else value


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
    path: Path, names: dict[str, str], pairs: Sequence[tuple[str, str]], counts: Sequence[float], directed: bool
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
    held = np.array(counts, np.float32)
    if not directed:
        rows, held = rows[:, ::2], held[::2]  # every edge once
    further = ids if own and labels != ids else ()
    return RawNetwork(labels if own else ids, rows, directed, ids=further, weights=held)
