"""The jobs that pre-train sources."""

from __future__ import annotations

from relxfer.execute.jobs.stages import Stages, pretrainings
from relxfer.execute.jobs.work import Work


def test_each_pre_training_that_a_cell_needs_is_one_job(small):
    engine = small(strategy=["finetune", "feature-extraction", "scratch"])
    plan = engine.plan()
    assert [(source.name, seed) for source, seed in pretrainings(engine, plan)] == [("s", 0), ("s", 1)]
    jobs = Stages(engine).jobs(plan, 1)
    assert [(job.kind, job.index, job.seed, job.group) for job in jobs] == [
        ("source", 0, 0, "s"),
        ("source", 0, 1, "s"),
    ]
    assert jobs[0].planned.source == engine.sources.fingerprint(engine.experiment.sources[0], 0)
    assert pretrainings(engine, [cell for cell in plan if not cell.needs_source]) == []


def test_what_is_finished_is_no_job(small):
    engine = small()
    work = Work(engine.store.folder, engine)
    first, second = Stages(engine).jobs(engine.plan(), 1)
    assert work(first).outcome == {"status": "done"}
    assert Stages(engine).jobs(engine.plan(), 1) == [second]


def test_cells_of_a_source_that_failed_fail_and_it_is_not_tried_in_a_later_wave(small):
    engine = small()
    stages, plan = Stages(engine), engine.plan()
    first, second = stages.jobs(plan, 1)
    stages.ended(first, {"status": "failed", "reason": "no gradient"})
    stages.ended(second, {"status": "done"})
    assert stages.jobs(plan, 1) == [second], "it was told as done, and nothing is stored"
    by_seed = {cell.seed: cell for cell in plan if cell.needs_source}
    assert stages.failed(by_seed[0])["reason"] == "its source stage failed: no gradient"
    assert stages.failed(by_seed[1]) is None
    assert stages.planned(by_seed[1]) == second.planned.source
