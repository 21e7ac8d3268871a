"""A lock: digests of a plan, its data and its code, taken before a test is opened, and the questions that it asks.

`relxfer lock` writes one, `relxfer run --lock` refuses to run anything else, and the report says whether what was run
is what was locked. `docs/lock.md` says what a lock cannot show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from relxfer.contract.messages import shown
from relxfer.errors import ArtefactError, UsageError
from relxfer.store import files
from relxfer.store.json_text import JsonObject

#: The schema of the file; it grows when an older relxfer could no longer read one correctly.
SCHEMA = 1
_STRICT = ConfigDict(extra="forbid")


def _time(value: str) -> str:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value, re.ASCII):
        return value
    raise ValueError(f"expected a time such as 2026-12-01T10:00:00Z, got {shown(value)}")


#: A time of UTC, to the second, as ISO 8601.
Time = Annotated[str, BeforeValidator(_time)]


def when(time: Time) -> str:
    """A time as it is shown.

    >>> when("2026-12-01T10:00:07Z")
    '2026-12-01 10:00 UTC'
    """
    return f"{time[:10]} {time[11:16]} UTC"


def name(sha256: str) -> str:
    """How a lock is called: by the first digits of its digest.

    >>> name("0a1b2c3d4e5f" + 52 * "0")
    'lock 0a1b2c3d4e5f'
    """
    return f"lock {sha256[:12]}"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a run asks about a target.

    metric          the metric that decides
    direction       whether higher or lower is better
    minimal_effect  the smallest difference that matters; None: nobody said
    baseline        the row that the user declares the baseline; empty: scratch, or else the source unchanged
    family          the rows that are asked about, over which a verdict is corrected
    """

    __pydantic_config__ = _STRICT
    metric: str
    direction: Literal["higher", "lower"]
    minimal_effect: float | None
    baseline: str
    family: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LockedRow:
    """The cells of a source, target, strategy and label budget.

    cells  how many can run
    id     a digest of their fingerprints; for the hash of a source model that is still to be trained stands the
           fingerprint of its training. No test is in it.
    """

    __pydantic_config__ = _STRICT
    source: str | None
    target: str
    strategy: str
    budget: int | str
    cells: int
    id: str

    @property
    def name(self) -> str:
        """Its names, for messages."""
        source = f" from {self.source}" if self.source else ""
        return f"{self.strategy}{source} on {self.target} at {self.budget}"


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What a run will be.

    relxfer        version that took it
    locked         when
    name           of the run; another name changes nothing
    seeds          of the targets
    questions      target -> what is asked about it
    configuration  part of the configuration -> its digest, see `relxfer.plan.configured`
    data           data set -> a digest of it, with its test
    models         source -> hash of its model, where that is read from a file
    code           distribution -> its version, with a hash of its files that can decide a result
    rows           the plan
    """

    __pydantic_config__ = _STRICT
    relxfer: str
    locked: Time
    name: str
    seeds: tuple[int, ...]
    questions: Mapping[str, Question]
    configuration: Mapping[str, str]
    data: Mapping[str, str]
    models: Mapping[str, str]
    code: Mapping[str, str]
    rows: tuple[LockedRow, ...]

    @property
    def cells(self) -> int:
        """How many cells can run."""
        return sum(row.cells for row in self.rows)

    @property
    def card(self) -> JsonObject:
        """As JSON, without the digest of the file."""
        return {"schema": SCHEMA, **asdict(self)}

    @property
    def sha256(self) -> str:
        """The digest of all of it, which stands at the end of its file."""
        return files.fingerprint(self.card)

    def differences(self, now: Lock) -> list[str]:
        """In what a plan differs that was locked in the same way later, in words; when it was locked is no difference.

        The rows are named where nothing else explains that they differ.
        """
        return list(self._by_part(now)) or [f"plan of {row}" for row in self._other_rows(now)]

    def _by_part(self, now: Lock) -> Iterator[str]:
        if named := _differing(self.configuration, now.configuration):
            yield f"configuration ({', '.join(named)})"
        yield from (f"data of the {whose}" for whose in _differing(self.data, now.data))
        yield from (f"model of the source {source}" for source in _differing(self.models, now.models))
        # code that only one of them uses was chosen by something that differs too
        for which in sorted(self.code.keys() & now.code.keys()):
            if self.code[which] != now.code[which]:
                yield f"code of {which} ({self.code[which]}, now {now.code[which]})"

    def _other_rows(self, now: Lock) -> list[str]:
        return _differing({row.name: row for row in self.rows}, {row.name: row for row in now.rows})

    def write(self, path: Path) -> None:
        """Write the file.

        Raises:
            UsageError: there is a file already.
        """
        require_absent(path)
        files.write_json(path, self.card)

    @classmethod
    def read(cls, path: Path) -> Lock:
        """Read the file.

        Raises:
            UsageError: there is none, it is damaged or something else, or a newer relxfer wrote it.
        """
        card = _card(path)
        schema = card.pop("schema", None)
        if isinstance(schema, int) and schema > SCHEMA:
            raise UsageError(
                f"expected a lock of schema {SCHEMA} at most, got {schema} in {path}: it was written by a newer "
                "relxfer; upgrade relxfer (pip install -U relxfer)"
            )
        try:
            return TypeAdapter(cls).validate_json(files.to_json(card), strict=True)
        except ValidationError:
            raise _no_lock(path, "something else") from None


def require_absent(path: Path) -> None:
    """Raise `UsageError` where there is a file: a lock that may have been given away is not overwritten."""
    if path.exists():
        raise UsageError(f"expected no file {path}, got one, which may be a lock; delete it, or choose another --out")


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The names of what is not the same in both."""
    return [name for name in {**one, **other} if one.get(name) != other.get(name)]


def _card(path: Path) -> JsonObject:
    if not path.is_file():
        raise _no_lock(path, "no file")
    try:
        return files.read_json(path)
    except ArtefactError:
        raise _no_lock(path, "a file that is damaged or something else") from None


def _no_lock(path: Path, got: str) -> UsageError:
    return UsageError(
        f"expected at {path} a file that `relxfer lock` wrote, got {got}; name the file as it was written, or take it "
        "from somebody who was given it"
    )
