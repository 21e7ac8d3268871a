"""The JSON Schema of a configuration, with which an editor completes and checks TOML.

It lists the offers of the plugins that are installed, each with its options.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from relxfer.contract.options import OFFERED
from relxfer.contract.records import (
    Calibrator,
    Dataset,
    Executor,
    Metric,
    Observer,
    Record,
    SourceModel,
    TargetAdapter,
    TaskKind,
    TransferStrategy,
    Validator,
)
from relxfer.declare.meanings import meanings
from relxfer.declare.resolve import options_model
from relxfer.declare.schema import AUTO, NONE, Config, StrategyConfig
from relxfer.errors import RelxferError
from relxfer.plugins.finder import Offer, Plugins
from relxfer.store.json_text import Json, JsonObject

_KINDS: tuple[type[Record], ...] = (
    Dataset,
    SourceModel,
    TargetAdapter,
    TransferStrategy,
    Validator,
    Executor,
    Calibrator,
    TaskKind,
    Metric,
    Observer,
)
#: Names that are no offers of a plugin: with "auto" the engine chooses one, with "none" there is none.
_AUTO = {Validator.kind: (AUTO,), Calibrator.kind: (AUTO, NONE)}
_BUDGET: Json = {"anyOf": [{"type": "integer", "minimum": 0}, {"const": "all"}]}
#: Further ways in which a key may be written.
_ALSO: Mapping[str, Json] = {"seeds": {"type": "integer", "minimum": 1}, "label_budgets": _BUDGET}
#: Arrays of tables that may be written as a single table.
_TABLES = ("source", "target", "strategy")
#: Arrays that may be written as a single element.
_ALONE = (*_TABLES, "metric", "observer", "validator")
_ROW = "strategy-row"


def of(plugins: Plugins) -> JsonObject:
    """The schema for the plugins that are installed here."""
    definitions: JsonObject = {model.__name__: _keys(model) for model in _tables_below(Config)}
    for kind in _KINDS:
        definitions |= _offers(kind.kind, plugins.data() if kind is Dataset else plugins.all(kind.kind))
    definitions[_ROW] = _rows(plugins.all(TransferStrategy.kind))
    definitions.pop(StrategyConfig.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of a relxfer run",
        **_keys(Config),
        "$defs": definitions,
    }


def _tables_below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models of the tables inside a table, except those that name an offer with `use`."""
    for field in model.model_fields.values():
        for inner in _classes(field.annotation):
            if inner.model_config.get("extra") != "allow" or inner is StrategyConfig:
                yield inner
                yield from _tables_below(inner)


def _classes(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _classes(argument)


def _keys(model: type[BaseModel], prefix: str = "") -> JsonObject:
    """The schema of a table.

    model   its keys; the string below each in the class is its description
    prefix  of the names of the definitions of inner tables
    """
    made = model.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
    made.pop("$defs", None)
    meaning = meanings(model)
    keys = {name: _key(name, each, meaning.get(name)) for name, each in made["properties"].items()}
    closed = {"type": "object", "additionalProperties": made.get("additionalProperties", True)}
    required: Json = made.get("required", [])
    return {**closed, "description": made.get("description", ""), "properties": keys, "required": required}


def _key(name: str, made: Json, meaning: str | None) -> JsonObject:
    schema = _without_nulls(made)
    assert isinstance(schema, dict)
    if name == "strategy":
        schema["items"] = {"$ref": f"#/$defs/{_ROW}"}
    if name in _ALSO or (name in _ALONE and "items" in schema):
        alone = _ALSO.get(name) or schema.get("items")
        schema = {"anyOf": [alone, {**schema, "items": _BUDGET} if name == "label_budgets" else schema]}
    return schema | ({"description": meaning} if meaning else {})


def _without_nulls(made: Json) -> Json:
    """A schema without nulls, which TOML does not have, and with a reference to the offers where one may be named."""
    if isinstance(made, Mapping):
        if OFFERED in made:
            return {"$ref": f"#/$defs/{_named(str(made[OFFERED]))}"}
        kept = {key: _without_nulls(each) for key, each in made.items() if not _is_noise(key, each)}
        some = kept.get("anyOf")
        if isinstance(some, list) and len(some) == 1 and isinstance(some[0], dict):
            del kept["anyOf"]
            kept |= some[0]
        return kept
    if isinstance(made, list | tuple):
        return [_without_nulls(each) for each in made if each != {"type": "null"}]
    return made


def _is_noise(key: str, value: Json) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def _offers(kind: str, offers: Sequence[Offer]) -> JsonObject:
    """Definitions of the offers of a kind: a name, or a table with its options, and the tables inside those options."""
    names: Json = {
        "enum": [*_AUTO.get(kind, ()), *(offer.record.name for offer in offers)],
        "description": f'The name of a {kind}; a table with use = "..." gives it options.',
    }
    inner = {
        f"{_prefix(offer)}{model.__name__}": _keys(model, _prefix(offer)) for offer in offers for model in _inner(offer)
    }
    return {_named(kind): {"anyOf": [names, *(_use(offer) for offer in offers)]}, **inner}


def _use(offer: Offer, *others: tuple[str, Json]) -> JsonObject:
    """The schema of a table that names this offer and gives it options; `others` are keys beside those."""
    try:
        made = _keys(options_model(offer), _prefix(offer))
    except RelxferError:  # the options of a broken plugin; `relxfer plugins` shows the error
        made = {"type": "object"}
    own, required = made.get("properties", {}), made.get("required", [])
    assert isinstance(own, Mapping)
    assert isinstance(required, Sequence)
    return {
        **made,
        "title": offer.record.name,
        "description": getattr(offer.record, "summary", ""),
        "properties": {"use": {"const": offer.record.name}, **dict(others), **own},
        "required": ["use", *required],
    }


def _inner(offer: Offer) -> Iterator[type[BaseModel]]:
    try:
        yield from _tables_below(options_model(offer))
    except RelxferError:
        return


def _rows(offers: Sequence[Offer]) -> JsonObject:
    """The schema of an entry of `[[strategy]]`: a name, a table with options, or a list of stages."""
    made = _keys(StrategyConfig)
    keys = made["properties"]
    assert isinstance(keys, Mapping)
    beside = [(name, each) for name, each in keys.items() if name not in ("use", "stages")]
    staged = {name: each for name, each in keys.items() if name != "use"}
    return {
        "anyOf": [
            {"enum": [offer.record.name for offer in offers]},
            *(_use(offer, *beside) for offer in offers),
            {"type": "object", "properties": staged, "required": ["stages"], "additionalProperties": False},
        ]
    }


def _prefix(offer: Offer) -> str:
    return f"{_named(offer.record.kind)}.{offer.record.name}."


def _named(kind: str) -> str:
    return kind.replace(" ", "-")
