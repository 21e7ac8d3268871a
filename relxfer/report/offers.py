"""What plugins offer, in lists and in full."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.declare.resolve import options_model
from relxfer.errors import RelxferError
from relxfer.plugins.finder import Offer, Plugins
from relxfer.store import escaping


def listing(plugins: Plugins) -> dict[str, Any]:
    """Plugins with what they offer, and those set aside."""
    listed = [
        {
            "plugin": plugin.name,
            "distribution": plugin.distribution,
            "version": plugin.version,
            "file": plugin.file,
            "seconds": plugin.seconds,
            "offers": [
                describe_offer(offer)
                for offer in (plugins.offers[record.kind, record.name] for record in plugin.offers)
                if offer.plugin == plugin.name
            ],
        }
        for plugin in plugins.working
    ]
    return {"plugins": listed, "broken": [vars(broken) for broken in plugins.broken]}


def describe(plugins: Plugins, name: str) -> list[dict[str, Any]]:
    """Every offer of this name, whatever its kind."""
    found = [offer for (_, offered), offer in plugins.offers.items() if offered == name]
    if not found:
        raise plugins.unknown("offer", name, {offered for _, offered in plugins.offers})
    return [describe_offer(offer) for offer in found]


def describe_offer(offer: Offer) -> dict[str, Any]:
    """Kind, name, summary, needs or offers, and the options with type, default and meaning."""
    record = offer.record
    hidden = ("load", "options", "read", "files")
    shown = {f.name: getattr(record, f.name) for f in fields(record) if f.name not in hidden}
    made = {"kind": record.kind, **{k: v for k, v in shown.items() if v not in (None, (), {}, "")}}
    made |= {"plugin": offer.plugin, "distribution": f"{offer.distribution} {offer.version}".strip()}
    try:
        made["options"] = _options(offer)
    except RelxferError as error:
        made["options"] = []
        made["problem"] = str(error)
    return made


def _options(offer: Offer) -> list[dict[str, Any]]:
    model = options_model(offer)
    meaning = meanings(model)
    return [
        {
            "name": name,
            "type": _type(field.annotation),
            "default": None if field.is_required() else _plain(field.default),
            "required": field.is_required(),
            "meaning": meaning.get(name, field.description or ""),
        }
        for name, field in model.model_fields.items()
    ]


@cache
def meanings(model: type[BaseModel]) -> dict[str, str]:
    """Field -> the string below it in the class (or a base), read from the source only when somebody asks."""
    found: dict[str, str] = {}
    own = model.__mro__[: model.__mro__.index(BaseModel)]
    for base in reversed(own):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError):
            continue
        body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
        for field, below in itertools.pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
                found[field.target.id] = " ".join(str(ast.literal_eval(below.value)).split())
    return found


def _type(annotation: Any) -> str:
    text = (
        annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    )
    return text.replace("typing.", "").replace("NoneType", "None").replace("pathlib.", "")


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def render_all(found: dict[str, Any]) -> RenderableType:
    found = escaping.every(found, escaping.terminal)
    parts: list[RenderableType] = []
    for plugin in found["plugins"]:
        head = f"{plugin['distribution']} {plugin['version']} · {plugin['plugin']} ({plugin['seconds'] * 1000:.0f} ms)"
        parts.append(Text(head, style="bold"))
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
        for offer in plugin["offers"]:
            options = ", ".join(option["name"] for option in offer["options"])
            table.add_row(
                f"  {offer['kind']}",
                offer["name"],
                offer.get("summary", ""),
                options and f"options: {options}",
            )
        parts.append(table)
    for broken in found["broken"]:
        parts.append(
            Text(f"broken: {broken['name']} of {broken['distribution']} {broken['version']}", style="bold red")
        )
        parts.append(Text(f"  cause: {broken['cause']}"))
        parts.append(Text(f"  file:  {broken['file']}"))
    return Group(*parts)


def render_one(found: Sequence[dict[str, Any]]) -> RenderableType:
    parts: list[RenderableType] = []
    for offer in escaping.every(found, escaping.terminal):
        parts.append(Text(f"{offer['kind']} {offer['name']}", style="bold"))
        for key, value in offer.items():
            if key not in ("kind", "name", "options"):
                parts.append(Text(f"  {key}: {_words(value)}"))
        table = Table("option", "type", "default", "meaning", box=None, header_style="dim")
        for option in offer["options"]:
            default = "(needed)" if option["required"] else str(option["default"])
            table.add_row(option["name"], option["type"], default, option["meaning"])
        if offer["options"]:
            parts.append(table)
    return Group(*parts)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
