"""What a run found, put together."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.testing import blobs
from relxfer.testing.blobs_net import BlobsAdapter


@pytest.fixture
def results(small, monkeypatch):
    monkeypatch.setattr(BlobsAdapter, "audit", lambda adapter, domain: {"points": len(domain.test)}, raising=False)
    monkeypatch.setattr(
        BlobsAdapter, "relate", lambda adapter, sources, target: f"{len(sources)} {target.test}", raising=False
    )
    return small.run(seeds=1, strategy=["finetune", "zero-shot"])


def test_a_target_is_counted_with_its_test_and_told_without_it(results):
    target = results.targets["t"]
    assert {name: (count.queries, count.units) for name, count in target.counts.items()} == {
        "train": (36, 36), "val": (12, 12), "test": (24, 24),
    }  # fmt: skip
    assert target.audit == {"points": 24}
    assert target.related == {"s": "1 None"}
    answers = blobs.load_target(blobs.BlobsOptions(), {}).train.answers
    assert target.smallest_class == np.bincount(answers).min()


def test_a_cell_has_its_labels_its_setting_and_its_metrics(results):
    cells = {(cell.strategy, cell.budget): cell for cell in results.cells}
    tuned, direct = cells["finetune", 6], cells["zero-shot", 6]
    assert (tuned.setting, tuned.labels, tuned.label_count, tuned.n) == ("inductive", True, 6, 24)
    assert (direct.setting, direct.labels, direct.label_count) == ("transductive", False, 0)
    assert set(tuned.metrics) == {"accuracy", "macro-f1", "auc"}
    assert tuned.top_class.name in ("red", "green", "blue")


def test_a_source_tells_its_pre_trainings(results, small):
    (stage,) = results.sources["s"].stages
    assert stage.seed == 0
    assert (small.folder / "run" / "sources" / stage.id).is_dir()
    assert results.sources["s"].datasets == ("blobs-source",)


def test_what_an_adapter_raises_is_a_note_and_loses_no_cell(small, monkeypatch):
    def raises(*of):
        raise LookupError("nothing to relate")

    monkeypatch.setattr(BlobsAdapter, "relate", raises, raising=False)
    results = small.run(seeds=1)
    assert not results.failed
    assert "relate of adapter 'blobs' raised LookupError: nothing to relate" in results.targets["t"].notes
