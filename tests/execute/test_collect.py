"""Results put together from outcomes and stored values."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.execute.collect import _logged
from relxfer.results.records import Selected
from relxfer.store import files
from relxfer.testing import blobs, blobs_net, harness

CONFIG = {
    "seeds": 2,
    "threads": 1,
    "source": {"name": "points", "datasets": ["blobs-source"], "training": {"steps": 2}},
    "target": {"dataset": "blobs-target", "label_budgets": [12, "all"]},
    "training": {"steps": 2, "validations": 1},
    "strategy": [{"use": "finetune"}, {"use": "zero-shot"}],
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return harness.run(CONFIG, tmp_path_factory.mktemp("collected") / "run", [blobs])


def test_a_cell_has_the_means_of_its_stored_values(made):
    for cell in made.cells:
        arrays, _ = files.read_arrays(made.folder / "evaluations" / f"{cell.evaluation}.safetensors")
        right = arrays["scores"].argmax(1) == arrays["answers"]
        assert cell.metrics["accuracy"] == pytest.approx(right.mean())
        assert cell.n == len(right) == 24
        assert cell.top_class.predicted == pytest.approx(np.bincount(arrays["scores"].argmax(1)).max() / 24)
        assert cell.top_class.name in ("red", "green", "blue")


def test_a_cell_says_what_it_was_given(made):
    cells = {(cell.strategy, cell.budget, cell.seed): cell for cell in made.cells}
    assert [cells["finetune", budget, 0].label_count for budget in (12, "all")] == [12, 48]
    tuned, direct = cells["finetune", "all", 1], cells["zero-shot", "all", 1]
    assert (tuned.labels, tuned.setting, tuned.seeded) == (True, "inductive", True)
    assert (direct.labels, direct.setting, direct.label_count) == (False, "transductive", 0)
    assert direct.selection == Selected("nothing to select")
    assert tuned.artefact == direct.artefact == made.sources["points"].stages[1].id


def test_a_target_and_a_source_are_told(made):
    target, source = made.targets["blobs-target"], made.sources["points"]
    assert (target.task, target.smallest_class is not None) == ("classification", True)
    assert {name: (count.queries, count.units) for name, count in target.counts.items()} == {
        "train": (36, 36), "val": (12, 12), "test": (24, 24),
    }  # fmt: skip
    assert (source.datasets, source.shared, source.path) == (("blobs-source",), False, "")
    assert [stage.seed for stage in source.stages] == [0, 1]
    assert made.provenance.threads == 1


def test_what_is_no_finite_number_is_none():
    logged = {"loss": float("nan"), "far": float("-inf"), "norm": 1.0, "gone": None}
    assert _logged({"status": "done", "diagnostics": logged}) == {"loss": None, "far": None, "norm": 1.0, "gone": None}
    assert _logged({"status": "refused", "reason": "why"}) == {}


def test_an_adapter_that_raises_loses_no_cell(tmp_path, monkeypatch):
    def audit(self, domain):
        raise RuntimeError("not today")

    def relate(self, sources, target):
        return f"{len(sources)} sources"

    monkeypatch.setattr(blobs_net.BlobsAdapter, "audit", audit, raising=False)
    monkeypatch.setattr(blobs_net.BlobsAdapter, "relate", relate, raising=False)
    untrained = {key: value for key, value in CONFIG.items() if key != "training"}
    results = harness.run(untrained | {"strategy": ["zero-shot"], "seeds": 1}, tmp_path, [blobs])
    target = results.targets["blobs-target"]
    assert results.failed == []
    assert "audit of adapter 'blobs' raised RuntimeError: not today" in target.notes
    assert (target.audit, target.related) == ({}, {"points": "1 sources"})


def test_counts_that_give_answers_away_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(blobs_net.BlobsAdapter, "audit", lambda self, domain: {"a": 3, "b": 0, "c": 1}, raising=False)
    monkeypatch.setattr(blobs_net.BlobsAdapter, "gives_away", ("b", "c"), raising=False)
    untrained = {key: value for key, value in CONFIG.items() if key != "training"}
    results = harness.run(untrained | {"strategy": ["zero-shot"], "seeds": 1}, tmp_path, [blobs])
    assert results.targets["blobs-target"].given_away == ("c",)


@pytest.fixture
def results(small, monkeypatch):
    monkeypatch.setattr(
        blobs_net.BlobsAdapter, "audit", lambda adapter, domain: {"points": len(domain.test)}, raising=False
    )
    monkeypatch.setattr(
        blobs_net.BlobsAdapter,
        "relate",
        lambda adapter, sources, target: f"{len(sources)} {target.test}",
        raising=False,
    )
    return small.run(seeds=1, strategy=["finetune", "zero-shot"])


def test_a_target_is_counted_with_its_test_and_told_without_it(results):
    target = results.targets["t"]
    assert {name: (count.queries, count.units) for name, count in target.counts.items()} == {
        "train": (36, 36), "val": (12, 12), "test": (24, 24),
    }  # fmt: skip
    assert target.audit == {"points": 24}
    assert target.given_away == ()
    assert target.related == {"s": "1 None"}
    answers = blobs.load_target(blobs.BlobsOptions(), {}).train.answers
    assert target.smallest_class == np.bincount(answers).min()
