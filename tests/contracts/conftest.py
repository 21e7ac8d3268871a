"""The contract tests run the engine thousands of times, and do not change it."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def _hashed_once(engine_hashed_once: None) -> None:
    """No test in this folder changes code of the engine."""
