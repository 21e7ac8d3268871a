"""Reading `results.json`, with a check of every field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from relxfer.contract import messages
from relxfer.errors import UnfitArtefact, UsageError
from relxfer.store import files
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import RESULTS, SCHEMA, Store

T = TypeVar("T")


def read(folder: Path, kind: type[T]) -> T:
    """The results of a run directory, as a record of this kind.

    Raises:
        UsageError: it is not a run directory, or the run is not finished.
        ArtefactError: the file is damaged, or another version of relxfer wrote it.
        UnfitArtefact: the content of the file is not that of results.
    """
    store = Store.open(folder)
    if not (store.folder / RESULTS).exists():
        raise UsageError(
            f"expected a finished run, got {folder} without {RESULTS}; `relxfer run {folder}/config.toml "
            f"--out {folder}` finishes it"
        )
    try:
        # validated as JSON, where a list may become a tuple and a text a path, but no type is converted otherwise
        return _adapter(kind).validate_json(files.to_json(store.read(RESULTS)), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ""
        for step in first["loc"]:
            key = messages.joined(key, step)
        raise unfit(store.folder, f"{key}: {first['msg'].removeprefix('Value error, ')}") from None


def json_schema(kind: type[T]) -> JsonObject:
    """The JSON Schema of the file that `read` reads."""
    made = _adapter(kind).json_schema()
    made["properties"] = {"schema": {"const": SCHEMA, "title": "Schema"}, **made["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Results of a relxfer run"}


@contextmanager
def as_written(folder: Path) -> Iterator[None]:
    """Inside, an error that content of a run directory can cause is raised as `UnfitArtefact`.

    The content is not validated completely, so code that relies on it may raise if it is not what relxfer wrote.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise unfit(folder, f"{type(error).__name__}: {error}") from error


def unfit(folder: Path, got: str) -> UnfitArtefact:
    """The error for a run directory whose results have the wrong content, which `got` describes."""
    return UnfitArtefact(
        f"expected in {folder} the results that relxfer wrote, got others ({got}); "
        f"`relxfer run {folder}/config.toml --out {folder}` writes them again"
    )


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)
