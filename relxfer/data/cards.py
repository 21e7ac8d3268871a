"""Cards of data sets: TOML files in the package of a plugin, from which its hook makes records.

```toml
content = "network"                        # keys at the top are for every card

[family.airports]                          # keys that several cards share
load = "relxfer_social.data.standard.load:load_airports"
licence = "MIT"
citation = "Ribeiro, Saverese and Figueiredo (2017), struc2vec, KDD"
base = "https://raw.githubusercontent.com/leoribeiro/struc2vec/77b4cc63e79a37b1496f340c7772d932038417ec/graph/"

[card.airports-usa]
family = "airports"
counts = { nodes = 1190, rows = 13599, classes = 4 }
[card.airports-usa.files]                  # role -> file; a URL is read relative to `base`
edges = { url = "usa-airports.edgelist", digest = "sha256:c73fec3e..." }
```

The keys are the fields of `Dataset`, and in each file those of `File`. A family may itself have a `family`. Keys that
all files of a card share, such as the URL of the archive that contains them, are written once, in the table `archive`.
A file without a digest must have a key `unverified` with the reason.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files as resources
from typing import Any
from urllib.parse import urljoin

from relxfer.contract.file import File
from relxfer.contract.plain import Table
from relxfer.contract.records import Dataset
from relxfer.errors import did_you_mean

_FIELDS = frozenset(field.name for field in fields(Dataset)) - {"name"}
#: Keys of a card that are no fields of a record, because they only shorten the card.
_WRITING = frozenset({"family", "base", "archive"})
_FILE = frozenset(field.name for field in fields(File)) - {"role"} | {"unverified"}
#: Keys that the card of a data set with files to download must have.
_PUBLISHED = ("summary", "licence", "citation", "protocol", "counts")


def read(package: str, *names: str) -> list[Dataset]:
    """Read the cards in files of a package, as if all were in one file, and return their records in order.

    Args:
        package: name of the package.
        names: names of the TOML files.

    Raises:
        ValueError: a card lacks a key, or has one that is not a field of a record.
    """
    return list(_records(*((resources(package) / name).read_text(encoding="utf-8") for name in names)))


@functools.cache
def _records(*texts: str) -> tuple[Dataset, ...]:
    """The records of the cards in these texts, made once, because a process may load the plugins for every run."""
    everywhere: dict[str, Any] = {}
    families: dict[str, Table] = {}
    cards: dict[str, Table] = {}
    for text in texts:
        table = tomllib.loads(text)
        families |= table.pop("family", {})
        cards |= table.pop("card", {})
        everywhere |= table
    return tuple(dataset(name, {**everywhere, **card}, families) for name, card in cards.items())


def dataset(name: str, card: Table, families: Mapping[str, Table] = {}) -> Dataset:
    """The record of one card.

    Args:
        name: name of the data set.
        card: keys of the card.
        families: name -> keys that cards can share.

    Raises:
        ValueError: the card lacks a key, or has one that is not a field of a record.

    >>> dataset("flights", {"content": "network", "load": "mine:load", "summary": "flights between airports"}).licence
    ''
    >>> dataset("flights", {"load": "mine:load", "license": "MIT"})
    Traceback (most recent call last):
    ...
    ValueError: card of 'flights': no key is called 'license': did you mean 'licence'? (there are: archive, ...
    """
    whole = _with_family(name, card, families)
    _only(f"card of {name!r}", whole, _FIELDS | _WRITING)
    shared = whole.get("archive", {})
    files = tuple(
        _file(f"card of {name!r}, file {role!r}", role, {**shared, **file}, whole.get("base", ""))
        for role, file in whole.get("files", {}).items()
    )
    _complete(name, whole, ("content", "load", "summary", *(_PUBLISHED if files else ())))
    return Dataset(name=name, **{key: whole[key] for key in whole.keys() & _FIELDS - {"files"}}, files=files)


def _with_family(name: str, card: Table, families: Mapping[str, Table]) -> Table:
    family = card.get("family")
    if family is None:
        return card
    if family not in families:
        raise ValueError(f"card of {name!r}: no family is called {family!r}: {did_you_mean(family, families)}")
    rest = {key: value for key, value in card.items() if key != "family"}
    return {**_with_family(name, families[family], families), **rest}


def _file(place: str, role: str, file: Table, base: str) -> File:
    _only(place, file, _FILE)
    if "url" not in file:
        raise ValueError(f"{place}: expected a url, got none")
    if ("digest" in file) == ("unverified" in file):
        raise ValueError(f"{place}: expected a digest, or the reason why there is none under `unverified`, not both")
    return File(role, urljoin(base, file["url"]), *(file.get(key) for key in ("digest", "size", "member")))


def _only(place: str, table: Table, keys: frozenset[str]) -> None:
    for key in table.keys() - keys:
        raise ValueError(f"{place}: no key is called {key!r}: {did_you_mean(key, keys)}")


def _complete(name: str, card: Table, wanted: tuple[str, ...]) -> None:
    if missing := [key for key in wanted if not card.get(key)]:
        raise ValueError(f"card of {name!r}: expected {', '.join(missing)}, got none")
