"""Writing the answers to all questions of a target, so that an interrupted process can be continued."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from relxfer.errors import UsageError
from relxfer.plan.views import digest
from relxfer.predict.answers import Answers, block, blocks
from relxfer.predict.chosen import ChosenRow
from relxfer.predict.formats.blocks import encoded
from relxfer.predict.formats.text import lines
from relxfer.predict.predictions import check_format, found_by, header
from relxfer.predict.scores import Best
from relxfer.store import delimited, files
from relxfer.store.json_text import JsonObject

#: Rows can be appended to these; other formats are written when everything is answered.
FORMATS = (".tsv", ".csv")


@dataclass(frozen=True)
class Journal:
    """An unfinished file of answers.

    The answers are appended to `FILE.part`, and `FILE.part.json` says how many queries are answered.

    path   the file that it becomes when it is finished
    about  what determines the content; a journal is only continued if this is equal
    """

    path: Path
    about: JsonObject

    @property
    def partial(self) -> Path:
        """The file that the answers are appended to."""
        return self.path.with_name(self.path.name + ".part")

    @property
    def state(self) -> Path:
        """The file that says how many queries are answered, and where they end."""
        return self.path.with_name(self.path.name + ".part.json")

    def resume(self, force: bool) -> int:
        """Open the journal and return the number of queries that are answered already.

        What was written after the last complete query is cut off. With `force` the journal begins anew.

        Raises:
            UsageError: there is a journal with other content.
        """
        begun = os.path.getsize(self.partial) if self.partial.exists() else 0
        if force or not begun:
            # the state is written first, so that a partial file always has one
            files.write_json(self.state, self.about | {"queries": 0, "bytes": 0})
            files.write_bytes(self.partial, b"")
            return 0
        state = files.read_json(self.state) if self.state.exists() else {}
        if {key: state.get(key) for key in self.about} != self.about or begun < state["bytes"]:
            raise UsageError(
                f"expected {self.partial} to be the beginning of the same answers, got something else, such as "
                "answers of another model or graph; delete it, choose another --out, or add --force"
            )
        os.truncate(self.partial, state["bytes"])
        return int(state["queries"])

    def append(self, text: str, queries: int) -> None:
        """Append answers.

        text     rows of the table
        queries  number of queries that are answered with these
        """
        with self.partial.open("ab") as file:
            file.write(encoded(text))
            file.flush()
            os.fsync(file.fileno())
            files.write_json(self.state, self.about | {"queries": queries, "bytes": file.tell()})

    def finish(self) -> None:
        """Rename the partial file to `path`."""
        os.replace(self.partial, self.path)
        with suppress(FileNotFoundError):
            self.state.unlink()


def write(
    chosen: ChosenRow,
    path: Path,
    k: int,
    keep_known: bool = False,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    level: float | None = None,
) -> int:
    """Write the k best answers to every question of the target as a table, and return the number of queries.

    The columns are those of `predictions.predict`. If the process ends early, the same call continues where it ended,
    in one of `FORMATS`; in others it begins anew.

    Args:
        chosen: the model that answers.
        path: file to write, in a format of tables or of the domain.
        k: number of answers to each query.
        keep_known: include answers that are in the data already.
        force: start again, whatever was written before.
        progress: called with the number of answered queries and of all queries.
        level: how often sets of answers hold the right one, see `predictions.answers`; None: no sets.

    Raises:
        UsageError: there is no such format, or there is an unfinished file with other answers.
    """
    check_format(path, chosen.domain)
    asked = chosen.domain.everything()
    if path.suffix not in FORMATS:
        found = _told(found_by(chosen, asked, k, keep_known, level), len(asked), progress)
        columns, domain = header(chosen, asked, level), chosen.domain
        Answers(columns, blocks(domain, asked.queries, found), domain.formats()).write(path)
        return len(asked)
    data = files.fingerprint(digest(chosen.domain))
    about: JsonObject = {
        "cell": chosen.cell, "data": data, "k": k, "keep_known": keep_known, "asked": asked.digest(),
        "coverage": level,
    }  # fmt: skip
    journal = Journal(path, about)
    done = journal.resume(force)
    rest = replace(asked, queries=asked.queries[done:])
    if done == 0:
        journal.append(delimited.row(header(chosen, asked, level), delimited.separator(path)), 0)
    progress(done, len(asked))
    for answered in found_by(chosen, rest, k, keep_known, level):
        rows = slice(done, done + len(answered.answers))
        journal.append(lines(block(chosen.domain, asked.queries[rows], answered), path), rows.stop)
        done = rows.stop
        progress(done, len(asked))
    journal.finish()
    return len(asked)


def _told(found: Iterable[Best], total: int, progress: Callable[[int, int], None]) -> Iterator[Best]:
    done = 0
    progress(done, total)
    for of in found:
        yield of
        done += len(of.answers)
        progress(done, total)
