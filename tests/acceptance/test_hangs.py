"""What hangs in a plugin is cut short by `timeout_seconds`; the others go on, and a later run from the checkpoint."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("hang.py")


@pytest.fixture
def hang():
    """The plugin of this name, importable as a plugin's modules are; it hangs until `Hangs.on` is taken back."""
    name = "relxfer_tests_hang"
    spec = importlib.util.spec_from_file_location(name, SCRIPT)
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]


def statuses(results) -> dict[str, str]:
    return {cell.strategy: cell.status for cell in results.cells}


@pytest.mark.parametrize("name", ["hangs", "sleeps", "retries"])
def test_a_strategy_that_hangs(small, whole, hang, tmp_path, name):
    strategies = [{"use": name}, {"use": "finetune"}]
    late = small.run(tmp_path, hang, strategy=strategies, timeout_seconds=3.0)
    assert statuses(late) == {name: "failed", "finetune": "done", "scratch": "done", "zero-shot": "done"}
    cell = late.failed[0]
    assert "expected to be done within timeout_seconds = 3" in cell.reason
    assert list((tmp_path / "cells" / cell.id).glob("phases/*.part.*"))
    hang.Hangs.on = False
    hang.Hangs.steps.clear()
    assert set(statuses(small.run(tmp_path, hang, strategy=strategies)).values()) == {"done"}
    assert hang.Hangs.steps == [2, 3], "it goes on from its checkpoint"


def test_a_validator_that_hangs(small, whole, hang, tmp_path):
    late = small.run(tmp_path, hang, validator="judge", timeout_seconds=2.0, strategy={"use": "finetune"})
    assert statuses(late) == {"finetune": "failed", "scratch": "failed", "zero-shot": "done"}
    assert all("timeout_seconds = 2" in cell.reason for cell in late.failed)
    hang.Hangs.on = False
    done = small.run(tmp_path, hang, validator="judge", strategy={"use": "finetune"})
    assert set(statuses(done).values()) == {"done"}


def test_an_adapter_that_hangs(small, hang, tmp_path):
    """In the target; the source stage hangs with the same adapter, and the cells that need it say so."""
    target = {"dataset": "blobs-target", "adapter": "slow"}
    late = small.run(tmp_path, hang.Slow(), target=target, timeout_seconds=2.0, strategy={"use": "finetune"})
    assert set(statuses(late).values()) <= {"failed", "refused"}
    assert any("timeout_seconds = 2" in cell.reason for cell in late.failed)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_hanging_in_local_processes(tmp_path):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path / "run"), "20"], capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["hangs", "failed"], ["retries", "failed"], ["finetune", "done"]]
    assert all("within timeout_seconds = 20" in line for line in lines[:2])
