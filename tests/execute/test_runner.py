"""A run as a whole: what is told before it, who runs its jobs, and what is not run again."""

from __future__ import annotations

import pytest

from relxfer.contract.executors import Failed, batches
from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Executor
from relxfer.errors import ConfigError, PluginError
from relxfer.execute.runner import check_group
from relxfer.report.markdown import markdown
from relxfer.testing import harness


class Executing:
    """A plugin with one executor of this module."""

    def __init__(self, name: str):
        self.name = self.__name__ = name

    @hookimpl
    def relxfer_executors(self):
        return [Executor(name=self.name, load=f"{__name__}:{self.name.title()}")]


class Lazy:
    """Leaves the last job out."""

    width, most = 1, -1

    def __init__(self, options):
        pass

    def run(self, work, jobs):
        for batch in batches(jobs):
            for job in batch[: self.most]:
                yield job, work(job)
            return


class Never(Lazy):
    most = 0


class Twice(Lazy):
    def run(self, work, jobs):
        for job in jobs:
            yield job, work(job)
            yield job, work(job)


class Hasty(Lazy):
    """Wants all jobs at once, before any has ended."""

    def run(self, work, jobs):
        for job in list(jobs):
            yield job, work(job)


class Bare(Lazy):
    def run(self, work, jobs):
        for job in filter(None, jobs):
            yield work(job)


class Own(Lazy):
    """Makes up its own outcomes."""

    def run(self, work, jobs):
        for job in filter(None, jobs):
            yield job, {"status": "done"}


class Raises(Lazy):
    def run(self, work, jobs):
        next(jobs)
        raise LookupError("the cluster is gone")


class Mixed(Lazy):
    """Gives the outcome of one job for that of another."""

    def run(self, work, jobs):
        for batch in batches(jobs):
            yield from zip(batch, [work(job) for job in reversed(batch)], strict=True)


class Backwards(Lazy):
    def run(self, work, jobs):
        for batch in batches(jobs):
            for job in reversed(batch):
                yield job, work(job)


class Unlucky(Lazy):
    """Fails on the first attempts: once for cells of seed 0, always for those of seed 1."""

    def run(self, work, jobs):
        for job in filter(None, jobs):
            fails = job.kind == "cell" and job.attempt <= (0 if job.cell.seed == 0 else 9)
            yield job, Failed(job, "the machine was taken back") if fails else work(job)


WRONG = [
    ("lazy", r"got none for 1 of 2;"),
    ("never", r"got none for 2 of 2;"),
    ("twice", r"got the outcome of source-0-0-0, which is not running"),
    ("hasty", r"got a call for the next job after None"),
    ("bare", r"got Ran\("),
    ("own", r"got dict in place of what work\(job\) returned, or of .*Failed"),
    ("raises", r"got LookupError: the cluster is gone"),
]


@pytest.mark.parametrize(("name", "told"), WRONG)
def test_an_executor_that_yields_other_than_its_jobs_is_told(small, name, told):
    with pytest.raises(PluginError, match=f"executor '{name}' to yield .* for every job, {told}"):
        small.run(Executing(name), executor=name)


def test_the_outcome_of_another_job_is_not_taken(small):
    results = small.run(Executing("mixed"), executor="mixed", source=[], strategy=["scratch"])
    assert {cell.status for cell in results.cells} == {"failed"}
    assert all("got the outcome of another job" in cell.reason for cell in results.cells)
    results = small.run(source=[], strategy=["scratch"])
    assert {cell.status for cell in results.cells} == {"done"}, "nothing of it was kept"


def test_a_job_that_failed_is_tried_again_and_its_cell_fails_alone(small):
    with pytest.warns(
        RuntimeWarning, match=r"the machine was taken back; the cell scratch on t, seed \d, is tried again"
    ):
        results = small.run(Executing("unlucky"), executor="unlucky", source=[], strategy=["scratch"])
    by_seed = {cell.seed: cell for cell in results.cells}
    assert by_seed[0].status == "done"
    assert (by_seed[1].status, by_seed[1].reason) == ("failed", "the machine was taken back (3 times)")


def test_the_order_in_which_jobs_end_decides_nothing(small, tmp_path):
    first = small.run(Executing("backwards"), executor="backwards")
    other = harness.run(small.config, tmp_path / "other", [harness.blobs])
    assert [(cell.id, cell.sha) for cell in first.cells] == [(cell.id, cell.sha) for cell in other.cells]


def test_targets_of_two_kinds_of_task_are_one_run_with_the_metrics_of_each(small):
    links = {"name": "links", "dataset": {"use": "karate-club", "task": "links"}}
    results = small.run(source=[], target=[{"name": "nodes", "dataset": "karate-club"}, links], strategy=["scratch"])
    assert [cell.status for cell in results.cells] == ["done"] * 4
    tasks = {name: target.task for name, target in results.targets.items()}
    assert tasks == {"nodes": "classification", "links": "link-prediction"}
    decides = {name: target.metrics[0].name for name, target in results.targets.items()}
    assert decides == {"nodes": "accuracy", "links": "auc"}
    assert {row.target: row.metric for row in results.rows} == decides
    shown = markdown(results)
    assert all(f"by {metric}." in shown for metric in decides.values()), shown


def test_what_is_given_and_cannot_be_read_is_told_before_anything_is_trained(small, tmp_path):
    broken = tmp_path / "broken.safetensors"
    broken.write_text("no model")
    sources = [small.config["source"], {"name": "b", "checkpoint": str(broken)}]
    with pytest.raises(ConfigError, match=r"source\[1\]\.checkpoint: "):
        small.run(source=sources)
    assert not list((small.folder / "run").glob("sources/*"))


def test_a_source_that_fails_fails_its_cells_and_no_others(small, monkeypatch):
    from relxfer.execute.sources import Sources

    def fails(*of):
        raise RuntimeError("no gradient")

    monkeypatch.setattr(Sources, "_learnt", fails)
    results = small.run(seeds=1, strategy=["finetune", "scratch"])
    by_strategy = {cell.strategy: cell for cell in results.cells}
    assert by_strategy["scratch"].status == "done"
    assert by_strategy["finetune"].status == "failed"
    reason = by_strategy["finetune"].reason
    assert reason.startswith("its source stage failed: RuntimeError: no gradient (tests/execute/test_runner.py:")
    assert by_strategy["finetune"].traceback.endswith("RuntimeError: no gradient\n")
    (source,) = results.folder.glob("sources/*/failure.txt")
    assert "RuntimeError: no gradient" in source.read_text()


def test_what_failed_is_tried_again_and_leaves_no_failure(small, monkeypatch):
    from relxfer.execute.transfers.transfer import Transfers

    with monkeypatch.context() as broken:
        broken.setattr(Transfers, "_transferred", lambda *of: 1 / 0)
        failed = small.run(seeds=1).cells[0]
    assert (failed.status, len(list((small.folder / "run").glob("cells/*/failure.txt")))) == ("failed", 2)
    again = small.run(seeds=1).cells[0]
    assert (again.status, again.id, again.traceback) == ("done", failed.id, "")
    assert not list((small.folder / "run").glob("cells/*/failure.txt"))


def test_cells_with_one_fingerprint_share_one_run(small):
    watch = harness.Observer()
    results = small.run(
        watch, strategy=["scratch"], target={"name": "t", "dataset": "blobs-target", "label_budgets": [36, 48, "all"]}
    )
    assert len({cell.id for cell in results.cells if cell.seed == 0}) == 2, "36 and 48 labels are the same 36"
    assert watch.cells == 2 * 2


def test_every_process_of_a_group_needs_a_batch(small):
    experiment = small().experiment
    check_group(experiment, 1)
    with pytest.raises(ConfigError, match=r"source\[0\]\.training\.batches_per_step: expected at least 3, .* got 1"):
        check_group(experiment, 3)


def test_a_resumed_run_says_what_is_other_than_it_was(small, monkeypatch):
    small.run(seeds=1)
    monkeypatch.setattr("relxfer.execute.provenance.processor", lambda: "another")
    with pytest.warns(RuntimeWarning, match=r"resuming in .*processor was .*, is now another; bits may differ"):
        small.run(seeds=1)
