"""A first configuration for the user's own files, written after looking at them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from relxfer.contract.plain import Table
from relxfer.contract.records import Dataset, TargetAdapter
from relxfer.errors import DataError, UsageError
from relxfer.plugins.finder import Plugins, load_object
from relxfer.store.files import write_bytes


def write_config(plugins: Plugins, data: Path, out: Path, source: str | None, force: bool) -> list[str]:
    """Write `out`, and return what was found in the data, as sentences.

    The readers of own files are asked in turn; each has `look(path)`, which raises `DataError` for what is not its.
    What it returns may say that it is `certain` of what others can read as well.
    """
    if not data.exists():
        raise UsageError(f"expected a file or folder, got {data}, which does not exist")
    if out.exists() and not force:
        raise UsageError(f"expected to write {out}, which exists; choose another --out, or add --force")
    offer, look = _reader(plugins, data)
    given = dict(look.tables()) if hasattr(look, "tables") else {}
    adapter = plugins.find(TargetAdapter.kind, offer.record.adapter).record
    if not source and adapter.weights:  # type: ignore[attr-defined]
        given["source"] = {"model": adapter.model, "weights": adapter.weights}  # type: ignore[attr-defined]
    if source or "source" not in given:
        source = source or _embedded(plugins, offer.record.adapter)
        plugins.find(Dataset.kind, source)
        given["source"] = {"datasets": [source], "shared": True, "training": {"steps": 1500, "batch_size": 32}}
    table = _relative({**look.dataset_table(), "use": offer.record.name}, out)
    write_bytes(out, _toml(_run_name(out), given, table).encode())
    return look.sentences()


def _run_name(out: Path) -> str:
    """The name of the file, without what the name of a run may not have."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", out.stem).strip("._-")[:100] or "run"


def _reader(plugins: Plugins, data: Path) -> tuple[Any, Any]:
    """The first that is `certain`, else the first that understands the files."""
    reasons, found = [], []
    for offer in plugins.all(Dataset.kind):
        if offer.record.own_files and offer.record.look:  # type: ignore[attr-defined]
            try:
                found.append((offer, load_object(offer.record.look)(data)))  # type: ignore[attr-defined]
            except DataError as error:
                reasons.append(f"{offer.record.name}: {error}")
    if found:
        return next((each for each in found if getattr(each[1], "certain", False)), found[0])
    raise DataError(f"expected files that a reader of own files understands, got {data}: {'; '.join(reasons)}")


def _embedded(plugins: Plugins, adapter: str) -> str:
    """An embedded data set of the same kind."""
    names = [
        offer.record.name
        for offer in plugins.all(Dataset.kind)
        if offer.record.adapter == adapter and not offer.record.own_files and not offer.record.files  # type: ignore[attr-defined]
    ]
    if not names:
        raise UsageError(f"no embedded data set is for adapter {adapter!r}; name one to pre-train on with --source")
    return names[-1]


def _relative(table: Table, out: Path) -> Table:
    """Paths as seen from the configuration's folder."""
    base = out.resolve().parent

    def seen(value: Any) -> Any:
        if isinstance(value, Path):
            return Path(os.path.relpath(value.resolve(), base)).as_posix()
        return [seen(item) for item in value] if isinstance(value, list | tuple) else value

    return {key: seen(value) for key, value in table.items()}


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
    head = "# Written by `relxfer init`; docs/config.md explains every key. Baselines are added by themselves.\n"
    return head + tomli_w.dumps(body)
