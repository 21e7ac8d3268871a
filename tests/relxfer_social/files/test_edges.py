"""Edges from rows of a file."""

from __future__ import annotations


def test_options_of_edges(loaded, tables):
    def count(**options):
        return loaded(**tables(), **options).inputs.edges.shape[1]

    assert (count(directed=True), count(loops=False), count(duplicates=True)) == (5, 6, 10)
