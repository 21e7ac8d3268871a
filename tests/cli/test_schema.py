"""`relxfer schema`: JSON Schemas on standard output."""

from __future__ import annotations

import json

import jsonschema
import pytest

from relxfer import Results
from relxfer.cli import main


@pytest.mark.parametrize(
    ("what", "title"), [("config", "Configuration of a relxfer run"), ("results", "Results of a relxfer run")]
)
def test_a_schema_is_printed(what, title, capsys):
    assert main(["schema", what]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == title


def test_that_of_results_is_the_one_of_python(capsys):
    main(["schema", "results"])
    assert json.loads(capsys.readouterr().out) == Results.schema()


def test_there_are_two(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["schema", "runs"])
    assert caught.value.code == 2
    assert "config" in capsys.readouterr().err
