"""Numbers and labels of the user's pictures, in tables, arrays and names of folders."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from relxfer_vision.files.inspection import inspect
from relxfer_vision.files.user_domain import user_domain
from relxfer_vision.options import ImageFiles

from relxfer.errors import DataError


@pytest.fixture
def table(tmp_path):
    """Writes a table of as many pictures as it has rows."""

    def written(head, *rows, name="t.csv"):
        for number in range(len(rows)):
            Image.new("L", (4, 4), 20 * number).save(tmp_path / f"{number}.png")
        lines = [f"file,{head}", *(f"{number}.png,{row}" for number, row in enumerate(rows))]
        (tmp_path / name).write_text("\n".join(lines))
        return tmp_path / name

    return written


def loaded(path, **options):
    return user_domain(ImageFiles(path=path, **options))


def answers(domain):
    """Name of the picture -> its answer, of all splits."""
    found = {}
    for split in (domain.train, domain.val, domain.test):
        if split is not None:
            found |= dict(zip(domain.name_queries(split.queries)["file"], split.answers.tolist(), strict=True))
    return found


def test_a_missing_number_leaves_a_picture_without_an_answer(table):
    path = table("age,size", "1,2.5", ",1", "3,nan", "4,5", "0,0")
    domain = loaded(path, label=["age", "size"], test_fraction=0.4)
    assert (domain.task.kind, domain.task.answers) == ("regression", ("age", "size"))
    assert answers(domain) == {"0.png": [1.0, 2.5], "3.png": [4.0, 5.0], "4.png": [0.0, 0.0]}
    seen = set(domain.name_queries(domain.unlabelled.queries)["file"])
    assert {"1.png", "2.png"} <= seen
    assert len(seen) == 4, "those of the test are not seen"
    assert any("2 of 5 have no answer, since a value is missing" in note for note in domain.notes)


def test_whole_numbers_are_classes_unless_told(table):
    path = table("label", "3", "4", "3", "4", "3")
    assert loaded(path).task.answers == ("3", "4")
    assert loaded(path, task="regression").task.kind == "regression"
    assert loaded(table("label", "3", "4.5", "3", "4.5")).task.kind == "regression"
    assert loaded(table("label", "3", "4.5", "3", "4.5"), task="classification").task.answers == ("3", "4.5")


def test_labels_of_one_column_or_of_several(table):
    one = loaded(table("tags", "red|round", "red", "|", "", "round"), task="multi-label", label="tags")
    assert one.task.answers == ("red", "round")
    assert answers(one) == {"0.png": [1, 1], "1.png": [1, 0], "2.png": [0, 0], "4.png": [0, 1]}
    several = loaded(table("red,round", "1,1", "1,0", "0,0", ",1"), label=["red", "round"])
    assert several.task.kind == "multi-label"
    assert answers(several) == {"0.png": [1, 1], "1.png": [1, 0], "2.png": [0, 0]}


def test_numbers_in_arrays_and_in_names_of_folders(tmp_path):
    pixels = np.arange(4 * 16, dtype=np.uint8).reshape(4, 4, 4)
    np.savez(tmp_path / "a.npz", images=pixels, labels=np.array([0.5, np.nan, 2.0, 3.0]))
    assert sorted(answers(loaded(tmp_path / "a.npz")).values()) == [[0.5], [2.0], [3.0]]
    np.savez(tmp_path / "b.npz", images=pixels, labels=np.eye(4, 2, dtype=int), label_names=np.array(["p", "q"]))
    domain = loaded(tmp_path / "b.npz")
    assert (domain.task.kind, domain.task.answers) == ("multi-label", ("p", "q"))
    for age in ("20", "35"):
        (tmp_path / "ages" / age).mkdir(parents=True)
        for number in range(2):
            Image.new("L", (4, 4), int(age) + number).save(tmp_path / "ages" / age / f"{number}.png")
    domain = loaded(tmp_path / "ages", task="regression")
    assert sorted(answers(domain).values()) == [[20.0], [20.0], [35.0], [35.0]]


def test_mistakes_are_told_with_their_line(table, tmp_path):
    with pytest.raises(DataError, match=r"t\.csv:3: expected a finite number in 'age', got 'old'"):
        loaded(table("age", "1.5", "old"), label="age", task="regression")
    with pytest.raises(ValidationError, match="classes"):
        ImageFiles(path=table("label", "1", "2"), task="regression", classes=("1", "2"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(ValidationError, match="is no table"):
        ImageFiles(path=tmp_path / "folder", label="age")


def test_init_says_what_it_took_and_why(table):
    found = inspect(table("red,round,note", "1,0,a", "0,0,b", "1,1,c"))
    assert found.dataset_table()["label"] == ["red", "round"]
    assert "taken for multi-label of red, round: 2 columns hold 0 and 1 alone" in " ".join(found.sentences())
    assert inspect(table("label", "x", "y", "x", "y")).guess is None
    whole = inspect(table("label", "3", "4", "3", "4"))
    assert whole.domain.task.kind == "classification"
    assert 'write task = "regression"' in " ".join(whole.sentences())


@pytest.mark.parametrize("missing", ["", "NaN", "nan", "NA", "N/A", "None", "null", "?"])
def test_a_label_that_is_missing_in_any_spelling_is_no_class(table, missing):
    domain = loaded(table("label", "x", "y", missing, "y", "x"))
    assert domain.task.answers == ("x", "y")
    assert domain.name_queries(domain.unlabelled.queries)["file"][-1] == "2.png"
    assert len(domain.train) + len(domain.test) == 4
    (note,) = (note for note in domain.notes if "no label" in note)
    assert note == f"1 pictures have no label ({missing!r}): they are seen without one"


def test_a_spelling_of_missing_that_is_named_as_a_class_is_one(table):
    assert loaded(table("label", "x", "None", "None", "x"), classes=("None", "x")).task.answers == ("None", "x")


def test_labels_missing_in_arrays_are_no_class(tmp_path):
    pixels = np.arange(5 * 16, dtype=np.uint8).reshape(5, 4, 4)
    np.savez(tmp_path / "a.npz", images=pixels, labels=np.array(["x", "y", "nan", "x", "y"]))
    assert loaded(tmp_path / "a.npz").task.answers == ("x", "y")
