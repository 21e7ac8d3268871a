"""The benchmarks run, on little; what they find is not looked at."""

import json
import subprocess
import sys

import pytest

pytest.importorskip("numba")


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("kg_subgraphs.py", ["--queries", "4", "--budgets", "10"]),
        ("kg_trix.py", ["--queries", "4"]),
        ("kg_readout.py", ["--facts", "2", "--repeats", "0", "--without", "KG_BASE", "--with", "KG_BASE"]),
        ("kg_zero_shot.py", ["--facts", "2"]),
        ("kg_speed.py", ["--repeats", "1", "--reference-queries", "0", "--threads", "1", "--weights", "KG_BASE"]),
    ],
)
def test_it_runs_with_the_shipped_weights(script, options, shared, root, tmp_path, monkeypatch):
    from relxfer_kg.ultra.kg_base import find

    monkeypatch.setenv("RELXFER_MIRROR", str(shared / "data" / "mirror"))
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "data"))
    options = [str(find("ultra", "kg-base")) if option == "KG_BASE" else option for option in options]
    command = [sys.executable, str(root / "benchmarks" / script), "--sets", "fb237_v1_ind", *options]
    done = subprocess.run(
        [*command, "--json", str(tmp_path / "found.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))


def test_questions_about_pairs_that_nothing_links_are_asked(shared, root, tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_MIRROR", str(shared / "data" / "mirror"))
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "data"))
    command = [sys.executable, str(root / "benchmarks" / "unlinked_pairs.py"), str(tmp_path / "facts"), "--facts", "3"]
    command += ["--sets", "fb237_v1_ind-by-pair", "--json", str(tmp_path / "found.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["rows"]
    assert row["weights"].keys() == {"kg-base", "kg-base-unlinked"}


def test_the_mean_of_weights_is_that_of_each_parameter(root, tmp_path):
    import numpy as np
    from relxfer_kg.ultra.kg_base import FILES, find

    from relxfer.execute import artefacts
    from relxfer.plugins.finder import Plugins

    given, out = [find("ultra", name) for name in FILES], tmp_path / "mean.safetensors"
    command = [sys.executable, str(root / "benchmarks" / "mean_of_weights.py"), *map(str, given), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    first, second, mean = (artefacts.read(path, Plugins.load(third_party=False), None) for path in (*given, out))
    assert mean.load().sizes == first.load().sizes
    for name, array in mean.arrays.items():
        np.testing.assert_allclose(array, (first.arrays[name] + second.arrays[name]) / 2, atol=1e-6)
        assert array.dtype == np.float32


def test_weights_of_other_sizes_have_no_mean(root, tmp_path):
    from relxfer_kg.trix.shipped import find as trix
    from relxfer_kg.ultra.kg_base import find

    out = tmp_path / "mean.safetensors"
    command = [sys.executable, str(root / "benchmarks" / "mean_of_weights.py"), "--out", str(out)]
    command += [str(find("ultra", "kg-base")), str(trix("trix", "kg-trix"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "expected weights with the same parameters" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_weights_asked_together_are_one_source(root, tmp_path):
    """What it answers is the mean of the softmax of both."""
    import numpy as np
    from relxfer_kg.adapter import KGOptions
    from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

    from relxfer.contract.data import Examples
    from relxfer.execute import artefacts
    from relxfer.plugins.finder import Plugins

    out = tmp_path / "both.safetensors"
    command = [sys.executable, str(root / "benchmarks" / "asked_together.py"), "kg-base", "kg-trix", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    both = artefacts.read(out, Plugins.load(third_party=False), None)
    assert [part.model.name for part in both.part.members] == ["ultra", "trix"]
    facts = np.array([[0, 0, 1], [1, 1, 2], [2, 0, 3], [3, 1, 0]])
    asked = Examples(KnowledgeGraph(tuple("abcd"), ("r", "s"), facts), np.array([[0, 1], [2, 3]]), None)
    model = both.load()
    members = [member.learner(KGOptions()) for member in model.members]
    scores = [np.concatenate(list(each.predict(asked))).astype(float) for each in members]
    shares = [np.exp(each) / np.exp(each).sum(1, keepdims=True) for each in scores]
    (found,) = model.attach(members, None).predict(asked)
    np.testing.assert_allclose(np.exp(found), (shares[0] + shares[1]) / 2, rtol=1e-4)


def test_unknown_weights_are_named(root, tmp_path):
    out = tmp_path / "both.safetensors"
    command = [sys.executable, str(root / "benchmarks" / "asked_together.py"), "kg-bass", "kg-trix", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "kg-bass" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
