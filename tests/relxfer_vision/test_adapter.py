"""The adapter of pictures: what it counts, and what it refuses."""

from __future__ import annotations

from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.options import ImageOptions


def test_files_that_stand_in_test_and_training_are_counted(loaded, folder, tmp_path):
    for label in ("cat", "dog"):
        (tmp_path / "other" / label).mkdir(parents=True)
        (tmp_path / "other" / label / "new.jpg").write_bytes((folder / label / f"{label}0.jpg").read_bytes())
    domain = loaded(train=folder, test=tmp_path / "other")
    assert ImageAdapter(ImageOptions()).audit(domain) == {"test pictures": 2, "also in training": 2}
