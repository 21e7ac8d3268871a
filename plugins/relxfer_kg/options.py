"""Options of `kg-files`, apart from its loader so that listing them imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, model_validator

from relxfer.contract.only_with import OnlyWhere, OnlyWith
from relxfer.contract.options import Options, UserFile
from relxfer.contract.query import Query

Row = tuple[str, str, str]
#: Ends of names of files with columns, of which those of text may have a line that names them; .gz may follow.
TEXTS = (".tsv", ".txt", ".csv", ".tab", ".psv")
TABLES = (*TEXTS, ".jsonl", ".ndjson", ".parquet", ".srj", ".srx", ".json", ".xml")


def _plain(value: Any, info: ValidationInfo) -> Any:
    """Paths and queries as they are; objects as files or rows of names."""
    if isinstance(value, Query):
        return value
    if not isinstance(value, str | Path | list | tuple | Mapping):
        from relxfer_kg.files.in_memory import plain

        value = plain(value, info)
    if isinstance(value, list | tuple) and form_of(value) == "facts":
        from relxfer_kg.files.in_memory import rows_or_file

        return rows_or_file([_row(row, number) for number, row in enumerate(value, 1)], info)
    if not isinstance(value, str | Path | list | tuple | Mapping):
        raise ValueError(
            "expected a path, a list of paths, rows [head, relation, tail], or a query {database = ..., query = ...}"
        )
    return value


def _row(row: Any, number: int) -> list[str]:
    names = [str(name).strip() for name in row] if isinstance(row, list | tuple) else []
    if len(names) != 3 or not all(names) or not all(isinstance(name, str | int) for name in row):
        raise ValueError(f"expected [head, relation, tail], three names, as row {number} (got {row!r})")
    return names


def form_of(value: Any) -> str:
    """Which of the forms facts are given in: path, paths, facts, select.

    None of them is a key of `Query`, so that messages tell a form from a key.
    """
    if isinstance(value, str | Path):
        return "path"
    if isinstance(value, Query | Mapping):
        return "select"
    return "paths" if value and all(isinstance(item, str | Path) for item in value) else "facts"


def _column(value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "" or (value in range(-9, 0)):
        raise ValueError("expected a position from 0, or the name of a column")
    return value


#: A path, a list of paths, rows, or a query.
Facts = Annotated[
    Annotated[UserFile, Tag("path")]
    | Annotated[tuple[UserFile, ...], Field(min_length=1), Tag("paths")]
    | Annotated[tuple[Row, ...], Field(min_length=1), Tag("facts")]
    | Annotated[Query, Tag("select")],
    Discriminator(form_of),
    BeforeValidator(_plain),
]
Column = Annotated[int | str, BeforeValidator(_column)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


def _no_file_of(endings: tuple[str, ...], files: OwnFiles) -> str | None:
    """Rows stand as they are, and other kinds of files have no columns."""
    given = [part for part in (files.facts, files.valid, files.test) if part is not None]
    paths = [path for part in given for path in _paths(part)]
    if any(path.name.lower().removesuffix(".gz").endswith(endings) for path in paths):
        return None
    if paths:
        return f"without a file that ends in {', '.join(endings)}; remove it"
    return "with facts as rows; remove it, and give each row as [head, relation, tail]"


def _paths(part: Any) -> tuple[Path, ...]:
    form = form_of(part)
    return (part,) if form == "path" else part if form == "paths" else ()


def _nothing_is_drawn(files: OwnFiles) -> str | None:
    if files.test is not None or files.valid_fraction or files.test_fraction:
        return None
    return "with valid_fraction = 0 and test_fraction = 0; remove it, or raise one of them"


_SPLITS = OnlyWith(test=None)


class OwnFiles(Options):
    """Your own facts.

    >>> OwnFiles(facts=[["Rome", "capital_of", "Italy"]]).facts
    (('Rome', 'capital_of', 'Italy'),)
    """

    facts: Facts
    """A file of facts (.tsv, .txt, .csv, .jsonl, .parquet, .nt, .nq, .ttl, .trig, .rdf, .owl, .jsonld, .n3, .srj, .srx,
    .graphml, .gexf, .gml, each also gzipped), a list of files, rows [head, relation, tail], or a query on a database;
    in Python also a graph of networkx or rdflib, an array, or a table of pandas, polars or pyarrow. Where a column of a
    table says train, valid or test of each fact, that is the split."""
    valid: Facts | None = None
    """Validation facts, in the same forms; only together with `test`."""
    test: Facts | None = None
    """Test facts, in the same forms. Unset: both are split off from `facts`, by pair of entities."""
    columns: Annotated[
        Annotated[tuple[Column, ...], Field(min_length=2, max_length=3)] | None,
        OnlyWhere(partial(_no_file_of, TABLES)),
    ] = None
    """Head, relation and tail, by position from 0 or by name in the first line; head and tail beside `relation`. Unset:
    by usual names, else by content, which the notes of a run say where it is not the first three in this order."""
    header: Annotated[bool | None, OnlyWhere(partial(_no_file_of, TEXTS))] = None
    """Whether the first line holds names of columns; unset: as `columns` are names, or by content."""
    relation: Annotated[Annotated[str, Field(min_length=1)] | None, OnlyWhere(partial(_no_file_of, TABLES))] = None
    """Name of the one relation of all facts, where no column holds it, as in a list of edges."""
    entity_names: UserFile | None = None
    """A table of numbers and names of entities, where the facts hold numbers (OpenKE's `entity2id.txt`)."""
    relation_names: UserFile | None = None
    """A table of numbers and names of relations (OpenKE's `relation2id.txt`)."""
    literals: Literal["keep", "drop"] = "keep"
    """Whether facts stay whose tail is a literal: a number, a date or a text, of which no fact says anything."""
    skip_bad: bool = False
    """Leave out rows that are no facts, and say how many. Unset: they are told, and nothing is read."""
    valid_fraction: Annotated[Fraction, _SPLITS] = 0.1
    """Share of the linked pairs of entities that is split off for validation, where `test` is unset."""
    test_fraction: Annotated[Fraction, _SPLITS] = 0.1
    """Share of the linked pairs of entities that is split off for the test, where `test` is unset."""
    split_seed: Annotated[int, Field(ge=0), _SPLITS, OnlyWhere(_nothing_is_drawn)] = 0
    """Seed of the split, where `test` is unset."""
    name: str | None = None
    """Name of the data in reports; unset: the name of the file."""

    @model_validator(mode="after")
    def _fits_together(self) -> OwnFiles:
        if self.valid is not None and self.test is None:
            raise ValueError("expected test beside valid, got valid alone; set test too, or neither")
        if self.valid_fraction + self.test_fraction >= 1:
            raise ValueError(
                "expected valid_fraction + test_fraction < 1, so that facts remain to learn "
                f"from (got {self.valid_fraction} + {self.test_fraction})"
            )
        return self
