"""What several tests need: the shared data, where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A machine that is busy with other things is slow, and no test is about that.
settings.register_profile("relxfer", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("relxfer")

if "PYTEST_XDIST_WORKER" in os.environ:  # before anything imports torch: a worker has one thread
    os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Public data and golden outputs beside the checkout; tests that need them skip where they are absent."""
    folder = Path(os.environ.get("RELXFER_SHARED", ROOT.parent / "shared"))
    if not (folder / "golden").is_dir():
        pytest.skip(f"no shared data at {folder} (set RELXFER_SHARED)")
    return folder
