"""The shared data, where it is at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_file(shared) -> Callable[[str], Path]:
    """The path of one shared file."""

    def find(relative: str) -> Path:
        path = shared / relative
        if not path.exists():
            pytest.skip(f"no {relative} in the shared data")
        return path

    return find
