"""Rows and files that cannot be used, gathered so that all are told at once, or left out where the user says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from relxfer.errors import BadRow, BadRows

#: How many are listed in a message.
MOST = 20


@dataclass
class BadRowList:
    """What cannot be used so far.

    what   what the rows or files should hold, for the message
    skip   whether they are left out, which the option `skip_bad` of a reader says
    count  how many there are; `first` are the first `MOST` of them

    >>> bad = BadRowList("pictures", skip=True)
    >>> bad.add("cat.png", None, "expected a picture, got 0 bytes")
    >>> bad.settle()
    ('1 of pictures left out (skip_bad): cat.png: expected a picture, got 0 bytes',)
    """

    what: str
    skip: bool = False
    count: int = 0
    first: list[BadRow] = field(default_factory=list)

    def add(self, place: object, row: int | None, reason: str) -> None:
        """Gather one: its file, its line from 1 or None for a whole file, and what is wrong with it."""
        self.count += 1
        if len(self.first) < MOST:
            self.first.append(BadRow(str(place), row, reason))

    def join(self, other: BadRowList) -> None:
        """Gather what another list has."""
        self.count += other.count
        self.first += other.first[: MOST - len(self.first)]

    def settle(self) -> tuple[str, ...]:
        """A note on what is left out, if anything is. Call it once, when everything was looked at.

        Raises:
            BadRows: there are some, and they are not to be left out.
        """
        if not self.count:
            return ()
        if not self.skip:
            raise BadRows(self.what, self.first, self.count)
        told = "; ".join(_told(row) for row in self.first[:3])
        more = f"; and {self.count - 3:,} more" if self.count > 3 else ""
        return (f"{self.count:,} of {self.what} left out (skip_bad): {told}{more}",)


def _told(row: BadRow) -> str:
    return f"{row.place}{'' if row.row is None else f':{row.row}'}: {row.reason}"
