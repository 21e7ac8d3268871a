"""The JSON Schema of a configuration, by which an editor completes and checks TOML.

Where a plugin's offer stands, the schema has the offers that are installed, each with its options.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from relxfer.contract.records import (
    Dataset,
    Executor,
    Record,
    SourceModel,
    TargetAdapter,
    TransferStrategy,
    Validator,
)
from relxfer.declare.resolve import options_model
from relxfer.declare.schema import OFFERED, Config, StrategyConfig
from relxfer.errors import RelxferError
from relxfer.plugins.finder import Offer, Plugins
from relxfer.report.offers import meanings
from relxfer.store.json_text import Json, JsonObject

_KINDS: tuple[type[Record], ...] = (Dataset, SourceModel, TargetAdapter, TransferStrategy, Validator, Executor)
#: The validator that is no offer: the engine chooses.
_AUTO = {Validator.kind: ("auto",)}
_BUDGET: Json = {"anyOf": [{"type": "integer", "minimum": 0}, {"const": "all"}]}
#: Keys that may be written in further ways.
_ALSO: Mapping[str, Json] = {"seeds": {"type": "integer", "minimum": 1}, "label_budgets": _BUDGET}
#: Tables that stand alone where there is one.
_TABLES = ("source", "target", "strategy")
_ROW = "strategy-row"


def of(plugins: Plugins) -> JsonObject:
    """The schema for the plugins that are installed here."""
    definitions: JsonObject = {model.__name__: _keys(model) for model in _tables_below(Config)}
    for kind in _KINDS:
        definitions |= _offers(kind.kind, plugins.all(kind.kind))
    definitions[_ROW] = _rows(plugins.all(TransferStrategy.kind))
    definitions.pop(StrategyConfig.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of a relxfer run",
        **_keys(Config),
        "$defs": definitions,
    }


def _tables_below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models of the tables in a table, but for uses, which are offers."""
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
    """A table of these keys; what they mean stands below them in the class. `prefix` of the names of inner tables."""
    made = model.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
    made.pop("$defs", None)
    meaning = meanings(model)
    keys = {name: _key(name, each, meaning.get(name)) for name, each in made["properties"].items()}
    closed = {"type": "object", "additionalProperties": made.get("additionalProperties", True)}
    required: Json = made.get("required", [])
    return {**closed, "description": made.get("description", ""), "properties": keys, "required": required}


def _key(name: str, made: Json, meaning: str | None) -> JsonObject:
    found = _without_nulls(made)
    assert isinstance(found, dict)
    if name == "strategy":
        found["items"] = {"$ref": f"#/$defs/{_ROW}"}
    if name in _ALSO or name in _TABLES:
        alone = _ALSO.get(name) or found.get("items")
        found = {"anyOf": [alone, {**found, "items": _BUDGET} if name == "label_budgets" else found]}
    return found | ({"description": meaning} if meaning else {})


def _without_nulls(made: Json) -> Json:
    """TOML has no null: a key that may be None is one that may be left out. Of offers the place where they stand."""
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
    """A name, or a table with its options; below it the tables in those options."""
    names: Json = {
        "enum": [*_AUTO.get(kind, ()), *(offer.record.name for offer in offers)],
        "description": f'The name of a {kind}; a table with use = "..." gives it options.',
    }
    inner = {
        f"{_prefix(offer)}{model.__name__}": _keys(model, _prefix(offer)) for offer in offers for model in _inner(offer)
    }
    return {_named(kind): {"anyOf": [names, *(_use(offer) for offer in offers)]}, **inner}


def _use(offer: Offer, *others: tuple[str, Json]) -> JsonObject:
    """A table that names this offer, and gives it options."""
    try:
        made = _keys(options_model(offer), _prefix(offer))
    except RelxferError:  # of a broken plugin; `relxfer plugins` says what is wrong
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
    """What stands in `[[strategy]]`: a name, an offer under a name of its own, or stages."""
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
