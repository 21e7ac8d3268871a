"""Small pictures of queries, from the data of a run, where its adapter offers some and the data are at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from relxfer.contract.records import Dataset
from relxfer.errors import DataError, RelxferError
from relxfer.plugins.finder import Plugins
from relxfer.results.results import Results

#: Pixels of the longer side.
SIDE = 64
#: The most bytes of a picture that has a place in a page.
LARGEST = 12_000
#: What the bytes of a PNG and of a JPEG begin with.
KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Thumbnails:
    """Pictures of the queries of a run. Its data are read when the first is asked for; nothing is downloaded.

    why  why there are none, as a sentence; empty where there are some, or the adapter has none to offer
    """

    def __init__(self, results: Results, plugins: Plugins | None):
        self.results, self.plugins, self.why = results, plugins, ""
        self._targets: dict[str, Any] = {}

    def of(self, target: str, queries: Sequence[Mapping[str, str]]) -> list[bytes | None]:
        """A PNG or JPEG of each query by its names; None where there is none."""
        if target not in self._targets:
            self._targets[target] = self._read(target)
        if self._targets[target] is None:
            return [None] * len(queries)
        adapter, domain = self._targets[target]
        try:
            made = adapter.pictures(domain, queries, SIDE)
        except (RelxferError, OSError) as error:
            self.why = _missing(error)
            return [None] * len(queries)
        return [each if isinstance(each, bytes) and len(each) <= LARGEST and kind(each) else None for each in made]

    def _read(self, name: str) -> tuple[Any, Any] | None:
        """The adapter and the domain of a target; None where it offers no pictures, or the data cannot be read."""
        from relxfer.data import inventory, load

        if self.plugins is None:
            return None
        try:
            target = self._experiment[name]
            adapter = target.adapter.build()
            if not hasattr(adapter, "pictures"):
                return None
            record = target.dataset.record
            if isinstance(record, Dataset) and inventory.state_of(record) not in ("embedded", "here"):
                raise DataError(f"its files are not all here: {inventory.state_of(record)}")
            return adapter, load.domain_of(target.dataset)
        except (RelxferError, OSError, KeyError) as error:
            self.why = _missing(error)
            return None

    @cached_property
    def _experiment(self) -> Mapping[str, Any]:
        """Target -> what the configuration says of it."""
        from relxfer.declare import resolve

        assert self.plugins is not None
        made = resolve.load(self.results.folder / "config.toml", self.plugins)
        return {target.name: target for target in made.targets}


def _missing(error: Exception) -> str:
    lines = str(error).splitlines() or [""]
    return f"Without pictures, because the data of the run cannot be read here: {lines[0]}"


def kind(content: bytes) -> str:
    """The media type of a picture; empty where it is none that a page may hold.

    >>> kind(b"\\xff\\xd8\\xff\\xe0"), kind(b"<svg>")
    ('image/jpeg', '')
    """
    return next((name for start, name in KINDS.items() if content.startswith(start)), "")
