"""What becomes of large blocks of memory that are freed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from relxfer.contract.records import TargetAdapter
from relxfer.train import memory

#: Resident megabytes after blocks of 64 MB were written and freed: inside, and afterwards.
PROGRAM = """
import sys
import numpy as np
from relxfer.train import memory

def resident():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

memory.tell("returned")
before = resident()
with memory.held(sys.argv[1]):
    blocks = [np.ones(2**23) for _ in range(4)]
    del blocks
    inside = resident() - before
print(inside, resident() - before)
"""

glibc = pytest.mark.skipif(memory._libc() is None, reason="the C library is not glibc, or its limits are set")


def grown(large_blocks: str, **environment: str) -> list[float]:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, large_blocks],
        env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [float(word) for word in ended.stdout.split()]


@glibc
def test_what_is_kept_is_kept_for_the_next_step_and_goes_back_at_the_end():
    inside, after = grown("kept")
    assert inside > 200
    assert after < 32


@glibc
def test_what_is_returned_goes_back_at_once():
    assert max(grown("returned")) < 32


@glibc
@pytest.mark.parametrize(
    "told", [{"MALLOC_MMAP_THRESHOLD_": "65536"}, {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=65536"}]
)
def test_limits_that_the_user_set_stay(told):
    assert max(grown("kept", **told)) < 32


def test_an_adapter_says_one_of_two_things():
    with pytest.raises(ValueError, match=r"large_blocks cannot be 'keep'.*kept"):
        TargetAdapter(name="mine", load="mine:Adapter", reads=("pictures",), large_blocks="keep")


def test_every_cell_is_run_as_its_adapter_says(tmp_path: Path, monkeypatch):
    """Also where cells of several adapters are run in one process; between them the default holds."""
    from relxfer import run

    told: list[str] = []
    monkeypatch.setattr(memory, "tell", told.append)
    run(
        {
            "seeds": 1,
            "target": [
                {"name": "pictures", "dataset": "digits", "label_budgets": [10, "all"]},
                {"name": "network", "dataset": "karate-club", "label_budgets": [4, "all"]},
            ],
            "strategy": ["scratch"],
            "training": {"steps": 2, "validations": 0},
            "report": {"baselines": False},
        },
        tmp_path / "run",
    )
    after = {told[i + 1] for i, each in enumerate(told) if each == "kept"}
    assert after == {"returned"}
    assert told.count("returned") > 2, "the cell of the network, too, is run as its adapter says"
