"""The typed records by which a plugin says what it offers.

A record is light: it names things (`"module:attr"`) that are imported when a run needs them, so that listing,
checking and planning import neither torch nor any plugin's own dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from relxfer.errors import did_you_mean

#: Data names: what the engine can hand to a strategy, decided from configuration, cards and tasks.
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
#: Learner names: what a learner can do, offered where model and adapter both do. Plugins add dotted names.
LEARNER_NAMES = ("gradients", "features", "views", "reconstruction")

#: What a strategy is in a comparison.
ROLES = ("strategy", "scratch", "direct", "prior-only")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_DIGEST = re.compile(r"(gz-)?(sha256:([0-9a-f]{8}|[0-9a-f]{64})|md5:[0-9a-f]{32})")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every offer has.

    `name` is what users write in a configuration; `load` the object behind it and `options` the pydantic model of
    its options, both as `"module:attr"` (the options module must not import torch); `replaces` is the name
    again where this one is meant to override another of that name.

    >>> Record(name="Fine Tune", load="mine:FineTune")
    Traceback (most recent call last):
    ...
    ValueError: expected a name of lower-case letters, digits, '-', '_' and '.', got 'Fine Tune'
    """

    kind: ClassVar[str] = "record"
    name: str
    load: str
    options: str | None = None
    summary: str = ""
    replaces: str | None = None

    @property
    def modules(self) -> set[str]:
        """Where the objects that it names come from."""
        named = [value for key, value in vars(self).items() if key != "summary" and isinstance(value, str)]
        return {value.partition(":")[0] for value in named if _TARGET.fullmatch(value)}

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"expected a name of lower-case letters, digits, '-', '_' and '.', got {self.name!r}")
        for target in filter(None, (self.load, self.options)):
            if not _TARGET.fullmatch(target):
                raise ValueError(f"{self.name}: expected a target like 'module:attr', got {target!r}")
        if self.replaces not in (None, self.name):
            raise ValueError(
                f"{self.name}: expected replaces to repeat the name, got {self.replaces!r}; "
                f"an offer replaces the one that has its own name"
            )
        for names, known in ((self._named("needs"), DATA_NAMES), (self._named("offers"), ())):
            if isinstance(names, str):
                raise ValueError(f"{self.name}: expected a tuple of names, got the text {names!r}; write ({names!r},)")
            for name in names:
                if name not in (*known, *LEARNER_NAMES) and "." not in name:
                    raise ValueError(
                        f"{self.name}: no name is called {name!r}: {did_you_mean(name, (*known, *LEARNER_NAMES))}"
                    )

    def _named(self, field: str) -> tuple[str, ...]:
        return getattr(self, field, ())


@dataclass(frozen=True)
class File:
    """One file of a data set: its role, and the bytes behind `url`, which is pinned to a version.

    `url` is by https; by http with a full sha256 only. `digest` is `"sha256:..."` or `"md5:..."` of these bytes, of a
    sha256 perhaps the first 8 digits only, as PyTorch puts them into names of files; with `gz-` before it, of what this
    gzip file holds, however it was packed. None says that nobody could check them, and the data set shows as
    unverified. `size` is in bytes. With `member` the URL holds a zip or tar archive, and this file is the member of
    that name; one that ends in `/` is a folder of members.

    >>> File("train", "https://example.org/train.tsv", "0123")
    Traceback (most recent call last):
    ...
    ValueError: train: expected a digest like 'sha256:<64 hex digits>' or 'md5:<32 hex digits>', got '0123'
    """

    role: str
    url: str
    digest: str | None = None
    size: int | None = None
    member: str | None = None

    @property
    def checked(self) -> str:
        """By what its bytes are known again: `sha256`, `weak` (md5, or a few digits of a sha256) or `unverified`."""
        if self.digest is None:
            return "unverified"
        kind, _, digits = self.digest.rpartition(":")
        return "sha256" if kind.endswith("sha256") and len(digits) == 64 else "weak"

    def __post_init__(self) -> None:
        if self.digest is not None and not _DIGEST.fullmatch(self.digest):
            raise ValueError(
                f"{self.role}: expected a digest like 'sha256:<64 hex digits>' or 'md5:<32 hex digits>', "
                f"got {self.digest!r}"
            )


@dataclass(frozen=True, kw_only=True)
class Dataset(Record):
    """A data set: `load(options, files) -> Domain`, `files` mapping each role to a verified local path.

    `adapter` names the target adapter that reads it. `counts` says how much there is of what, by name. `leakage` maps
    another data set to the share of this one's test answers that the training part of that one holds. `own_files`
    marks a reader of the user's own tables, which needs options and is therefore not a card of its own; its `look` is
    `"module:attr"`, a function of a path that returns what it found there for `relxfer init`, or raises `DataError`.
    """

    kind: ClassVar[str] = "dataset"
    adapter: str
    licence: str = ""
    citation: str = ""
    protocol: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    leakage: Mapping[str, float] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    own_files: bool = False
    look: str | None = None


@dataclass(frozen=True, kw_only=True)
class SourceModel(Record):
    """An architecture: `load(options, arrays, card) -> Model`; `arrays` None builds it untrained.

    `adapter` names the adapter that can attach it, `offers` the learner names it supports. `read` is an optional
    `"module:attr"` reading a foreign checkpoint: `read(path) -> (arrays, card)`. `weights` are the names of published
    weights, and `find` is `"module:attr"` of `find(name of the model, name of the weights) -> path of a checkpoint`,
    which raises `ArtefactError` where they cannot be had. `tasks` are the kinds of task that a prior can predict, all
    that its adapter has where none is named.
    """

    kind: ClassVar[str] = "source model"
    adapter: str
    offers: tuple[str, ...] = ()
    read: str | None = None
    weights: tuple[str, ...] = ()
    find: str | None = None
    tasks: tuple[str, ...] = ()


#: What may become of large blocks of memory that are freed (`relxfer.train.memory`).
LARGE_BLOCKS = ("returned", "kept")


@dataclass(frozen=True, kw_only=True)
class TargetAdapter(Record):
    """Attaches a model to a target: `load(options) -> Adapter`.

    `withholds` gives, for a name it does not offer, the reason and the remedy; `priors` names the source models
    that predict without having learnt anything transferable (frequencies), printed as `prior-only`; `model` is the
    architecture used where the user names none, and `weights` its published weights that are the source where the user
    names no source. `large_blocks` says what becomes of memory that is freed while its models work: `kept` for the next
    step, where every step asks for the same sizes, or `returned` to the system, where sizes vary.
    """

    kind: ClassVar[str] = "target adapter"
    offers: tuple[str, ...] = ()
    withholds: Mapping[str, str] = field(default_factory=dict)
    priors: tuple[str, ...] = ()
    model: str | None = None
    weights: str | None = None
    large_blocks: str = "returned"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.large_blocks not in LARGE_BLOCKS:
            meant = did_you_mean(self.large_blocks, LARGE_BLOCKS)
            raise ValueError(f"{self.name}: large blocks are not {self.large_blocks!r}: {meant}")


@dataclass(frozen=True, kw_only=True)
class TransferStrategy(Record):
    """A transfer method: `load(options) -> Strategy`; `needs` are data and learner names.

    `stage` leaves the head untrained, so it cannot come last; `seeded=False` says that the method draws no random
    number, so that one run serves all seeds. `role` marks the baselines that the engine adds by itself: `scratch`
    (no source), `direct` (the source model unchanged), `prior-only` (what the adapter's priors predict).
    """

    kind: ClassVar[str] = "strategy"
    needs: tuple[str, ...] = ()
    stage: bool = False
    seeded: bool = True
    role: str = "strategy"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.role not in ROLES:
            raise ValueError(f"{self.name}: no role is called {self.role!r}: {did_you_mean(self.role, ROLES)}")


@dataclass(frozen=True, kw_only=True)
class Validator(Record):
    """A rule that selects a model: `load(options) -> Validator`, with needs of its own.

    `automatic` > 0 lets `validator = "auto"` take it where its needs are met, the lowest number first.
    """

    kind: ClassVar[str] = "validator"
    needs: tuple[str, ...] = ()
    automatic: int = 0


@dataclass(frozen=True, kw_only=True)
class Executor(Record):
    """A way to run cells: `load(options) -> Executor`."""

    kind: ClassVar[str] = "executor"


@dataclass(frozen=True, kw_only=True)
class ReportSection(Record):
    """A part of the report: `load(results) -> a rich renderable, or None where it has nothing to say`."""

    kind: ClassVar[str] = "report section"
