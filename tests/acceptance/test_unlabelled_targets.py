"""Targets without a single label, from `init` to named answers, without a change to the configuration but its size."""

from __future__ import annotations

import csv
import tomllib

import numpy as np
import pytest
import tomli_w

import relxfer
from relxfer import cli


def network(folder, seed: int, labels: bool) -> None:
    """40 people of two kinds, whose features say which, mostly linked within a kind."""
    folder.mkdir()
    rng = np.random.default_rng(seed)
    kinds = np.arange(40) % 2
    pairs = {(a, b) for a, b in rng.integers(0, 40, (300, 2)).tolist() if a < b and kinds[a] == kinds[b]}
    sizes = rng.normal(4 * kinds, 1)
    head = "person,team,size\n" if labels else "person,size\n"
    team = [f"{'red' if kind else 'blue'}," if labels else "" for kind in kinds]
    rows = "".join(f"p{i},{team[i]}{sizes[i]:.4f}\n" for i in range(40))
    (folder / "people_nodes.csv").write_text(head + rows)
    (folder / "people_edges.csv").write_text("a,b\n" + "".join(f"p{a},p{b}\n" for a, b in sorted(pairs)))


@pytest.fixture
def folders(tmp_path):
    network(tmp_path / "ours", 1, labels=False)
    network(tmp_path / "theirs", 2, labels=True)
    (tmp_path / "q.csv").write_text("node\np0\np1\np2\np3\n")
    return tmp_path


def answers(path) -> dict[str, str]:
    with path.open() as stream:
        return {row["node"]: row["answer"] for row in csv.DictReader(stream)}


def smaller(path) -> dict:
    table = tomllib.loads(path.read_text())
    table |= {"seeds": 1, "threads": 1, "training": {"steps": 4, "batch_size": 8}}
    table["source"]["training"] = {"steps": 40, "lr": 0.05, "validations": 1}
    path.write_text(tomli_w.dumps(table))
    return table


def test_a_label_may_be_told_of_the_source_alone(folders, capsys):
    table = folders / "theirs" / "people_nodes.csv"
    lines = table.read_text().splitlines()
    shifts = ["shift", *("early" if row % 3 else "late" for row in range(len(lines) - 1))]
    table.write_text("".join(f"{line},{shift}\n" for line, shift in zip(lines, shifts, strict=True)))
    given = ["init", str(folders / "ours"), "--source", str(folders / "theirs"), "--out", str(folders / "c.toml")]
    assert cli.main(given) == 2
    assert "add --label" in capsys.readouterr().err
    assert cli.main([*given, "--label", "team"]) == 0
    made = tomllib.loads((folders / "c.toml").read_text())
    assert made["source"]["datasets"][0]["label"] == "team"
    assert "label" not in made["target"]["dataset"]


def test_an_unlabelled_network_with_a_labelled_one(folders, capsys):
    config = folders / "c.toml"
    assert cli.main(["init", str(folders / "ours"), "--out", str(config)]) == 2
    assert "--source" in capsys.readouterr().err
    given = ["--source", str(folders / "theirs"), "--out", str(config)]
    assert cli.main(["init", str(folders / "ours"), *given]) == 0
    assert "the classes are those of the source" in capsys.readouterr().out
    table = smaller(config)
    assert [row["use"] for row in table["strategy"]] == ["zero-shot", "mmd", "dann", "grade"]
    assert table["target"]["adapter"]["features"] == ["given"]
    assert table["source"]["datasets"][0]["label"] == "team"
    results = relxfer.run(config, folders / "run")
    assert {cell.strategy for cell in results.cells if cell.status == "done"} == {"zero-shot", "mmd", "dann", "grade"}
    assert "no test with answers" in " ".join(results.targets["ours"].notes)
    assert [row.gain for row in results.rows if row.cost] == [None] * 4
    assert list(results.sources) == ["theirs"]
    assert cli.main(["report", str(folders / "run")]) == 0
    assert "The target has no test, so that nothing is compared." in " ".join(capsys.readouterr().out.split())
    for strategy in ("zero-shot", "grade"):
        out = folders / f"{strategy}.csv"
        asked = ["--queries", str(folders / "q.csv"), "--top-k", "1", "--strategy", strategy, "--out", str(out)]
        assert cli.main(["predict", str(folders / "run"), *asked]) == 0
        assert answers(out) == {"p0": "blue", "p1": "red", "p2": "blue", "p3": "red"}


def test_other_names_for_the_classes(folders):
    config = folders / "c.toml"
    given = ["--source", str(folders / "theirs"), "--out", str(config)]
    assert cli.main(["init", str(folders / "ours"), *given]) == 0
    table = smaller(config)
    table["target"]["class_map"] = {"red": "rouge"}
    table["strategy"] = ["zero-shot", "mmd"]
    config.write_text(tomli_w.dumps(table))
    relxfer.run(config, folders / "run")
    out = folders / "a.csv"
    asked = ["--queries", str(folders / "q.csv"), "--top-k", "1", "--strategy", "zero-shot", "--out", str(out)]
    assert cli.main(["predict", str(folders / "run"), *asked]) == 0
    assert [*answers(out).values()] == ["blue", "rouge"] * 2


def test_an_unlabelled_folder_of_pictures(tmp_path, capsys):
    image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    for part, many in (("ours", 8), ("theirs", 12)):
        for number in range(many):
            kind = number % 2
            pixels = rng.integers(0, 60, (28, 28)).astype(np.uint8)
            pixels[slice(0, 9) if kind else slice(-9, None)] = 220
            place = (
                tmp_path / part / (f"{number}.png" if part == "ours" else f"{'low' if kind else 'top'}/{number}.png")
            )
            place.parent.mkdir(parents=True, exist_ok=True)
            image.fromarray(pixels).save(place)
    config = tmp_path / "c.toml"
    given = ["--source", str(tmp_path / "theirs"), "--out", str(config)]
    assert cli.main(["init", str(tmp_path / "ours"), *given]) == 0
    assert "the classes are those of the source" in " ".join(capsys.readouterr().out.split())
    table = smaller(config)
    assert [row["use"] for row in table["strategy"]] == ["zero-shot", "mmd", "dann"]
    table["source"] |= {"model": "lenet"}
    table["strategy"] = ["zero-shot", "mmd"]
    config.write_text(tomli_w.dumps(table))
    results = relxfer.run(config, tmp_path / "run")
    assert [cell.status for cell in results.cells if cell.role != "scratch"] == ["done", "done"]
    out = tmp_path / "a.csv"
    asked = ["--queries", str(tmp_path / "ours"), "--top-k", "1", "--strategy", "mmd", "--out", str(out)]
    assert cli.main(["predict", str(tmp_path / "run"), *asked]) == 0
    assert out.read_text().count("low") + out.read_text().count("top") == 8
