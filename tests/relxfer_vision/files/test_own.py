"""The user's own pictures: forms, splits, and everything that can be wrong with them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.data.user_files import load
from relxfer_vision.files.inspection import inspect
from relxfer_vision.options import ImageFiles, ImageOptions
from relxfer_vision.pictures.decoding import decoded
from relxfer_vision.pictures.geometry import Geometry

import relxfer
from relxfer import cli
from relxfer.errors import Changed, DataError

RNG = np.random.default_rng(0)


def paint(path: Path, mode: str = "RGB", size=(12, 10)) -> Path:
    """A picture of noise, no two alike."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = RNG.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).convert(mode).save(path)
    return path


@pytest.fixture
def folder(tmp_path):
    """Ten pictures of each of two classes."""
    for label in ("cat", "dog"):
        for i in range(10):
            paint(tmp_path / "pets" / label / f"{label}{i}.jpg")
    return tmp_path / "pets"


def options(**table) -> ImageFiles:
    return ImageFiles.model_validate(table, context={"folder": Path.cwd()})


def loaded(**table):
    return load(options(**table), {})


def fails(**table) -> str:
    with pytest.raises(DataError) as caught:
        loaded(**table)
    return str(caught.value)


# ------------------------------------------------------------------ forms


def test_a_folder_for_each_class_is_split_by_seed(folder):
    domain = loaded(path=folder)
    assert domain.name == "pets"
    assert domain.task.answers == ("cat", "dog")
    assert np.bincount(domain.train.answers).tolist() == [8, 8]
    assert np.bincount(domain.test.answers).tolist() == [2, 2]
    assert not set(domain.train.queries) & set(domain.test.queries)
    assert domain.notes == (
        "pictures: cat 10, dog 10",
        "split here: 20% of every class, 4 pictures, are the test (seed 0)",
    )
    assert domain.name_queries(domain.train.queries[:1]) == {"file": ["cat/cat1.jpg"]}
    assert loaded(path=folder, split_seed=1).test.digest() != domain.test.digest()
    assert loaded(path=folder).test.digest() == domain.test.digest()


def test_folders_of_parts_stay_as_given(folder, tmp_path):
    for part, count in (("train", 6), ("valid", 2), ("test", 2)):
        for label in ("cat", "dog"):
            for i in range(count):
                paint(tmp_path / "parts" / part / label / f"{i}.png")
    domain = loaded(path=tmp_path / "parts")
    assert [len(getattr(domain, part)) for part in ("train", "val", "test")] == [12, 4, 4]
    assert domain.notes == ("train: cat 6, dog 6", "val: cat 2, dog 2", "test: cat 2, dog 2")


def test_without_a_test_the_validation_pictures_are_it(tmp_path):
    for part in ("train", "val"):
        for label in ("ants", "bees"):
            paint(tmp_path / part / label / "1.png")
    domain = loaded(path=tmp_path)
    assert domain.val is None
    assert len(domain.test) == 2
    assert "the validation pictures are the test, since there are no others" in domain.notes


def test_parts_by_their_own_paths(folder, tmp_path):
    for label in ("cat", "dog"):
        paint(tmp_path / "other" / label / "1.png")
    domain = loaded(train=folder, test=tmp_path / "other")
    assert (len(domain.train), domain.val, len(domain.test)) == (20, None, 2)
    assert domain.name == "pets"
    alone = loaded(test=folder, classes=["bird", "cat", "dog"])
    assert alone.train is None
    assert alone.test.answers.min() == 1
    assert len(alone.unlabelled) == len(alone.test), "the pictures of the test are seen, without their labels"


def test_a_table_of_files_and_labels(folder, tmp_path):
    rows = [f"pets/{label}/{label}{i}.jpg;{label}s" for label in ("cat", "dog") for i in range(5)]
    (tmp_path / "pets.csv").write_text("\ufefffile;Label\n" + "\n".join(rows) + "\n")
    domain = loaded(path=tmp_path / "pets.csv")
    assert domain.task.answers == ("cats", "dogs")
    assert len(domain.inputs) == 10


@pytest.mark.parametrize("classes", [None, ["zero", "one", "two"]])
def test_arrays(tmp_path, classes):
    images = RNG.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)
    np.savez(tmp_path / "mine.npz", images=images, labels=np.array([2, 0, 1, 2, 0, 1], np.uint8))
    domain = loaded(path=tmp_path / "mine.npz", **({"classes": classes} if classes else {}))
    assert domain.task.answers == (tuple(classes) if classes else ("0", "1", "2"))
    assert len(domain.train) == 3


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_ends_of_lines_do_not_matter(folder, tmp_path, end):
    rows = [f"{file.relative_to(tmp_path)},{file.parent.name}" for file in sorted(folder.rglob("*.jpg"))]
    (tmp_path / "t.csv").write_bytes(end.join(["file,label", *rows]).encode())
    assert len(loaded(path=tmp_path / "t.csv").inputs) == len(rows)


def test_arrays_by_parts(tmp_path):
    arrays = {}
    for part, count in (("train", 4), ("val", 2), ("test", 2)):
        arrays[f"{part}_images"] = RNG.integers(0, 256, (count, 8, 8), dtype=np.uint8)
        arrays[f"{part}_labels"] = (np.arange(count) % 2 * 10)[:, None]
    np.savez(tmp_path / "mine.npz", **arrays)
    domain = loaded(path=tmp_path / "mine.npz")
    assert domain.task.answers == ("0", "10")
    assert [len(getattr(domain, part)) for part in ("train", "val", "test")] == [4, 2, 2]
    only = loaded(test=tmp_path / "mine.npz")
    assert (only.train, len(only.test)) == (None, 2)


def test_further_pictures_without_labels_are_seen_beside_those_of_training(folder, tmp_path):
    paint(tmp_path / "more" / "deep" / "1.jpg")
    domain = loaded(path=folder, unlabelled=tmp_path / "more")
    assert len(domain.unlabelled) == 17
    assert domain.unlabelled.queries[-1] == 20
    assert "1 further pictures without labels" in domain.notes


def test_numbers_are_in_their_own_order(tmp_path):
    for label in ("10", "9", "2"):
        for i in range(2):
            paint(tmp_path / label / f"{i}.png")
    assert loaded(path=tmp_path).task.answers == ("2", "9", "10")


def test_a_number_of_any_length_is_a_class(tmp_path):
    pixels, long = np.zeros((4, 4, 4), np.uint8), "9" * 5000
    np.savez(tmp_path / "a.npz", images=pixels, labels=np.array([long, "7", long, "7"]))
    assert loaded(path=tmp_path / "a.npz").task.answers == ("7", long)


def test_files_that_stand_in_test_and_training_are_counted(folder, tmp_path):
    for label in ("cat", "dog"):
        (tmp_path / "other" / label).mkdir(parents=True)
        (tmp_path / "other" / label / "new.jpg").write_bytes((folder / label / f"{label}0.jpg").read_bytes())
    domain = loaded(train=folder, test=tmp_path / "other")
    assert ImageAdapter(ImageOptions()).audit(domain) == {"test pictures": 2, "also in training": 2}


# ------------------------------------------------------------------ faults


def test_a_picture_that_does_not_decode_is_named_before_training(folder):
    path = folder / "cat" / "cat3.jpg"
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"no picture", b""):
        path.write_bytes(damaged)
        message = fails(path=folder)
        assert str(path) in message
        assert "does not decode" in message
        assert "object at" not in message
        assert message.endswith("take it out")


def test_a_picture_that_changes_after_it_was_hashed_is_no_input(folder):
    images, geometry = loaded(path=folder).inputs, Geometry(8, 3, "pad")
    row = next(i for i, path in enumerate(images.paths) if path.name == "cat3.jpg")
    paint(folder / "cat" / "cat3.jpg")
    with pytest.raises(Changed, match=r"got another picture .*cat3.jpg: changed while the run went on; run again"):
        images.fitted(np.array([row]), geometry)
    assert loaded(path=folder).inputs.sha != images.sha


def test_a_run_on_a_damaged_picture_ends_with_2_and_its_name(folder, tmp_path, capsys):
    (folder / "dog" / "dog1.jpg").write_bytes(b"\xff\xd8\xff")
    table = (
        f'[target]\ndataset = {{ use = "image-files", path = "{folder.as_posix()}" }}\n[[strategy]]\nuse = "scratch"\n'
    )
    (tmp_path / "run.toml").write_text(table)
    assert cli.main(["run", str(tmp_path / "run.toml"), "--out", str(tmp_path / "out")]) == 2
    assert "dog1.jpg" in capsys.readouterr().err


def test_other_files_are_passed_over_and_told(folder):
    (folder / "cat" / "Thumbs.db").write_bytes(b"x")
    (folder / "cat" / ".DS_Store").write_bytes(b"x")
    (folder / "README.txt").write_text("x")
    (folder / ".cache").mkdir()
    domain = loaded(path=folder)
    assert len(domain.inputs) == 20
    note = "passed over in pets: 2 file(s) that are no pictures by their name (README.txt, cat/Thumbs.db)"
    assert note in domain.notes


def test_what_can_only_be_written_is_no_picture(folder):
    (folder / "cat" / "form.pdf").write_bytes(b"%PDF-1.4")
    assert len(loaded(path=folder).inputs) == 20


def test_a_link_that_leads_nowhere_is_told(folder):
    (folder / "cat" / "moved.png").symlink_to(folder / "gone.png")
    assert "moved.png, got: No such file or directory" in fails(path=folder)


def test_an_empty_class_is_told(folder):
    (folder / "bird").mkdir()
    assert "expected pictures of the class 'bird'" in fails(path=folder)
    (folder / "bird" / "list.txt").write_text("x")
    assert "got 1 other file(s), such as list.txt" in fails(path=folder)


def test_one_class_is_too_few(tmp_path):
    paint(tmp_path / "cat" / "1.png")
    paint(tmp_path / "cat" / "2.png")
    assert "at least two classes, got cat alone" in fails(path=tmp_path)


def test_a_folder_without_classes_is_told(tmp_path):
    paint(tmp_path / "1.png")
    assert "expected a folder for each class" in fails(path=tmp_path)


def test_a_class_of_one_picture_cannot_be_split(folder):
    paint(folder / "bird" / "1.png")
    assert "at least two pictures of 'bird'" in fails(path=folder)


def test_a_class_of_the_test_that_was_never_trained_on_is_told(folder, tmp_path):
    for label in ("cat", "wolf"):
        paint(tmp_path / "other" / label / "1.png")
    message = fails(train=folder, test=tmp_path / "other")
    assert "expected the classes of the pictures to train on (cat, dog) in test, got also 'wolf'" in message


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("name,kind\na.jpg,cat\n", "the columns file and label in the first line"),
        ("file,label\na.jpg\n", "got no label in line 2"),
        ("file,label\n\n\n,cat\n", "got no file in line 4"),
        ("file,label\n", "got none"),
        ("file,label\na.jpg,cat\nb.jpg,dog\n", "expected a picture"),
        ("file,label\n\0.jpg,cat\nb.jpg,dog\n", "null byte; restore it"),
    ],
)
def test_a_table_with_mistakes(tmp_path, table, complaint):
    (tmp_path / "t.csv").write_text(table)
    message = fails(path=tmp_path / "t.csv")
    assert complaint in message


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({"pixels": np.zeros((2, 4, 4))}, "arrays images and labels"),
        ({"images": np.zeros((2, 4, 4), np.uint8)}, "2 labels in"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.zeros(3, int)}, "got 3"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.zeros(2)}, "numbers or names, got float64"),
        ({"images": np.zeros((2, 4, 4, 2), np.uint8), "labels": np.arange(2)}, r"1 or 3], got uint8"),
        ({"images": np.zeros((2, 4, 4, 4), np.uint8), "labels": np.arange(2)}, r"1 or 3], got uint8"),
        ({"images": np.zeros((2, 4, 4)), "labels": np.arange(2)}, "got float64"),
        ({"images": np.uint8(3), "labels": np.arange(2)}, "[n, H, W]"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.array([b"\xff", b"a"])}, r"in UTF-8, got b'\xff'"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.array([0, {}], object)}, "without pickled objects"),
    ],
)
def test_arrays_with_mistakes(tmp_path, arrays, complaint):
    np.savez(tmp_path / "a.npz", **arrays)
    assert complaint in fails(test=tmp_path / "a.npz")


def test_arrays_for_validation_alone_are_told(tmp_path):
    np.savez(tmp_path / "a.npz", val_images=np.zeros((2, 4, 4), np.uint8), val_labels=np.arange(2))
    assert "expected pictures to train on or a test, got val alone; add some" in fails(path=tmp_path / "a.npz")


def test_arrays_without_a_picture_are_told(tmp_path):
    np.savez(tmp_path / "a.npz", images=np.zeros((0, 4, 4), np.uint8), labels=np.arange(0))
    assert "expected at least two classes, got none alone" in fails(path=tmp_path / "a.npz")


def test_numbers_beyond_the_classes_are_told(tmp_path):
    np.savez(tmp_path / "a.npz", images=np.zeros((3, 4, 4), np.uint8), labels=np.arange(3))
    assert "from 0 to 1, as there are 2 classes, got 0 to 2" in fails(path=tmp_path / "a.npz", classes=["a", "b"])


def test_something_else_is_told(tmp_path):
    (tmp_path / "a.tar").write_bytes(b"x")
    (tmp_path / "a.npz").write_bytes(b"x")
    assert "expected a folder of pictures" in fails(path=tmp_path / "a.tar")
    assert "expected arrays" in fails(path=tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({}, "expected path, or train and test"),
        ({"path": ".", "test": "."}, "got path and test"),
        ({"val": ".", "test": "."}, "expected train beside val"),
        ({"path": "nowhere"}, "there is no file or folder"),
        ({"path": ".", "classes": ["one"]}, "at least 2"),
    ],
)
def test_options_are_checked_before_anything_is_read(keys, complaint):
    with pytest.raises(ValidationError, match=complaint):
        options(**keys)


# ------------------------------------------------------------------ modes


def pixels_of(path):
    return decoded(path.read_bytes(), path)


def test_colours_of_print_become_rgb(tmp_path):
    pixels = pixels_of(paint(tmp_path / "a.jpg", "CMYK"))
    assert pixels.shape == (10, 12, 3)


@pytest.mark.parametrize("mode", ["P", "LA", "YCbCr", "RGBA", "1", "L"])
def test_every_mode_gives_one_or_three_channels(tmp_path, mode):
    path = paint(tmp_path / ("a.jpg" if mode == "YCbCr" else "a.png"), mode)
    pixels = pixels_of(path)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (10, 12, 1 if mode in ("1", "L") else 3)


def test_what_is_transparent_lies_on_white(tmp_path):
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert (pixels_of(tmp_path / "a.png") == 255).all()


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB"])
def test_a_value_that_is_transparent_lies_on_white(tmp_path, mode):
    Image.new(mode, (4, 4)).save(tmp_path / "a.png", transparency=(0, 0, 0) if mode == "RGB" else 0)
    assert (pixels_of(tmp_path / "a.png") == 255).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_fractions_that_are_no_numbers_are_told(folder, value):
    """Of such a picture nobody knows the range."""
    Image.fromarray(np.array([[0.0, 0.5, value]], np.float32)).save(folder / "cat" / "a.tif")
    assert "a.tif, which does not decode (a value that is NaN or infinite)" in fails(path=folder)


def test_sixteen_bits_are_scaled(tmp_path):
    Image.fromarray(np.array([[0, 255, 65535]], np.uint16)).save(tmp_path / "a.png")
    assert pixels_of(tmp_path / "a.png")[0, :, 0].tolist() == [0, 1, 255]


def test_fractions_are_scaled_as_far_as_they_go(tmp_path):
    Image.fromarray(np.array([[0.0, 0.5, 1.0]], np.float32)).save(tmp_path / "a.tif")
    assert pixels_of(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 128, 255]


def test_pictures_stand_upright_as_their_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[:, :10] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    upright = pixels_of(tmp_path / "a.png")
    assert upright.shape == (20, 10, 3)
    assert upright[0].mean() == 255
    assert upright[-1].mean() == 0


def test_a_picture_of_very_many_pixels_is_refused_unread(folder):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for side in (10_000, 40_000):  # Pillow warns of the first, and refuses the second
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
        (folder / "cat" / "bomb.png").write_bytes(bomb)
        message = fails(path=folder)
        assert "pixels, got more in" in message
        assert "bomb.png" in message


# ------------------------------------------------------------------ runs


def tables(folder: Path, **source) -> dict:
    return {
        "name": "pets",
        "threads": 1,
        "device": "cpu",
        "source": {"training": {"steps": 2}, "model": {"use": "lenet", "channels": 3, "width": 8}, **source},
        "target": {"dataset": {"use": "image-files", "path": str(folder)}},
        "training": {"steps": 2, "batch_size": 4},
        "report": {"resamples": 200},
    }


def test_a_label_that_the_source_lacks_refuses_what_needs_the_same_task(folder, tmp_path):
    config = {**tables(folder, datasets=["digits-photo"]), "strategy": ["zero-shot", "finetune"]}
    results = relxfer.run(config, out=tmp_path / "out")
    told = {cell["strategy"]: cell for cell in results.cells}
    assert told["finetune"]["status"] == "done", "another task gets a new head"
    assert told["zero-shot"]["status"] == "refused"
    assert "source and target have other answers" in told["zero-shot"]["reason"]
    assert results.targets["image-files"]["related"]["digits-photo"].startswith("another task: 0 of 2 classes")


def test_gray_and_coloured_pictures_mix(folder, tmp_path):
    for i in range(3):
        paint(folder / "cat" / f"gray{i}.png", "L")
    results = relxfer.run({**tables(folder, datasets=["digits-photo"]), "strategy": ["finetune"]}, out=tmp_path / "out")
    assert not results.failed


def test_a_look_finds_the_parts(folder):
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
