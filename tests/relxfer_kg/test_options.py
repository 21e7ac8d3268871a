"""Options of the user's own facts: forms, what is saved of them, and what is refused."""

import re

import numpy as np
import pytest
from pydantic import ValidationError
from relxfer_kg.options import OwnFiles, form_of

from relxfer.contract import messages

FACTS = [["a", "r", "b"], ["b", "q", "c"]]


def options(folder, **table) -> OwnFiles:
    return OwnFiles.model_validate(table, context={"folder": folder})


def write(path, facts):
    path.write_text("".join("\t".join(fact) + "\n" for fact in facts))
    return path.name


@pytest.mark.parametrize(("value", "form"), [("a.tsv", "path"), (["a.tsv", "b.tsv"], "paths"), (FACTS, "facts")])
def test_form_of(value, form):
    assert form_of(value) == form


def test_a_data_frame_is_rows():
    pandas = pytest.importorskip("pandas")
    assert OwnFiles(facts=pandas.DataFrame(FACTS)) == OwnFiles(facts=FACTS)


def test_saved_paths_are_absolute_and_read_again(tmp_path):
    write(tmp_path / "mine.tsv", FACTS)
    write(tmp_path / "test.tsv", FACTS[:1])
    given = options(tmp_path, facts="mine.tsv", test=["test.tsv"], columns=[0, 1, 2])
    saved = given.model_dump(mode="json", exclude_unset=True)
    assert saved["facts"] == str((tmp_path / "mine.tsv").resolve())
    assert OwnFiles.model_validate(saved) == given


@pytest.mark.parametrize(("table", "key", "message"), [
    ({"facts": "none.tsv"}, "facts", "there is no file or folder '.*none.tsv'"),
    ({"facts": ["none.tsv"]}, "facts[0]", "there is no file or folder"),
    ({"facts": 3}, "facts", r"a path, a list of paths, or rows \[head, relation, tail\] \(got 3\)"),
    ({"facts": [["a", "r"]]}, "facts", r"\[head, relation, tail\], .* as row 1 \(got \['a', 'r'\]\)"),
    ({"facts": [["a", "r", "b"], ["a", " ", "b"]]}, "facts", "as row 2"),
    ({"facts": [["a", "r", None]]}, "facts", "as row 1"),
    ({"facts": [["a", "r", "b"], "c"]}, "facts", r"as row 2 \(got 'c'\)"),
    ({"facts": [["a", "r", "b"]], "valid": [["a", "r", "b"]]}, "", "expected test beside valid"),
    ({"facts": [["a", "r", "b"]], "valid_fraction": 0.5, "test_fraction": 0.5}, "", r"\(got 0.5 \+ 0.5\)"),
    ({"facts": [["a", "r", "b"]], "test_fraction": 1}, "test_fraction", "less than 1"),
    ({"facts": [["a", "r", "b"]], "columns": [0, -1, 2]}, "columns[1]", r"a position from 0, .*\(got -1\)"),
    ({"facts": [["a", "r", "b"]], "columns": [0, 1.5, 2]}, "columns[1]", r"a position from 0, .*\(got 1.5\)"),
    ({"facts": [["a", "r", "b"]], "colums": [0, 1, 2]}, "colums", "did you mean 'columns'"),
    ({}, "facts", "this key is needed"),
])  # fmt: skip
def test_options_that_cannot_be_used(tmp_path, table, key, message):
    with pytest.raises(ValidationError) as error:
        options(tmp_path, **table)
    (problem,) = messages.problems(error.value, OwnFiles, table)
    assert problem.key == key
    assert re.search(message, problem.message), problem.message


def test_arrays_and_tuples_are_rows_and_names_lose_white_space():
    rows = OwnFiles(facts=FACTS)
    for facts in (np.array(FACTS), np.array(FACTS, dtype=object), [(f" {h}", r, f"{t} ") for h, r, t in FACTS]):
        assert OwnFiles(facts=facts) == rows
