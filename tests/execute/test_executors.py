"""The executor of this process, and what an executor must have."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from relxfer.errors import PluginError
from relxfer.execute import executors
from relxfer.execute.executors import ProcessOptions, Serial


def test_one_after_the_other_each_job_is_done_when_it_is_asked_for():
    done = []
    running = Serial(None).run(lambda job: done.append(job) or job.upper(), iter(["first", None, "second"]))
    assert next(running) == ("first", "FIRST")
    assert done == ["first"]
    assert list(running) == [("second", "SECOND")]


@pytest.mark.parametrize("made", [object(), SimpleNamespace(run=1, width=0), SimpleNamespace(run=1, width="two")])
def test_what_cannot_run_jobs_is_told(made):
    chosen = SimpleNamespace(name="mine", build=lambda: made)
    with pytest.raises(
        PluginError, match=r"the executor 'mine' to have run\(work, jobs\) and width.*correct the plugin"
    ):
        executors.build(chosen)


@pytest.mark.parametrize("options", [{"devices": ["gpu:0"]}, {"devices": ["cuda:x"]}, {"jobs": 0}])
def test_devices_are_those_of_torch(options):
    with pytest.raises(ValidationError):
        ProcessOptions(**options)
    assert ProcessOptions(devices=["cuda:0", "cuda", "cpu"]).jobs is None
