"""What a report says about the lock of a run."""

from __future__ import annotations

import pytest

from relxfer.results.lock_check import LockCheck

LOCKED = "locked 2026-12-01 10:00 UTC"
SAME = f"{LOCKED}, before the test was opened here: configuration, data and code are those of the lock aaaaaaaaaaaa"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, SAME),
        (
            {"differs": ("configuration (seeds)", "data of the target t")},
            f"not what was {LOCKED}: another configuration (seeds), another data of the target t than in the lock "
            "aaaaaaaaaaaa",
        ),
        (
            {"differs": ("data of the target t",), "others": 1},
            f"not what was {LOCKED}: another data of the target t than in the lock aaaaaaaaaaaa; 1 other evaluation "
            "opened the test in this run directory",
        ),
        ({"others": 1200}, f"{SAME}; 1,200 other evaluations opened the test in this run directory"),
    ],
)  # fmt: skip
def test_the_sentence(changes, said):
    assert LockCheck(sha256="a" * 64, locked="2026-12-01T10:00:07Z", **changes).said == said
