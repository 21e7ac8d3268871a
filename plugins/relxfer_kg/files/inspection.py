"""Inspection of the user's files, for `relxfer init`: their format, their contents, and problems with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.readers import Told
from relxfer.errors import DataError
from relxfer.store import database, parquet
from relxfer_kg.files.formats import query, sparql
from relxfer_kg.files.formats.rdf import Statements
from relxfer_kg.files.named_facts import encode
from relxfer_kg.files.splits import RandomSplit, fact_keys, first_rows, split
from relxfer_kg.files.triples import Table, format_of, read_statements, read_table
from relxfer_kg.options import Query

#: Usual names of the columns, in lower case, letters and digits only.
HEADINGS = {
    "head": "head heads h subject subjects subj s source src from start headentity entity1 e1 node1 xname",
    "relation": "relation relations rel r predicate predicates pred p property edge edgetype relationtype "
                "reltype type link label",
    "tail": "tail tails t object objects obj o target tgt dst dest destination to end tailentity entity2 e2 "
            "node2 yname",
}  # fmt: skip
#: Usual names of the files, the most specific first; the files of test and validation are identified before the rest.
FILE_NAMES = {
    "test": "test",
    "valid": "valid validation val dev",
    "facts": "train training facts observed triples kg graph edges data",
}
_SEPARATORS = {"\t": "tabs", ",": "commas", ";": "semicolons"}


@dataclass(frozen=True)
class Inspection:
    """Files of facts, how they are to be read, and what is in them.

    files       role ("facts", "valid", "test") to its file, or to the query on a database
    format      a value of `triples.FORMATS`
    separator   between columns; None where the format has none
    header      whether the first line names the columns
    columns     head, relation, tail: names where there is a header, else positions
    facts       role to number of facts, repeated ones included
    entities, relations   how many there are in all files together
    problems    sentences on what is or may be wrong
    """

    files: Mapping[str, Path | Mapping[str, Any]]
    format: str
    separator: str | None
    header: bool
    columns: tuple[int | str, ...]
    facts: Mapping[str, int]
    entities: int
    relations: int
    problems: tuple[str, ...] = ()

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its paths are `Path`, as `inspect` was given them."""
        table: dict[str, Any] = {"use": "kg-files", **self.files}
        if self.columns != (0, 1, 2):
            table["columns"] = list(self.columns)
        if self.header and all(isinstance(column, int) for column in self.columns):
            table["header"] = True
        return table

    def sentences(self) -> list[str]:
        """What to tell the user."""
        separated = f", separated by {_SEPARATORS[self.separator]}" if self.separator else ""
        named = f", columns {', '.join(map(str, self.columns))}" if self.header else ""
        files = [f"{role}: {_source(file)} ({self.facts[role]} facts)" for role, file in self.files.items()]
        about = f"{self.format}{separated}{named}; {self.entities} entities, {self.relations} relations"
        return [*files, about, *(f"note: {problem}" for problem in self.problems)]


def _source(file: Path | Mapping[str, Any]) -> str:
    return str(file) if isinstance(file, Path) else f"{file['database']}, {file['query']}"


def inspect(path: str | Path, told: Told = Told()) -> Inspection:
    """Inspect a file of facts, or a folder with files of facts (train.txt, valid.txt, test.txt; facts.tsv).

    A first line is taken for a header if three of its cells are usual names of the columns and occur in none
    of these columns again.

    Raises:
        DataError: there is no file of facts, or one that does not read.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.csv"
    >>> _ = path.write_text("subject,predicate,object\\nRome,capital_of,Italy\\nTiber,passes,Rome\\n")
    >>> inspected = inspect(path)
    >>> inspected.columns, inspected.facts, inspected.entities
    (('subject', 'predicate', 'object'), {'facts': 2}, 3)
    """
    told.only("kg-files")
    path = Path(path)
    if database.is_database(path):
        return _of_database(path)
    found, problems = _files(path) if path.is_dir() else ({"facts": path}, [])
    kind, separator, columns, header = _layout(found["facts"], problems)
    read = {role: _read(file, columns, header, found["facts"]) for role, file in found.items()}
    problems += [note for statements in read.values() for note in statements.notes]
    triples = {role: statements.facts for role, statements in read.items()}
    vocabulary, ids = encode(*triples.values())
    splits = dict(zip(found, ids, strict=True))
    problems += _problems(splits, len(vocabulary.entities), triples)
    counts = {role: len(facts) for role, facts in splits.items()}
    sizes = len(vocabulary.entities), len(vocabulary.relations)
    return Inspection(found, kind, separator, header, columns, counts, *sizes, tuple(problems))


def _of_database(path: Path) -> Inspection:
    select = query.select_of(path, _headed)
    facts = query.query_facts(Query(database=path.resolve(), query=select)).facts
    vocabulary, (ids,) = encode(facts)
    problems = _problems({"facts": ids}, len(vocabulary.entities), {"facts": facts})
    sizes = len(vocabulary.entities), len(vocabulary.relations)
    files = {"facts": {"database": path, "query": select}}
    return Inspection(files, "a query", None, False, (0, 1, 2), {"facts": len(ids)}, *sizes, tuple(problems))


def _files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """A file for each role, by name; a file without a telling name holds the facts if it is alone."""
    tables = sorted(file for file in folder.iterdir() if file.is_file() and _is_table(file))
    rest, named = list(tables), {}
    for role in FILE_NAMES:
        file = _named(rest, role) or (rest[0] if role == "facts" and len(rest) == 1 else None)
        if file:
            rest.remove(file)
            named[role] = file
    files = {role: named[role] for role in reversed(FILE_NAMES) if role in named}
    if "facts" not in files:
        raise DataError(
            f"{folder}: expected a file of facts such as train.txt or facts.tsv, got "
            f"{', '.join(file.name for file in tables[:5]) or 'none'}; name the file itself"
        )
    problems = [f"not used: {', '.join(file.name for file in rest)}"] if rest else []
    if "valid" in files and "test" not in files:
        problems.append(f"{files.pop('valid').name} is not used, since there is no test file beside it")
    return files, problems


def _is_table(file: Path) -> bool:
    try:
        return bool(format_of(file))
    except DataError:
        return False


def _named(tables: Sequence[Path], role: str) -> Path | None:
    """The file whose name says the role: by the whole name if there is one, else by a word in it."""
    for wanted in FILE_NAMES[role].split():
        for words in (lambda stem: [stem], lambda stem: re.split(r"[^a-z0-9]+", stem)):
            for file in tables:
                if wanted in words(file.name.lower().partition(".")[0]):
                    return file
    return None


def _layout(file: Path, problems: list[str]) -> tuple[str, str | None, tuple[int | str, ...], bool]:
    """Format, separator, columns, header."""
    kind = format_of(file)
    if kind == "Parquet" or kind == sparql.TSV or kind in sparql.FORMATS.values():
        names = parquet.names(file) if kind == "Parquet" else sparql.variables(file, kind)
        return kind, None, tuple(names[i] for i in _headed(names) or (0, 1, 2)[: len(names)]), True
    if kind not in ("TSV", "CSV"):
        return kind, None, (0, 1, 2), False
    table = read_table(file)
    first = [column[0] for column in table.columns]
    headed = _headed(first)
    if headed and not _recurs(table, headed):
        return kind, table.separator, tuple(first[i] for i in headed), True
    if len(first) > 3:
        problems.append(
            f"{file.name} has {len(first)} columns; the first three are taken as head, "
            "relation, tail (set columns to change it)"
        )
    elif headed:
        problems.append(
            f"the first line of {file.name} looks like a header, but its cells occur again, so "
            "it is taken for a fact (set columns to change it)"
        )
    elif len(first) == 3 and len(table.numbers) > 3 and not _recurs(table, [0, 1, 2]):
        problems.append(
            f"the first line of {file.name} may be a header, since its cells occur nowhere "
            f"else: {', '.join(first)} (if so, set header = true)"
        )
    return kind, table.separator, (0, 1, 2), False


def _headed(names: Sequence[str]) -> list[int] | None:
    """Positions of head, relation and tail among names of columns, if all three are there."""
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in names]
    positions = []
    for usual in HEADINGS.values():
        positions += [i for i, name in enumerate(plain) if name in usual.split()][:1]
    return positions if len(positions) == 3 else None


def _recurs(table: Table, positions: Sequence[int]) -> bool:
    """Whether cells of the first row occur further down, in any of these columns."""
    first = {table.columns[i][0] for i in positions}
    return any(not first.isdisjoint(table.columns[i][1:]) for i in positions)


def _read(file: Path, columns: Sequence[int | str], header: bool, like: Path) -> Statements:
    try:
        return read_statements(file, columns, header or None)
    except DataError as error:
        if file == like:
            raise
        raise DataError(f"{error} (read as {like.name} is)") from None


def _problems(splits: Mapping[str, np.ndarray], num_entities: int, triples: Mapping[str, np.ndarray]) -> list[str]:
    facts = splits["facts"]
    problems = []
    repeated = sum(len(ids) - len(first_rows(ids, num_entities)) for ids in splits.values())
    if repeated:
        problems.append(f"{repeated} facts are repeated; repetitions are dropped")
    if 2 * len(np.unique(facts[:, 1])) > len(facts):
        problems.append("most facts have a relation of their own: are the columns in order? (set columns)")
    literals = sum(str(name).startswith('"') for name in set(triples["facts"][:, 2].tolist()))
    if literals:
        problems.append(
            f"{literals} of the entities are literals (names, dates, numbers); drop their facts if "
            "they should not be predicted"
        )
    return problems + (_against_test if "test" in splits else _splittable)(splits, num_entities)


def _splittable(splits: Mapping[str, np.ndarray], num_entities: int) -> list[str]:
    try:
        test = split(splits["facts"], num_entities, RandomSplit()).test
    except DataError as error:
        return [str(error)]
    if len(test) < 30:
        return [
            f"the default split leaves {len(test)} test facts: most likely too few for a verdict "
            "(raise test_fraction, or add facts)"
        ]
    return []


def _against_test(splits: Mapping[str, np.ndarray], num_entities: int) -> list[str]:
    facts, problems = splits["facts"], []
    test = splits["test"][first_rows(splits["test"], num_entities)]
    unseen = len(np.setdiff1d(test[:, [0, 2]], facts[:, [0, 2]]))
    if unseen:
        problems.append(f"{unseen} entities of the test are in no fact of the graph")
    keys = fact_keys(np.concatenate([facts, test]), num_entities)
    overlap = int(np.isin(keys[len(facts) :], keys[: len(facts)]).sum())
    if overlap:
        problems.append(
            f"{overlap} of {len(test)} test facts are also facts of the graph, which gives their answers away"
        )
    return problems
