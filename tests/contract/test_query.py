"""A query in the place of a file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from relxfer.contract.query import Query, file_of


def test_a_query_names_a_database_and_reads_none_for_a_stranger(tmp_path):
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"")
    given = {"database": "x.sqlite", "query": "SELECT 1"}
    query = Query.model_validate(given, context={"folder": tmp_path})
    assert (file_of(query), file_of(Path("edges.csv"))) == (path, Path("edges.csv"))
    with pytest.raises(ValidationError, match="in a stranger's run"):
        Query.model_validate(given, context={"folder": tmp_path, "stranger": "in a stranger's run"})
    with pytest.raises(ValidationError, match="at least 1 character"):
        Query.model_validate(given | {"query": ""}, context={"folder": tmp_path})
