"""Knowledge-graph transfer through the whole engine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import relxfer
from relxfer.errors import ConfigError, UsageError

pytestmark = pytest.mark.filterwarnings("ignore:resuming in")

PEOPLE = [f"p{i}" for i in range(24)]
TINY = {"use": "ultra", "dim": 16, "relation_layers": 2, "entity_layers": 2}


def facts(seed: int, words: tuple[str, str, str]) -> list[list[str]]:
    """A family-like graph: two relations and their composition, so that there is something to learn."""
    rng = np.random.default_rng(seed)
    parent = {i: int(rng.integers(0, i)) for i in range(1, 24)}
    made = [[PEOPLE[p], words[0], PEOPLE[c]] for c, p in parent.items()]
    made += [[PEOPLE[parent[p]], words[1], PEOPLE[c]] for c, p in parent.items() if p in parent]
    made += [[PEOPLE[i], words[2], PEOPLE[int(rng.integers(0, 24))]] for i in range(12)]
    return made


def split(seed: int, words=("parent", "grandparent", "likes")) -> dict:
    """Observed, valid and test facts; every entity of the test is observed."""
    made = facts(seed, words)
    held = range(30, 42)
    observed = [fact for i, fact in enumerate(made) if i not in held]
    seen = {name for fact in observed for name in (fact[0], fact[2])}
    test = [made[i] for i in held if {made[i][0], made[i][2]} <= seen]
    return {"use": "kg-files", "facts": observed, "valid": test[:4], "test": test[4:]}


def config(**changes) -> dict:
    made = {
        "name": "small",
        "seeds": 2,
        "threads": 1,
        "source": {"datasets": [split(1, ("above", "far-above", "knows"))], "model": TINY,
                   "training": {"steps": 6, "batch_size": 8, "validations": 2}},
        "target": {"dataset": split(2), "model": TINY, "label_budgets": [0, 6, "all"]},
        "training": {"steps": 6, "batch_size": 8, "validations": 2, "lr": 0.01},
        "strategy": [{"use": "finetune"}],
    }  # fmt: skip
    return made | changes


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> relxfer.Results:
    return relxfer.run(config(), tmp_path_factory.mktemp("run") / "small")


def outcomes(folder: Path) -> dict[str, dict]:
    return {p.parent.name: json.loads(p.read_text()) for p in sorted(folder.glob("*/*/outcome.json"))}


def test_every_cell_is_done_or_refused_for_a_reason(done):
    assert not done.failed
    for cell in done.cells:
        expected = "refused" if cell.budget == 0 and cell.labels else "done"
        assert cell.status == expected
    refused = [cell.reason for cell in done.cells if cell.status == "refused"]
    assert all("the label budget is 0" in reason for reason in refused)


def test_rows_stand_beside_their_baselines(done):
    row = done.row("finetune", 6)
    assert row.gain.baseline == "scratch"
    assert (row.verdict, "it takes 3" in row.note) == (None, True)
    assert row.over_direct
    assert row.setting == "inductive"
    zero = done.row("zero-shot", 0)
    assert {each.name for each in zero.gain.against} == {"relation-frequency", "reverse-lookup"}
    assert "no verdict from 2 seeds" in zero.note, "each seed has a source of its own"
    assert next(iter(done.row("zero-shot").gain.against)).name == "scratch"
    assert done.row("relation-frequency").verdict is None
    assert done.row("relation-frequency").deterministic


def test_verdicts_can_be_recomputed_from_the_stored_ranks(done):
    from relxfer.judge import intervals
    from relxfer.store.files import read_arrays

    def reciprocal(strategy: str) -> tuple[np.ndarray, np.ndarray]:
        cells = [c for c in done.cells if c.strategy == strategy and c.budget == "all"]
        arrays = [read_arrays(done.folder / "evaluations" / f"{c.evaluation}.safetensors")[0] for c in cells]
        ranks = np.stack([(a["optimistic"] + a["pessimistic"]) / 2 for a in arrays])
        return 1 / ranks, arrays[0]["units"]

    ours, units = reciprocal("finetune")
    row = done.row("finetune")
    assert row.metrics["mrr"] == pytest.approx(ours.mean())
    prior, units = reciprocal("relation-frequency")
    zero, source = done.row("zero-shot"), reciprocal("zero-shot")[0]
    against = next(each for each in zero.gain.against if each.name == "relation-frequency")
    assert against.estimate == pytest.approx(source.mean() - prior.mean())
    alone = intervals.gain(source, prior[:1], units)
    assert against.low < against.estimate < against.high
    assert alone.estimate == pytest.approx(against.estimate)


def test_the_same_run_again_trains_nothing(done):
    before = {p: p.stat().st_mtime_ns for p in done.folder.glob("cells/*/*")}
    again = relxfer.run(config(), done.folder)
    assert {p: p.stat().st_mtime_ns for p in done.folder.glob("cells/*/*")} == before
    assert again.cells == done.cells


def test_the_saved_configuration_reproduces_the_run(done, tmp_path):
    again = relxfer.run(done.folder / "config.toml", tmp_path / "again")
    assert {k: o["sha"] for k, o in outcomes(again.folder).items()} == {
        k: o["sha"] for k, o in outcomes(done.folder).items()
    }


def test_zero_shot_runs_once_for_all_budgets_and_scratch_once_for_all_sources(done):
    zero = {c.id for c in done.cells if c.strategy == "zero-shot" and c.seed == 0}
    assert len(zero) == 1
    two = config()
    second = dict(two["source"], name="second", datasets=[split(3, ("u", "v", "w"))])
    two["source"] = [dict(two["source"], name="first"), second]
    found = relxfer.run(two, done.folder.parent / "two")
    scratch = {(c.budget, c.seed): set() for c in found.cells if c.strategy == "scratch" and c.status == "done"}
    for cell in found.cells:
        if cell.strategy == "scratch" and cell.status == "done":
            scratch[cell.budget, cell.seed].add(cell.id)
    assert all(len(ids) == 1 for ids in scratch.values())


def test_permuted_sealed_answers_leave_every_weight_alone(done, tmp_path):
    changed = config()
    test = changed["target"]["dataset"]["test"]
    tails = np.random.default_rng(0).permutation([fact[2] for fact in test]).tolist()
    changed["target"]["dataset"]["test"] = [[h, r, t] for (h, r, _), t in zip(test, tails, strict=True)]
    assert changed["target"]["dataset"]["test"] != config()["target"]["dataset"]["test"]
    sealed = relxfer.run(changed, tmp_path / "sealed")
    assert {k: o["sha"] for k, o in outcomes(sealed.folder).items()} == {
        k: o["sha"] for k, o in outcomes(done.folder).items()
    }
    evaluations = [{c.evaluation for c in results.cells if c.status == "done"} for results in (sealed, done)]
    assert not evaluations[0] & evaluations[1]


def test_permuted_ids_leave_every_metric_alone(done, tmp_path):
    base = config(source={"run": str(done.folder), "cell": _cell(done, "finetune")}, strategy=[])
    moved = config(source=dict(base["source"]), strategy=[])
    moved["target"]["dataset"] = {
        k: v[::-1] if isinstance(v, list) else v for k, v in moved["target"]["dataset"].items()
    }
    one, two = relxfer.run(base, tmp_path / "one"), relxfer.run(moved, tmp_path / "two")
    for name, value in one.row("zero-shot").metrics.items():
        assert two.row("zero-shot").metrics[name] == pytest.approx(value, abs=1e-5)


def _cell(results: relxfer.Results, strategy: str) -> str:
    return next(c.id for c in results.cells if c.strategy == strategy and c.status == "done" and c.budget == "all")


def test_one_and_two_processes_give_the_same(done, tmp_path):
    found = relxfer.run(config(executor={"use": "processes", "jobs": 2}), tmp_path / "two")
    assert not found.failed, [c.reason for c in found.failed]
    assert {k: o["sha"] for k, o in outcomes(found.folder).items()} == {
        k: o["sha"] for k, o in outcomes(done.folder).items()
    }


def test_a_checkpoint_that_cannot_be_used_is_told_before_anything_is_trained(tmp_path):
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"not a checkpoint at all")
    given = config(source={"checkpoint": str(damaged)}, target={"dataset": split(2), "model": TINY})
    with pytest.raises(ConfigError, match=r"source\[0\]\.checkpoint: expected a safetensors file.*damaged"):
        relxfer.run(given, tmp_path / "r")
    assert not list((tmp_path / "r").glob("cells/*"))


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(UsageError, match="with other files"):
        relxfer.run(config(), tmp_path)
    with pytest.raises(UsageError, match="expected a run directory"):
        relxfer.Results.open(tmp_path)


def test_a_frame_when_pandas_is_there(done):
    pytest.importorskip("pandas")
    frame = done.to_frame("cells")
    assert len(frame) == len(done.cells)
    assert frame[frame.status == "done"].mrr.between(0, 1).all()


def test_predictions_by_name(done, capsys, tmp_path):
    from relxfer.cli import main

    out = tmp_path / "answers.tsv"
    assert main(["predict", str(done.folder), "--relation", "parent", "--top-k", "3", "--out", str(out)]) == 0
    lines = [line.split("\t") for line in out.read_text().splitlines()]
    assert lines[0] == ["head", "relation", "tail", "answer", "rank", "probability"]
    known = {tuple(fact) for name in ("facts", "valid", "test") for fact in split(2)[name]}
    assert all((head, relation, answer) not in known for head, relation, _, answer, *_ in lines[1:])
    queries = tmp_path / "queries.tsv"
    queries.write_text("head\trelation\ttail\np3\tparent\t?\n\tgrandparent\tp9\n")
    rows = {}
    for k in (2, 24):
        assert (
            main(
                [
                    "predict",
                    str(done.folder),
                    "--queries",
                    str(queries),
                    "--top-k",
                    str(k),
                    "--json",
                    "--keep-known",
                ]
            )
            == 0
        )
        rows[k] = json.loads(capsys.readouterr().out)
    for head in ("p3", "?"):
        few, many = ([r["answer"] for r in rows[k] if r["head"] == head] for k in (2, 24))
        assert few == many[:2]
        assert len(many) == 24
    queries.write_text("head\trelation\np3\tparnt\n")
    assert main(["predict", str(done.folder), "--queries", str(queries)]) == 2
    assert "did you mean 'parent'" in capsys.readouterr().err.replace("\n", " ")


def test_reports_of_all_kinds(done, capsys):
    from relxfer.cli import main

    assert main(["report", str(done.folder), "-v"]) == 0
    shown = capsys.readouterr().out
    for word in (
        "finetune",
        "scratch",
        "relation-frequency (prior)",
        "target-val",
        "leak audit",
        "(second",  # question: the source unchanged
    ):
        assert word in shown
    assert main(["report", str(done.folder), "--markdown"]) == 0
    assert "finetune |" in capsys.readouterr().out
    assert main(["report", str(done.folder), "--json"]) == 0
    assert {row["metric"] for row in json.loads(capsys.readouterr().out)["rows"]} == {"mrr"}
    cell = _cell(done, "finetune")
    assert main(["show", cell[:8], "--run", str(done.folder)]) == 0
    assert "fit-0" in capsys.readouterr().out
    assert main(["runs", "list", str(done.folder.parent)]) == 0
    assert "done" in capsys.readouterr().out


def test_observed_fraction_thins_the_graph(tmp_path):
    target = {"dataset": split(2), "model": TINY, "observed_fraction": 0.5}
    found = relxfer.run(config(target=target), tmp_path / "thin")
    assert any("observed facts kept" in note for note in found.targets["kg-files"].notes)
    half = found.targets["kg-files"].counts["train"].units
    assert half == round(len(split(2)["facts"]) / 2)


def test_a_target_without_a_test_is_trained_and_reported(tmp_path):
    dataset = {"use": "kg-files", "facts": split(2)["facts"], "valid_fraction": 0, "test_fraction": 0}
    found = relxfer.run(config(target={"dataset": dataset, "model": TINY}, seeds=1), tmp_path / "r")
    assert not found.failed
    assert not found.row("finetune").metrics


def test_scratch_has_the_architecture_of_the_source_unless_another_is_named(tmp_path):
    small = {**TINY, "dim": 8}
    source = {**config()["source"], "model": small}
    found = relxfer.run(config(source=source, target={"dataset": split(2)}, seeds=1), tmp_path / "r")
    trained = {name: found.row(name).cost.trained_parameters for name in ("finetune", "scratch")}
    assert trained["finetune"] == trained["scratch"]


def test_a_changed_test_split_trains_nothing_again(done, tmp_path):
    changed = config()
    changed["target"]["dataset"]["test"] = changed["target"]["dataset"]["test"][:3]
    folder = tmp_path / "copy"
    shutil.copytree(done.folder, folder)
    before = {p: p.stat().st_mtime_ns for p in folder.glob("cells/*/model.safetensors")}
    found = relxfer.run(changed, folder)
    assert {p: p.stat().st_mtime_ns for p in folder.glob("cells/*/model.safetensors")} == before
    assert found.row("finetune").interval.units == 3


def test_a_thinned_target_is_judged_by_all_that_is_true(tmp_path):
    target = {"dataset": split(2), "model": TINY, "observed_fraction": 0.5}
    thin = relxfer.run(config(target=target, seeds=1), tmp_path / "thin")
    whole = relxfer.run(config(target={"dataset": split(2), "model": TINY}, seeds=1), tmp_path / "whole")
    from relxfer.store.files import read_arrays

    def candidates(results):
        cell = next(c for c in results.cells if c.strategy == "zero-shot")
        return read_arrays(results.folder / "evaluations" / f"{cell.evaluation}.safetensors")[0]["candidates"].tolist()

    assert candidates(thin) == candidates(whole)
