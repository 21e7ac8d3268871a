"""All errors that relxfer raises on purpose.

    RelxferError
    ├── UsageError              exit code 2: the command line, or a file that it names, cannot be used
    │   ├── ConfigError             one or more problems in a configuration
    │   ├── UnknownName             no plugin or configuration defines this name
    │   └── DataError               a data set or table that cannot be used
    │       ├── NotMine                 files of a kind that a reader does not read
    │       ├── Undecided               files that it reads once the user says one thing more
    │       ├── BadRows                 rows or files of it that cannot be used, all at once
    │       ├── BadQuestions            some rows of a question cannot be asked; the others can
    │       └── NotInstalled            a library of an extra, which some files and options need
    ├── ArtefactError           a checkpoint or run directory that cannot be used
    │   ├── DamagedArtefact         a file that is missing, truncated or changed; a run recreates its own files
    │   └── UnfitArtefact           exit code 2: a file with content that is not allowed, or of the wrong form
    ├── PluginError             exit code 3: a plugin that is needed is broken
    ├── Incompatible            model, adapter, strategy and data do not fit: the cell is refused
    ├── Undefined               a metric has no value for these results; it is shown as undefined, with the reason
    ├── TrainingDiverged        a loss that is not a finite number: the cell failed
    ├── Changed                 data or code changed during a run: the cell failed
    ├── TimedOut                a cell took longer than `timeout_seconds`: the cell failed
    ├── CellFailed              a cell failed, and the run was to stop there (`relxfer run --debug`)
    └── RunLocked               another process is using this run directory

Each message states what was expected, what was got, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple


class RelxferError(Exception):
    """Base class of all errors.

    exit_code  of the command line
    hint       what to do about it, where that stands apart from the message
    """

    exit_code = 1
    hint: str | None = None


class UsageError(RelxferError):
    """The command line, or a file that it names, cannot be used."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One problem of a configuration.

    key      where it is, such as `target[0].dataset`; empty for the whole file
    message  what is wrong, and what to write instead
    """

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


class ConfigError(UsageError):
    """All problems of one configuration.

    where     name of the configuration, such as the path of its file
    problems  one or more

    >>> str(ConfigError("run.toml", [Problem("seeds", "expected a number >= 1 (got 0)")]))
    'run.toml: seeds: expected a number >= 1 (got 0)'
    """

    def __init__(self, where: str, problems: Sequence[Problem]):
        self.where, self.problems = where, tuple(problems)
        super().__init__("\n".join(f"{where}: {problem}" for problem in self.problems))


class UnknownName(UsageError):
    """A name that is not defined, with the most similar names that are.

    kind   what the name should refer to, such as "strategy"
    name   the name
    names  all names of this kind

    >>> str(UnknownName("strategy", "fintune", ["finetune", "scratch"]))
    "no strategy is called 'fintune': did you mean 'finetune'? (there are: finetune, scratch)"
    """

    def __init__(self, kind: str, name: str, names: Iterable[str]):
        self.kind, self.name, self.names = kind, name, sorted(names)
        self.hint = did_you_mean(name, self.names)
        super().__init__(f"no {kind} is called {name!r}: {self.hint}")


class DataError(UsageError):
    """A data set or table that cannot be used."""


class NotInstalled(DataError):
    """A library that comes with an extra of relxfer, and that is needed for something.

    library    its name
    use        what it is needed for
    extra      what installs it
    otherwise  what to do without it, if there is anything

    >>> str(NotInstalled("pyarrow", "Parquet", "tables", "use .csv"))
    "expected pyarrow for Parquet, got none; pip install 'relxfer[tables]', or use .csv"
    """

    def __init__(self, library: str, use: str, extra: str, otherwise: str = ""):
        self.library, self.use, self.extra, self.otherwise = library, use, extra, otherwise
        instead = f", or {otherwise}" if otherwise else ""
        super().__init__(f"expected {library} for {use}, got none; pip install 'relxfer[{extra}]'{instead}")

    def __reduce__(self) -> tuple[type[NotInstalled], tuple[str, ...]]:
        return type(self), (self.library, self.use, self.extra, self.otherwise)


class NotMine(DataError):
    """Files of a kind that a reader does not read; another one may."""


class Undecided(DataError):
    """Files that a reader reads, of which the user has to say one thing more; the message is the question with its
    answer in it, such as an option of `relxfer init`."""


class BadRow(NamedTuple):
    """A row, or a whole file, that cannot be used.

    place   the file, or what stands for it
    row     its line, from 1; None: the whole file
    reason  what was expected, and what is there
    """

    place: str
    row: int | None
    reason: str


class BadRows(DataError):
    """All rows or files that cannot be used; the message is a table of the first ones.

    what   what they should hold, such as "facts"
    rows   the first ones, and `count` how many there are

    >>> print(BadRows("facts", [BadRow("a.csv", 7, "expected a name as tail, got an empty cell")], 1))
    expected facts, got 1 row that cannot be used; correct it, or leave it out with skip_bad = true (--skip-bad):
      row  file   reason
        7  a.csv  expected a name as tail, got an empty cell
    """

    def __init__(self, what: str, rows: Sequence[BadRow], count: int):
        self.what, self.rows, self.count = what, tuple(rows), count
        super().__init__(f"expected {what}, got {self._counted()}:\n{self._table()}")

    def __reduce__(self):
        # an exception is pickled with `args`, which is the message alone
        return type(self), (self.what, self.rows, self.count)

    def _counted(self) -> str:
        noun = "file" if all(row.row is None for row in self.rows) else "row"
        them = "it" if self.count == 1 else "them"
        return (
            f"{self.count:,} {noun}{'s' * (self.count != 1)} that cannot be used; correct {them}, or leave {them} out "
            "with skip_bad = true (--skip-bad)"
        )

    def _table(self) -> str:
        cells = [
            ("row", "file", "reason"),
            *(("" if r.row is None else str(r.row), r.place, r.reason) for r in self.rows),
        ]
        wide = [max(len(row[i]) for row in cells) for i in range(2)]
        lines = [f"  {row:>{wide[0]}}  {file:<{wide[1]}}  {reason}" for row, file, reason in cells]
        more = self.count - len(self.rows)
        return "\n".join([*lines, *([f"  and {more:,} more"] * (more > 0))])


class BadQuestions(DataError):
    """Rows of a question that cannot be asked, such as those with a name that is not in the data; others can.

    rows  number of a row, from 0 -> what is wrong with it
    rest  the columns of the question without these rows
    """

    def __init__(self, rows: Mapping[int, str], rest: Mapping[str, Sequence[str]]):
        self.rows, self.rest = dict(rows), rest
        first = next(iter(self.rows))
        more = len(self.rows) - 1
        also = f" (and {more:,} more row{'s' * (more > 1)} that cannot be asked)" if more else ""
        super().__init__(f"row {first + 1} of the question: {self.rows[first]}{also}")

    def __reduce__(self) -> tuple[type[BadQuestions], tuple[Mapping[int, str], Mapping[str, Sequence[str]]]]:
        return type(self), (self.rows, self.rest)


class ArtefactError(RelxferError):
    """A checkpoint or run directory that cannot be used."""


class DamagedArtefact(ArtefactError):
    """A file that is missing, truncated or changed; a run recreates its own files."""


class UnfitArtefact(ArtefactError):
    """A checkpoint or a file of a run whose content is not allowed there, or that does not have the form of ours."""

    exit_code = 2


class PluginError(RelxferError):
    """A plugin that is needed is broken."""

    exit_code = 3


class Incompatible(RelxferError):
    """Model, adapter, strategy and data do not fit together; the cell is refused, which is no failure.

    expected, got  what was needed, and what there is instead
    do             what the user can do about it

    >>> str(Incompatible("BatchNorm layers", "none in this model", "use a strategy that needs none"))
    'expected BatchNorm layers, got none in this model; use a strategy that needs none'
    """

    def __init__(self, expected: str, got: str, do: str):
        self.expected, self.got, self.do = expected, got, do
        self.hint = do
        super().__init__(f"expected {expected}, got {got}; {do}")

    def __reduce__(self):
        # an exception is pickled with `args`, which is the message alone
        return type(self), (self.expected, self.got, self.do)


class Undefined(RelxferError):
    """A metric has no value for these results, and the reason why, such as "all test answers are of one class"."""


class TrainingDiverged(RelxferError):
    """A loss that is not a finite number."""


class Changed(RelxferError):
    """The data or the code is no longer what the run was planned with.

    >>> str(Changed.of(["data of the target"]))
    'expected the data and code that the run was planned with, got another data of the target: changed while the run \
went on; run again'
    """

    @classmethod
    def of(cls, what: Iterable[str]) -> Changed:
        """The error for things that changed, such as `["data of the target"]`."""
        return cls(
            f"expected the data and code that the run was planned with, got another {', another '.join(what)}: changed "
            "while the run went on; run again"
        )


class TimedOut(RelxferError):
    """A cell took longer than the configuration allows."""


class CellFailed(RelxferError):
    """A cell failed, and the run was to stop there; `traceback` is that of the cell."""

    def __init__(self, message: str, traceback: str):
        self.traceback = traceback
        super().__init__(message)


class RunLocked(RelxferError):
    """Another process is using this run directory."""


#: Characters of a name that are compared and shown. Comparing longer names takes minutes, and they would bury the
#: message.
_LONGEST = 100


def did_you_mean(name: str, existing: Iterable[str]) -> str:
    """`did you mean ...? (there are: ...)`, for a message about an unknown name.

    Of more than 30 existing names only the most similar are listed.

    >>> did_you_mean("r7", [f"r{i}" for i in range(100)]).partition(",")[0]
    "did you mean 'r7'? (there are 100"
    """
    names = sorted(each[:_LONGEST] for each in existing)
    close = get_close_matches(name[:_LONGEST], names, n=10)
    if len(names) > 30:
        listing = f"(there are {len(names)}, among them: {', '.join(close or names[:10])})"
    else:
        listing = f"(there are: {', '.join(names) or 'none'})"
    return f"did you mean {close[0]!r}? {listing}" if close else listing
