"""All errors that relxfer raises on purpose.

    RelxferError
    ├── UsageError              exit code 2: the command line or a file it names
    │   ├── ConfigError             one or more problems in a configuration
    │   ├── UnknownName             a name that nobody offers
    │   └── DataError               a data set or table that cannot be used
    ├── ArtefactError           a checkpoint or run directory that cannot be used
    │   ├── DamagedArtefact         a file that is missing, cut short or changed; a run makes its own again
    │   └── UnfitArtefact           exit code 2: a file with content that is not allowed, or of another shape
    ├── PluginError             exit code 3: a plugin that is needed is broken
    ├── Incompatible            model, adapter, strategy and data do not fit: the cell is refused
    ├── TrainingDiverged        a loss that is not a finite number: the cell failed
    ├── Changed                 data or code changed while a run went on: the cell failed
    ├── TimedOut                a cell took longer than `timeout_seconds`: the cell failed
    └── RunLocked               another process works in this run directory

Each message says what was expected, what was got, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class RelxferError(Exception):
    """Root of the tree; `exit_code` is what the command line returns for it."""

    exit_code = 1


class UsageError(RelxferError):
    """The command line, or a file it names, cannot be used."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a configuration: where, what, and what to write instead."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


class ConfigError(UsageError):
    """All problems of one configuration at once.

    >>> str(ConfigError("run.toml", [Problem("seeds", "expected a number >= 1 (got 0)")]))
    'run.toml: seeds: expected a number >= 1 (got 0)'
    """

    def __init__(self, where: str, problems: Sequence[Problem]):
        self.where, self.problems = where, tuple(problems)
        super().__init__("\n".join(f"{where}: {problem}" for problem in self.problems))


class UnknownName(UsageError):
    """A name that nobody offers, with the nearest names that exist.

    >>> str(UnknownName("strategy", "fintune", ["finetune", "scratch"]))
    "no strategy is called 'fintune': did you mean 'finetune'? (there are: finetune, scratch)"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]):
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"no {kind} is called {name!r}: {did_you_mean(name, self.known)}")


class DataError(UsageError):
    """A data set or table that cannot be used."""


class ArtefactError(RelxferError):
    """A checkpoint or run directory that cannot be used."""


class DamagedArtefact(ArtefactError):
    """A file that is missing, cut short or changed; a run makes its own again."""


class UnfitArtefact(ArtefactError):
    """A checkpoint or a file of a run with content that only the user may give, or of another shape than ours."""

    exit_code = 2


class PluginError(RelxferError):
    """A plugin that is needed is broken."""

    exit_code = 3


class Incompatible(RelxferError):
    """Model, adapter, strategy and data do not fit together; the cell is refused, not failed.

    >>> str(Incompatible("BatchNorm layers", "none in this model", "use a strategy that needs none"))
    'expected BatchNorm layers, got none in this model; use a strategy that needs none'
    """

    def __init__(self, expected: str, got: str, do: str):
        self.expected, self.got, self.do = expected, got, do
        super().__init__(f"expected {expected}, got {got}; {do}")

    def __reduce__(self):
        return type(self), (self.expected, self.got, self.do)


class TrainingDiverged(RelxferError):
    """A loss that is not a finite number."""


class Changed(RelxferError):
    """Data or code that a run was planned with is there no longer.

    >>> str(Changed.of(["data of the target"]))
    'expected the data and code that the run was planned with, got another data of the target: changed while the run \
went on; run again'
    """

    @classmethod
    def of(cls, what: Iterable[str]) -> Changed:
        return cls(
            f"expected the data and code that the run was planned with, got another {', another '.join(what)}: changed "
            "while the run went on; run again"
        )


class TimedOut(RelxferError):
    """A cell took longer than the configuration allows."""


class RunLocked(RelxferError):
    """Another process works in this run directory."""


#: The most characters of a name that are compared and shown: long ones take minutes, and hide the message.
_LONGEST = 100


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean ...? (there are: ...)`, for a message about an unknown name; with many names, the nearest.

    >>> did_you_mean("r7", [f"r{i}" for i in range(100)]).partition(",")[0]
    "did you mean 'r7'? (there are 100"
    """
    names = sorted(each[:_LONGEST] for each in known)
    close = get_close_matches(name[:_LONGEST], names, n=10)
    if len(names) > 30:
        listing = f"(there are {len(names)}, among them: {', '.join(close or names[:10])})"
    else:
        listing = f"(there are: {', '.join(names) or 'none'})"
    return f"did you mean {close[0]!r}? {listing}" if close else listing
