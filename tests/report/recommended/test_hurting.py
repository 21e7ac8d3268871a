"""My source hurts: what now?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.report.recommended.hurting import below, instead


def test_the_row_as_written_is_compared_with_what_it_is_below_most(made):
    arm, by = below(made())
    assert (arm.kind, by.seeds) == ("scratch", 3)
    assert by.mean == pytest.approx(-0.3)


def test_a_row_that_is_below_nothing_does_not_hurt(made):
    assert below(made(written=2)) is None
    assert below(made(written=None)) is None


def test_a_row_that_failed_is_below_nothing(made):
    arms = list(made().arms)
    arms[3] = replace(arms[3], scores=(), reason="it broke")
    assert below(made(arms=tuple(arms))) is None


def test_everything_that_could_be_done_is_told_once_with_its_gain_at_the_same_seeds(made):
    found = {each.what: each for each in instead(made())}
    assert list(found) == [
        "another source", "train from scratch", "leave a source as it is", "train fewer parts", "another rate"
    ]  # fmt: skip
    assert (found["another source"].arm.source, found["another source"].gain.seeds) == ("world", 3)
    assert found["another rate"].gain.mean == pytest.approx(0.05)
    assert found["another rate"].gain.seeds == 1
    assert found["train fewer parts"].arm.strategy == "feature-extraction"


def test_a_strategy_that_trains_as_much_is_another_strategy(made):
    arms = list(made().arms)
    arms[5] = replace(arms[5], trained=90)
    assert "another strategy" in [each.what for each in instead(made(arms=tuple(arms)))]
