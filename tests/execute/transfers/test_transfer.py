"""A transfer is trained by objects that cannot open a test."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell
from relxfer.execute.domains import Domains
from relxfer.execute.sealed import Sealed
from relxfer.train.trainer import PhaseTrainer

#: Objects that hold tests.
KEYS = (Sealed, Domains)


@pytest.fixture
def cells(monkeypatch):
    """The cells that strategies were given."""
    given = []
    part = PhaseTrainer.fit

    def fit(trainer, learner, objective, *streams, **named):
        given.append((trainer, learner, objective, streams, named))
        return part(trainer, learner, objective, *streams, **named)

    monkeypatch.setattr(PhaseTrainer, "fit", fit)
    return given


def test_the_walk_finds_a_test_where_there_is_one(small, reachable):
    """So that finding none means something."""
    engine = small()
    engine.plan()
    assert any(isinstance(one, Sealed) for one in reachable(engine.cells))
    sealed = engine.domains.target(engine.experiment.targets[0])
    answers = sealed._complete.test.answers
    for hidden in (sealed.judge, lambda: sealed, [{"a": (sealed,)}]):
        assert any(one is answers for one in reachable(hidden))


def test_what_trains_reaches_no_test(small, reachable):
    engine = small()
    ready = engine.cells.prepare(engine.plan()[0])
    learner, ended = engine.transfers.run(ready, engine.domains.shown(ready.cell))
    assert ended["status"] == "done"
    found = [one for one in reachable(engine.transfers, learner) if isinstance(one, KEYS)]
    assert found == []


def test_what_a_strategy_is_given_reaches_no_test_answer(small, reachable, cells):
    engine = small()
    ready = engine.cells.prepare(engine.plan()[0])
    shown = engine.domains.shown(ready.cell)
    engine.transfers.run(ready, shown)
    given = cells[-1]  # the first is that of the source
    test = engine.domains.target(ready.cell.target)._complete.test
    reached = list(reachable(given, shown, Cell(given[1], given[0], shown.target)))
    assert any(one is shown.target for one in reached)
    assert not any(isinstance(one, KEYS) for one in reached)
    arrays = [one for one in reached if isinstance(one, np.ndarray)]
    assert len(arrays) > 3
    assert not any(np.shares_memory(one, test.answers) for one in arrays)
    assert not any(isinstance(one, Examples) and one is test for one in reached)


def test_a_finished_transfer_is_loaded(small):
    engine = small()
    ready = engine.cells.prepare(engine.plan()[0])
    shown = engine.domains.shown(ready.cell)
    assert engine.transfers.finished(ready) is None
    trained, ended = engine.transfers.run(ready, shown)
    assert engine.transfers.finished(ready) == ended
    stored, again = engine.transfers.run(ready, shown)
    assert again == ended
    asked = shown.target.train.hidden()
    scores = [np.concatenate([np.asarray(block) for block in each.predict(asked)]) for each in (trained, stored)]
    np.testing.assert_allclose(*scores, atol=1e-6)
