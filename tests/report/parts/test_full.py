"""All parts in their order, and every number where the JSON has it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from relxfer.report.parts import full
from relxfer.report.shown.blocks import Folded, Number, Sentences, Table


def numbers(blocks) -> Iterator[Number]:
    for block in blocks:
        lines = block.lines if isinstance(block, Sentences) else ()
        if isinstance(block, Table):
            lines = [cell.line for row in block.rows for cell in row.cells]
        elif isinstance(block, Folded):
            yield from numbers(block.blocks)
        yield from (word for line in lines for word in line if isinstance(word, Number))


def test_the_answer_comes_first_and_what_it_rests_on_last(subject):
    keys = [part.key for part in full.parts(subject)]
    assert keys[:4] == ["answer", "results", "warnings", "next"]
    assert keys[-3:] == ["cost", "data", "provenance"]
    assert len(set(keys)) == len(keys)


def test_every_number_is_that_of_the_json(subject, resolved):
    card = json.loads(json.dumps(subject.results.card(), default=str))
    found = [number for part in full.parts(subject) for number in numbers(part.blocks)]
    assert len(found) > 80
    wrong = [number for number in found if resolved(card, number.path) != number.value]
    assert wrong == []
