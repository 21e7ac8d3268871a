"""The cell of the points, as for the tests of strategies."""

from __future__ import annotations

from tests.relxfer_strategies.conftest import cell, checkpoint, fitted, transferred  # noqa: F401
