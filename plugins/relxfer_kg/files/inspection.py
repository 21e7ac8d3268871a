"""Inspection of the user's files, for `relxfer init`: their format, their contents, and problems with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.query import Query
from relxfer.contract.readers import Told
from relxfer.data import lookalikes
from relxfer.data.bad_rows import BadRowList
from relxfer.data.files_below import FilesBelow
from relxfer.data.tables.kinds import is_missing
from relxfer.data.tables.table import SEPARATORS, Table
from relxfer.errors import DataError, NotMine
from relxfer.store import database
from relxfer_kg.domain import Vocabulary
from relxfer_kg.files.fact_tables import FactColumns, renamed
from relxfer_kg.files.folders import FolderFiles, files_of
from relxfer_kg.files.formats.query import read_query, select_of
from relxfer_kg.files.named_facts import encode, unseen
from relxfer_kg.files.splits import RandomSplit, fact_keys, first_rows, split
from relxfer_kg.files.triples import TABULAR, format_of, read_parts
from relxfer_kg.named import literals
from relxfer_kg.named.facts import Facts
from relxfer_kg.named.order import PICTURES, ROLES

#: Of the entities of a test, the share that another file must hold to be the graph that they belong to.
_HOLDS = 0.9
#: The format of what a query gives.
_SELECTED = "a query"
#: Name of the one relation of a list of edges.
RELATED = "related_to"


@dataclass(frozen=True)
class Inspection:
    """Files of facts, how they are to be read, and what is in them.

    found       the files
    format      a value of `triples.FORMATS`, or "a query"
    separator   between columns; None where the format has none
    header      whether the first line names the columns
    columns     head, relation, tail: names where there is a header, else positions
    facts       role to number of facts, repeated ones included
    entities, relations   how many there are in all files together
    literals    how many of the entities are literals
    options     further options of the reader; of a database, what is selected
    notes       sentences on what was guessed
    problems    sentences on what is or may be wrong
    """

    found: FolderFiles
    format: str
    separator: str | None
    header: bool
    columns: tuple[int | str, ...]
    facts: Mapping[str, int]
    entities: int
    relations: int
    literals: int = 0
    options: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Edges of a graph that name several relations are facts, whatever is said of the nodes."""
        return self.format not in (*TABULAR, _SELECTED) and self.relations > 1

    @property
    def files(self) -> Mapping[str, Path]:
        """Role to its file."""
        return self.found.files

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its paths are `Path`, as `inspect` was given them."""
        table: dict[str, Any] = {"use": "kg-files", **self.files}
        if self.columns != (0, 1, 2):
            table["columns"] = list(self.columns)
        if self.header and all(isinstance(column, int) for column in self.columns):
            table["header"] = True
        names = {"entity_names": self.found.entity_names, "relation_names": self.found.relation_names}
        table |= {key: path for key, path in names.items() if path}
        table |= {"literals": "keep"} if self.literals else {}
        return table | dict(self.options or {})

    def cheaper(self) -> list[Mapping[str, Any]]:
        """Fewer queries at a time, and validated: a step takes as long as the relations that it asks of."""
        return [{"training": {"steps": 100, "batch_size": 8, "validations": 4}}]

    def sentences(self) -> list[str]:
        """What to tell the user."""
        separated = f", separated by {SEPARATORS[self.separator]}" if self.separator else ""
        named = f", columns {', '.join(map(str, self.columns))}" if self.header or self.columns != (0, 1, 2) else ""
        files = [f"{role}: {path} ({self.facts[role]} facts)" for role, path in self.files.items()]
        about = f"{self.format}{separated}{named}; {self.entities} entities, {self.relations} relations"
        return [*files, about, *(f"note: {each}" for each in (*self.found.notes, *self.notes, *self.problems))]


def inspect(path: str | Path, told: Told = Told()) -> Inspection:
    """Inspect a file of facts, or a folder with files of facts (train.txt, valid.txt, test.txt; facts.tsv).

    Raises:
        NotMine: there are no files of facts.
        DataError: there is one that does not read.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.csv"
    >>> _ = path.write_text("subject,predicate,object\\nRome,capital_of,Italy\\nTiber,passes,Rome\\n")
    >>> inspected = inspect(path)
    >>> inspected.columns, inspected.facts, inspected.entities
    (('subject', 'predicate', 'object'), {'facts': 2}, 3)
    """
    told.only("kg-files", "columns", "skip_bad")
    path = Path(path)
    if database.is_database(path):
        return _of_database(path, told)
    found = files_of(path) if path.is_dir() else FolderFiles({"facts": path})
    columns = told.columns or found.columns
    how = FactColumns(columns, None, RELATED if columns and len(columns) == 2 else None)
    bad = BadRowList("facts", told.skip_bad)
    seen = _Seen.of(found, how, bad)
    seen = seen.of_the_test()
    return seen.inspection(told, bad.settle())


def _of_database(path: Path, told: Told) -> Inspection:
    select, bad = select_of(path), BadRowList("facts", told.skip_bad)
    parts = _by_role({"facts": read_query(Query(database=path.resolve(), query=select), bad)})
    seen = _Seen(FolderFiles({"facts": path}), FactColumns(), bad, None, (0, 1, 2), parts)
    found = seen.inspection(told, bad.settle())
    asked = {"facts": {"database": path, "query": select}}
    return replace(found, options={**(found.options or {}), **asked}, notes=(*found.notes, f"the query is {select}"))


@dataclass(frozen=True)
class _Seen:
    """What is in the files: facts by role, and how the main file is laid out."""

    found: FolderFiles
    how: FactColumns
    bad: BadRowList
    table: Table | None
    columns: tuple[int | str, ...]
    parts: Mapping[str, Facts]

    @classmethod
    def of(cls, found: FolderFiles, how: FactColumns, bad: BadRowList) -> _Seen:
        file = found.files["facts"]
        if format_of(file) not in TABULAR:
            parts = {role: _read(path, how, bad, file) for role, path in found.files.items()}
            return cls(found, how, bad, None, (0, 1, 2), _by_role(parts))
        table = how.read(file, bad)
        if how.columns is None:
            _refuse_pictures(file, table)
        laid = how.find(table)
        roles = [role.name for role in ROLES if role.name in laid.positions]
        columns = tuple(_column(table, laid.positions[role]) for role in roles)
        main = how.facts(table, laid, bad)
        fixed = replace(how, columns=columns, header=table.names is not None if format_of(file) != "Parquet" else None)
        others = {role: _read(path, fixed, bad, file) for role, path in found.files.items() if path != file}
        return cls(found, how, bad, table, columns, _by_role({"facts": main, **others}))

    def of_the_test(self) -> _Seen:
        """With the graph that the test is about, where the one that is named as the facts is not.

        Raises:
            DataError: no file holds the entities of the test.
        """
        if "test" not in self.parts or len(self.parts) < 2:
            return self
        missing, count = _unseen(self.parts["facts"], self.parts["test"])
        if 2 * missing <= count:
            return self
        facts, test = self.found.files["facts"], self.found.files.get("test")
        better = [file for file in self.found.others if self._holds(file)]
        if len(better) == 1 and test:
            others = [file for file in self.found.others if file != better[0]]
            note = (
                f"{better[0].name} is the graph of the target: it holds the entities of {test.name}, of which "
                f"{facts.name} lacks {missing / count:.0%}"
            )
            files = {**self.found.files, "facts": better[0]}
            found = replace(self.found, files=files, others=others, notes=(*self.found.notes, note))
            return self.of(found, self.how, self.bad)
        raise DataError(
            f"{facts}: expected the graph that the test is about, got one that lacks {missing / count:.0%} of the "
            f"{count:,} entities of {test.name if test else 'the test'}, so that nothing can be answered about them. "
            f"Which file holds them? Put it beside, as msg.txt (InGram) or inference.txt (ILPC), or name the folder of "
            f"that graph: relxfer init {facts.parent}_ind --reader kg-files (GraIL)"
        )

    def _holds(self, file: Path) -> bool:
        try:
            facts = Facts.joined([*read_parts(file, self.how).values()])
        except DataError:
            return False
        missing, count = _unseen(facts, self.parts["test"])
        return missing <= (1 - _HOLDS) * count

    def inspection(self, told: Told, notes: Sequence[str]) -> Inspection:
        named = {
            role: renamed(facts, self.found.entity_names, self.found.relation_names).ordered()
            for role, facts in self.parts.items()
        }
        vocabulary, ids = encode(*named.values())
        splits = dict(zip(named, ids, strict=True))
        facts = Facts.joined([*named.values()])
        unasked = literals.among(facts.head.values, facts.tail.values)
        table = self.table
        return Inspection(
            self.found,
            _SELECTED if database.is_database(self.found.files["facts"]) else format_of(self.found.files["facts"]),
            table.separator if table else None,
            bool(table and table.names),
            self.columns,
            {role: len(ids) for role, ids in splits.items()},
            len(vocabulary.entities),
            len(vocabulary.relations),
            len(unasked),
            ({"relation": self.how.relation} if self.how.relation else {})
            | ({"skip_bad": True} if told.skip_bad else {}),
            (*dict.fromkeys(note for part in self.parts.values() for note in part.notes), *notes),
            tuple(self._problems(splits, vocabulary, facts, unasked)),
        )

    def _problems(
        self, splits: Mapping[str, np.ndarray], vocabulary: Vocabulary, facts: Facts, unasked: Sequence[str]
    ) -> list[str]:
        rest = self.found.others
        problems = [f"not used: {', '.join(file.name for file in rest)}"] if rest else []
        problems += _of_facts(splits, len(vocabulary.entities))
        if unasked:
            count = int(facts.tail.counts[[value in set(unasked) for value in facts.tail.values]].sum())
            problems.append(
                f"{len(unasked):,} of the entities are literals (numbers, dates, texts), in {count:,} facts, such as "
                f'{literals.shown(unasked)}; literals = "drop" leaves these facts out'
            )
        if not facts.head.distinct & facts.tail.distinct:
            problems.append("no name is both a head and a tail: are they written alike in both columns?")
        if absent := sorted(name for name in vocabulary.entities if is_missing(name)):
            problems.append(
                f"taken for names: {', '.join(absent)} (take these facts out if they mean that none is known)"
            )
        problems += lookalikes.notes(vocabulary.entities, "entities") + lookalikes.notes(
            vocabulary.relations, "relations"
        )
        size = len(vocabulary.entities)
        return problems + (_against_test if "test" in splits else _splittable)(splits, size)


def _refuse_pictures(file: Path, table: Table) -> None:
    """Refuse a table of which a column names pictures that are there, with or without endings."""
    below = FilesBelow(file.resolve().parent, lambda name: name.lower().endswith(PICTURES))
    for place in below.listed_in(table)[:1]:
        named = f"a list of pictures in {table.called(place)}, such as {table.columns[place][0]}"
        raise NotMine(f"{file}: expected facts, got {named}; use image-files, or name the --columns of the facts")


def _column(table: Table, place: int) -> int | str:
    names = table.names or ()
    return names[place] if names and names[place] and names.count(names[place]) == 1 else place


def _by_role(parts: Mapping[str, Mapping[str, Facts]]) -> dict[str, Facts]:
    """The facts of each role; a column of the only file may say which facts are held out."""
    if list(parts) == ["facts"] and {"train", "test"} <= parts["facts"].keys():
        return {"facts" if role == "train" else role: facts for role, facts in parts["facts"].items()}
    return {role: Facts.joined([*of.values()]) for role, of in parts.items()}


def _unseen(facts: Facts, test: Facts) -> tuple[int, int]:
    _, (graph, asked) = encode(facts, test)
    return unseen(graph, asked)


def _read(file: Path, how: FactColumns, bad: BadRowList, like: Path) -> dict[str, Facts]:
    try:
        return read_parts(file, how, bad)
    except DataError as error:
        if file == like:
            raise
        raise DataError(f"{error} (read as {like.name} is)") from None


def _of_facts(splits: Mapping[str, np.ndarray], num_entities: int) -> list[str]:
    facts, problems = splits["facts"], []
    repeated = sum(len(ids) - len(first_rows(ids, num_entities)) for ids in splits.values())
    if repeated:
        problems.append(f"{repeated} facts are repeated; repetitions are dropped")
    if 2 * len(np.unique(facts[:, 1])) > len(facts):
        problems.append("most facts have a relation of their own: are the columns in order? (set columns)")
    return problems


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
    missing, _ = unseen(facts, test)
    if missing:
        problems.append(f"{missing} entities of the test are in no fact of the graph")
    keys = fact_keys(np.concatenate([facts, test]), num_entities)
    overlap = int(np.isin(keys[len(facts) :], keys[: len(facts)]).sum())
    if overlap:
        problems.append(
            f"{overlap} of {len(test)} test facts are also facts of the graph, which gives their answers away"
        )
    return problems
