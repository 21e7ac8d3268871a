"""What a reader of the user's own files finds when it inspects them, for `relxfer init`."""

from __future__ import annotations

from typing import Protocol

from relxfer.contract.plain import Table


class Inspection(Protocol):
    """What `inspect(path)` of a `Reader` returns. It raises `DataError` if the reader does not understand the files.

    Two members are optional. `certain`: whether the files are surely meant for this reader, and not for another one
    that could read them too; without it, they are not. `tables()`: tables of the configuration, such as `strategy`,
    that suit these files better than the usual ones.
    """

    def dataset_table(self) -> Table:
        """The options of the reader, as they are written under `dataset`; paths as `pathlib.Path`."""
        ...

    def sentences(self) -> list[str]:
        """What was found, in sentences for the user."""
        ...
