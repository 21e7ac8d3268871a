"""Event files of TensorBoard: one folder for each cell, which is written anew where the cell begins again."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.extra, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def scalars(place):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(place))
    read.Reload()
    return {(tag, each.step): each.value for tag in read.Tags()["scalars"] for each in read.Scalars(tag)}


def test_a_cell_and_the_rows_have_folders(told, tmp_path):
    pytest.importorskip("tensorboard", reason="the extra tensorboard is not installed")
    from relxfer_trackers.options import TensorBoardOptions
    from relxfer_trackers.tensorboard import TensorBoard

    observer = TensorBoard(TensorBoardOptions())
    told.tell(observer, tmp_path / "run", ends=False)
    (before,) = observer.open.values()
    told.tell(observer, tmp_path / "run", ends=False)  # its process died, and it begins again
    assert before.file_writer is None, "closed, or its thread would write on"
    observer.close()
    assert not observer.open
    told.tell(TensorBoard(TensorBoardOptions()), tmp_path / "run", points=[told.POINT, told.LATER])
    (run,) = (tmp_path / "tensorboard").iterdir()
    cell = scalars(run / "s.t.finetune.10.seed0.01234567")
    assert cell == {
        ("fit-0/validation", 0): 0.25,
        ("fit-0/validation", 5): 0.5,
        ("fit-0/loss", 5): 2.0,
        ("cost/seconds", 0): 3.0,
        ("cost/cpu_seconds", 0): 4.0,
        ("cost/energy_wh", 0): 0.5,
        ("test/mrr", 0): 0.5,
    }
    rows = scalars(run / "results")
    assert rows["gain/s.t.finetune.10", 0] == pytest.approx(0.1)
    assert rows["mrr/s.t.finetune.10", 0] == 0.5
