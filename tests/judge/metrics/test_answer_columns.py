"""Answers in columns: a missing value is missing, labels are separated or switched on, and guesses say why."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.errors import DataError
from relxfer.judge.metrics import answer_columns
from relxfer.judge.metrics.answer_columns import guess, kind_of, labels, numbers


def where(row):
    return f"t.csv:{row + 2}"


def test_a_missing_number_is_missing_and_not_0():
    found = numbers({"age": ["3", "", "nan", "0"], "size": ["1.5", "2", "3", "-1e3"]}, where)
    assert found.names == ("age", "size")
    assert found.known.tolist() == [True, False, False, True]
    assert found.values[found.known].tolist() == [[3.0, 1.5], [0.0, -1000.0]]
    assert found.sentence("regression") == ("regression of age, size; 2 of 4 have no answer, since a value is missing")


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "about 3", "1,5"])
def test_what_is_no_number_is_named_with_its_place(cell):
    with pytest.raises(DataError, match=r"t\.csv:3: expected a finite number in 'age'"):
        numbers({"age": ["1", cell]}, where)


def test_labels_of_several_columns():
    found = labels({"red": ["1", "0", "true", ""], "round": ["0.0", "No", "1", "1"]}, where)
    assert found.values[found.known].tolist() == [[1, 0], [0, 0], [1, 1]]
    assert found.values.dtype.kind == "i"
    assert found.known.tolist() == [True, True, True, False]
    with pytest.raises(DataError, match=r"t\.csv:2: expected 0 or 1 in 'red', got '2'"):
        labels({"red": ["2"], "round": ["1"]}, where)


def test_labels_of_one_column():
    found = labels({"tags": ["b10; b9", "b9", "|", "", "b9|b9"]}, where)
    assert found.names == ("b9", "b10")
    assert found.values.tolist() == [[1, 1], [1, 0], [0, 0], [0, 0], [1, 0]]
    assert found.known.tolist() == [True, True, True, False, True]


def test_columns_without_any_answer_are_refused():
    with pytest.raises(DataError, match="expected numbers in age, got none"):
        numbers({"age": ["", "nan"]}, where)
    with pytest.raises(DataError, match="expected labels in a column, got none"):
        labels({"tags": ["|", ""]}, where)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"y": ["1", "2", ""]}, "classification"),
        ({"y": ["1", "2.5", ""]}, "regression"),
        ({"y": ["1.0", "2"]}, "classification"),
        ({"y": ["a|b"]}, "classification"),
        ({"a": ["1", "0"], "b": ["0", ""]}, "multi-label"),
        ({"a": ["1", "0"], "b": ["0", "7"]}, "regression"),
    ],
)
def test_whole_numbers_are_classes_unless_told(cells, kind):
    assert kind_of(cells) == kind


def test_several_columns_of_text_ask_for_nothing():
    with pytest.raises(DataError, match="got texts in 'b'"):
        kind_of({"a": ["1"], "b": ["x"]})


@pytest.mark.parametrize(
    ("cells", "task", "label"),
    [
        ({"size": ["1", "2"], "label": ["x;y", "x"]}, "multi-label", ("label",)),
        ({"label": ["1.5", "2"]}, "regression", ("label",)),
        ({"label": ["1", "2"]}, "classification", ("label",)),
        ({"price": ["1.5", "2"], "width": ["3", "4.5"], "note": ["x", "y"]}, "regression", ("price", "width")),
        ({"red": ["1", "0"], "round": ["0", "0"], "note": ["x", "y"]}, "multi-label", ("red", "round")),
    ],
)
def test_a_guess_says_what_it_took_why_and_how_to_change_it(cells, task, label):
    found = guess(cells, ("label",), ("label",))
    assert (found.task, found.label) == (task, label)
    sentence = found.sentence()
    assert sentence.startswith(f"taken for {task} of {', '.join(label)}: ")
    assert "if that is wrong, write task = " in sentence
    assert f'"{task}"' not in sentence
    assert found.table() == {} if task == "classification" else found.table()["task"] == task


def test_a_table_without_answers_is_no_guess():
    assert guess({"note": ["x", "y"], "count": ["1", "2"]}, ("label",), ()) is None


@pytest.mark.parametrize("column", [["0", "1", "0"], ["cat", "dog", "cat"]])
def test_classes_in_a_column_that_the_reader_does_not_look_for_are_named_to_it(column):
    found = guess({"target": column}, ("label", "target"), ("label",))
    assert found.table() == {"task": "classification", "label": "target"}


def test_names_of_classes_where_the_reader_looks_for_them_need_no_words():
    assert guess({"label": ["cat", "dog"]}, ("label",), ("label",)) is None


def test_separators():
    assert answer_columns.separated(["a|", "b"]) == ""
    assert np.all(answer_columns.separated(["a | b"]) == "|")
