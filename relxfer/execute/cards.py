"""The card of a model: the name of its architecture, plain values of its options, and the tasks it was trained on.

A card may come from anybody, so it is only data: it may name a model that an installed plugin offers, and give plain
values for its options. Options that only the user may set (see `relxfer.contract.user_only`) are not written to a card,
which has a fingerprint of them instead. They are taken from the model of the user's configuration that has it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from relxfer.contract import messages, user_only
from relxfer.contract.records import SourceModel
from relxfer.contract.tasks import Task
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.errors import UnfitArtefact, UnknownName
from relxfer.plugins.finder import Plugins
from relxfer.store import files
from relxfer.store.json_text import Json, JsonObject

#: Limit for a card that anybody may have written.
_MOST_TASKS = 1_000
#: Levels of nesting that a card may have.
_DEEPEST = 32


def of(chosen: Chosen) -> JsonObject:
    """The card of a model as JSON: `model`, its name and plain options; `withheld`, a fingerprint of other options."""
    said = user_only.said(chosen.options)
    return {"model": _plain(chosen)} | ({"withheld": _withheld(chosen, said)} if said else {})


def _plain(chosen: Chosen) -> JsonObject:
    said = user_only.said(chosen.options)
    return {key: value for key, value in chosen.card().items() if key not in said}


def _withheld(chosen: Chosen, said: Collection[str]) -> str:
    return files.fingerprint({key: value for key, value in chosen.content().items() if key in said})


def read(
    card: JsonObject, path: Path, plugins: Plugins, own: Sequence[Chosen], instead: Chosen | None = None
) -> tuple[Chosen, tuple[Task, ...], JsonObject]:
    """Read a card: the model, its tasks, and what the model itself stored.

    own      models of the user's configuration; if the card withholds options, they are taken from one of these
    instead  the model to use, with its own options, if the card names the same architecture

    Raises:
        UnfitArtefact: it is not a card, or not one of a model that is installed here.
    """
    try:
        if _deeper(card, _DEEPEST):
            raise UnfitArtefact(f"expected a card of at most {_DEEPEST} levels, got one nested deeper; {_OTHER}")
        tasks, inner = _tasks(card.get("tasks")), card.get("card")
        if not isinstance(inner, dict):
            raise UnfitArtefact(
                f"expected the card of the model itself as a table, got {messages.shown(inner)}; {_OTHER}"
            )
        return _model(card, plugins, own, instead), tasks, inner
    except UnfitArtefact as error:
        raise UnfitArtefact(f"{path}: {error}") from None


_OTHER = "name another checkpoint"


def _model(card: JsonObject, plugins: Plugins, own: Sequence[Chosen], instead: Chosen | None) -> Chosen:
    table = card.get("model")
    name = table.get("use") if isinstance(table, dict) else table
    if not isinstance(table, dict) or not isinstance(name, str):
        raise UnfitArtefact(
            f'expected in its card a model as a table with use = "...", got {messages.shown(name)}; {_OTHER}'
        )
    try:
        offer = plugins.find(SourceModel.kind, name)
    except UnknownName as error:
        raise UnfitArtefact(
            f"expected in its card a model that an installed plugin offers, got another: {error}; "
            f"install its plugin, or {_OTHER}"
        ) from None
    schema, options = options_model(offer), {key: value for key, value in table.items() if key != "use"}
    made, errors = _validated(schema, options, name)
    if errors and ("withheld" not in card or errors[0]["type"] == user_only.KIND):
        problem = messages.joined("", errors[0]["loc"][0])
        raise UnfitArtefact(
            f"expected a card that fits the model {name!r}, got {problem}: {errors[0]['msg']}; {_OTHER}"
        )
    if instead is not None and instead.name == name:
        return instead
    return _withheld_from(card, table, name, own) if "withheld" in card else Chosen(offer, made)


def _validated(schema: type[BaseModel], options: JsonObject, name: str) -> tuple[BaseModel | None, list[ErrorDetails]]:
    """The options, or what is wrong with them; options that only the user may give come first."""
    where = f'in the card of a checkpoint; name the model in your configuration: model = {{ use = "{name}", ... }}'
    try:
        return schema.model_validate(options, context={"stranger": where}), []
    except ValidationError as error:
        errors = messages.told(error, schema, name).errors()
        return None, sorted(errors, key=lambda item: (item["type"] != user_only.KIND, item["type"] == "missing"))


def _withheld_from(card: JsonObject, trained: JsonObject, name: str, own: Sequence[Chosen]) -> Chosen:
    """The model of the user's configuration whose options include those that the card withholds."""
    alike = [model for model in own if model.name == name]
    for model in alike:
        if of(model) == {"model": trained, "withheld": card["withheld"]}:
            return model
    if not alike:
        raise UnfitArtefact(
            f"expected in the configuration the {name!r} with which it was trained, because a checkpoint does not "
            f'store its import path; got none: name it, as in model = {{ use = "{name}", ... }}'
        )
    got = _plain(alike[0])
    differing = [f"{key} = {messages.shown(got[key])}" for key in sorted(got) if got[key] != trained.get(key)]
    differing = differing or [f"another {', '.join(user_only.said(alike[0].options))}"]
    raise UnfitArtefact(
        f"expected in the configuration the {name!r} with which it was trained, got one with {differing[0]}; "
        "restore that, or set continued = true in [source] to train on with it"
    )


def _deeper(value: Json, levels: int) -> bool:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_deeper(item, levels - 1) for item in below)


def _tasks(table: Json) -> tuple[Task, ...]:
    if not isinstance(table, list) or len(table) > _MOST_TASKS:
        got = f"{len(table):,}" if isinstance(table, list) else messages.shown(table)
        raise UnfitArtefact(f"expected in its card a list of at most {_MOST_TASKS:,} tasks, got {got}; {_OTHER}")
    return tuple(map(Task.from_card, table))
