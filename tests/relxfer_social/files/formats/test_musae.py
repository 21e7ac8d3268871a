"""The layout of MUSAE: edges, targets, and lists of features."""

from __future__ import annotations

import json

import pytest
from relxfer_social.files.inspection import inspect
from relxfer_social.options import NetworkFiles

from relxfer.contract.readers import Told
from relxfer.errors import DataError


def written(folder, columns="id,name,ml_target", row="{0},dev{0},{1}"):
    lines = [row.format(node, node % 2, node % 3) for node in range(12)]
    (folder / "musae_git_target.csv").write_text("\n".join([columns, *lines]) + "\n")
    edges = "".join(f"{node},{(node + 1) % 12}\n" for node in range(12))
    (folder / "musae_git_edges.csv").write_text("id_1,id_2\n" + edges)
    (folder / "musae_git_features.json").write_text(json.dumps({str(node): [node % 4, 9] for node in range(12)}))
    return folder


def test_the_three_files_of_a_folder(tmp_path):
    found = inspect(written(tmp_path))
    table = found.dataset_table()
    assert [table[key].name for key in ("path", "nodes", "feature_lists")] == [
        f"musae_git_{name}" for name in ("edges.csv", "target.csv", "features.json")
    ]
    assert (table["label"], found.domain.task.answers) == ("ml_target", ("0", "1"))
    columns = found.domain.inputs.columns
    assert [name for name in columns if name.startswith("f")] == [f"f{number}" for number in range(10)]
    assert found.domain.inputs.features[:, columns.index("f9")].sum() == 12


def test_one_question_with_its_answer(tmp_path):
    folder = written(tmp_path, "id,days,mature,partner", "{0},{0}.5,{1},{2}")
    with pytest.raises(DataError, match=r"got mature \(2 values\), partner \(3 values\); add --label mature"):
        inspect(folder)
    assert inspect(folder, Told(label=("partner",))).domain.task.answers == ("0", "1", "2")


def test_lists_that_do_not_fit_are_told(fails, tmp_path):
    folder = written(tmp_path)
    files = {
        "path": folder / "musae_git_edges.csv",
        "nodes": folder / "musae_git_target.csv",
        "feature_lists": folder / "musae_git_features.json",
        "label": "ml_target",
    }
    for content, told in (
        ("[1]", "expected for each node a list"),
        ('{"0": ["a"]}', "expected for each node a list of whole numbers"),
        ("{", "expected JSON with a list of features"),
        ('{"0": [1], "0": [2]}', "twice"),
        ('{"0": [4000000000]}', "expected features numbered from 0"),
        ('{"x": [1]}', "got those of 0 of 12;"),
    ):
        files["feature_lists"].write_text(content)
        assert told in fails(**files)
    assert NetworkFiles.model_fields["feature_lists"].default is None
