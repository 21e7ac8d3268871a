"""What plugins offer, in lists and in full."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.declare.resolve import options_model
from relxfer.errors import RelxferError
from relxfer.plugins.finder import Broken, Offer, Plugins
from relxfer.report.table import table
from relxfer.store import escaping
from relxfer.store.json_text import Json, JsonObject


@dataclass(frozen=True)
class OptionInFull:
    """An option of an offer; `meaning` is the text below its field."""

    name: str
    type: str
    default: Json
    required: bool
    meaning: str


@dataclass(frozen=True)
class OfferInFull:
    """An offer.

    told     the fields of its record that say something, such as summary, needs and offers
    problem  why its options cannot be told
    """

    kind: str
    name: str
    told: Mapping[str, Json]
    plugin: str
    distribution: str
    options: tuple[OptionInFull, ...] = ()
    problem: str = ""

    def card(self) -> JsonObject:
        """As JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            **self.told,
            "plugin": self.plugin,
            "distribution": self.distribution,
            "options": [asdict(option) for option in self.options],
            **({"problem": self.problem} if self.problem else {}),
        }


@dataclass(frozen=True)
class PluginInFull:
    """A plugin with what it offers; `seconds`: how long it took to import."""

    plugin: str
    distribution: str
    version: str
    file: str
    seconds: float
    offers: tuple[OfferInFull, ...]


@dataclass(frozen=True)
class Listing:
    """Plugins with what they offer, and those set aside."""

    plugins: tuple[PluginInFull, ...]
    broken: tuple[Broken, ...]

    def card(self) -> JsonObject:
        """As JSON."""
        plugins = [{**vars(p), "offers": [offer.card() for offer in p.offers]} for p in self.plugins]
        return {"plugins": plugins, "broken": [asdict(broken) for broken in self.broken]}


def listing(plugins: Plugins) -> Listing:
    listed = [
        PluginInFull(
            plugin.name,
            plugin.distribution,
            plugin.version,
            plugin.file,
            plugin.seconds,
            tuple(
                describe_offer(offer)
                for offer in (plugins.offers[record.kind, record.name] for record in plugin.offers)
                if offer.plugin == plugin.name
            ),
        )
        for plugin in plugins.working
    ]
    return Listing(tuple(listed), tuple(plugins.broken))


def describe(plugins: Plugins, name: str) -> list[OfferInFull]:
    """Every offer of this name, whatever its kind."""
    found = [offer for (_, offered), offer in plugins.offers.items() if offered == name]
    if not found:
        raise plugins.unknown("offer", name, {offered for _, offered in plugins.offers})
    return [describe_offer(offer) for offer in found]


def describe_offer(offer: Offer) -> OfferInFull:
    """What its record says, and the options with type, default and meaning."""
    record, hidden = offer.record, ("kind", "name", "load", "options", "read", "files")
    told = {f.name: getattr(record, f.name) for f in fields(record) if f.name not in hidden}
    told = {name: value for name, value in told.items() if value not in (None, (), {}, "")}
    try:
        options, problem = tuple(_options(offer)), ""
    except RelxferError as error:
        options, problem = (), str(error)
    distribution = f"{offer.distribution} {offer.version}".strip()
    return OfferInFull(record.kind, record.name, told, offer.plugin, distribution, options, problem)


def _options(offer: Offer) -> Iterator[OptionInFull]:
    model = options_model(offer)
    meaning, types = meanings(model), get_type_hints(model)  # without the marks that validate
    for name, field in model.model_fields.items():
        default = None if field.is_required() else _plain(field.default)
        told = meaning.get(name, field.description or "")
        yield OptionInFull(name, _type(types[name]), default, field.is_required(), told)


@cache
def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Field -> the string below it in the class (or a base), read from the source only when somebody asks."""
    found: dict[str, str] = {}
    own = model.__mro__[: model.__mro__.index(BaseModel)]
    for base in reversed(own):
        for field, below in itertools.pairwise(_bodies(base.__module__).get(base.__qualname__, ())):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
                found[field.target.id] = " ".join(str(ast.literal_eval(below.value)).split())
    return found


@cache
def _bodies(module: str) -> dict[str, list[ast.stmt]]:
    """The body of every class of a module by its qualified name; none where its source is not at hand.

    A module is parsed once: to ask `inspect` for one class after the other takes four times as long.
    """
    try:
        left: list[tuple[str, ast.stmt | ast.Module]] = [("", ast.parse(inspect.getsource(sys.modules[module])))]
    except (KeyError, OSError, SyntaxError, TypeError):
        return {}
    found = {}
    while left:
        prefix, above = left.pop()
        for item in getattr(above, "body", ()):
            if isinstance(item, ast.ClassDef):
                found[prefix + item.name] = item.body
                left.append((f"{prefix}{item.name}.", item))
            elif isinstance(item, ast.FunctionDef):
                left.append((f"{prefix}{item.name}.<locals>.", item))
    return found


def _type(annotation: Any) -> str:
    """As one would write it.

    >>> from pathlib import Path
    >>> _type(tuple[Path, ...] | None), _type(dict[str, float]), _type(Literal["a", "b"])
    ('tuple[Path, ...] | None', 'dict[str, float]', "'a' | 'b'")
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " | ".join(map(_type, inner))
    if origin is Literal:
        return " | ".join(map(repr, inner))
    if origin:
        return f"{_type(origin)}[{', '.join(map(_type, inner))}]"
    named = {Ellipsis: "...", type(None): "None", None: "None"}
    return named.get(annotation) or str(getattr(annotation, "__name__", annotation))


def _plain(value: Any) -> Json:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def render_all(found: Listing) -> RenderableType:
    found = escaping.every(found, escaping.terminal)
    parts: list[RenderableType] = []
    for plugin in found.plugins:
        head = f"{plugin.distribution} {plugin.version} · {plugin.plugin} ({plugin.seconds * 1000:.0f} ms)"
        made = table(("", "name", "summary", "option"))
        made.show_header, made.padding = False, (0, 2)
        for offer in plugin.offers:
            options = ", ".join(option.name for option in offer.options)
            summary = str(offer.told.get("summary", ""))
            made.add_row(f"  {offer.kind}", offer.name, summary, options and f"options: {options}")
        parts += [Text(head, style="bold"), made]
    for broken in found.broken:
        parts += [
            Text(f"broken: {broken.name} of {broken.distribution} {broken.version}", style="bold red"),
            Text(f"  cause: {broken.cause}"),
            Text(f"  file:  {broken.file}"),
        ]
    return Group(*parts)


def render(found: Sequence[OfferInFull]) -> RenderableType:
    """Offers in full."""
    return Group(*(part for offer in escaping.every(found, escaping.terminal) for part in _parts(offer)))


def _parts(offer: OfferInFull) -> Iterator[RenderableType]:
    yield Text(f"{offer.kind} {offer.name}", style="bold")
    for key, value in {**offer.told, "plugin": offer.plugin, "distribution": offer.distribution}.items():
        yield Text(f"  {key}: {_words(value)}")
    if offer.problem:
        yield Text(f"  problem: {offer.problem}")
    if offer.options:
        made = table(("option", "type", "default", "meaning"))
        for option in offer.options:
            default = "(needed)" if option.required else str(option.default)
            made.add_row(option.name, option.type, default, option.meaning)
        yield made


def _words(value: Json) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
