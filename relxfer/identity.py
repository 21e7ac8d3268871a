"""The three fingerprints: everything that decides a result, and nothing else."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relxfer.config import TrainingOptions
from relxfer.files import fingerprint
from relxfer.kernel import IN_PROCESS
from relxfer.models import Artefact
from relxfer.plan import PlannedCell
from relxfer.protocols import Domain
from relxfer.resolve import Chosen, Source
from relxfer.selection import Selection
from relxfer.views import digest

#: Changes with the meaning of stored per-query values.
EVALUATION_VERSION = 1


def of_source(
    source: Source, start: Artefact | None, adapter: Chosen, views: Sequence[Domain], selection: Selection, seed: int
) -> str:
    """Source stage: architecture and options, what it goes on from, source views, stages, training, seed."""
    assert source.model is not None
    return fingerprint(
        {
            "stage": "source",
            "model": source.model.content(),
            "start": start.sha if start else None,
            "adapter": adapter.content(),
            "views": [digest(view) for view in views],
            "stages": [stage.content() for stage in source.stages],
            "training": training(source.config.training),
            "selection": selection.card(),
            "seed": seed,
            "versions": versions(source.model, adapter, *source.stages, *_validator(selection)),
        }
    )


def of_transfer(
    cell: PlannedCell,
    options: TrainingOptions,
    model: Chosen,
    artefact: Artefact | None,
    target: Domain,
    sources: Sequence[Domain],
    selection: Selection,
) -> str:
    """Transfer: the artefact's content, what is really handed over, strategy, training, selection, seed."""
    return fingerprint(
        {
            "stage": "transfer",
            "artefact": artefact.sha if artefact else None,
            "model": model.content(),
            "adapter": cell.target.adapter.content(),
            "target": digest(target),
            "sources": [digest(view) for view in sources],
            "stages": [stage.content() for stage in cell.method.stages],
            "training": training(options) if cell.method.seeded else {"batch_size": options.batch_size},
            "selection": selection.card() if cell.method.seeded else None,
            "seed": cell.seed if cell.method.seeded else None,
            "versions": versions(model, cell.target.adapter, *cell.method.stages, *_validator(selection)),
        }
    )


def of_evaluation(transfer: str, domain: Domain, whole: Domain) -> str:
    """Evaluation: the transfer, the test and the known answers (of the domain before it was thinned), the protocol."""
    return fingerprint(
        {
            "stage": "evaluation",
            "transfer": transfer,
            "domain": digest(domain),
            "whole": digest(whole),
            "version": EVALUATION_VERSION,
        }
    )


def _validator(selection: Selection) -> list[Chosen]:
    return [selection.validator] if selection.validator else []


def training(options: TrainingOptions) -> dict[str, Any]:
    """The training options that decide a result."""
    return options.model_dump(mode="json", exclude={"checkpoint_seconds"})


def versions(*chosen: Chosen) -> dict[str, str]:
    """Distributions that take part, relxfer's own first."""
    own = {f"{c.offer.plugin} {IN_PROCESS}": c.offer.version for c in chosen if c.offer.distribution == IN_PROCESS}
    names = {"relxfer", *(c.offer.distribution for c in chosen)} - {IN_PROCESS}
    return own | {name: version_of(name) for name in sorted(names)}


@functools.cache
def version_of(name: str) -> str:
    """The version of a distribution; of an editable one, with a hash of its code."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
    folder = _editable_folder(distribution)
    return distribution.version if folder is None else f"{distribution.version}+{_code_hash(folder)}"


def _editable_folder(distribution: importlib.metadata.Distribution) -> Path | None:
    text = distribution.read_text("direct_url.json")
    info = json.loads(text) if text else {}
    if not info.get("dir_info", {}).get("editable"):
        return None
    from urllib.parse import urlparse
    from urllib.request import url2pathname

    return Path(url2pathname(urlparse(info["url"]).path))


def _code_hash(folder: Path) -> str:
    """Of every Python file outside tests, examples and hidden folders."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if parts[0] not in _NOT_CODE and not any(part.startswith(".") for part in parts):
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


_NOT_CODE = {
    "tests",
    "examples",
    "benchmarks",
    "docs",
    "scripts",
    "build",
    "dist",
    "node_modules",
    "site-packages",
}
