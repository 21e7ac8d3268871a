"""Whose answers, to which questions, in which order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from relxfer.contract.data import Examples
from relxfer.errors import DataError, UnknownName, UsageError
from relxfer.predict import predictions


def test_what_is_known_includes_what_was_held_out_unless_it_is_asked_as_judged(choose):
    chosen, judged = choose(), choose(as_judged=True)
    assert chosen.domain.test is judged.domain.test is judged.domain.val is None
    assert len(chosen.domain.train) == 72
    assert len(judged.domain.train) == 36


def test_a_strategy_a_seed_or_a_cell_can_be_named(choose, results):
    assert choose(strategy="zero-shot").description.startswith("zero-shot")
    one = choose(strategy="finetune", seed=4)
    assert f"(all labels, seed 4, cell {one.cell})" in one.description
    wanted = next(cell for cell in results.cells if (cell.strategy, cell.budget, cell.seed) == ("finetune", 6, 4))
    assert choose(cell=wanted.id[:12]).cell == wanted.id


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"strategy": "dann"}, UsageError, r"a finished cell for strategy 'dann', got none .* finetune"),
        ({"cell": "f" * 16}, UsageError, "a finished cell for the id 'ffff"),
        ({"cell": ""}, UsageError, "a finished cell for the id ''"),
        ({"target": "u"}, UnknownName, "no target of this run is called 'u'"),
        ({"strategy": "finetune", "seed": 7}, UnknownName, "no finished seed of this row is called '7'.*3, 4"),
    ],
)
def test_what_is_not_there_is_told(choose, asked, error, told):
    with pytest.raises(error, match=told):
        choose(**asked)


def changed(results, tmp_path, old, new):
    path = tmp_path / "mine.toml"
    path.write_text((results.folder / "config.toml").read_text().replace(old, new))
    return path


def test_a_configuration_of_ones_own_must_have_the_target_with_its_answers(choose, results, tmp_path):
    with pytest.raises(UnknownName, match=r"no target of .* is called 't'"):
        choose(config=changed(results, tmp_path, 'name = "t"', 'name = "u"'))
    with pytest.raises(DataError, match="the model has learnt, red, green, blue, got red, green, black"):
        choose(config=changed(results, tmp_path, '"blue"', '"black"'))


def test_answers_are_ranked_by_probability(choose):
    chosen = choose()
    asked = Examples(chosen.domain.inputs, np.array([4, 2]))
    table = predictions.answers(chosen, asked, 3).table()
    assert list(table) == ["query", "answer", "rank", "probability"]
    assert table["query"] == ["4"] * 3 + ["2"] * 3
    assert table["rank"] == [1, 2, 3] * 2
    assert sum(table["probability"][:3]) == pytest.approx(1)
    assert table["probability"][:3] == sorted(table["probability"][:3], reverse=True)
    assert set(table["answer"][:3]) == {"red", "green", "blue"}


def test_a_model_that_learnt_answers_mostly_right(choose):
    chosen = choose()
    train = chosen.domain.train
    found = predictions.answers(chosen, Examples(chosen.domain.inputs, train.queries), 1).table()["answer"]
    right = [chosen.domain.task.answers[answer] for answer in train.answers]
    assert np.mean([a == b for a, b in zip(found, right, strict=True)]) > 0.7


def test_formats_are_those_of_tables_and_of_the_domain(choose):
    domain = choose().domain
    predictions.check_format(Path("a.jsonl"), domain)
    with pytest.raises(UsageError, match=r"ending in \.tsv, .*\.duckdb, got 'a\.xlsx'"):
        predictions.check_format(Path("a.xlsx"), domain)


def test_no_file_is_lost(tmp_path):
    there, queries = tmp_path / "there.tsv", tmp_path / "queries.tsv"
    there.touch()
    queries.touch()
    predictions.check_place(tmp_path / "new.json", force=False, queries=queries)
    predictions.check_place(there, force=True, queries=queries)
    for path, force, told in (
        (tmp_path, True, "it is not a file"),
        (there, False, "it exists"),
        (queries, True, "it is the file of the queries"),
    ):
        with pytest.raises(UsageError, match=told):
            predictions.check_place(path, force, queries)
