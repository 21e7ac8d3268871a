"""The study of selection without labels: its cells, its arithmetic, and that it runs and goes on."""

from __future__ import annotations

import importlib
import json
import sys
import tomllib

import numpy as np
import pytest


@pytest.fixture
def study(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    for name in ("label_free_tables", "label_free"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("label_free")


@pytest.fixture
def tables(study):
    return study.label_free_tables


def groups(root):
    return tomllib.loads((root / "benchmarks" / "label_free.toml").read_text(encoding="utf-8"))["group"]


def cell(accuracies, half="held-out", shift="s", low=-0.1, **scores):
    gains = [[a - accuracies[0], low, a - accuracies[0] + 0.01] for a in accuracies]
    each = [{name: of[index] for name, of in scores.items()} for index in range(len(accuracies))]
    candidates = [
        {"name": str(index), "accuracy": accuracy, "gain": gain, "scores": score}
        for index, (accuracy, gain, score) in enumerate(zip(accuracies, gains, each, strict=True))
    ]
    return {"shift": shift, "strategy": "mmd", "half": half, "candidates": candidates}


def test_every_shift_is_in_one_half_and_the_halves_are_alike(root):
    halves = {}
    for group in groups(root):
        for source in group["source"]:
            for target in source["target"]:
                halves.setdefault(target["half"], {})[target["name"]] = len(group["strategies"])
    assert set(halves) == {"development", "held-out"}
    assert not set(halves["development"]) & set(halves["held-out"])
    assert sum(map(len, halves.values())) == 28
    assert {half: sum(of.values()) for half, of in halves.items()} == {"development": 37, "held-out": 42}


def test_no_picture_of_a_source_is_in_a_target_of_its_data_set(root):
    for group in groups(root):
        for source in group["source"]:
            own = source.get("pictures")
            for target in source["target"] if own else ():
                if target["pictures"]["of"].partition("-")[0] == own["of"]:
                    assert target["pictures"]["start"] >= own["count"] + own["tests"]


def test_regret_is_the_loss_against_the_choice_by_labels(tables):
    made = [cell([0.5, 0.7, 0.6], im=[0, 1, 2]), cell([0.5, 0.4, 0.3], shift="t", im=[0, 0, -1])]
    found = tables.judged(tables.by("im"), made)
    assert found["cells"] == 2
    assert found["mean"] == pytest.approx((10 + 0) / 2), "of equal scores the source unchanged is taken"
    assert found["max"] == pytest.approx(10)
    assert found["gain"] == pytest.approx((10 + 0) / 2)
    assert found["low"] <= found["mean"] <= found["high"]


def test_a_choice_is_below_the_source_where_its_interval_is(tables):
    worse = cell([0.5, 0.4], im=[0, 1])
    assert tables.judged(tables.by("im"), [worse])["below"] == 1.0
    assert tables.judged(tables.by("im"), [cell([0.5, 0.495], im=[0, 1])])["below"] == 0.0


def test_a_rule_that_has_no_score_of_a_candidate_does_not_apply(tables):
    made = [cell([0.5, 0.7], im=[0, 1]), cell([0.5, 0.7], im=[0, 1], mixval=[0, 1])]
    assert tables.judged(tables.by("mixval"), made)["cells"] == 1
    assert tables.judged(tables.voted("im", "mixval"), made)["cells"] == 2


def test_the_veto_leaves_out_what_has_forgotten_the_source(tables):
    made = cell([0.5, 0.3, 0.6], **{"im": [0, 2, 1], "source-val": [0.9, 0.5, 0.88]})
    assert tables.choice(tables.by("im")(made["candidates"])) == 1
    assert tables.choice(tables.vetoed(tables.by("im"))(made["candidates"])) == 2


def test_the_guard_leaves_out_what_a_second_rule_puts_below_the_source(tables):
    made = cell([0.5, 0.3, 0.6], im=[0, 2, 1], snd=[0.5, 0.4, 0.5])["candidates"]
    assert tables.choice(tables.guarded(tables.by("im"), "snd")(made)) == 2
    lower = cell([0.5, 0.3], im=[0, 2], snd=[0.5, 0.4])["candidates"]
    assert tables.choice(tables.guarded(tables.by("im"), "snd")(lower)) == 0


def test_it_runs_on_embedded_networks_and_goes_on(study, root, monkeypatch, tmp_path):
    small = tmp_path / "small.toml"
    group = """
[[group]]
name = "blocks"
content = "networks"
model = { use = "gcn", hidden = 8 }
source_training = { steps = 20, lr = 1e-2, optimizer = "adam" }
training = { steps = 2 }
learning_rates = [1e-2]
strategies = { mmd = { alignment_weight = [0.1, 1.0] } }
[[group.source]]
name = "blocks"
dataset = { use = "blocks", nodes = 90, test_fraction = 0.2 }
[[group.source.target]]
name = "moved"
half = "development"
dataset = { use = "blocks", nodes = 90, seed = 1, shift = 2.0, test_fraction = 1.0 }
"""
    small.write_text(group, encoding="utf-8")
    monkeypatch.setattr(study, "SUITE", small)
    out = tmp_path / "found.json"
    monkeypatch.setattr(sys, "argv", ["label_free.py", str(tmp_path / "study"), "--json", str(out)])
    study.main()
    found = json.loads(out.read_text(encoding="utf-8"))
    (only,) = found["cells"]
    assert [each["name"] for each in only["candidates"]] == ["zero-shot", "mmd 0.1 0.01", "mmd 1 0.01"]
    for each in only["candidates"]:
        assert set(each["scores"]) == {
            "source-val", "entropy", "im", "class-shares", "snd", "iw", "dev", "ensv"
        }  # fmt: skip
        assert np.isfinite([*each["scores"].values(), *each["gain"]]).all()
    assert only["candidates"][0]["gain"] == [0.0, 0.0, 0.0]
    monkeypatch.setattr(study.relxfer, "run", lambda *a, **k: pytest.fail("it was run already"))
    study.main()
    assert json.loads(out.read_text(encoding="utf-8")) == found


def test_the_table_of_the_page_is_that_of_the_results(root, tables):
    found = json.loads((root / "benchmarks" / "results" / "label_free.json").read_text(encoding="utf-8"))
    page = (root / "docs" / "selection.md").read_text(encoding="utf-8").splitlines()
    again = json.loads(json.dumps(tables.summary(found["cells"])))
    assert {key: found[key] for key in again} == again
    assert [line for line in tables.lines(found) if line not in page] == []
