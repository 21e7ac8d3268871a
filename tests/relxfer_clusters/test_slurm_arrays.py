"""The executor `slurm` keeps the contract, in processes of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from relxfer_clusters import slurm_arrays
from relxfer_clusters.options import SlurmOptions

from relxfer.contract.hooks import hookimpl
from relxfer.testing import ExecutorContract, blobs, harness
from relxfer.testing.jobs import SmallJob

submitit = pytest.importorskip("submitit", reason="needs submitit")

pytestmark = pytest.mark.extra


class TestSlurm(ExecutorContract):
    executor = "slurm"
    options = {"cluster": "local", "jobs": 2}


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"jobs": 2}, ["aab", "bb"]), ({"cells_per_job": 2}, ["aa", "bb", "b"]), ({"jobs": 9}, ["a", "a", "b", "b", "b"])],
)
def test_cells_of_the_same_data_are_in_one_task(options, expected):
    jobs = [SmallJob(index, group=group) for index, group in enumerate("ababb")]
    chunks = slurm_arrays._chunks(jobs, SlurmOptions(**options))
    assert ["".join(job.group for job in chunk) for chunk in chunks] == expected


def test_what_sbatch_is_asked_for(tmp_path, monkeypatch):
    options = SlurmOptions(jobs=3, cpus=4, gpus=1, mem_gb=8, partition="gpu", account="me", setup=["module load cuda"])
    monkeypatch.setattr(submitit.SlurmExecutor, "affinity", classmethod(lambda cls: 2))  # as where srun is
    auto = submitit.AutoExecutor(tmp_path, cluster="slurm")
    auto.update_parameters(**slurm_arrays._parameters(options))
    text = auto._executor._make_submission_file_text("command", "uid")
    for flag in (
        "cpus-per-task=4",
        "gpus-per-node=1",
        "mem=8GB",
        "partition=gpu",
        "account=me",
        "time=60",
        "requeue",
    ):
        assert f"#SBATCH --{flag}\n" in text, text
    assert "module load cuda" in text


@pytest.mark.parametrize(
    ("known", "expected"), [(None, False), ({"1_0", "1_1"}, False), ({"1_0"}, True), (set(), True)]
)
def test_a_task_is_gone_only_where_slurm_answers(known, expected):
    assert slurm_arrays._gone("1_1", known) is expected


#: On a real Slurm cluster: `eval "$(scripts/one_node_slurm.sh start FOLDER)"` makes one, and its conf is in SLURM_CONF.
@pytest.mark.skipif(not (shutil.which("sbatch") and os.environ.get("SLURM_CONF")), reason="needs Slurm (SLURM_CONF)")
@pytest.mark.timeout(900)
def test_64_cells_of_which_some_are_requeued(tmp_path):
    config = {
        "seeds": 64,
        "threads": 1,
        "device": "cpu",
        "target": {"dataset": "blobs-target"},
        "training": {"steps": 10, "batch_size": 8, "validations": 2},
        "strategy": [{"use": "scratch"}],
        "report": {"baselines": False},
    }
    slurm = {"use": "slurm", "jobs": 2, "folder": str(tmp_path / "submitted")}
    watch = Requeues()
    requeued = harness.run({**config, "executor": slurm}, tmp_path / "slurm", [blobs, watch])
    serial = harness.run(config, tmp_path / "serial", [blobs])
    assert watch.requeued
    assert [(cell.id, cell.sha, cell.metrics) for cell in requeued.cells] == [
        (cell.id, cell.sha, cell.metrics) for cell in serial.cells
    ]


class Requeues:
    """A plugin that requeues a job of the array when 8 cells have ended."""

    __name__ = "requeues"

    def __init__(self):
        self.ended, self.requeued = 0, ""

    @hookimpl
    def relxfer_cell_finished(self, cell):
        self.ended += 1
        if self.ended == 8:
            queue = ["squeue", "--noheader", "--array", "--states", "RUNNING", "--format", "%i"]
            self.requeued = subprocess.run(queue, capture_output=True, text=True, check=True).stdout.split()[-1]
            subprocess.run(["scontrol", "requeue", self.requeued], check=True)
