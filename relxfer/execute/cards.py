"""The card of a model: the name of its architecture, plain values of its options, and the tasks it was trained on.

A composite model has a card for each of its members.

A card may come from anybody, so it is only data: it may name a model that an installed plugin offers, and give plain
values for its options. Options that only the user may set (see `relxfer.contract.user_only`) are not written to a card,
which has a fingerprint of them instead. They are taken from the model of the user's configuration that has it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from relxfer.contract import messages, user_only
from relxfer.contract.records import Record, SourceModel
from relxfer.contract.tasks import Task
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.errors import UnfitArtefact, UnknownName
from relxfer.execute.stored import parts
from relxfer.execute.stored.parts import Part
from relxfer.plugins.finder import Plugins
from relxfer.store import files
from relxfer.store.json_text import Json, JsonObject

if TYPE_CHECKING:
    import numpy as np

#: Limit for a card that anybody may have written.
_MOST_TASKS = 1_000
#: Levels of nesting that a card may have.
_DEEPEST = 32


def of(chosen: Chosen) -> JsonObject:
    """The card of a model as JSON: `model`, its name and plain options; `withheld`, a fingerprint of other options."""
    said = user_only.said(chosen.options)
    return {"model": plain(chosen)} | ({"withheld": _withheld(chosen, said)} if said else {})


def of_part(part: Part) -> JsonObject:
    """The cards of a model and of its members: what `of` returns, `card`, and for a composite model `members`."""
    members: JsonObject = {"members": [of_part(member) for member in part.members]} if part.members else {}
    return {**of(part.model), "card": part.card, **members}


def plain(chosen: Chosen) -> JsonObject:
    """The name of an offer, and those of its options that a card may hold."""
    said = user_only.said(chosen.options)
    return {key: value for key, value in chosen.card().items() if key not in said}


def _withheld(chosen: Chosen, said: Collection[str]) -> str:
    return files.fingerprint({key: value for key, value in chosen.content().items() if key in said})


def read(
    card: JsonObject,
    arrays: Mapping[str, np.ndarray],
    path: Path,
    plugins: Plugins,
    own: Sequence[Chosen],
    instead: Chosen | None = None,
) -> tuple[Part, tuple[Task, ...]]:
    """Read a card: the model with what it stored, and its tasks.

    arrays   those of the file
    own      models of the user's configuration; if a card withholds options, they are taken from one of these
    instead  the model to use, with its own options, if the card names the same architecture

    Raises:
        UnfitArtefact: it is not a card, or not one of a model that is installed here.
    """
    try:
        if _deeper(card, _DEEPEST):
            raise UnfitArtefact(f"expected a card of at most {_DEEPEST} levels, got one nested deeper; {_OTHER}")
        tasks = _tasks(card.get("tasks"))
        return _part(card, arrays, _Reading(plugins, own, instead), parts.MOST_LEVELS), tasks
    except UnfitArtefact as error:
        raise UnfitArtefact(f"{path}: {error}") from None


@dataclass
class _Reading:
    """With what a card is read, and how many members it may still have."""

    plugins: Plugins
    own: Sequence[Chosen]
    instead: Chosen | None
    left: int = parts.MOST_MEMBERS


def _part(card: JsonObject, arrays: Mapping[str, np.ndarray], reading: _Reading, levels: int) -> Part:
    inner = card.get("card")
    if not isinstance(inner, dict):
        raise UnfitArtefact(f"expected the card of the model itself as a table, got {messages.shown(inner)}; {_OTHER}")
    whole = levels == parts.MOST_LEVELS
    model = _model(card, reading.plugins, reading.own, reading.instead if whole else None)
    members = _members(card, model, reading, levels)
    if not members:
        return Part(model, arrays, inner)
    own, below = parts.split(arrays, len(members))
    made = [_part(member, mine, reading, levels - 1) for member, mine in zip(members, below, strict=True)]
    return Part(model, own, inner, tuple(made))


def _members(card: JsonObject, model: Chosen, reading: _Reading, levels: int) -> Sequence[JsonObject]:
    """The cards of the members of a composite model; none for another."""
    got = card.get("members", [])
    listed = [member for member in got if isinstance(member, dict)] if isinstance(got, list) else []
    if got != listed or bool(listed) != model.record.composite:
        wanted = "the cards of its members" if model.record.composite else "no members"
        shown = messages.shown(got) if got else "none"
        raise UnfitArtefact(f"expected of the model {model.name!r} {wanted}, got {shown}; {_OTHER}")
    reading.left -= len(listed)
    if reading.left < 0 or (listed and levels <= 1):
        raise UnfitArtefact(
            f"expected a composite model of at most {parts.MOST_MEMBERS} members in {parts.MOST_LEVELS} levels, "
            f"got more; {_OTHER}"
        )
    return listed


_OTHER = "name another checkpoint"


def _model(card: JsonObject, plugins: Plugins, own: Sequence[Chosen], instead: Chosen | None) -> Chosen:
    table = card.get("model")
    made, errors = _named(table, SourceModel, "a model", plugins)
    assert isinstance(table, dict)
    name = made.name
    if errors and ("withheld" not in card or errors[0]["type"] == user_only.KIND):
        raise _unfit(f"the model {name!r}", errors)
    if instead is not None and instead.name == name:
        return instead
    return _withheld_from(card, table, name, own) if "withheld" in card else made


def offered(table: Json, kind: type[Record], what: str, plugins: Plugins) -> Chosen:
    """The offer that a card names in a table, with its plain options.

    what  it is, for messages, such as `a calibrator`

    Raises:
        UnfitArtefact: no plugin offers it, or its options do not fit.
    """
    made, errors = _named(table, kind, what, plugins)
    if errors:
        raise _unfit(f"the {kind.kind} {made.name!r}", errors)
    return made


def _named(table: Json, kind: type[Record], what: str, plugins: Plugins) -> tuple[Chosen, list[ErrorDetails]]:
    """The offer that a table names, with its options; or what is wrong with them."""
    name = table.get("use") if isinstance(table, dict) else table
    if not isinstance(table, dict) or not isinstance(name, str):
        raise UnfitArtefact(
            f'expected in its card {what} as a table with use = "...", got {messages.shown(name)}; {_OTHER}'
        )
    try:
        offer = plugins.find(kind.kind, name)
    except UnknownName as error:
        raise UnfitArtefact(
            f"expected in its card {what} that an installed plugin offers, got another: {error}; "
            f"install its plugin, or {_OTHER}"
        ) from None
    schema, options = options_model(offer), {key: value for key, value in table.items() if key != "use"}
    made, errors = _validated(schema, options, name)
    return Chosen(offer, made), errors


def _unfit(what: str, errors: Sequence[ErrorDetails]) -> UnfitArtefact:
    problem = messages.joined("", errors[0]["loc"][0])
    return UnfitArtefact(f"expected a card that fits {what}, got {problem}: {errors[0]['msg']}; {_OTHER}")


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
    got = plain(alike[0])
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
