"""The JSON Schema of a configuration takes what relxfer takes, and knows the offers with their options."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from relxfer.declare import config_schema
from relxfer.declare.schema import Config
from relxfer.plugins.finder import Plugins

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for folder in ("examples", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.toml"))
    if "plugin" not in path.parts
    and path.stem not in ("label_free", "decision")  # lists of a study, and no configuration
]
BASE = {"target": {"dataset": "geo-us"}}


@pytest.fixture(scope="module")
def schema():
    return config_schema.of(Plugins.load(third_party=False))


@pytest.fixture(scope="module")
def check(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_and_suite_holds(check, path):
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    raw.pop("suite", None)
    assert check(raw)


@pytest.mark.parametrize(
    "made",
    [
        {"target": {"dataset": {"use": "geo-us", "split_seed": 3}, "label_budgets": 10}},
        {"target": [{"dataset": "geo-us", "label_budgets": [0, 5, "all"]}, {"dataset": "geo-world"}], "seeds": [3, 5]},
        {"target": {"dataset": "geo-us"}, "seeds": {"max": 20, "stop": "decided"}},
        BASE | {"strategy": ["finetune", {"use": "finetune", "name": "slow", "last_parts": 2, "baseline": True}]},
        BASE | {"strategy": {"stages": ["feature-extraction", {"use": "finetune"}], "name": "both"}},
        BASE | {"report": {"metric": "hits@10"}},
        BASE | {"report": {"metric": ["mrr", "rmse", {"use": "auc"}]}},
        {
            "target": {"dataset": "digits", "task": "clustering"},
            "source": {"datasets": ["digits"], "task": "regression"},
        },
        BASE | {"validator": "auto", "executor": {"use": "processes", "jobs": 2}},
    ],
)
def test_what_can_be_written_holds(check, made):
    assert check(made)


@pytest.mark.parametrize(
    "made",
    [
        {},
        BASE | {"sead": 1},
        BASE | {"seeds": 0},
        BASE | {"seeds": {"max": 2, "stop": "decided"}},
        BASE | {"seeds": {"max": 20}},
        BASE | {"source": {"datasets": ["geo-world"], "seeds": {"max": 20, "stop": "decided"}}},
        {"target": {"dataset": "geo-uss"}},
        {"target": {"dataset": "finetune"}},
        {"target": {"dataset": "geo-us", "label_budgets": "few"}},
        BASE | {"strategy": {"use": "fintune"}},
        BASE | {"strategy": {"use": "finetune", "last_part": 2}},
        BASE | {"strategy": {"use": "finetune", "last_parts": "two"}},
        BASE | {"report": {"metric": "best"}},
        BASE | {"report": {"metric": ["mrr", "best"]}},
        {"target": {"dataset": "digits", "task": "guessing"}},
        BASE | {"training": {"steps": -1}},
    ],
)
def test_what_cannot_be_written_does_not(check, made):
    assert not check(made)


def test_every_reference_leads_somewhere_and_no_place_is_left_open(schema):
    found = list(references(schema))
    assert found
    assert {name for name in found if name.removeprefix("#/$defs/") not in schema["$defs"]} == set()
    assert "x-relxfer-offer" not in str(schema)


def references(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_names_and_options_are_explained(schema):
    names, *tables = schema["$defs"]["strategy"]["anyOf"]
    assert "finetune" in names["enum"]
    finetune = next(table for table in tables if table["title"] == "finetune")
    assert finetune["description"] == "go on training the source model on the target's labels"
    assert finetune["properties"]["last_parts"]["description"].startswith("How many parts are trained")
    assert schema["properties"].keys() == Config.model_fields.keys()
