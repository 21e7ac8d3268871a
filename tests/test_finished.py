"""Results that can be asked, drawn and shown."""

from __future__ import annotations

import json

import pytest

import relxfer
from relxfer.errors import BadQuestions, Incompatible, UnknownName, UsageError
from relxfer.finished import Results
from relxfer.predict.formats import vectors

PICTURES = {
    "name": "digits",
    "threads": 1,
    "device": "cpu",
    "seeds": 3,
    "source": {
        "datasets": [{"use": "digits", "classes": [0, 1]}],
        "shared": True,
        "model": {"use": "lenet", "size": 16, "width": 4},
        "training": {"steps": 3, "batch_size": 8, "validations": 0},
    },
    "target": {
        "dataset": {"use": "digits", "classes": [3, 8]},
        "label_budgets": [4, 20],
        "model": {"use": "lenet", "size": 16, "width": 4},
    },
    "training": {"steps": 3, "batch_size": 8},
    "strategy": ["scratch", {"name": "<i>again</i>", "use": "finetune"}],
}
NODES = {
    "name": "nodes",
    "threads": 1,
    "device": "cpu",
    "seeds": 2,
    "target": {"name": "states", "dataset": "geo-us-borders", "label_budgets": [10, "all"], "model": {"use": "gcn"}},
    "training": {"steps": 3, "batch_size": 64, "validations": 1},
    "strategy": ["scratch"],
}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return relxfer.run(PICTURES, tmp_path_factory.mktemp("pictures") / "run")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    return relxfer.run(NODES, tmp_path_factory.mktemp("nodes") / "run")


def test_results_of_a_run_and_of_its_folder_are_alike(nodes):
    again = relxfer.Results.open(nodes.folder)
    assert type(nodes) is type(again) is Results
    assert json.dumps(again.card()) == json.dumps(nodes.card())
    assert repr(nodes).startswith("Results('nodes': ")
    assert len(repr(nodes)) < 100


def test_the_row_to_use_is_told_for_each_number_of_labels(nodes):
    assert [(row.target, row.budget) for row in nodes.best()] == [("states", 10), ("states", "all")]
    assert nodes.best("states") == nodes.best()
    with pytest.raises(UnknownName, match="target of this run"):
        nodes.best("state")


def test_curves_and_gains_are_figures_that_a_notebook_shows(pictures):
    curves, gains = pictures.plot(), pictures.plot("gains")
    (panel,) = curves.axes
    assert panel.get_xlabel() == "target labels"
    assert {"scratch", "<i>again</i>"} <= {text.get_text() for text in panel.get_legend().get_texts()}
    assert "gain in accuracy" in gains.axes[0].get_xlabel()
    assert curves._repr_png_().startswith(b"\x89PNG")


def test_a_plot_that_is_not_there_is_told(pictures):
    with pytest.raises(UsageError, match=r"'curves' or 'gains'.*'bars'"):
        pictures.plot("bars")
    with pytest.raises(UnknownName, match="target of this run"):
        pictures.plot(target="digit")


def test_a_notebook_shows_the_answer_and_names_are_no_markup(pictures):
    html = pictures._repr_html_()
    assert "Answer" in html
    assert "&lt;i&gt;again&lt;/i&gt;" in html
    assert "<i>again" not in html


def test_nodes_are_predicted_by_name_and_placed_in_their_network(nodes):
    given = nodes.predict({"node": ["Texas", "Nowhere", "Ohio"]}, k=1, budget=10)
    assert given.table["node"] == ["Texas", "Ohio"]
    assert list(given.not_asked) == [1]
    assert "10 labels" in given.description
    graph, data = given.to_networkx(), given.to_pyg()
    assert (
        graph.nodes["Texas"]["answer"] == given.rows[0]["answer"] == data.answers[data.pred[data.nodes.index("Texas")]]
    )
    assert data.num_nodes == len(graph)
    assert int((data.pred >= 0).sum()) == 2
    assert given.to_frame()["probability"].tolist() == given.table["probability"]
    with pytest.raises(BadQuestions):
        nodes.predict({"node": ["Nowhere"]})


def test_a_table_of_answers_is_written(nodes, tmp_path):
    given = nodes.predict({"node": ["Texas", "Ohio"]})
    assert given.write(tmp_path / "answers.tsv") == len(given)
    assert (tmp_path / "answers.tsv").read_text().splitlines()[0] == "node\tanswer\trank\tprobability"
    with pytest.raises(UsageError, match="ending in"):
        given.write(tmp_path / "answers.docx")


def test_a_question_may_be_a_frame_or_a_file(nodes, tmp_path):
    pandas = pytest.importorskip("pandas")
    (tmp_path / "ask.csv").write_text("node\nTexas\n")
    tables = [nodes.predict(each).table for each in (pandas.DataFrame({"node": ["Texas"]}), tmp_path / "ask.csv")]
    assert tables[0] == tables[1]


def test_nodes_and_pictures_have_features_by_name(nodes, pictures, tmp_path):
    made = nodes.embed(strategy="scratch")
    assert set(made.answers) <= {"coast", "inland"}
    texas = made.names["node"].index("Texas")
    asked = nodes.embed({"node": ["Texas"], "label": ["coast"]}, strategy="scratch")
    assert asked.words() == {"node": ["Texas"], "answer": ["coast"], "predicted": [made.predicted[texas]]}
    assert asked.features[0] == pytest.approx(made.features[texas], abs=1e-6)
    assert pictures.embed(seed=1).features.shape[1] == 4
    with pytest.raises(UsageError, match="ending in"):
        vectors.write(made.words(), made.features, tmp_path / "x.docx")


def test_pictures_have_no_network_and_nodes_no_export(nodes, pictures, tmp_path):
    given = pictures.predict(_picture(tmp_path), k=1)
    with pytest.raises(Incompatible, match="answers have places"):
        given.to_networkx()
    with pytest.raises(Incompatible, match="is a network"):
        given.to_pyg()
    with pytest.raises(Incompatible, match="nothing but its inputs"):
        nodes.export(tmp_path / "out")
    assert pictures.export(tmp_path / "out", seed=2)["scores"]["answers"] == ["3", "8"]


def _picture(folder):
    from PIL import Image

    Image.new("L", (8, 8), 90).save(folder / "gray.png")
    return folder / "gray.png"
