"""Options of the user's own facts: forms, what is saved of them, and what is refused."""

import re

import numpy as np
import pytest
from pydantic import ValidationError
from relxfer_kg.options import OwnFiles, form_of

from relxfer.contract import messages
from relxfer.contract.only_with import acting

FACTS = [["a", "r", "b"], ["b", "q", "c"]]


def options(folder, **table) -> OwnFiles:
    return OwnFiles.model_validate(table, context={"folder": folder})


def write(path, facts):
    path.write_text("".join("\t".join(fact) + "\n" for fact in facts))
    return path.name


@pytest.mark.parametrize(("value", "form"), [("a.tsv", "path"), (["a.tsv", "b.tsv"], "paths"), (FACTS, "facts")])
def test_form_of(value, form):
    assert form_of(value) == form


def test_form_of_a_query():
    assert form_of({"database": "x.sqlite", "query": "SELECT"}) == "select"


def test_a_query_names_a_database(tmp_path):
    (tmp_path / "x.sqlite").write_bytes(b"")
    given = options(tmp_path, facts={"database": "x.sqlite", "query": "SELECT 1, 2, 3"})
    saved = acting(given)
    assert saved["facts"] == {"database": str((tmp_path / "x.sqlite").resolve()), "query": "SELECT 1, 2, 3"}
    assert OwnFiles.model_validate(saved) == given
    with pytest.raises(ValidationError, match="in a stranger's run"):
        OwnFiles.model_validate(saved, context={"stranger": "in a stranger's run"})
    with pytest.raises(ValidationError, match="columns"):
        options(tmp_path, facts=saved["facts"], columns=["a", "b", "c"])


def test_saved_paths_are_absolute_and_read_again(tmp_path):
    write(tmp_path / "mine.tsv", FACTS)
    write(tmp_path / "test.tsv", FACTS[:1])
    given = options(tmp_path, facts="mine.tsv", test=["test.tsv"], columns=[0, 1, 2])
    saved = acting(given)
    assert saved["facts"] == str((tmp_path / "mine.tsv").resolve())
    assert OwnFiles.model_validate(saved) == given


@pytest.mark.parametrize(("table", "key", "message"), [
    ({"facts": "none.tsv"}, "facts", "there is no file or folder '.*none.tsv'"),
    ({"facts": ["none.tsv"]}, "facts[0]", "there is no file or folder"),
    ({"facts": 3}, "facts", r"a path, .*rows \[head, relation, tail\], or a query .* \(got 3\)"),
    ({"facts": {"database": "none.sqlite", "query": "SELECT 1"}}, "facts.database", "there is no file or folder"),
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
