"""The changes of `--set` to the raw tables of a configuration, such as `strategy.finetune.lr_factor=.1`.

A step of a key that leads into a list is an index from 0, or the name of an entry: its `name`, or the offer or data
that it uses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from relxfer.contract.messages import shown
from relxfer.contract.plain import Table
from relxfer.errors import ConfigError, Problem, did_you_mean

#: The most levels of nested tables and lists, far more than any key needs, so that recursion over them ends.
DEEPEST = 32
#: The keys of lists of tables, for which a single table may stand.
_LISTS = ("source", "target", "strategy")
#: Numbers as people type them, which TOML does not read: `.1`, `-.5`, `1.`
_BARE = re.compile(r"([+-]?)(?:(\.\d+)|(\d+)\.)((?:[eE][+-]?\d+)?)")


def changed(raw: Table, change: str) -> Table:
    """The tables with a change.

    change  `"key=value"`; a name with dots stands in quotes, as in TOML

    Raises:
        ConfigError: it is no such text, or its key leads nowhere.

    >>> changed({"strategy": [{"use": "scratch"}, {"use": "finetune"}]}, "strategy.finetune.lr_factor=.1")
    {'strategy': [{'use': 'scratch'}, {'use': 'finetune', 'lr_factor': 0.1}]}
    """
    key, equals, text = change.partition("=")
    if not equals or not key.strip():
        raise _wrong(change, "expected key=value, such as training.steps=100")
    return put(raw, key.strip(), _value(text), change)


def put(raw: Table, key: str, value: Any, change: str) -> Table:
    """The tables with a value at a key with dots; `change` is how messages call it.

    Raises:
        ConfigError: the key leads nowhere.

    >>> put({"use": "finetune"}, "training.lr", 0.01, "finetune")
    {'use': 'finetune', 'training': {'lr': 0.01}}
    """
    path = _steps(key)
    if len(path) > DEEPEST:
        raise _wrong(change, f"expected at most {DEEPEST} levels (got {len(path)})")
    return _put(_listed(raw, path), path, value, change)


def _wrong(change: str, message: str) -> ConfigError:
    return ConfigError("--set", [Problem(shown(change), message)])


def _steps(key: str) -> list[str]:
    """The steps of a dotted key; those in quotes may hold dots.

    >>> _steps("strategy.finetune.lr"), _steps('strategy."v1.2".lr'), _steps("strategy.scratch (resnet).lr")
    (['strategy', 'finetune', 'lr'], ['strategy', 'v1.2', 'lr'], ['strategy', 'scratch (resnet)', 'lr'])
    """
    parts = re.findall(r"""\s*("[^"\n]*"|'[^'\n]*'|[^.]+?)\s*(?:\.|$)""", key)
    whole = ".".join(parts)
    if len(whole.replace(" ", "")) != len(key.replace(" ", "")):  # empty steps, or quotes that do not close
        return key.split(".")
    return [part[1:-1] if part[0] in "\"'" and part[0] == part[-1] and len(part) > 1 else part for part in parts]


def _value(text: str) -> Any:
    """The text read as a TOML value, or else as it is.

    >>> _value(".1"), _value("-2."), _value("adam"), _value('["a"]')
    (0.1, -2.0, 'adam', ['a'])
    """
    if _BARE.fullmatch(text.strip()):
        return float(text)
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return table["value"] if len(table) == 1 else text


def _listed(raw: Table, path: Sequence[str]) -> Table:
    """The tables with a list of one table in place of a single one, where the key names that table."""
    below = raw.get(path[0])
    single = len(path) > 2 and path[0] in _LISTS and isinstance(below, Mapping) and path[1] not in below
    return {**raw, path[0]: [below]} if single and path[1] in ("0", *_names(below)) else raw


def _put(below: Any, path: Sequence[str], value: Any, change: str, key: str = "entry") -> Any:
    """The value at `below`, which stands under the step `key`, with the change."""
    if not path:
        return value
    step, *rest = path
    if isinstance(below, list | tuple):
        index = _index(below, step, change, key)
        entry = {"use": below[index]} if rest and isinstance(below[index], str) else below[index]
        return [*below[:index], _put(entry, rest, value, change, step), *below[index + 1 :]]
    if below is not None and not isinstance(below, Mapping):
        raise _wrong(change, f"{step!r} lies below a plain value")
    table = dict(below or {})
    return {**table, step: _put(table.get(step), rest, value, change, step)}


def _index(entries: Sequence[Any], step: str, change: str, key: str) -> int:
    """The index of the entry that a step means: a number, what the report calls it, or the only one that uses this."""
    if re.fullmatch(r"\d{1,9}", step):
        if int(step) < len(entries):
            return int(step)
        raise _wrong(change, f"expected an index below {len(entries)} (got {step!r})")
    for names in (_called, _names):
        found = [index for index, entry in enumerate(entries) if step in names(entry)]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f"{key}.{index}" for index in found)
            raise _wrong(change, f"expected the name of one {key}, got {step!r}, which {several} have; write an index")
    known = dict.fromkeys(name for entry in entries for name in _names(entry))
    raise _wrong(
        change,
        f"no {key} in the configuration is called {step!r}: {did_you_mean(step, known)}; an index from 0 will do too",
    )


def _own(entry: Any) -> list[str]:
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return [name] if isinstance(name, str) else []


def _called(entry: Any) -> list[str]:
    """What the report calls an entry: its name, or without one what it uses."""
    return _own(entry) or _names(entry)


def _names(entry: Any) -> list[str]:
    """All that an entry may be called: its name, and what it uses."""
    if isinstance(entry, str):
        return [entry]
    if not isinstance(entry, Mapping):
        return []
    return [*_own(entry), *dict.fromkeys(name for name in _used(entry) if name)]


def _used(entry: Table) -> Iterator[str]:
    yield from _uses(entry.get("use"))
    yield from _uses(entry.get("dataset"))
    yield "+".join(name for each in _list(entry.get("datasets")) for name in _uses(each))
    yield " > ".join(name for each in _list(entry.get("stages")) for name in _uses(each))
    yield from (PurePath(path).stem for key in ("checkpoint", "run") if isinstance(path := entry.get(key), str))


def _uses(use: Any) -> Iterator[str]:
    """The name of a use, and the name that it gives to what it makes."""
    named = [use.get("name"), use.get("use")] if isinstance(use, Mapping) else [use]
    yield from (name for name in named if isinstance(name, str))


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else []
