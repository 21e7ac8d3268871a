"""The base of all records, and the names that records may use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar

from relxfer.errors import did_you_mean

#: Data that a strategy may need. Whether a cell has it follows from the configuration, the model's card and the tasks.
DATA_NAMES = (
    "source-model",
    "source-labels",
    "source-inputs",
    "target-labels",
    "target-inputs",
    "same-task",
    "classes",
    "teacher",
)
#: Abilities that a strategy may need of a learner. A learner has those that its model offers and its adapter does not
#: withhold. Plugins may add abilities of their own, whose names contain a dot.
LEARNER_NAMES = ("gradients", "features", "views", "reconstruction", "mixing")

#: The roles of a strategy in a comparison.
ROLES = ("candidate", "scratch", "direct", "prior")

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]*")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True, kw_only=True)
class Record:
    """Base of all records.

    name      what users write in a configuration
    load      the implementation, as `"module:attr"`
    options   the pydantic model of its options, as `"module:attr"`; its module must not import torch
    summary   one line for listings
    replaces  the name again, if this offer is meant to override another one of the same name

    `ValueError` if a name or a target is malformed, if a text stands where a tuple of names belongs, if `needs`,
    `offers` or `withholds` contain an unknown name, or if an offer that
    reads inputs names none in `reads`.

    >>> Record(name="Fine Tune", load="mine:FineTune")
    Traceback (most recent call last):
    ...
    ValueError: expected a name of lower-case letters, digits, '-', '_', '.' and '@', got 'Fine Tune'
    """

    kind: ClassVar[str] = "record"
    name: str
    load: str
    options: str | None = None
    summary: str = ""
    replaces: str | None = None

    @property
    def modules(self) -> set[str]:
        """The names of the modules that contain the objects to which the record refers."""
        texts = [value for key, value in vars(self).items() if key != "summary" and isinstance(value, str)]
        return {value.partition(":")[0] for value in texts if _TARGET.fullmatch(value)}

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"expected a name of lower-case letters, digits, '-', '_', '.' and '@', got {self.name!r}")
        for target in filter(None, (self.load, self.options)):
            if not _TARGET.fullmatch(target):
                raise ValueError(f"{self.name}: expected a target like 'module:attr', got {target!r}")
        if self.replaces not in (None, self.name):
            raise ValueError(
                f"{self.name}: expected replaces to repeat the name, got {self.replaces!r}; "
                f"an offer replaces the one that has its own name"
            )
        for name in self._names("needs"):
            self._known(name, (*DATA_NAMES, *LEARNER_NAMES))
        for name in (*self._names("offers"), *self._names("withholds")):
            self._known(name, LEARNER_NAMES)
        for each in fields(self):
            if str(each.type).startswith("tuple[str"):
                self._names(each.name)
        inputless = getattr(self, "composite", False) or bool(self._names("needs"))
        if "reads" in vars(self) and not self._names("reads") and not inputless:
            raise ValueError(f"{self.name}: expected the contents that it reads, got none")

    def _without_options(self) -> None:
        if self.options is not None:
            raise ValueError(
                f"{self.name}: a {self.kind} has no options, got {self.options!r}; offer another {self.kind}"
            )

    def _names(self, field: str) -> tuple[str, ...]:
        """The names in a field; none if the record has no such field."""
        names = getattr(self, field, ())
        if isinstance(names, str):
            raise ValueError(f"{self.name}: expected a tuple of names, got the text {names!r}; write ({names!r},)")
        return tuple(names)

    def _known(self, name: str, allowed: Sequence[str]) -> None:
        if name not in allowed and "." not in name:
            raise ValueError(f"{self.name}: no name is called {name!r}: {did_you_mean(name, allowed)}")
