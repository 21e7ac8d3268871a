"""The file of a recommendation."""

from __future__ import annotations

from relxfer.choose.recommending import kept


def test_parts_are_kept_beside_each_other_until_it_begins_anew(tmp_path):
    assert kept.read(tmp_path) == {}
    kept.begin(tmp_path, plan=1)
    kept.write(tmp_path, took=[2.0])
    assert kept.read(tmp_path) == {"plan": 1, "took": [2.0]}
    kept.begin(tmp_path, plan=3)
    assert kept.read(tmp_path) == {"plan": 3}


def test_a_changed_file_is_none(tmp_path):
    kept.begin(tmp_path, plan=1)
    path = tmp_path / "recommendation.json"
    path.write_text(path.read_text().replace("1", "2", 1))
    assert kept.read(tmp_path) == {}
