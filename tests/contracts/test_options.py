"""Every option of every built-in offer: refused where it could do nothing, and read by some code."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from relxfer.bench.suites import SuiteOptions
from relxfer.contract.only_with import KIND, TOLERATED, OnlyForData, OnlyWhere, acting, conditional
from relxfer.contract.options import Options, TrainingOptions
from relxfer.declare.resolve import options_model
from relxfer.declare.schema import Config, ReportOptions, SourceConfig, StrategyConfig, TargetConfig
from relxfer.plugins.finder import Plugins

ROOT = Path(__file__).resolve().parents[2]
ENGINE = (Config, SourceConfig, TargetConfig, StrategyConfig, TrainingOptions, ReportOptions, SuiteOptions)
OFFERED = {options_model(offer) for offer in Plugins.load(third_party=False).offers.values()}
MODELS = sorted({*ENGINE, *OFFERED}, key=lambda model: f"{model.__module__}:{model.__name__}")
CONDITIONAL = [(model, name) for model in MODELS for name in conditional(model)]


def id_of(value: Any) -> str:
    return value.__name__ if isinstance(value, type) else str(value)


def values(annotation: Any) -> Iterator[Any]:
    """Values that a field of this type may have; other constraints may still refuse some."""
    origin = get_origin(annotation)
    if origin is Literal:
        yield from get_args(annotation)
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from values(part)
    elif origin is tuple:
        inner = list(values(get_args(annotation)[0]))
        length = 1 if Ellipsis in get_args(annotation) else len(get_args(annotation))
        yield from ([item] * length for item in inner)
    elif hasattr(annotation, "__metadata__"):
        yield from values(annotation.__origin__)
    elif annotation is bool:
        yield from (False, True)
    elif annotation in (int, float):
        yield from (1, 0, 0.5, 2, 300)
    elif annotation is type(None):
        yield None
    elif annotation is str:
        yield "a"
    elif annotation is Path:
        yield "edges.csv"
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield "geo-us" if "use" in annotation.model_fields else {}


#: What some fields hold that no type tells.
HELD: dict[str, tuple[Any, ...]] = {
    "facts": ("facts.tsv", "facts.nt", [["a", "r", "b"]]),
    "valid": (None, [["a", "r", "b"]]),
    "test": (None, [["a", "r", "b"]], "edges.csv"),
    "columns": ([2, 1, 0],),
    "label_budgets": ([5], [0]),
    "run": (None, "."),
    "stages": (["dgi"],),
    "part_entities": (None, [2, 3]),
    "fanout": (None, [2]),
    "classes": (None, ["a", "b"]),
    "sbatch": ({"qos": "low"},),
}


#: What stands in a table already, where one other field does not make it whole.
AROUND: dict[str, tuple[dict[str, Any], ...]] = {
    "SourceConfig": ({"datasets": ["geo-us"]}, {"checkpoint": "edges.csv"}, {"run": "."}),
    "ImageFiles": ({"path": "."}, {"test": "."}),
    "NetworkFiles": (
        {"path": "edges.csv"},
        {"path": "edges.csv", "features": ["x"]},
        {"path": {"database": "edges.csv", "query": "SELECT * FROM edges"}},
    ),
}


def held(model: type[BaseModel], name: str) -> list[Any]:
    return list(HELD.get(name) or values(model.model_fields[name].annotation))


@pytest.fixture
def folder(tmp_path):
    for name in ("edges.csv", "facts.tsv", "facts.nt"):
        (tmp_path / name).write_text("a,b\n")
    return tmp_path


def tables(model: type[BaseModel], name: str) -> Iterator[dict[str, Any]]:
    """With this field, alone and beside each other one."""
    needed = {key: held(model, key)[0] for key, field in model.model_fields.items() if field.is_required()}
    for around in AROUND.get(model.__name__, (needed,)):
        for value in (value for value in held(model, name) if value is not None):
            yield {**around, name: value}
            for other in model.model_fields.keys() - {name}:
                yield from ({**around, name: value, other: item} for item in held(model, other))


def outcome(model: type[BaseModel], table: dict[str, Any], name: str, folder: Path) -> str:
    """Whether a table is fine, has this field without effect, or is wrong in another way."""
    try:
        model.model_validate(table, context={"folder": folder})
        return "acts"
    except ValidationError as error:
        inert = {item["loc"][0]: item["msg"] for item in error.errors() if item["type"] == KIND}
        if name not in inert:
            return "wrong"
        assert inert[name].startswith("without effect ")
        assert "; remove it" in inert[name]
        return "without effect"


@pytest.mark.parametrize(("model", "name"), CONDITIONAL, ids=id_of)
def test_a_field_is_refused_where_its_condition_fails_and_taken_where_it_holds(model, name, folder):
    found = {outcome(model, table, name, folder) for table in tables(model, name)}
    assert {"acts", "without effect"} <= found


@pytest.mark.parametrize(("model", "name"), CONDITIONAL, ids=id_of)
def test_what_is_written_out_is_never_refused(model, name, folder):
    read = 0
    for table in tables(model, name):
        try:
            options = model.model_validate(table, context={"folder": folder, TOLERATED: True})
        except ValidationError:
            continue
        written = {key: value for key, value in acting(options).items() if value is not None}
        again = model.model_validate(written, context={"folder": folder})
        assert all(getattr(again, key) == getattr(options, key) for key in written)
        read += 1
    assert read


def test_conditions_are_told_of_many_fields():
    """The table of them is not empty by mistake, and no mark hides inside a type, where nobody would see it."""
    assert len(CONDITIONAL) > 50
    for model in MODELS:
        for name, field in model.model_fields.items():
            assert not any(_marked(part) for part in get_args(field.annotation)), f"{model.__name__}.{name}"


def _marked(annotation: Any) -> bool:
    marks = getattr(annotation, "__metadata__", ())
    return any(hasattr(mark, "hindrance") for mark in marks) or any(map(_marked, get_args(annotation)))


@pytest.mark.parametrize("model", MODELS, ids=id_of)
def test_conditions_name_fields_that_are_there(model):
    for field in model.model_fields.values():
        for mark in _marks(field):
            assert mark.wanted.keys() <= model.model_fields.keys()


def _marks(field: FieldInfo) -> list[Any]:
    return [
        mark for mark in field.metadata if hasattr(mark, "wanted") and not isinstance(mark, OnlyForData | OnlyWhere)
    ]


# ---------------------------------------------------------------- options that nobody reads


@cache
def reads(package: str) -> set[str]:
    """Names that code of a package reads of something, takes as an argument, or names in a text."""
    folder = ROOT / package if package == "relxfer" else ROOT / "plugins" / package
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.attr)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
    return found


def unread(model: type[BaseModel]) -> list[str]:
    packages = {base.__module__.partition(".")[0] for base in model.__mro__ if base not in (Options, BaseModel, object)}
    known = set().union(*(reads(package) for package in packages if package.startswith("relxfer")))
    return [name for name in model.model_fields if name not in known]


@pytest.mark.parametrize("model", MODELS, ids=id_of)
def test_every_option_is_read(model):
    assert unread(model) == []


def test_an_option_that_nobody_reads_is_found():
    made = type("Made", (TrainingOptions,), {"__annotations__": {"twiddles": int}, "twiddles": 3})
    made.__module__ = "relxfer.contract.options"
    assert unread(made) == ["twiddles"]
