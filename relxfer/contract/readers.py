"""What a reader of the user's own files is told and finds when it inspects them, for `relxfer init`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

from relxfer.contract.plain import Table
from relxfer.errors import NotMine


@dataclass(frozen=True)
class Told:
    """What the user says of the files, which counts more than what a reader guesses.

    label     columns or attributes with the answers; empty: not told
    item      the column with the names of the items that are asked about (`--node`)
    columns   columns by position from 0 or by name, in the order in which the reader's option `columns` has them
    group     the column of what stays together when data are split, such as a patient
    skip_bad  leave out rows and files that cannot be used
    """

    label: tuple[str, ...] = ()
    item: str | None = None
    columns: tuple[int | str, ...] = ()
    group: str | None = None
    skip_bad: bool = False

    def only(self, reader: str, *usable: str) -> None:
        """Check that a reader can use all that is told.

        Raises:
            NotMine: it cannot.

        >>> Told(group="patient").only("kg-files", "columns", "skip_bad")
        Traceback (most recent call last):
        ...
        relxfer.errors.NotMine: expected what kg-files can use (--columns, --skip-bad), got --group; leave it out
        """
        given = [field.name for field in fields(self) if getattr(self, field.name)]
        unusable = [_flag(name) for name in given if name not in usable]
        if unusable:
            able = ", ".join(map(_flag, usable)) or "no hint"
            raise NotMine(f"expected what {reader} can use ({able}), got {', '.join(unusable)}; leave it out")


def _flag(name: str) -> str:
    return "--node" if name == "item" else f"--{name.replace('_', '-')}"


class Inspection(Protocol):
    """What `inspect(path, told)` of a `Reader` returns.

    It raises `NotMine` for files of a kind that the reader does not read, `Undecided` where the user has to say one
    thing more, and another `DataError` for files that it would read if they were right. What is told is in the options
    that it writes.

    Six members are optional. `certain`: whether the files are surely meant for this reader, and not for another one
    that could read them too; without it, they are not. `tables()`: tables of the configuration, such as `strategy`,
    that suit these files better than the usual ones. `tables_with(source)`: the same where the user names other files
    as the source, of which `source` is the inspection, or a data set, which is not inspected (None). `unlabelled`:
    whether the files have no labels, so that a source with labels has to be named; `to_label`: then a sentence on what
    could be labels. `cheaper()`: a list of tables that replace some of those, each cheaper to run than the one before,
    for a machine on which the others would take too long.
    """

    def dataset_table(self) -> Table:
        """The options of the reader, as they are written under `dataset`; paths as `pathlib.Path`."""
        ...

    def sentences(self) -> list[str]:
        """What was found, in sentences for the user."""
        ...
