"""`results.json`: results as they are written, and read again with every field checked."""

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
        UsageError: it is no run, or one that is not finished.
        ArtefactError: another relxfer wrote it, or the file is damaged.
        UnfitArtefact: the file says what results do not say.
    """
    store = Store.open(folder)
    if not (store.folder / RESULTS).exists():
        raise UsageError(
            f"expected a finished run, got {folder} without {RESULTS}; `relxfer run {folder}/config.toml "
            f"--out {folder}` finishes it"
        )
    try:
        # as JSON, in which a tuple is a list and a path is a text, and nothing else is taken for another
        return _adapter(kind).validate_json(files.to_json(store.read(RESULTS)), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ""
        for step in first["loc"]:
            key = messages.joined(key, step)
        raise unfit(store.folder, f"{key}: {first['msg'].removeprefix('Value error, ')}") from None


def json_schema(kind: type[T]) -> JsonObject:
    """The JSON Schema of what `read` reads."""
    made = _adapter(kind).json_schema()
    made["properties"] = {"schema": {"const": SCHEMA, "title": "Schema"}, **made["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Results of a relxfer run"}


@contextmanager
def as_written(folder: Path) -> Iterator[None]:
    """Inside, what stands in a run is taken for what relxfer wrote; where it is not, that is an `UnfitArtefact`."""
    try:
        yield
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise unfit(folder, f"{type(error).__name__}: {error}") from error


def unfit(folder: Path, got: str) -> UnfitArtefact:
    return UnfitArtefact(
        f"expected in {folder} the results that relxfer wrote, got others ({got}); "
        f"`relxfer run {folder}/config.toml --out {folder}` writes them again"
    )


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(kind)
