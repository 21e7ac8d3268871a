"""What a race and its test are foreseen to cost."""

from __future__ import annotations

import pytest

from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.costs import Costs, measured
from relxfer.choose.recommending.recommendation import Raced
from relxfer.choose.recommending.rounds import rounds
from relxfer.execute.artefacts import Artefacts
from relxfer.execute.domains import Domains
from relxfer.judge.scoring import Scorer

COSTS = Costs(
    pretraining={"a": 10.0, "b": 20.0},
    repeated={"a": 1, "b": 6},
    training={("a", "finetune"): 2.0, ("b", "finetune"): 3.0, (None, "scratch"): 1.0},
)


def arm(source, strategy="finetune", role="candidate"):
    return Arm(Raced(source, strategy, role, None, 1.0), ())


ARMS = [arm(None, "scratch", "scratch"), *(arm("a") for _ in range(4)), *(arm("b") for _ in range(4))]


def test_a_shared_source_is_trained_once_and_another_with_every_seed():
    assert COSTS.sources(["a", "b"], 0, 1) == 30
    assert COSTS.sources(["a", "b"], 1, 4) == 60


def test_shorter_training_has_one_pre_training_of_each_source():
    assert COSTS.shorter(1) is COSTS
    half = COSTS.shorter(2)
    assert half.of(ARMS[1]) == 1
    assert half.sources(["a", "b"], 0, 1) == 15
    assert half.sources(["a", "b"], 1, 4) == 0


def test_the_first_round_costs_what_it_holds_and_later_ones_at_most_that():
    made = COSTS.raced(ARMS, rounds(len(ARMS), 6))
    assert made[0].seconds == 1 + 4 * 2 + 4 * 3 + 30
    assert made[1].seconds == 4 * 3 + 4 * 2 + 1 + 20  # all nine may be left: seven, and five that stay
    assert made[3].seconds == 2 * (4 * 3 + 4 * 2 + 20)


def test_the_test_trains_what_was_not_raced():
    assert COSTS.tested(ARMS, 1, 6, 6) == pytest.approx(0.6 * 4)
    assert COSTS.tested(ARMS, 3, 6, 6) == pytest.approx(12.6 * 4)
    assert COSTS.tested(ARMS, 1, 6, 3) == pytest.approx(3.6 * 4 + 3 * 20)


def test_rows_are_measured_once_for_each_architecture_and_every_source_is(experiment, plugins):
    made = experiment()
    domains = Domains(made, plugins, Scorer(plugins), Artefacts(made, plugins))
    told = []
    found = measured(made, plugins, domains, lambda done, total: told.append((done, total)))
    assert set(found.pretraining) == {"blobs-source", "other"}
    assert all(seconds > 0 for seconds in found.pretraining.values())
    assert found.repeated == {"blobs-source": 1, "other": 1}
    assert found.training["blobs-source", "finetune"] == found.training["other", "finetune"] > 0
    assert found.training[None, "scratch"] > 0
    assert told == [(0, 2), (1, 2)]


def test_a_source_that_cannot_be_trained_is_told(experiment, plugins, monkeypatch):
    def stage(self, source, seed):
        raise RuntimeError("no such luck")

    monkeypatch.setattr("relxfer.execute.rehearsal.Rehearsal.stage", stage)
    made = experiment()
    found = measured(made, plugins, Domains(made, plugins, Scorer(plugins), Artefacts(made, plugins)))
    assert set(found.broken) == {"blobs-source", "other"}
    assert "no such luck" in found.broken["other"]
