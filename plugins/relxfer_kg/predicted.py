"""Predicted facts as a graph of networkx, GraphML and N-Triples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from relxfer.contract.plain import AnswerTable, Value
from relxfer.store import escaping
from relxfer_kg.questions import UNKNOWN

if TYPE_CHECKING:
    import networkx

#: Before a name that is no IRI, whose other characters than letters, digits and _.-~ are percent-encoded.
URN = "urn:relxfer:"
_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
_CHARACTER = rf"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;={_UCS}]|%[0-9A-Fa-f]{{2}})"
#: RFC 3987, without users, ports and IP literals in the authority, in which parsers differ.
_IRI = rf"[A-Za-z][A-Za-z0-9+.\-]*:(?!//[^/?#]*[:@]){_CHARACTER}*(?:\#{_CHARACTER}*)?"
_IS_IRI = re.compile(_IRI)
_IS_BLANK = re.compile(r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?")
_IS_LITERAL = re.compile(
    r'"(?:[^"\\\x00-\x1f\x7f\ud800-\udfff]|\\[tbnrf"\'\\]|\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\\U000[0-9A-Fa-f]{5})*"'
    rf"(?:@[A-Za-z]{{1,8}}(?:-[A-Za-z0-9]{{1,8}})*|\^\^<{_IRI}>)?"
)


def facts(answers: AnswerTable) -> Iterator[tuple[str, str, str, Mapping[str, Value]]]:
    """Head, relation and tail of each answer, and its other columns.

    >>> table = {"head": ["?"], "relation": ["knows"], "tail": ["bob"], "answer": ["ann"], "rank": [1], "score": [2.5]}
    >>> list(facts(table))
    [('ann', 'knows', 'bob', {'rank': 1, 'score': 2.5})]
    """
    sides = ("head", "relation", "tail", "answer")
    rest = [name for name in answers if name not in sides]
    for *names, others in zip(*(answers[side] for side in sides), _rows(answers, rest), strict=True):
        head, relation, tail, answer = map(str, names)
        if tail == UNKNOWN:
            yield head, relation, answer, others
        elif relation == UNKNOWN:
            yield head, answer, tail, others
        else:
            yield answer, relation, tail, others


def graph(answers: AnswerTable) -> networkx.MultiDiGraph:
    """The predicted facts, each an edge from head to tail with `relation` and the other columns of its answer.

    >>> table = {"head": ["ann"], "relation": ["knows"], "tail": ["?"], "answer": ["bob"], "rank": [1], "score": [2.5]}
    >>> list(graph(table).edges(data=True))
    [('ann', 'bob', {'relation': 'knows', 'rank': 1, 'score': 2.5})]
    """
    import networkx as nx

    made = nx.MultiDiGraph()
    for number, (head, relation, tail, others) in enumerate(facts(answers)):
        made.add_edge(head, tail, f"e{number}", relation=relation, **others)
    return made


def graphml(answers: AnswerTable, stream: BinaryIO) -> None:
    """Write `graph` as GraphML; characters that XML cannot hold are written as Python escapes."""
    import networkx as nx

    nx.write_graphml_xml(graph({name: [_xml(cell) for cell in column] for name, column in answers.items()}), stream)


def ntriples(answers: AnswerTable, stream: BinaryIO) -> None:
    """Write N-Triples, which are Turtle too: a fact on each line, its other columns in a comment after it."""
    for head, relation, tail, others in facts(answers):
        told = ", ".join(f"{name} {value}" for name, value in others.items() if not isinstance(value, str))
        line = f"{resource(head)} {iri(relation)} {term(tail)} . # {told}\n"
        stream.write(line.encode())


def term(name: str) -> str:
    """A name as object of a fact: a literal in quotes, as RDF files have it, or a `resource`.

    >>> print(term('"Rom"@de'), term("Rome"))
    "Rom"@de <urn:relxfer:Rome>
    """
    return name if _IS_LITERAL.fullmatch(name) else resource(name)


def resource(name: str) -> str:
    """A name as subject: a blank node, or an `iri`."""
    return name if _IS_BLANK.fullmatch(name) else iri(name)


def iri(name: str) -> str:
    """A name that is an IRI, or another behind `URN`.

    >>> iri("http://example.org/Rome"), iri("works for")
    ('<http://example.org/Rome>', '<urn:relxfer:works%20for>')
    """
    return f"<{name}>" if _IS_IRI.fullmatch(name) else f"<{URN}{quote(name, safe='', errors='backslashreplace')}>"


def _rows(answers: AnswerTable, names: list[str]) -> Iterator[dict[str, Value]]:
    for row in range(len(answers["answer"])):
        yield {name: answers[name][row] for name in names}


def _xml(cell: Value) -> Value:
    return escaping.xml(cell) if isinstance(cell, str) else cell
