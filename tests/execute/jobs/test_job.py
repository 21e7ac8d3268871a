"""A job on its way to another process."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from relxfer.errors import UnknownName
from relxfer.execute.cell import Planned
from relxfer.execute.jobs.job import Job
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plugins.finder import Plugins


def test_a_job_is_the_same_after_its_way_to_another_process():
    planned = Planned(Fingerprint.of(code="1"), Fingerprint.of(code="2", seed=3))
    job = Job("cell", 4, threads=2, planned=planned, group="a b", attempt=1)
    again = pickle.loads(pickle.dumps(job))
    assert again == job
    assert hash(again) == hash(job)
    assert again.planned.cell.parts == planned.cell.parts, "so that a message can say what has changed"


def test_jobs_of_a_run_have_different_names():
    jobs = [Job("cell", 1, 1), Job("cell", 2, 1), Job("source", 1, 1), Job("source", 1, 1, seed=2)]
    jobs += [job.again for job in jobs]
    assert len({job.name for job in jobs}) == 8


def test_a_cell_arrives_with_the_offers_of_the_other_process(small):
    here, there = small(seeds=[0]), small(seeds=[0])
    cell = here.plan()[0]
    for name in ("strategy", "source-model"):  # another version is installed there
        for key, offer in there.plugins.offers.items():
            if key[0] == name:
                there.plugins.offers[key] = replace(offer, version="other")
    job = Job("cell", 0, 1, cell=cell)
    arrived = pickle.loads(pickle.dumps(job)).cell_of(there.experiment, there.plugins)
    assert arrived.names == cell.names
    assert arrived.target is there.experiment.targets[0]
    assert arrived.source is there.experiment.sources[0]
    kind = cell.method.stages[0].record.kind
    assert arrived.method.stages[0].offer is there.plugins.find(kind, cell.method.stages[0].name)
    assert arrived.method.stages[0].options == cell.method.stages[0].options
    assert job.cell_of(here.experiment, here.plugins) is cell, "here it is what it was"


def test_a_cell_of_a_plugin_that_is_not_there_is_told(small):
    engine = small(seeds=[0])
    arrived = pickle.loads(pickle.dumps(Job("cell", 0, 1, cell=engine.plan()[0])))
    plugins = Plugins.load(third_party=False)
    del plugins.offers["strategy", "finetune"]
    with pytest.raises(UnknownName, match="no strategy is called 'finetune'"):
        arrived.cell_of(engine.experiment, plugins)
