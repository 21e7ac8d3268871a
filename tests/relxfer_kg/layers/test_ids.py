"""Ids out of range are refused, with the range they should be in."""

import numpy as np
import pytest
import torch
from relxfer_kg.layers.ids import check_ids, check_queries


@pytest.mark.parametrize("ids", [torch.tensor([0, 4]), torch.tensor([[3], [1]]), torch.zeros(0, dtype=torch.long)])
def test_ids_in_range_pass(ids):
    check_ids("ids", ids, 5)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (torch.tensor([0, 5]), r"ids in 0..4 \(got 0..5\)"),
        (torch.tensor([-1, 2]), r"ids in 0..4 \(got -1..2\)"),
        (torch.tensor([1.0]), r"ids as integers \(got torch.float32\)"),
    ],
)
def test_ids_out_of_range_are_refused(ids, message):
    with pytest.raises(ValueError, match=message):
        check_ids("ids", ids, 5)


@pytest.mark.parametrize("form", [np.array, torch.tensor])
def test_queries_of_both_forms(random_graph, form):
    graph = random_graph(entities=20, relations=4)
    check_queries(graph, form([[19, 7], [0, 0]]))
    for queries, message in (
        ([[20, 0]], "query entities in 0..19"),
        ([[0, 8]], "query relations in 0..7"),
        ([0, 1], r"queries as \[B, 2\]"),
    ):
        with pytest.raises(ValueError, match=message):
            check_queries(graph, form(queries))
