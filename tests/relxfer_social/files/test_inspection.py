"""`relxfer init` on networks, and predictions by the names of nodes."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from relxfer_social.files.inspection import inspect

import relxfer
from relxfer import cli
from relxfer.contract.readers import Told
from relxfer.errors import DataError


def write(folder, edges="edges.csv", nodes="nodes.csv"):
    """A ring of two halves, with a weight on every edge."""
    folder.mkdir(exist_ok=True)
    rows = [f"n{i},{'ab'[i // 20]},{i % 3}" for i in range(40)]
    (folder / nodes).write_text("id,label,size\n" + "\n".join(rows) + "\n")
    (folder / edges).write_text("source,target,weight\n" + "".join(f"n{i},n{(i + 1) % 40},1\n" for i in range(40)))
    return folder


def test_a_folder_of_two_tables(tmp_path):
    folder = write(tmp_path / "friends")
    found = inspect(folder)
    assert found.dataset_table() == {
        "use": "network-files",
        "path": folder / "edges.csv",
        "nodes": folder / "nodes.csv",
    }
    sentences = found.sentences()
    assert sentences[0].endswith("edges.csv: 40 nodes, 80 edges, 1 features")
    assert sentences[1] == "labels: a 20, b 20"
    assert any(sentence.endswith(f"weights of edges: 'weight' of {folder / 'edges.csv'}") for sentence in sentences)
    assert "every edge has the weight 1, as without weights" in sentences
    assert inspect(folder / "edges.csv").files.nodes == folder / "nodes.csv"


def test_weights_that_cannot_be_used_are_left_out(tmp_path, capsys):
    """Correlations, say; other faults stay errors."""
    folder = write(tmp_path / "friends")
    edges = folder / "edges.csv"
    edges.write_text(edges.read_text().replace("n3,n4,1", "n3,n4,-0.5"))
    config = tmp_path / "own.toml"
    assert cli.main(["init", str(folder), "--out", str(config)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "weights of edges are left out; with them: " in told
    assert "cannot be used" in told
    assert tomllib.loads(config.read_text())["target"]["dataset"]["weight"] == ""
    assert cli.main(["check", str(config)]) == 0
    edges.write_text(edges.read_text().replace("n3,n4", "n3,"))
    with pytest.raises(DataError, match="1 row that cannot be used"):
        inspect(folder)


def test_names_of_files_may_say_more(tmp_path):
    folder = write(tmp_path / "friends", "musae_DE_edges.csv", "musae_DE_target.csv")
    assert inspect(folder).files.nodes.name == "musae_DE_target.csv"
    (folder / "musae_DE_target.csv").unlink()
    (folder / "readme.txt").write_text("of friends")
    with pytest.raises(DataError, match=r"a table of nodes such as nodes\.csv, got musae_DE_edges\.csv"):
        inspect(folder)


def test_init_writes_a_configuration_that_runs(tmp_path, capsys):
    folder = write(tmp_path / "friends")
    config = tmp_path / "own.toml"
    assert cli.main(["init", str(folder), "--out", str(config)]) == 0
    assert "40 nodes, 80 edges" in capsys.readouterr().out
    table = tomllib.loads(config.read_text())
    assert table["target"]["dataset"] == {
        "use": "network-files",
        "path": "friends/edges.csv",
        "nodes": "friends/nodes.csv",
    }
    assert cli.main(["check", str(config)]) == 0
    assert cli.main(["init", str(folder), "--out", str(config), "--force", "--source", "karate-club"]) == 0
    assert tomllib.loads(config.read_text())["source"]["datasets"] == ["karate-club"]


def test_a_source_with_features_and_a_target_without_both_see_the_structure(tmp_path):
    folder, config = write(tmp_path / "friends"), tmp_path / "own.toml"
    (folder / "nodes.csv").write_text("id,label\n" + "".join(f"n{i},{'ab'[i // 20]}\n" for i in range(40)))
    other = write(tmp_path / "others")
    for source, written in ((None, None), ("blocks", ["structure"]), (str(other), ["structure"])):
        asked = ["--source", source] if source else []
        assert cli.main(["init", str(folder), "--out", str(config), "--force", *asked]) == 0
        assert tomllib.loads(config.read_text())["target"]["adapter"].get("features") == written
        assert cli.main(["check", str(config)]) == 0


def test_init_tells_networks_from_facts(tmp_path, capsys):
    ring = nx.cycle_graph(12)
    nx.write_graphml(ring, tmp_path / "plain.graphml")
    assert cli.main(["init", str(tmp_path / "plain.graphml"), "--out", str(tmp_path / "plain.toml")]) == 0
    assert "kg-files" in (tmp_path / "plain.toml").read_text()
    nx.set_node_attributes(ring, {node: "ab"[node % 2] for node in ring}, "label")
    nx.write_graphml(ring, tmp_path / "labelled.graphml")
    assert cli.main(["init", str(tmp_path / "labelled.graphml"), "--out", str(tmp_path / "labelled.toml")]) == 0
    assert "network-files" in (tmp_path / "labelled.toml").read_text()
    shown = " ".join(capsys.readouterr().out.split())
    assert "other readers understand these files too: --reader kg-files uses another" in shown
    asked = ["init", str(tmp_path / "labelled.graphml"), "--out", str(tmp_path / "labelled.toml"), "--force"]
    assert cli.main([*asked, "--reader", "kg-files"]) == 0
    assert "kg-files" in (tmp_path / "labelled.toml").read_text()
    nx.set_node_attributes(ring, {node: f"name {node}" for node in ring}, "label")
    nx.write_graphml(ring, tmp_path / "named.graphml")
    assert cli.main(["init", str(tmp_path / "named.graphml"), "--out", str(tmp_path / "named.toml")]) == 0
    assert "kg-files" in (tmp_path / "named.toml").read_text()


def test_a_network_whose_label_is_not_known_is_asked_about_and_relations_are_facts(tmp_path, capsys):
    graph = nx.cycle_graph(20)
    nx.set_node_attributes(graph, {node: {"kind": "ab"[node % 2], "team": "xyz"[node % 3]} for node in graph})
    nx.write_graphml(graph, tmp_path / "two.graphml")
    asked = ["init", str(tmp_path / "two.graphml"), "--out", str(tmp_path / "two.toml")]
    assert cli.main(asked) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert "add --label kind, or --reader kg-files, which needs to know nothing" in shown
    assert "image-files" not in shown
    assert cli.main([*asked, "--label", "kind"]) == 0
    assert "network-files" in (tmp_path / "two.toml").read_text()
    nx.set_edge_attributes(graph, {edge: {"relation": "pq"[edge[0] % 2]} for edge in graph.edges})
    nx.write_graphml(graph, tmp_path / "two.graphml")
    assert cli.main([*asked, "--force"]) == 0
    assert "kg-files" in (tmp_path / "two.toml").read_text()


def test_a_fault_is_told_once_by_init(tmp_path, capsys):
    folder = write(tmp_path / "friends")
    (folder / "nodes.csv").write_text("id,label\nn0,a\nn0,b\n")
    (folder / "edges.csv").write_text("source,target\nn0,n1\n")
    assert cli.main(["init", str(folder), "--out", str(tmp_path / "own.toml")]) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert "expected each node once, got 'n0'" in shown
    assert "Traceback" not in shown


# ------------------------------------------------------------------ predictions


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = write(tmp_path_factory.mktemp("own") / "friends")
    config = {
        "threads": 1,
        "device": "cpu",
        "target": {
            "dataset": {
                "use": "network-files",
                "path": str(folder / "edges.csv"),
                "nodes": str(folder / "nodes.csv"),
            },
            "adapter": {"use": "networks", "features": ["structure"]},
        },
        "training": {"steps": 2},
        "source": {"datasets": ["karate-club"], "training": {"steps": 2}},
        "strategy": ["finetune"],
    }
    return relxfer.run(config, out=tmp_path_factory.mktemp("run"))


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_predictions_name_nodes_and_labels(run, kind, tmp_path):
    queries, out = tmp_path / f"q.{kind}", tmp_path / f"out.{kind}"
    queries.write_text("node\nn3\nn30\n")
    assert cli.main(["predict", str(run.folder), "--queries", str(queries), "--out", str(out)]) == 0
    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="," if kind == "csv" else "\t"))
    assert list(rows[0]) == ["node", "answer", "rank", "probability"]
    assert [row["node"] for row in rows] == ["n3", "n3", "n30", "n30"]
    assert {row["answer"] for row in rows[:2]} == {"a", "b"}
    assert np.isclose(sum(float(row["probability"]) for row in rows[:2]), 1)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("town,year\nn3,1\n", "expected a column 'node' in the queries, got: town, year"),
        ("node\nm3\n", "no node is called 'm3'"),
    ],
)
def test_strange_queries_are_told(run, content, complaint, tmp_path, capsys):
    (tmp_path / "q.csv").write_text(content)
    assert cli.main(["predict", str(run.folder), "--queries", str(tmp_path / "q.csv")]) == 2
    assert complaint in " ".join(capsys.readouterr().err.split())


def test_data_of_other_classes_than_were_learnt_are_told(run, tmp_path, capsys):
    """A class that was added would otherwise be answered by a new head, which has learnt nothing."""
    target = tomllib.loads((run.folder / "config.toml").read_text())["target"]
    nodes = Path((target[0] if isinstance(target, list) else target)["dataset"]["nodes"])
    (tmp_path / "q.csv").write_text("node\nn3\n")
    before = nodes.read_bytes()
    nodes.write_bytes(before.replace(b",a,", b",c,", 1))
    try:
        assert cli.main(["predict", str(run.folder), "--queries", str(tmp_path / "q.csv")]) == 2
    finally:
        nodes.write_bytes(before)
    shown = " ".join(capsys.readouterr().err.split())
    assert "the answers that the model has learnt, a, b, got a, b, c: the data have changed since the run" in shown


def test_nodes_with_an_answer_are_not_all_that_is_asked(run, tmp_path, capsys):
    assert cli.main(["predict", str(run.folder), "--all", "--out", str(tmp_path / "out.csv")]) == 2
    assert "expected nodes without an answer in 'edges', got none; ask with --queries" in capsys.readouterr().err


@pytest.mark.parametrize("classes", ["ab", "01"])
def test_classes_in_another_column_are_read_from_it(tmp_path, classes):
    folder = write(tmp_path / "friends")
    rows = [f"n{i},{classes[i // 20]},{i % 3}" for i in range(40)]
    (folder / "nodes.csv").write_text("id,target,size\n" + "\n".join(rows) + "\n")
    found = inspect(folder)
    assert found.dataset_table()["label"] == "target"
    assert found.domain.task.answers == tuple(classes)


def test_without_labels_what_could_be_one_is_asked_with_its_answer(tmp_path, capsys):
    folder = write(tmp_path / "friends")
    (folder / "nodes.csv").write_text("id,income\n" + "".join(f"n{i},{i + 0.5}\n" for i in range(40)))
    asked = ["init", str(folder), "--out", str(tmp_path / "own.toml")]
    assert cli.main(asked) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert "the label could be income (40 numbers): add --label income; or" in shown
    assert 'task = "links" } under [target]' in shown
    assert inspect(folder, Told(label=("income",))).domain.task.kind == "regression"
    (folder / "nodes.csv").unlink()
    assert cli.main(asked) == 2
    assert "put a table of nodes, nodes.csv with a column label, beside" in " ".join(capsys.readouterr().err.split())
