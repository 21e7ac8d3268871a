"""The page for authors of models of knowledge graphs: its code runs in an empty folder, block by block."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
import relxfer_kg

import relxfer
from relxfer.declare import resolve
from relxfer.execute import forecast
from relxfer.report import terminal
from relxfer.report.markdown import markdown
from relxfer.store.console import PlainConsole
from relxfer.testing import harness

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "knowledge_graphs_for_authors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^(?:<!-- file: (\S+) -->\n)?```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {name: text for name, text in BLOCKS if name}
SMALL = {"use": "ultra", "dim": 8, "relation_layers": 1, "entity_layers": 1}


@pytest.fixture
def models(tmp_path, monkeypatch):
    """The plugin of the page, written to an empty folder that is the current one."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    importlib.invalidate_caches()
    yield importlib.import_module("kg_models")
    for name in FILES:
        sys.modules.pop(Path(name).stem, None)


@pytest.mark.parametrize("text", [text for name, text in BLOCKS if not name])
def test_a_block_without_a_name_runs_alone(text):
    exec(compile(text, "page", "exec"), {})


def test_the_models_stand_side_by_side(models, capsys):
    results = importlib.import_module("side_by_side").results
    rows = {row.strategy: row for row in results.rows}
    assert [cell.status for cell in results.cells] == ["done"] * 9, [cell.reason for cell in results.cells]
    assert {name: row.model for name, row in rows.items()} == {
        "zero-shot": "ultra", "DistMult": "distmult", "rules": "rules"
    }  # fmt: skip
    assert rows["rules"].gain.baseline == "DistMult"
    assert rows["rules"].verdict == relxfer.Verdict.HELPS
    assert rows["rules"].metrics["mrr"] > 0.3, "mined rules answer much of this graph"
    assert rows["DistMult"].metrics["mrr"] > 3 * rows["zero-shot"].metrics["mrr"], "an untrained ULTRA knows nothing"
    assert "a row of distmult" in capsys.readouterr().out
    console = PlainConsole(width=200)
    with console.capture() as shown:
        console.print(terminal.render(results, wanted=["how"]))
    how = shown.get().partition("\nhow\n")[2]
    assert re.search(r"strategy +model +runs × items", how)
    assert re.search(r"rules +rules ", how)
    further = markdown(results).partition("further figures")[2]
    assert re.search(r"^\| strategy .* \| model \|$", further, re.MULTILINE)
    assert re.search(r"^\| DistMult \(no source\) .* \| distmult \|$", further, re.MULTILINE)
    chosen = results.row("rules")
    assert results.to_frame().set_index("strategy").loc["rules", "model"] == chosen.model


def test_a_model_of_one_graph_is_refused_on_another_in_words(models, tmp_path):
    config = {
        "source": [{"name": kind, "datasets": ["geo-world"], "model": kind, "training": {"steps": 2}}
                   for kind in ("distmult", "rules")],
        "target": {"dataset": "geo-us"},
        "training": {"steps": 2},
        "strategy": ["zero-shot", "scratch"],
    }  # fmt: skip
    results = harness.run(config, tmp_path / "run", [models])
    ended = {(cell.source, cell.strategy): (cell.status, cell.reason) for cell in results.cells if cell.role != "prior"}
    status, why = ended["distmult", "zero-shot"]
    assert status == "refused"
    assert "entities and" in why
    assert "got a graph with others: " in why
    assert "train it on this graph (scratch)" in why
    status, why = ended["rules", "zero-shot"]
    assert (status, "relations that the rules know" in why) == ("refused", True)
    assert ended["distmult", "scratch"][0] == ended["rules", "scratch"][0] == "done", ended
    assert {cell.model for cell in results.cells if cell.strategy == "scratch"} == {"distmult", "rules"}


def test_a_stored_table_is_loaded_again_on_its_graph(models, tmp_path):
    config = {"source": [], "target": {"dataset": "geo-us"}, "training": {"steps": 2}, "name": "again",
              "strategy": {"use": "scratch", "model": "distmult"}, "report": {"baselines": False}}  # fmt: skip
    first = harness.run(config, tmp_path / "run", [models])
    start = {"source": {"run": str(tmp_path / "run"), "cell": first.cells[0].id}, "strategy": ["zero-shot"]}
    again = harness.run({**config, **start, "training": {}}, tmp_path / "again", [models])
    (mine,), (theirs,) = ([c for c in run.cells if c.status == "done"] for run in (first, again))
    assert mine.metrics == pytest.approx(theirs.metrics)
    assert theirs.model == "distmult"


def test_a_dry_run_estimates_every_model(models, tmp_path):
    config = {"target": {"dataset": "geo-us"}, "source": {"datasets": ["geo-world"], "model": SMALL},
              "strategy": ["finetune", {"use": "scratch", "model": "rules"}], "training": {"steps": 1}}  # fmt: skip
    plugins = harness.plugins_with([models])
    made = forecast.forecast(resolve.load(config, plugins), plugins, tmp_path / "none")
    assert {row.strategy: row.note for row in made.rows}.keys() >= {"finetune", "scratch (rules)"}
    assert [row.note for row in made.rows if row.seconds is None] == []


def test_the_public_names_are_there():
    named = set(re.findall(r"from relxfer_kg import ([\w, ]+)", PAGE))
    assert {name for group in named for name in group.split(", ")} <= set(relxfer_kg.__all__)
    assert all(getattr(relxfer_kg, name) is not None for name in relxfer_kg.__all__)
    assert [name for name in relxfer_kg.__all__ if f"`{name}" not in PAGE and name not in PAGE] == []


@pytest.mark.parametrize("card", ["wn18rr_v1", "wn18rr_v1_ind"])
def test_on_a_graph_of_the_literature(models, shared, tmp_path, monkeypatch, card):
    """Transductive, or inductive: a table of entities is then trained on the inference graph."""
    mirror = shared / "data" / "mirror"
    if not any(mirror.glob("raw.githubusercontent.com/kkteru/grail/*/data/WN18RR_v1*")):
        pytest.skip("needs the files of wn18rr_v1")
    monkeypatch.setenv("RELXFER_MIRROR", str(mirror))
    config = {
        "source": {"datasets": ["geo-us"], "model": SMALL, "training": {"steps": 1}},
        "target": {"dataset": card},
        "training": {"steps": 20, "lr": 0.05},
        "strategy": ["zero-shot", {"use": "scratch", "model": "distmult", "name": "DistMult"},
                     {"use": "scratch", "model": "rules", "name": "rules", "baseline": True}],
        "report": {"baselines": False},
    }  # fmt: skip
    results = harness.run(config, tmp_path / "run", [models])
    rows = {row.strategy: row for row in results.rows}
    assert [cell.status for cell in results.cells] == ["done"] * 3, [cell.reason for cell in results.cells]
    assert rows["rules"].metrics["mrr"] > 0.2
    assert rows["DistMult"].gain.baseline == rows["zero-shot"].gain.baseline == "rules"
