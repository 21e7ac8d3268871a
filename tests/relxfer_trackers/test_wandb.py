"""Runs of Weights & Biases: begun anew where a cell begins again, and told nothing of the machine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.extra


class Run:
    def __init__(self, **given):
        self.given, self.logged, self.summary, self.ended = given, [], {}, None

    def define_metric(self, *_, **__):
        pass

    def log(self, values):
        self.logged.append(values)

    def finish(self, exit_code=0):
        self.ended = exit_code


def test_a_cell_is_a_run_of_the_group(told, tmp_path, monkeypatch):
    pytest.importorskip("wandb", reason="the extra wandb is not installed")
    from relxfer_trackers.options import WandBOptions
    from relxfer_trackers.wandb import WandB

    begun = []
    observer = WandB(WandBOptions(mode="offline"))
    observer.wandb = SimpleNamespace(init=lambda **given: begun.append(Run(**given)) or begun[-1])
    told.tell(observer, tmp_path / "run", ends=False)
    told.tell(observer, tmp_path / "run", points=[told.POINT])
    first, cell, rows = begun
    assert (first.ended, cell.ended, rows.ended) == (1, 0, 0), "its process died, and it began again"
    assert [each["step"] for each in cell.logged] == [0, 5]
    assert first.given["id"] == cell.given["id"], "the later one takes its place"
    assert len({each.given["group"] for each in begun}) == 1
    assert rows.summary["verdict/s.t.finetune.10"] == "HELPS"
    assert rows.summary["test/mrr/01234567"] == 0.5
    quiet = cell.given["settings"]
    assert quiet["x_disable_meta"]
    assert quiet["x_disable_stats"]
    assert quiet["console"] == "off"
