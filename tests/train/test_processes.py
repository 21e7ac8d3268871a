"""Processes that torchrun starts train the model that one process trains."""

import os
import subprocess
import sys

import pytest
import torch

import relxfer
from relxfer.cli import main
from relxfer.errors import UsageError
from relxfer.store.files import read_arrays
from relxfer.train.processes import Group, group

CONFIG = """
name = "together"
seeds = 1
threads = 1
device = "cpu"
[source]
datasets = ["geo-us"]
model = { use = "ultra", dim = 8, relation_layers = 1, entity_layers = 2 }
[source.training]
steps = %d
batch_size = 4
batches_per_step = 2
validations = 0
checkpoint_seconds = 0
[target]
dataset = "geo-us"
label_budgets = [0, "all"]
[[strategy]]
use = "zero-shot"
[report]
baselines = false
"""


def source_model(folder):
    (model,) = folder.glob("sources/*/model.safetensors")
    return read_arrays(model)[0]


def test_two_processes_train_what_one_trains(tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG % 6)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*launcher, "-m", "relxfer", "run", "config.toml", "--out", "two"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    relxfer.run(tmp_path / "config.toml", tmp_path / "one")
    one, two = source_model(tmp_path / "one"), source_model(tmp_path / "two")
    assert one.keys() == two.keys()
    for name, array in one.items():
        assert two[name] == pytest.approx(array, abs=1e-5), name


def test_no_process_is_without_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WORLD_SIZE", "3")
    (tmp_path / "config.toml").write_text(CONFIG % 6)
    assert main(["run", str(tmp_path / "config.toml"), "--out", str(tmp_path / "run")]) == 2
    assert "batches_per_step" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_alone_nothing_is_exchanged(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with group() as alone:
        assert (alone.first, alone.size, alone.agreed("x")) == (True, 1, "x")
        gradient = torch.ones(2)
        assert alone.summed([gradient, None], [gradient, gradient]) == [gradient, None]


def test_the_batches_of_a_step_are_shared_out():
    everyone = [number for rank in range(3) for number in Group(rank, 3).batches_of(step=2, count=7)]
    assert sorted(everyone) == list(range(14, 21))


def test_each_process_has_a_gpu_of_its_own_or_none_is_asked_for(monkeypatch):
    made = []
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.distributed, "rendezvous", lambda url: iter([(torch.distributed.HashStore(), 1, 2)]))
    monkeypatch.setattr(torch.distributed, "init_process_group", lambda backend, **rest: made.append(backend))
    monkeypatch.setattr(torch.distributed, "destroy_process_group", lambda: None)
    with group("cpu") as together:
        assert together == Group(1, 2)
    assert made == ["gloo"]
    with pytest.raises(UsageError, match="a GPU for each process on this machine, got 1 and process 2"), group("auto"):
        pass
