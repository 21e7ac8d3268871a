"""Writes a first configuration for the user's own files, after inspecting them (`relxfer init`)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from relxfer.contract.plain import Table
from relxfer.contract.records import Dataset, TargetAdapter
from relxfer.declare import reading
from relxfer.errors import DataError, UsageError
from relxfer.plugins.finder import Plugins, load_object
from relxfer.store.files import write_bytes


def write_config(plugins: Plugins, data: Path, out: Path, source: str | None, force: bool) -> list[str]:
    """Write a configuration, and return sentences that describe the data.

    data    the file or folder to inspect; every reader of own files tries to understand it
    out     the configuration to write
    source  the name of a data set to pre-train on; None: published weights, or an embedded data set
    force   whether to replace an existing `out`

    Raises:
        UsageError: there is no such data, `out` exists, or there is no data set to pre-train on.
        DataError: no reader understands the data.
    """
    if not data.exists():
        raise UsageError(f"expected a file or folder, got {data}, which does not exist")
    if out.exists() and not force:
        raise UsageError(f"Cannot write {out}: it exists already. Choose another --out, or add --force.")
    offer, findings = _reader(plugins, data)
    given = dict(findings.tables()) if hasattr(findings, "tables") else {}
    adapter = _adapter(plugins, offer.record)
    if not source and adapter.weights:
        given["source"] = {"model": adapter.model, "weights": adapter.weights}
    if source or "source" not in given:
        source = source or _embedded(plugins, offer.record.content)
        plugins.find(Dataset.kind, source)
        given["source"] = {"datasets": [source], "shared": True, "training": {"steps": 1500, "batch_size": 32}}
    table = _relative({**findings.dataset_table(), "use": offer.record.name}, out)
    write_bytes(out, _toml(_run_name(out), given, table).encode())
    return findings.sentences()


def _run_name(out: Path) -> str:
    """The name of the file without characters that are not allowed in the name of a run."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", out.stem).strip("._-")[:100] or "run"


def _reader(plugins: Plugins, data: Path) -> tuple[Any, Any]:
    """A reader that understands the data, and what it found: the first that is `certain`, or else the first."""
    reasons, able = [], []
    for offer in plugins.all(Dataset.kind):
        if offer.record.own_files and offer.record.look:  # type: ignore[attr-defined]
            try:
                able.append((offer, load_object(offer.record.look)(data)))  # type: ignore[attr-defined]
            except DataError as error:
                reasons.append(f"{offer.record.name}: {error}")
    if able:
        return next((each for each in able if getattr(each[1], "certain", False)), able[0])
    raise DataError(f"expected files that a reader of own files understands, got {data}: {'; '.join(reasons)}")


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
        if offer.record.content == content and not offer.record.own_files and not offer.record.files  # type: ignore[attr-defined]
    ]
    if not names:
        raise UsageError(f"no embedded data set is {content}; name one to pre-train on with --source")
    return names[-1]


def _relative(table: Table, out: Path) -> Table:
    """The table with paths relative to the folder of the configuration."""
    base = out.resolve().parent

    def relative(value: Any) -> Any:
        if isinstance(value, Path):
            return Path(os.path.relpath(value.resolve(), base)).as_posix()
        return [relative(item) for item in value] if isinstance(value, list | tuple) else value

    return {key: relative(value) for key, value in table.items()}


def _toml(name: str, given: Table, dataset: Table) -> str:
    import tomli_w

    given = dict(given)
    body = {
        "name": name,
        "seeds": 6,
        "source": None,
        "target": {"dataset": dataset, "label_budgets": [0, 10, 100, "all"]} | given.pop("target", {}),
        "training": {"steps": 200, "batch_size": 32},
        "strategy": [{"use": "zero-shot"}, {"use": "finetune"}],
        **given,
    }
    head = "# Written by `relxfer init`; docs/config.md explains every key. Baselines are added automatically.\n"
    return head + tomli_w.dumps(body)
