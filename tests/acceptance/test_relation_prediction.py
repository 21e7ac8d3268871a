"""Relation prediction through the whole product: from facts to named relations, and the published figures."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

import relxfer
from relxfer.cli import main

SIZES = {"use": "trix", "dim": 8, "relation_layers": [1, 1], "entity_layers": [1, 1]}
TRAINING = {"steps": 4, "batch_size": 8, "validations": 2, "lr": 0.01}
WORDS = ("parent", "grandparent", "likes")


def family(seed: int, words: tuple[str, str, str], people: int = 16) -> dict:
    """Parents, their grandparents, and likings, of which two pairs of the same people may hold several."""
    rng = np.random.default_rng(seed)
    names = [f"{words[0]} {i}" for i in range(people)]
    parent = {i: int(rng.integers(0, i)) for i in range(1, people)}
    made = [[names[p], words[0], names[c]] for c, p in parent.items()]
    made += [[names[parent[p]], words[1], names[c]] for c, p in parent.items() if p in parent]
    made += [[names[p], words[2], names[c]] for c, p in parent.items()]
    return {"use": "kg-files", "facts": made[:-6], "valid": made[-6:-3], "test": made[-3:]}


def config(**changes) -> dict:
    made = {
        "name": "relations",
        "seeds": 2,
        "threads": 1,
        "device": "cpu",
        "source": {"datasets": [family(1, ("above", "far-above", "knows"))], "model": SIZES, "training": TRAINING,
                   "task": "relation-prediction"},
        "target": {"dataset": family(2, WORDS), "model": SIZES, "task": "relation-prediction",
                   "label_budgets": [0, 6, "all"]},
        "training": TRAINING,
        "strategy": ["zero-shot", "finetune", "scratch", "l2-sp", "feature-extraction"],
    }  # fmt: skip
    return made | changes


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> relxfer.Results:
    return relxfer.run(config(), tmp_path_factory.mktemp("relations") / "run")


def test_rows_are_judged_by_ranks_of_relations(done):
    assert not done.failed, [cell.reason for cell in done.failed]
    (target,) = done.targets.values()
    assert target.task == "relation-prediction"
    assert [metric.name for metric in target.metrics][:1] == ["mrr"]
    found = {row.strategy for row in done.rows if row.metrics}
    assert found >= {"zero-shot", "finetune", "scratch", "l2-sp", "feature-extraction", "pair-lookup"}
    for row in done.rows:
        if row.metrics:
            assert 1 / 3 <= row.metrics["mrr"] <= row.metrics["filtered-mrr"] <= 1


def test_the_relation_of_a_pair_is_answered_by_name(done, capsys):
    people = [done.folder, "parent 0", "parent 1"]
    assert main(["predict", str(people[0]), "--pair", *people[1:], "--json", "--keep-known"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["answer"] for row in rows} == {*WORDS}
    assert {(row["head"], row["relation"], row["tail"]) for row in rows} == {("parent 0", "?", "parent 1")}
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert main(["predict", str(people[0]), "--pair", *people[1:], "--json"]) == 0
    assert "parent" not in {row["answer"] for row in json.loads(capsys.readouterr().out)}, "it is known already"


def test_tables_of_pairs_are_answered_and_written_as_facts(done, tmp_path, capsys):
    asked, out = tmp_path / "pairs.tsv", tmp_path / "facts.nt"
    asked.write_text("head\ttail\trelation\nparent 0\tparent 9\t\nparent 0\tparent 8\tlikes\nnobody\tparent 1\t\n")
    assert main(["predict", str(done.folder), "--queries", str(asked), "--top-k", "1", "--json"]) == 5
    captured = capsys.readouterr()
    rows = json.loads(captured.out)
    assert [(row["tail"], row["answer"]) for row in rows][1] == ("parent 8", "likes")
    assert "row 3: no entity is called 'nobody'" in captured.err
    assert main(["predict", str(done.folder), "--all", "--top-k", "1", "--out", str(tmp_path / "all.tsv")]) == 0
    assert main(["predict", str(done.folder), "--pair", "parent 0", "parent 9", "--top-k", "1", "--out", str(out)]) == 0
    assert out.read_text().startswith("<urn:relxfer:parent%200> <urn:relxfer:")


def test_in_python_too(done):
    frame = done.predict({"head": ["parent 0"], "tail": ["parent 9"]}, k=2).to_frame()
    assert set(frame["relation"]) == {"?"}
    assert set(frame["answer"]) <= {*WORDS}


def test_other_questions_are_told(done, capsys):
    assert main(["predict", str(done.folder), "--relation", "likes"]) == 2
    assert "expected columns head and tail" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"source": {"datasets": [family(1, ("above", "far", "knows"))], "model": SIZES, "training": TRAINING}},
         r'the source has learnt ranking, .*task = "relation-prediction"'),
        ({"target": {"dataset": family(2, WORDS), "task": "relation-prediction", "model": "ultra"}, "source": [],
          "strategy": ["scratch"]}, r'model .ultra. predicts ranking, .* such as model = "trix"'),
    ],
)  # fmt: skip
def test_models_of_entities_are_refused_before_anything_is_trained(tmp_path, changes, told):
    found = relxfer.run(config(**changes), tmp_path / "run")
    assert not found.failed
    trained = [cell for cell in found.cells if cell.role != "prior" and cell.status == "done"]
    assert {cell.strategy for cell in trained} <= ({"zero-shot"} if "ultra" in told else {"scratch"})  # of kg-relations
    assert any(re.search(told, cell.reason or "") for cell in found.cells)


def test_trix_is_the_model_where_none_is_named(tmp_path):
    target = {"dataset": family(2, WORDS), "task": "relation-prediction"}
    found = relxfer.run(
        {"target": target, "strategy": ["scratch"], "seeds": 1, "training": TRAINING | {"steps": 1, "validations": 1}},
        tmp_path / "run",
    )
    assert not found.failed
    assert found.row("scratch").metrics


# ------------------------------------------------------------------ published weights


def _shared(relative: str) -> Path:
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    path = Path(os.environ.get("RELXFER_SHARED", beside)) / relative
    if not path.is_file():
        pytest.skip(f"needs {relative} (set RELXFER_SHARED)")
    return path


def published(name: str, weights: str, tmp_path: Path) -> relxfer.Results:
    """The weights as they are, on the graph and the test of golden outputs, read from files."""
    checkpoint = _shared(f"data/checkpoints/trix/trix_{weights}_prediction.safetensors")
    with np.load(_shared(f"golden/trix/{name}.npz")) as file:
        arrays = dict(file)
    half = arrays["edge_type"].shape[0] // 2
    entities, relations = (arrays[f"{kind}_names"] for kind in ("entity", "relation"))
    head, tail = arrays["edge_index"][:, :half]
    test = arrays["test_triples_htr"]
    parts = {"facts": (head, arrays["edge_type"][:half], tail), "test": (test[:, 0], test[:, 2], test[:, 1])}
    dataset = {"use": "kg-files"}
    for part, (h, r, t) in parts.items():
        rows = zip(entities[h], relations[r], entities[t], strict=True)
        (tmp_path / f"{part}.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
        dataset[part] = str(tmp_path / f"{part}.tsv")
    return relxfer.run(
        {
            "seeds": 1,
            "threads": 1,
            "device": "cpu",
            "source": {"model": "trix", "checkpoint": str(checkpoint)},
            "target": {"dataset": dataset, "task": "relation-prediction", "label_budgets": [0]},
            "strategy": ["zero-shot"],
            "report": {"rank_rule": "pessimistic"},
        },
        tmp_path / "run",
    )


@pytest.mark.parametrize(
    ("name", "pairs", "mrr", "filtered"), [("fb237_v1", 411, 0.7053, 0.7376), ("WN18RR_v1", 373, 0.7919, 0.7937)]
)
def test_published_weights_have_their_published_figures(tmp_path, name, pairs, mrr, filtered):
    found = published(name, "relation", tmp_path)
    (target,) = found.targets.values()
    assert target.counts["test"].queries == pairs
    metrics = found.row("zero-shot").metrics
    assert metrics["mrr"] == pytest.approx(mrr, abs=0.001)
    assert metrics["filtered-mrr"] == pytest.approx(filtered, abs=0.001)


def test_published_weights_for_entities_are_refused(tmp_path):
    found = published("fb237_v1", "entity", tmp_path)
    (refused,) = [cell for cell in found.cells if cell.strategy == "zero-shot"]
    assert refused.status == "refused"
    assert "answer with relations, got weights that answer with entities" in refused.reason
