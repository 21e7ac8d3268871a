"""Facts as columns of names."""

import random

import numpy as np
from relxfer_kg.named.facts import Facts

ROWS = [[f"e{i % 5}", f"r{i % 2}", f"e{i * 3 % 7}"] for i in range(12)]


def test_facts_of_several_files_follow_one_another():
    whole = Facts.joined([Facts.of(ROWS[:5]).noted("a"), Facts.of(np.array(ROWS[5:])).noted("a", "b")])
    assert whole.tolist() == ROWS
    assert whole.notes == ("a", "b")
    assert Facts.of(np.empty((0, 3), object)).tolist() == []
    assert Facts.of([[" a ", "r", "a"]]).tolist() == [[" a ", "r", "a"]], "published names may differ by white space"


def test_the_order_of_rows_is_forgotten():
    shuffled = random.Random(0).sample(ROWS, len(ROWS))
    assert Facts.of(shuffled).ordered().tolist() == Facts.of(ROWS).ordered().tolist() == sorted(ROWS)
    assert Facts.of(ROWS).rows(np.array([2, 0])).tolist() == [ROWS[2], ROWS[0]]
