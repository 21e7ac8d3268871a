"""What several tests need: the shared data, where it is at hand."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A machine that is busy with other things is slow, and no test is about that.
settings.register_profile("relxfer", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("relxfer")

if "PYTEST_XDIST_WORKER" in os.environ:  # before anything imports torch: a worker has one thread
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# Tests run on the processor, whatever else is there; what is about a GPU is a process of its own (see `gpus`).
HIDDEN = "RELXFER_HIDDEN_GPUS"
if os.environ.get(HIDDEN) != "shown":
    os.environ.setdefault(HIDDEN, os.environ.get("CUDA_VISIBLE_DEVICES", "all"))
    os.environ["CUDA_VISIBLE_DEVICES"] = ""

# Runs are sealed with a key of these tests, not with that of whoever runs them; processes that tests start share it.
if "RELXFER_TEST_STATE" not in os.environ:
    STATE = tempfile.TemporaryDirectory(prefix="relxfer-state-")
    os.environ["RELXFER_TEST_STATE"] = os.environ["XDG_STATE_HOME"] = STATE.name

# No test depends on what another kept, or on the user's own.
os.environ["RELXFER_FEATURES"] = "off"

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def gpus() -> dict[str, str]:
    """The environment of a process that sees the GPUs of this machine; skips where the kernels can use none."""
    import torch

    environment = os.environ | {"CUDA_VISIBLE_DEVICES": os.environ[HIDDEN], HIDDEN: "shown"}
    if environment["CUDA_VISIBLE_DEVICES"] == "all":
        del environment["CUDA_VISIBLE_DEVICES"]
    asks = "import torch, triton; assert torch.version.hip or torch.cuda.get_device_capability() >= (8, 0)"
    command = [sys.executable, "-c", asks]
    built = torch.backends.cuda.is_built()
    if not built or subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
        pytest.skip("needs a GPU of compute capability 8.0, a build of torch that can use it, and triton")
    return environment


@pytest.fixture(scope="session")
def shared() -> Path:
    """Public data and golden outputs beside the checkout; tests that need them skip where they are absent."""
    folder = Path(os.environ.get("RELXFER_SHARED", ROOT.parent / "shared"))
    if not (folder / "golden").is_dir():
        pytest.skip(f"no shared data at {folder} (set RELXFER_SHARED)")
    return folder
