"""What is checked before anything is trained."""

from __future__ import annotations

import pytest

import relxfer
from relxfer.errors import ConfigError, RelxferError
from relxfer.testing import blobs

CONFIG = {
    "threads": 1,
    "device": "cpu",
    "source": {"datasets": ["blobs-source"], "training": {"steps": 2}},
    "target": {"dataset": "blobs-target"},
    "training": {"steps": 2, "batch_size": 8},
    "strategy": ["finetune"],
}


def refused(folder, error, match, **changes):
    with pytest.raises(error, match=match):
        relxfer.run({**CONFIG, **changes}, folder, plugins=[blobs])
    assert not list(folder.glob("cells/*")) + list(folder.glob("sources/*")), "nothing was trained"


def test_a_metric_of_another_kind_of_task_is_told(tmp_path):
    refused(tmp_path / "run", RelxferError, "mrr", report={"metric": "mrr"})


def test_a_source_that_cannot_be_read_is_told_with_its_key(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    given = {"checkpoint": str(tmp_path / "model.safetensors")}
    refused(tmp_path / "run", ConfigError, r"source\[0\].checkpoint", source=given)
