"""Planned cells of the blobs."""

from __future__ import annotations

import pytest

from relxfer.declare import resolve
from relxfer.plan import grid
from relxfer.plan.refusals import Facts
from relxfer.testing import blobs, harness


@pytest.fixture
def cells():
    """`cells(**tables)`: the plan of a configuration, as far as it can be told without data."""

    def planned(facts=Facts(), **tables):
        config = {"source": {"datasets": ["blobs-source"]}, "target": {"dataset": "blobs-target"}, **tables}
        plugins = harness.plugins_with([blobs])
        experiment = resolve.load({"report": {"baselines": False}, **config}, plugins)
        return list(grid.cells(experiment, lambda source, target: facts, grid.strategies_of(plugins)))

    return planned
