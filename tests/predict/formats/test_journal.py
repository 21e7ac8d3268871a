"""Long outputs go on where they were broken off."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.errors import UsageError
from relxfer.predict import scores
from relxfer.predict.formats import journal
from relxfer.predict.questions import read_table


@pytest.fixture
def chosen(choose, monkeypatch):
    """A model whose target can list its questions, ten of them."""
    found = choose()
    monkeypatch.setattr(Domain, "everything", lambda domain: Examples(domain.inputs, np.arange(10)))
    return found


@pytest.fixture
def blockwise(monkeypatch):
    """Answers come three queries at a time; the numbers of the queries that were asked are kept."""
    asked, best = [], scores.best

    def some(chosen, rest, k, keep_known, level):
        for start in range(0, len(rest), 3):
            part = replace(rest, queries=rest.queries[start : start + 3])
            asked.extend(part.queries.tolist())
            yield from best(chosen, part, k, keep_known)

    monkeypatch.setattr(journal, "found_by", some)
    return asked


def broken_off(chosen, path, after, **how):
    def told(done, total):
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        journal.write(chosen, path, 2, progress=told, **how)


@pytest.mark.parametrize("suffix", [".tsv", ".csv"])
def test_broken_off_it_goes_on_and_comes_to_the_same(chosen, blockwise, tmp_path, suffix):
    whole, path = tmp_path / f"whole{suffix}", tmp_path / f"a{suffix}"
    assert journal.write(chosen, whole, 2) == 10
    blockwise.clear()
    broken_off(chosen, path, 6)
    assert not path.exists()
    with (tmp_path / f"a{suffix}.part").open("a") as part:
        part.write("half a li")  # of the block that was being written
    assert journal.write(chosen, path, 2) == 10
    assert path.read_bytes() == whole.read_bytes()
    assert blockwise == list(range(10)), "no query is asked twice"
    assert {item.name for item in tmp_path.iterdir()} == {whole.name, path.name}


def test_the_beginning_of_something_else_is_in_the_way_unless_forced(chosen, blockwise, tmp_path):
    path = tmp_path / "a.tsv"
    broken_off(chosen, path, 3)
    with pytest.raises(UsageError, match="the beginning of the same answers, got something else"):
        journal.write(chosen, path, 3)
    assert journal.write(chosen, path, 3, force=True) == 10
    assert len(path.read_text().splitlines()) == 1 + 3 * 10


def test_other_formats_are_written_at_the_end(chosen, blockwise, tmp_path):
    path, table, told = tmp_path / "a.json", tmp_path / "a.tsv", []
    broken_off(chosen, path, 3)
    assert not list(tmp_path.iterdir())
    assert journal.write(chosen, path, 2, progress=lambda *of: told.append(of)) == journal.write(chosen, table, 2) == 10
    assert told == [(0, 10), (3, 10), (6, 10), (9, 10), (10, 10)]
    assert [row["answer"] for row in json.loads(path.read_text())] == read_table(table)["answer"]


def test_a_format_that_there_is_not_is_refused(chosen, tmp_path):
    with pytest.raises(UsageError, match=r"a file ending in \.tsv, \.csv, .*got 'a\.graphml'"):
        journal.write(chosen, tmp_path / "a.graphml", 1)


def test_what_is_done_is_told(chosen, blockwise, tmp_path):
    told = []
    journal.write(chosen, tmp_path / "a.tsv", 1, progress=lambda *of: told.append(of))
    assert told == [(0, 10), (3, 10), (6, 10), (9, 10), (10, 10)]
