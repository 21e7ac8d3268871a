"""Labelled pictures as a domain: splits, questions by file and by folder."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.domain import ImageDomain, image_domain
from relxfer_vision.pictures.images import ArrayImages

from relxfer.errors import BadQuestions, DataError

IMAGES = ArrayImages.of(np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2), list("abcdef"))
TRAIN, TEST = (np.array([4, 0]), np.array([1, 0])), (np.array([5, 2, 3]), np.array([0, 0, 1]))


def test_splits_are_rows_with_classes():
    domain = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST)
    assert (domain.train.queries.tolist(), domain.train.answers.tolist()) == ([4, 0], [1, 0])
    assert domain.name_queries(domain.test.queries) == {"file": ["f", "c", "d"]}
    assert domain.val is None
    assert domain.task.answers == ("x", "y")


def test_without_other_pictures_those_of_training_are_seen_or_of_the_test():
    assert image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST).unlabelled.queries.tolist() == [4, 0]
    assert image_domain("letters", IMAGES, ("x", "y"), None, TEST).unlabelled.queries.tolist() == [5, 2, 3]
    seen = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST, unlabelled=np.array([1])).unlabelled
    assert (seen.queries.tolist(), seen.answers) == ([1], None)


def test_pictures_of_a_split_stand_side_by_side():
    """The test comes first, then what is trained on; pictures of no split are last."""
    domain = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST)
    assert domain.inputs.order.tolist() == [5, 2, 3, 4, 0, 1]
    assert domain.inputs.places[domain.test.queries].tolist() == [0, 1, 2]
    assert domain.sha == IMAGES.sha


def test_questions_name_files_or_a_folder(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.png", "deep/a.png"):
        Image.fromarray(np.full((2, 2), len(name), np.uint8)).save(tmp_path / name)
    domain = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST)
    asked = domain.ask({"folder": [str(tmp_path)]})
    assert [name.removeprefix(f"{tmp_path}/") for name in asked.inputs.names] == ["b.png", "deep/a.png"]
    assert domain.ask({"file": [str(tmp_path / "b.png")]}).queries.tolist() == [0]
    for question, complaint in (
        ({"folder": [str(tmp_path / "none")]}, "expected pictures in the folder"),
        ({"day": ["1"], "night": ["2"]}, "expected a column 'file' in the queries, got: day, night"),
    ):
        with pytest.raises(DataError, match=complaint):
            domain.ask(question)


def test_pictures_that_do_not_decode_are_told_and_the_rest_is_left(tmp_path):
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    domain = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST)
    with pytest.raises(BadQuestions) as error:
        domain.ask({"folder": [str(tmp_path)]})
    assert list(error.value.rows) == [1]
    assert domain.ask(error.value.rest).inputs.names == (str(tmp_path / "a.png"),)


def test_pictures_without_an_answer_are_all_that_is_asked():
    domain = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST)
    assert domain.everything().queries.tolist() == [1, 2, 3, 5]
    assert domain.whole().everything().queries.tolist() == [1]
    with pytest.raises(DataError, match="expected pictures without an answer in 'pictures', got none"):
        ImageDomain("pictures", domain.task).everything()


def test_a_group_on_two_sides_of_the_users_split_is_two():
    groups = np.array([0, 0, 1, 1, 0, 2])  # of training [4, 0] one, of the test [5, 2, 3] one of two and one
    domain = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST, groups=groups)
    assert len(set(domain.train.groups)) == 1
    assert len(set(domain.test.groups)) == 2
    crossing = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST, groups=np.array([0, 1, 0, 2, 2, 1]))
    assert crossing.train.groups is None
    assert crossing.together is not None
    both = image_domain("letters", IMAGES, ("x", "y"), TRAIN, TEST, groups=np.zeros(6, int))
    assert not set(both.train.groups) & set(both.test.groups)
