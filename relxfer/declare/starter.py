"""Writes a first configuration for the user's own files, after inspecting them (`relxfer init`)."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from relxfer.contract.plain import Table
from relxfer.contract.readers import Inspection, Told
from relxfer.contract.records import Dataset, Reader, SourceModel, TargetAdapter
from relxfer.declare import files_name, reading
from relxfer.errors import BadRows, DataError, NotMine, PluginError, Undecided, UsageError
from relxfer.plugins import fault
from relxfer.plugins.finder import Plugins, load_object
from relxfer.store.files import write_bytes
from relxfer.store.hub.address import of_copy

#: Of a source that the reader says nothing of.
TRAINING = {"steps": 1500, "batch_size": 32}


@dataclass(frozen=True)
class Asked:
    """What `relxfer init` is asked for.

    data    the file or folder to inspect
    out     the configuration to write
    source  the name of a data set to pre-train on, or the path of files like the data; None: published weights, or an
            embedded data set
    further other sources, to choose among
    reader  the name of the reader to use; None: every reader tries to understand the data
    told    what the user says of the data
    force   whether to replace an existing `out`
    looks   says what files look like that no reader understands, and what can be done
    """

    data: Path
    out: Path
    source: str | None = None
    reader: str | None = None
    told: Told = field(default_factory=Told)
    force: bool = False
    looks: Callable[[Path], tuple[str, str]] = lambda path: (f"other files in {path.name}", "name others")
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A configuration that is not written yet.

    tables     its tables, and those of cheaper ones, in order
    sentences  what was found in the data
    """

    tables: tuple[Table, ...]
    sentences: tuple[str, ...]


def draft(plugins: Plugins, asked: Asked) -> Draft:
    """A configuration for the data, after inspecting them.

    Raises:
        UsageError: there is no such data, `out` exists, or there is no data set to pre-train on.
        UnknownName: no reader or data set has the name that is asked for.
        DataError: no reader understands the data.
    """
    if not asked.data.exists():
        raise UsageError(f"expected a file or folder, got {asked.data}, which does not exist")
    if asked.out.exists() and not asked.force:
        raise UsageError(f"Cannot write {asked.out}: it exists already. Choose another --out, or add --force.")
    reader, inspection, rivals = _reader(plugins, asked)
    dataset = _relative({**inspection.dataset_table(), "use": reader.name}, asked.out)
    own = _own_source(reader, asked)
    if getattr(inspection, "unlabelled", False) and not asked.source:
        usual = "name the column of the labels with --label, or a data set or files with the same classes with --source"
        raise UsageError(
            f"expected labels in {asked.data}, or a source that has some, got neither; "
            f"{getattr(inspection, 'to_label', usual)}"
        )
    best = _own_tables(inspection, own, bool(asked.source))
    cheaper = inspection.cheaper() if hasattr(inspection, "cheaper") and own is None else ()
    given = [best, *({**best, **each} for each in cheaper)]
    tables = tuple(_tables(plugins, asked, reader, own, each, dataset) for each in given)
    if asked.further:
        tables = (_with_further(plugins, asked, reader, tables[0]),)  # recommend makes it cheaper, if need be
    return Draft(tables, (*inspection.sentences(), *_of_rivals(reader, rivals)))


def write(tables: Table, out: Path) -> None:
    """Write a configuration as TOML."""
    import tomli_w

    head = "# Written by `relxfer init`; docs/config.md explains every key. Baselines are added automatically.\n"
    write_bytes(out, (head + tomli_w.dumps(tables)).encode())


def _tables(
    plugins: Plugins, asked: Asked, reader: Reader, own: Inspection | None, preferred: Table, dataset: Table
) -> Table:
    """The tables of a configuration.

    own        the inspection of the user's own files as the source
    preferred  the tables of the reader, which take precedence
    dataset    the table of the data
    """
    given, adapter = dict(preferred), _adapter(plugins, reader)
    if not asked.source and adapter.model in adapter.weights:
        given["source"] = {"model": adapter.model, "weights": adapter.weights[adapter.model]}
    if asked.source or "source" not in given:
        named = asked.source or _embedded(plugins, reader.content)
        made = _source(plugins, asked, reader, named, own)
        given["source"] = made if "weights" in made else {**made, "shared": True, "training": TRAINING}
    return {
        "name": _run_name(asked.out),
        "seeds": 6,
        "source": None,
        "target": {"name": files_name.of(asked.data), "dataset": dataset, "label_budgets": [0, 10, 100, "all"]}
        | given.pop("target", {}),
        "training": {"steps": 200, "batch_size": 32},
        "strategy": [{"use": "zero-shot"}, {"use": "finetune"}],
        **given,
    }


def _source(plugins: Plugins, asked: Asked, reader: Reader, named: str, own: Inspection | None) -> Table:
    """The name and the data of a source: of files of the user's own, of published weights, or of a data set."""
    if own is None and (model := _model_with(plugins, reader, named)):
        return {"model": model, "weights": named}
    if own is None:
        plugins.find(Dataset.kind, named)
        return {"datasets": [named]}
    if getattr(own, "unlabelled", False):
        raise UsageError(f"expected labels in {named} to pre-train on, got none; name their column with --label")
    data = _relative({**own.dataset_table(), "use": reader.name}, asked.out)
    return {"name": files_name.source(Path(named), asked.data), "datasets": [data]}


def _model_with(plugins: Plugins, reader: Reader, weights: str) -> str | None:
    """The model for this kind of data that has published weights of this name."""
    models = (offer.record for offer in plugins.all(SourceModel.kind))
    fitting = (model for model in models if isinstance(model, SourceModel) and reader.content in model.reads)
    return next((model.name for model in fitting if weights in model.weights), None)


def _with_further(plugins: Plugins, asked: Asked, reader: Reader, tables: Table) -> Table:
    """The configuration with further sources, which are trained as the first one is: all of them together for as many
    steps as it would be alone."""
    first, several = tables["source"], 1 + len(asked.further)
    training = first.get("training", TRAINING)
    if "steps" in training:
        training = {**training, "steps": math.ceil(training["steps"] / several)}
    same = {key: first[key] for key in ("model", "shared") if key in first} | {"training": training}
    sources = [first if "weights" in first else {**first, **same}]
    for named in asked.further:
        own = _own_source(reader, replace(asked, source=named))
        made = _source(plugins, asked, reader, named, own)
        sources.append(made if "weights" in made else {**made, **same})
    return {**tables, "source": sources}


def _own_source(reader: Reader, asked: Asked) -> Inspection | None:
    """What the reader finds in the files that are named as the source; None where a data set is named."""
    if not asked.source or not Path(asked.source).exists():
        return None
    source = replace(asked, data=Path(asked.source))
    try:
        return _inspected(reader, source)
    except Undecided:
        raise
    except DataError:  # what is told of the target need not be true of the source
        if asked.told == Told():
            raise
        return _inspected(reader, replace(source, told=Told()))


def _of_target(reader: Reader, asked: Asked) -> Inspection:
    """What a reader found in the data; a label may be told of the source alone."""
    try:
        return _inspected(reader, asked)
    except DataError:
        if not asked.told.label or not asked.source:
            raise
        found = _inspected(reader, replace(asked, told=replace(asked.told, label=())))
        if not getattr(found, "unlabelled", False):
            raise
        return found


def _own_tables(inspection: Inspection, source: Inspection | None, named: bool) -> Table:
    """What the reader says that the configuration should have besides; `named`: whether the user names a source."""
    if named and hasattr(inspection, "tables_with"):
        return dict(inspection.tables_with(source))
    return dict(inspection.tables()) if hasattr(inspection, "tables") else {}


def _of_rivals(reader: Reader, rivals: Sequence[str]) -> list[str]:
    """A sentence on the other readers that understand the data."""
    if not rivals:
        return []
    ways = " or ".join(f"--reader {name}" for name in rivals)
    return [f"read by {reader.name}; other readers understand these files too: {ways} uses another"]


def _run_name(out: Path) -> str:
    """The name of the file without characters that are not allowed in the name of a run."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", out.stem).strip("._-")[:100] or "run"


def _reader(plugins: Plugins, asked: Asked) -> tuple[Reader, Inspection, list[str]]:
    """The reader of the data, what it found, and the names of the other readers that understand the data.

    Of several, the first by name that is `certain` is taken; else one that is `Undecided` asks its question; else the
    first by name.
    """
    failed: list[tuple[Reader, DataError | PluginError]] = []
    able: list[tuple[Reader, Inspection]] = []
    for reader in _asked_readers(plugins, asked.reader):
        try:
            able.append((reader, _of_target(reader, asked)))
        except (DataError, PluginError) as error:
            failed.append((reader, error))
    certain = [each for each in able if getattr(each[1], "certain", False)]
    undecided = [error for _, error in failed if isinstance(error, Undecided)]
    if undecided and not certain:
        raise _question(undecided[0], [reader.name for reader, _ in able])
    if not able:
        raise _refusal(asked, failed)
    chosen = [*certain, *able][0]
    return *chosen, [reader.name for reader, _ in able if reader is not chosen[0]]


def _question(error: Undecided, others: Sequence[str]) -> Undecided:
    """What one reader has to know, and which others do without."""
    ways = " or ".join(f"--reader {name}" for name in others)
    return Undecided(f"{error}, or {ways}, which needs to know nothing" if others else str(error))


def _refusal(asked: Asked, failed: Sequence[tuple[Reader, DataError | PluginError]]) -> DataError | PluginError:
    """The error of the reader whose files they seem to be: reasons of the others would bury it."""
    likely = [(reader, error) for reader, error in failed if not isinstance(error, NotMine)]
    if not likely and len(failed) > 1 and asked.told == Told():
        return _unclaimed(asked, [reader for reader, _ in failed])
    likely = [each for each in likely if isinstance(each[1], BadRows)] or likely  # it read most of them
    if likely and len({_without_place(error, asked.data) for _, error in likely}) == 1:
        reader, error = likely[0]
        return type(error)(f"{reader.name}: {error}") if type(error) is DataError and len(likely) == 1 else error
    reasons = "; ".join(f"{reader.name}: {error}" for reader, error in likely or failed)
    choice = "" if asked.reader else f" (--reader {(likely or failed)[0][0].name} asks one of them alone)"
    return DataError(f"expected files that a reader understands, got {asked.data}: {reasons}{choice}")


def _unclaimed(asked: Asked, readers: Sequence[Reader]) -> NotMine:
    """What can be read, and what there is: the reasons of readers whose files they are not say less."""
    able = "; ".join(reader.summary or reader.content for reader in readers)
    what, do = asked.looks(asked.data)
    got = f"{asked.data}, which looks like {what}; {do}"
    return NotMine(f"expected files that a reader understands, got {got}. What is read: {able}")


def _without_place(error: Exception, data: Path) -> str:
    """A message without the path of the data, which one reader takes as it is and another from the root."""
    return str(error).replace(str(data.resolve()), data.name).replace(str(data), data.name)


def _asked_readers(plugins: Plugins, name: str | None) -> list[Reader]:
    offers = plugins.all(Reader.kind) if name is None else [plugins.find(Reader.kind, name)]
    readers = [offer.record for offer in offers if isinstance(offer.record, Reader)]
    if name is not None and readers[0].inspect is None:
        raise UsageError(f"expected a reader that inspects files, got {name!r}, which does not; write its options")
    return [reader for reader in readers if reader.inspect]


def _inspected(reader: Reader, asked: Asked) -> Inspection:
    """What a reader found.

    Raises:
        DataError: it does not understand the data.
        PluginError: it raises another error, or returns no inspection.
    """
    assert reader.inspect is not None
    inspect = load_object(reader.inspect)
    try:
        found = inspect(asked.data, asked.told)
    except (DataError, OSError, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        got = f"{type(error).__name__}: {error} ({fault.place(error) or reader.inspect})"
        raise PluginError(f"expected it to inspect the files or to raise DataError, got {got}") from error
    if not (hasattr(found, "dataset_table") and hasattr(found, "sentences")):
        raise PluginError(
            f"expected dataset_table() and sentences() of what {reader.inspect} returns, got {type(found).__name__}"
        )
    return found


def _adapter(plugins: Plugins, data: Any) -> Any:
    try:
        return plugins.find(TargetAdapter.kind, reading.adapter_of(plugins, data)).record
    except ValueError as error:
        raise UsageError(str(error)) from None


def _embedded(plugins: Plugins, content: str) -> str:
    """The name of a data set with this content that needs no download."""
    names = [
        offer.record.name
        for offer in plugins.all(Dataset.kind)
        if offer.record.content == content and not offer.record.files  # type: ignore[attr-defined]
    ]
    if not names:
        raise UsageError(f"no embedded data set is {content}; name one to pre-train on with --source")
    return names[-1]


def _relative(table: Table, out: Path) -> Table:
    """The table with paths relative to the folder of the configuration, and addresses in place of the hub's copies."""
    base = out.resolve().parent

    def relative(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: relative(item) for key, item in value.items()}
        if isinstance(value, Path):
            copied = of_copy(value.resolve())
            return str(copied) if copied else Path(os.path.relpath(value.resolve(), base)).as_posix()
        return [relative(item) for item in value] if isinstance(value, list | tuple) else value

    return {key: relative(value) for key, value in table.items()}
