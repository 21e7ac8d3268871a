"""Whether a run is what was locked before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from relxfer.plan.lock import Time, name, when

#: A digest as hexadecimal digits.
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, kw_only=True)
class LockCheck:
    """What the results of a run have to do with the lock that its directory keeps.

    sha256   digest of the lock, as it stands in its file
    locked   when it was taken, by the clock of the machine that took it
    differs  in what the run differs from it, in words; nothing: it is what was locked
    others   number of evaluations in the run directory that are none of the results: a test was opened for something
             else too
    """

    sha256: Sha256
    locked: Time
    differs: tuple[str, ...] = ()
    others: int = 0

    @property
    def said(self) -> str:
        """One sentence for a report.

        >>> LockCheck(sha256="0a1b2c3d4e5f" + 52 * "0", locked="2026-12-01T10:00:07Z").said
        'locked 2026-12-01 10:00 UTC, before the test was opened here: configuration, data and code are those of the \
lock 0a1b2c3d4e5f'
        """
        lock = name(self.sha256)
        evaluations = f"{self.others:,} other evaluation{'s' * (self.others != 1)}"
        also = f"; {evaluations} opened the test in this run directory" if self.others else ""
        if self.differs:
            got = ", another ".join(self.differs)
            return f"not what was locked {when(self.locked)}: another {got} than in the {lock}{also}"
        return (
            f"locked {when(self.locked)}, before the test was opened here: configuration, data and code are those of "
            f"the {lock}{also}"
        )
