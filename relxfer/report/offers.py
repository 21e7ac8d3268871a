"""The offers of plugins in a list, and one offer in full, for `relxfer plugins`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.declare.meanings import meanings
from relxfer.declare.resolve import options_model
from relxfer.errors import RelxferError
from relxfer.plugins.finder import Broken, Offer, Plugins
from relxfer.report.table import table
from relxfer.store import escaping
from relxfer.store.json_text import Json, JsonObject


@dataclass(frozen=True)
class OptionInFull:
    """An option of an offer.

    type     as it is written in Python
    default  None if the option is required
    meaning  the string below its field in the class
    """

    name: str
    type: str
    default: Json
    required: bool
    meaning: str


@dataclass(frozen=True)
class OfferInFull:
    """An offer with its options.

    details       the fields of its record that are not empty, such as summary, needs and offers
    plugin        name of the plugin that offers it
    distribution  name and version of the distribution of the plugin
    problem       the error that prevents its options from being listed
    """

    kind: str
    name: str
    details: Mapping[str, Json]
    plugin: str
    distribution: str
    options: tuple[OptionInFull, ...] = ()
    problem: str = ""

    def card(self) -> JsonObject:
        """As JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            **self.details,
            "plugin": self.plugin,
            "distribution": self.distribution,
            "options": [asdict(option) for option in self.options],
            **({"problem": self.problem} if self.problem else {}),
        }


@dataclass(frozen=True)
class PluginInFull:
    """A plugin with its offers; `seconds` is the time that it took to import."""

    plugin: str
    distribution: str
    version: str
    file: str
    seconds: float
    offers: tuple[OfferInFull, ...]


@dataclass(frozen=True)
class Listing:
    """The plugins with their offers, and the broken ones."""

    plugins: tuple[PluginInFull, ...]
    broken: tuple[Broken, ...]

    def card(self) -> JsonObject:
        """As JSON."""
        plugins = [{**vars(p), "offers": [offer.card() for offer in p.offers]} for p in self.plugins]
        return {"plugins": plugins, "broken": [asdict(broken) for broken in self.broken]}


def listing(plugins: Plugins) -> Listing:
    """All plugins with their offers."""
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
    """Every offer with this name, of whatever kind.

    Raises:
        UnknownName: there is none.
    """
    matches = [offer for (_, offered), offer in plugins.offers.items() if offered == name]
    if not matches:
        raise plugins.unknown("offer", name, {offered for _, offered in plugins.offers})
    return [describe_offer(offer) for offer in matches]


def describe_offer(offer: Offer) -> OfferInFull:
    """The fields of an offer's record, and its options with type, default and meaning."""
    record, hidden = offer.record, ("kind", "name", "load", "options", "read", "files")
    details = {f.name: getattr(record, f.name) for f in fields(record) if f.name not in hidden}
    details = {name: value for name, value in details.items() if value not in (None, (), {}, "")}
    try:
        options, problem = tuple(_options(offer)), ""
    except RelxferError as error:
        options, problem = (), str(error)
    distribution = f"{offer.distribution} {offer.version}".strip()
    return OfferInFull(record.kind, record.name, details, offer.plugin, distribution, options, problem)


def _options(offer: Offer) -> Iterator[OptionInFull]:
    model = options_model(offer)
    meaning, types = meanings(model), get_type_hints(model)  # without the annotations for validation
    for name, field in model.model_fields.items():
        default = None if field.is_required() else _plain(field.default)
        description = meaning.get(name, field.description or "")
        yield OptionInFull(name, _type(types[name]), default, field.is_required(), description)


def _type(annotation: Any) -> str:
    """A type as it is written in Python.

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


def render_all(listing: Listing) -> RenderableType:
    """A table of offers for each plugin, then the broken plugins with cause and file."""
    listing = escaping.every(listing, escaping.terminal)
    items: list[RenderableType] = []
    for plugin in listing.plugins:
        head = f"{plugin.distribution} {plugin.version} · {plugin.plugin} ({plugin.seconds * 1000:.0f} ms)"
        items.append(Text(head, style="bold"))
        for kind in dict.fromkeys(offer.kind for offer in plugin.offers):
            items += [Text(f"  {kind}", style="dim"), _of_kind([o for o in plugin.offers if o.kind == kind])]
    for broken in listing.broken:
        items += [
            Text(f"broken: {broken.name} of {broken.distribution} {broken.version}", style="bold red"),
            Text(f"  cause: {broken.cause}"),
            Text(f"  file:  {broken.file}"),
        ]
    return Group(*items)


def _of_kind(offers: Sequence[OfferInFull]) -> Table:
    """A line for each offer, with its options below its summary."""
    made = table(("name", "summary"))
    made.show_header = False
    for offer in offers:
        options = ", ".join(option.name for option in offer.options)
        told = (str(offer.details.get("summary", "")), f"options: {options}" if options else "")
        made.add_row(f"    {offer.name}", "\n".join(filter(None, told)))
    return made


def render(offers: Sequence[OfferInFull]) -> RenderableType:
    """Offers in full, each with a table of its options."""
    return Group(*(item for offer in escaping.every(offers, escaping.terminal) for item in _in_full(offer)))


def _in_full(offer: OfferInFull) -> Iterator[RenderableType]:
    yield Text(f"{offer.kind} {offer.name}", style="bold")
    for key, value in {**offer.details, "plugin": offer.plugin, "distribution": offer.distribution}.items():
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
