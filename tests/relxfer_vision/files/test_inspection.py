"""Inspection of the user's pictures, and the configuration that `init` writes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from PIL import Image
from relxfer_vision.files.inspection import inspect
from relxfer_vision.weights import installed

from relxfer import cli
from relxfer.errors import NotMine, Undecided


def test_an_inspection_names_the_splits(folder):
    found = inspect(folder)
    assert found.dataset_table() == {"use": "image-files", "path": folder}
    assert found.sentences()[:2] == [f"{folder}: 20 pictures", "pictures: cat 10, dog 10"]


def test_init_writes_a_configuration_that_runs(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(installed, "is_installed", lambda *names: False)
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


@pytest.mark.parametrize(
    ("mode", "size", "there", "model"),
    [
        ("RGB", (80, 70), True, "efficientnet_lite0"),
        ("RGB", (80, 70), False, "resnet18"),
        ("L", (28, 28), True, "lenet"),
    ],
)
def test_what_is_learnt_from_fits_the_pictures(paint, tmp_path, monkeypatch, mode, size, there, model):
    monkeypatch.setattr(installed, "is_installed", lambda *names: there)
    for label in ("cat", "dog"):
        for number in range(3):
            paint(tmp_path / label / f"{number}.png", mode, size)
    assert inspect(tmp_path).tables()["source"]["model"] == model


def test_nearly_equal_pictures_are_told(paint, tmp_path):
    for label in ("cat", "dog"):
        for number in range(4):
            paint(tmp_path / label / f"{number}.png", "RGB", (40, 40))
    with Image.open(tmp_path / "cat" / "1.png") as picture:
        picture.save(tmp_path / "cat" / "small.jpg", quality=80)
    told = [line for line in inspect(tmp_path).sentences() if "nearly equal" in line]
    assert told[0].startswith("1 picture(s) are nearly equal to another (cat/small.jpg ~ cat/1.png)")


def test_a_leak_of_the_users_own_split_is_told(paint, tmp_path):
    for split in ("train", "test"):
        for label in ("cat", "dog"):
            for number in range(3):
                paint(tmp_path / split / label / f"{number}.png")
    shutil.copy(tmp_path / "train" / "cat" / "1.png", tmp_path / "test" / "cat" / "copy.png")
    told = [line for line in inspect(tmp_path).sentences() if line.startswith("leak")]
    assert told[0].startswith("leak: 1 of 7 test pictures are also in training (test/cat/copy.png = train/cat/1.png)")


def test_a_column_of_patients_is_kept_whole(paint, tmp_path):
    rows = []
    for number in range(12):
        paint(tmp_path / f"{number}.png")
        rows.append(f"{number}.png,{'ab'[number % 2]},p{number // 2}")
    (tmp_path / "t.csv").write_text("file,label,patient\n" + "\n".join(rows) + "\n")
    found = inspect(tmp_path / "t.csv")
    assert found.dataset_table()["group"] == "patient"
    domain = found.domain
    patients = [{int(domain.inputs.names[row][:-4]) // 2 for row in s.queries} for s in (domain.train, domain.test)]
    assert not patients[0] & patients[1]
    assert "groups: column patient" in found.sentences()


def test_inspecting_imports_no_torch(folder):
    code = (
        "import sys, json\nfrom relxfer_vision.files.inspection import inspect\n"
        f"found = inspect({str(folder)!r})\nfound.sentences(), found.tables()\n"
        "print(json.dumps('torch' in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) is False


def test_hints_of_the_user_count_more(paint, tmp_path):
    for number in range(8):
        paint(tmp_path / f"{number}.png")
    (tmp_path / "9.png").write_bytes(b"x")
    rows = [f"{number}.png,{number % 2},{number % 4},{'xy'[number // 4 % 2]}" for number in (*range(8), 9)]
    (tmp_path / "t.csv").write_text("file,label,scene,kind\n" + "\n".join(rows) + "\n")
    config = tmp_path / "t.toml"
    hints = ["--label", "kind", "--group", "label", "--skip-bad"]
    assert cli.main(["init", str(tmp_path / "t.csv"), "--out", str(config), *hints]) == 0
    text = config.read_text()
    assert 'group = "label"' in text
    assert "skip_bad = true" in text
    assert "kind" in text


def test_a_folder_without_pictures_is_of_others(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("x")
    with pytest.raises(NotMine, match="expected a folder of pictures"):
        inspect(tmp_path)


def test_a_list_in_a_folder_of_pictures_is_read(paint, tmp_path):
    rows = []
    for number in range(12):
        paint(tmp_path / "images" / f"{number:02}.png")
        rows.append(f"{number},{number:02},{'ab'[number % 2]},p{number // 2},{('train', 'test')[number // 6]}")
    (tmp_path / "labels.csv").write_text(",image_id,kind,patient_id,fold\n" + "\n".join(rows) + "\n")
    found = inspect(tmp_path)
    table = {"path": tmp_path / "labels.csv", "label": "kind", "group": "patient_id"}
    assert found.dataset_table().items() >= table.items()
    assert (len(found.domain.train), len(found.domain.test)) == (6, 6)
    for number in range(12):
        rows[number] += f",{'xyz'[number % 3]}"
    (tmp_path / "labels.csv").write_text(",image_id,kind,patient_id,fold,site\n" + "\n".join(rows) + "\n")
    with pytest.raises(Undecided, match=r"got kind \(2 values\), site \(3 values\); add --label kind"):
        inspect(tmp_path)


def test_lists_by_split_are_read_as_the_splits(paint, tmp_path):
    for split, count in (("train", 6), ("test", 4)):
        names = [paint(tmp_path / "images" / f"{split}{number}.png").name for number in range(count)]
        rows = [f"{name},{'ab'[number % 2]}" for number, name in enumerate(names)]
        (tmp_path / f"{split}.csv").write_text("\n".join(["file,label", *rows]) + "\n")
    found = inspect(tmp_path)
    table = {"use": "image-files", "train": tmp_path / "train.csv", "test": tmp_path / "test.csv"}
    assert found.dataset_table() == table
    assert (len(found.domain.train), len(found.domain.test)) == (6, 4)
