"""Inspection of the user's pictures, and the configuration that `init` writes."""

from __future__ import annotations

import pytest
from relxfer_vision.files.inspection import inspect

from relxfer import cli


def test_an_inspection_names_the_splits(folder):
    found = inspect(folder)
    assert found.dataset_table() == {"use": "image-files", "path": folder}
    assert found.sentences()[:2] == [f"{folder}: 20 pictures", "pictures: cat 10, dog 10"]


def test_init_writes_a_configuration_that_runs(folder, tmp_path, capsys):
    config = tmp_path / "pets.toml"
    assert cli.main(["init", str(folder), "--out", str(config)]) == 0
    assert "label_budgets = [\n    10,\n    100," in config.read_text(), "a new head has nothing to say without labels"
    assert "pictures: cat 10, dog 10" in capsys.readouterr().out
    text = config.read_text()
    assert 'weights = "IMAGENET1K_V1"' in text
    assert 'path = "pets"' in text
    assert cli.main(["check", str(config)]) == 0
    assert cli.main(["init", str(folder), "--out", str(config), "--force", "--source", "digits-photo"]) == 0
    assert 'datasets = [\n    "digits-photo",\n]' in config.read_text()


@pytest.mark.parametrize("names", [("cat", "dog"), ("0", "1")])
def test_classes_in_another_column_are_read_from_it(folder, tmp_path, capsys, names):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    rows = [f"{path},{names[number % 2]}" for number, path in enumerate(files)]
    (tmp_path / "table.csv").write_text("file,target\n" + "\n".join(rows) + "\n")
    config = tmp_path / "table.toml"
    assert cli.main(["init", str(tmp_path / "table.csv"), "--out", str(config)]) == 0
    assert 'label = "target"' in config.read_text()
    assert "taken for classification of target" in " ".join(capsys.readouterr().out.split())
