"""Which columns are head, relation and tail, by the names that they share."""

import itertools
import random

import pytest
from relxfer_kg.named.order import by_content, split_column

from relxfer.data.tables.table import Table
from relxfer.errors import NotMine


def links(entities: int = 60, verbs: int = 5, seed: int = 0, name=lambda i: f"e{i}", verb=lambda i: f"r{i}"):
    made = random.Random(seed)
    rows = {(made.randrange(entities), made.randrange(verbs), made.randrange(entities)) for _ in range(400)}
    return [(name(h), verb(r), name(t)) for h, r, t in sorted(rows)]


def table(rows, order=(0, 1, 2), names=None) -> Table:
    columns = list(zip(*([row[i] for i in order] for row in rows), strict=True))
    made = Table.of("a.tsv", {str(i): column for i, column in enumerate(columns)})
    return Table("a.tsv", made.columns, names, made.lines)


KINDS = {
    "names": links(),
    "numbers": links(name=str, verb=str),
    "two relations": links(verbs=2),
    "one relation": links(verbs=1),
    "relations among entities": [*links(), ("r0", "r1", "r2"), ("r3", "r1", "e1")],
    "no name on both sides": [(f"u{h}", r, f"i{t}") for h, r, t in links()],
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2)])
def test_every_order_is_found(kind, order):
    found = by_content(table(KINDS[kind], order))
    if order == (0, 1, 2):
        assert found is None
    else:
        positions, (why,) = found
        assert positions["relation"] == order.index(1)
        assert positions["head"] == order.index(0)
        assert f"the relation is column {order.index(1) + 1} of a.tsv, not column 2" in why


@pytest.mark.parametrize(
    "rows",
    [
        [("Rome", "capital_of", "Italy"), ("Tiber", "passes", "Rome")],
        [("a", "likes", "b"), ("b", "a", "c"), ("c", "a", "likes")],
        [(f"e{i}", f"says {i}", f"x{i}") for i in range(50)],
        [(f"film{i}", "year", str(1950 + i % 40)) for i in range(60)],
        [(f"p{i}", ("age", "weight")[i % 2], str(20 + i)) for i in range(60)],
        [(f"p{i // 10}", f"has {i % 10}", ("yes", "no")[i * 7 % 3 % 2]) for i in range(500)],
        [(str(i % 60), str(i % 5), "7") for i in range(60)],
        [(f"w{i}", "is a", ("noun", "verb")[i % 2]) for i in range(60)],
    ],
)
def test_the_usual_order_is_not_doubted_without_reason(rows):
    assert by_content(table(rows)) is None


@pytest.mark.parametrize(
    ("extra", "place", "positions"),
    [
        (lambda row, i: i / 7, 3, (0, 1, 2)),
        (lambda row, i: 1500000000 + i, 3, (0, 1, 2)),
        (lambda row, i: f"{i / 7:.3f}", 0, (1, 2, 3)),
        (lambda row, i: f"id_{i}", 0, (1, 2, 3)),
        (lambda row, i: ("train", "valid", "test")[i % 3], 0, (1, 2, 3)),
        (lambda row, i: ("train", "test")[i % 2], 3, (0, 1, 2)),
    ],
)
def test_a_fourth_column_is_passed_over(extra, place, positions):
    rows = [(*row[:place], str(extra(row, i)), *row[place:]) for i, row in enumerate(links())]
    found = by_content(table(rows, range(4)))
    assert (tuple(found[0][role] for role in ("head", "relation", "tail")) if found else (0, 1, 2)) == positions


def test_columns_of_kinds_between_the_names_are_passed_over():
    rows = [(h, "person", r, t, "person") for h, r, t in links()]
    positions, _ = by_content(table(rows, range(5)))
    assert positions == {"head": 0, "relation": 2, "tail": 3}


def weighted(weight, name=lambda i: f"e{i}"):
    return [(name(i % 30), name(i * 7 % 30), str(weight(i))) for i in range(90)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (weighted(lambda i: i / 7), "weights, scores or time stamps"),
        (weighted(lambda i: i % 5 + 1), "weights, scores"),
        (weighted(lambda i: 1500000000 + i), "weights, scores"),
        (weighted(lambda i: i / 7, str), "weights, scores"),
        (weighted(lambda i: 1500000000 + i, str), "weights, scores"),
        ([row[:2] for row in weighted(str)], "two columns: a list of edges"),
        ([[str((i + j) % 2) for j in range(9)] for i in range(9)], "adjacency matrix"),
        ([[f"n{i}", *(str((i + j) % 2) for j in range(9))] for i in range(9)], "adjacency matrix"),
        ([[str(i * j / 3) for j in range(20)] for i in range(50)], "columns of numbers, as features"),
        ([(str(i / 7), str(i / 9), str(i / 3), "xyz"[i % 3]) for i in range(60)], "columns of numbers, as features"),
        ([(f"{i}.png", "cat", "site") for i in range(12)], "a list of pictures"),
    ],
)
def test_what_holds_no_facts_is_refused_with_what_to_do(rows, words):
    with pytest.raises(NotMine, match=words):
        by_content(table(rows, range(len(rows[0]))))


def test_a_split_is_a_column_of_parts_alone():
    rows = [(*row, part) for row, part in zip(links(), itertools.cycle(("Train", "dev", "test")), strict=False)]
    assert split_column(table(rows, range(4)), [0, 1, 2]) == 3
    assert split_column(table(rows, range(4)), [0, 1, 3]) is None
    assert split_column(table([(*row[:3], "train") for row in rows], range(4)), []) is None
