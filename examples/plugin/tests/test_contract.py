"""The strategy passes the tests of every strategy, and has the two phases of its name."""

from __future__ import annotations

import json

import pytest
import relxfer_lpft

import relxfer
from relxfer.testing import StrategyContract


class TestLpFt(StrategyContract):
    strategy = "lp-ft"
    plugins = (relxfer_lpft,)

    def test_two_phases_share_the_steps(self, whole):
        trace = next((whole.folder / "cells").glob("*/trace.jsonl")).read_text().splitlines()
        last = {line["phase"]: line["step"] for line in map(json.loads, trace)}
        assert last == {"fit-0": 3, "fit-1": 3}


class TestLongProbe(StrategyContract):
    strategy = "lp-ft"
    options = {"probing_share": 0.8, "lr_factor": 1.0}
    plugins = (relxfer_lpft,)


def test_probing_all_steps_is_refused(tmp_path):
    config = {"target": {"dataset": "geo-us"}, "strategy": {"use": "lp-ft", "probing_share": 1.0}}
    with pytest.raises(relxfer.RelxferError, match="less than 1"):
        StrategyContract._run(TestLpFt(), config, tmp_path)
