"""Answers to every question of a target, written as they come, by a run that may be broken off and goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from relxfer.errors import UsageError
from relxfer.predict.answers import block, encoded, lines
from relxfer.predict.predictions import ChosenCell, best, header
from relxfer.store import delimited, files
from relxfer.store.json_text import JsonObject

FORMATS = (".tsv", ".csv")


@dataclass(frozen=True)
class Journal:
    """A file that grows, `FILE.part`, and beside it how far it is, `FILE.part.json`."""

    path: Path
    about: JsonObject  # what decides the content

    @property
    def part(self) -> Path:
        return self.path.with_name(self.path.name + ".part")

    @property
    def state(self) -> Path:
        return self.path.with_name(self.path.name + ".part.json")

    def resume(self, force: bool) -> int:
        """The number of queries that are answered already; what was written after the last of them is cut off."""
        begun = os.path.getsize(self.part) if self.part.exists() else 0
        if force or not begun:
            # before anything else, so that a beginning of ours is never without it
            files.write_json(self.state, self.about | {"queries": 0, "bytes": 0})
            files.write_bytes(self.part, b"")
            return 0
        known = files.read_json(self.state) if self.state.exists() else {}
        if {key: known.get(key) for key in self.about} != self.about or begun < known["bytes"]:
            raise UsageError(
                f"expected in {self.part} the beginning of the same answers, got something else, such as those of "
                "another model, graph or number of answers; delete it, choose another --out, or add --force"
            )
        os.truncate(self.part, known["bytes"])
        return int(known["queries"])

    def append(self, text: str, queries: int) -> None:
        """Add the answers of all queries up to this number."""
        with self.part.open("ab") as file:
            file.write(encoded(text))
            file.flush()
            os.fsync(file.fileno())
            files.write_json(self.state, self.about | {"queries": queries, "bytes": file.tell()})

    def finish(self) -> None:
        os.replace(self.part, self.path)
        with suppress(FileNotFoundError):
            self.state.unlink()


def write(
    chosen: ChosenCell,
    path: Path,
    k: int,
    keep_known: bool = False,
    force: bool = False,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """The k best answers to every question of the target, as rows of a table; returns the number of queries.

    The columns are those of `predictions.predict`. What is written stays when the process ends early, and the same
    call goes on from there. `told(done, total)` is called as queries are answered.

    Raises `UsageError` for another format than TSV and CSV, and where a beginning of something else is in the way.
    """
    if path.suffix not in FORMATS:
        raise UsageError(
            f"expected a file ending in {' or '.join(FORMATS)}, got {path.name!r}: rows are appended to it"
        )
    asked = chosen.domain.everything()
    about: JsonObject = {"cell": chosen.cell, "k": k, "keep_known": keep_known, "asked": asked.digest()}
    journal = Journal(path, about)
    done = journal.resume(force)
    rest = replace(asked, queries=asked.queries[done:])
    if done == 0:
        journal.append(delimited.row(header(chosen.domain, asked), delimited.separator(path)), 0)
    told(done, len(asked))
    for found, scores in best(chosen, rest, k, keep_known):
        rows = slice(done, done + len(found))
        journal.append(lines(block(chosen.domain, asked.queries[rows], found, scores), path), rows.stop)
        done = rows.stop
        told(done, len(asked))
    journal.finish()
    return len(asked)
