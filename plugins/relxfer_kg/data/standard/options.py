"""Options of standard data, apart from their loader so that listing them imports nothing heavy."""

from __future__ import annotations

from relxfer.contract.options import Options


class MergedOptions(Options):
    """What is asked of an inference graph of GraIL."""

    merge_valid: bool = True
    """Whether the published validation facts come before the test facts in one test, as in ULTRA."""
