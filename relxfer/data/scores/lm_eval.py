"""The `samples_*.jsonl` of lm-evaluation-harness: an object for every document and filter, with its metrics."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores.numbers import plain
from relxfer.data.scores.records import ItemScores, stem
from relxfer.data.tables.column import Column
from relxfer.errors import DataError, UnknownName

#: Keys of a sample that are no metrics.
_OTHERS = frozenset(
    [
        "doc_id",
        "doc",
        "target",
        "arguments",
        "resps",
        "filtered_resps",
        "filter",
        "metrics",
        "doc_hash",
        "prompt_hash",
        "target_hash",
    ]
)
#: A sample and its line.
Sample = tuple[Mapping[str, Any], int]


def is_samples(text: str) -> bool:
    r"""Whether the first line is a sample.

    >>> is_samples('{"doc_id": 0, "doc": {}, "filter": "none", "acc": 1.0}\n'), is_samples('{"id": 0, "acc": 1}\n')
    (True, False)
    """
    first = text.lstrip().partition("\n")[0]
    if not (first.startswith("{") and '"doc_id"' in first):
        return False
    found = _object(first)
    return found is not None and "doc_id" in found and bool(found.keys() & {"doc", "filter", "resps", "arguments"})


def system(text: str, path: Path, metric: str | None, bad: BadRowList) -> ItemScores:
    """The scores of a file of samples. Of several metrics and filters the first is taken, unless one is named.

    metric  such as "acc", or with a filter "exact_match,strict-match"

    Raises:
        DataError: there are no samples, or none of that filter.
        UnknownName: there is no such metric.
    """
    samples, (name, _, wanted) = _samples(text, path, bad), (metric or "").partition(",")
    names = _metrics(samples, path)
    filters = list(dict.fromkeys(str(sample.get("filter", "none")) for sample, _ in samples))
    if wanted and wanted not in filters:
        raise UnknownName(f"filter of {path}", wanted, filters)
    if name and name not in names:
        raise UnknownName(f"metric of {path}", name, names)
    name, kept = name or names[0], wanted or filters[0]
    taken = [(sample, line) for sample, line in samples if str(sample.get("filter", "none")) == kept]
    scores = np.array([_score(sample.get(name), name, path, line, bad) for sample, line in taken], float)
    there = ~np.isnan(scores)
    rows = [row for row, fits in zip(taken, there.tolist(), strict=True) if fits]
    hashes = [str(sample.get("doc_hash", "")) for sample, _ in rows]
    return ItemScores(
        path.parent.name or stem(path),
        path,
        f"{name},{kept}" if len(filters) > 1 else name,
        Column.exact(str(sample["doc_id"]) for sample, _ in rows),
        scores[there],
        np.array([line for _, line in rows], np.int64),
        digests=Column.exact(hashes) if all(hashes) else None,
        log=True,
        notes=tuple(_told(path, (name, names), (kept, filters), metric)),
    )


def _told(
    path: Path, metric: tuple[str, Sequence[str]], kept: tuple[str, Sequence[str]], asked: str | None
) -> Iterator[str]:
    (name, names), (taken, filters) = metric, kept
    others = [each for each in names if each != name] + [f"{name},{each}" for each in filters if each != taken]
    more = f" (also there: {', '.join(others)}; --metric NAME)" if others and not asked else ""
    yield f"of {path}, samples of lm-evaluation-harness: {name}, filter {taken}{more}"


def _samples(text: str, path: Path, bad: BadRowList) -> list[Sample]:
    samples: list[Sample] = []
    for line, content in enumerate(text.split("\n"), 1):
        if not content.strip():
            continue
        found = _object(content)
        if found is None or "doc_id" not in found:
            bad.add(path, line, f"expected a sample, an object with doc_id, got {content.strip()[:60]}")
        else:
            samples.append((found, line))
    if not samples:
        raise DataError(f"expected samples in {path}, got none; name another file")
    return samples


def _metrics(samples: Sequence[Sample], path: Path) -> list[str]:
    """The metrics, in the order of the file: those that samples name, or all keys with a number."""
    first = samples[0][0]
    listed = first.get("metrics")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else list(first)
    there = [name for name in names if name in first and name not in _OTHERS]
    made = [name for name in there if isinstance(first[name], bool | int | float)]
    if not made:
        raise DataError(
            f"{path}: expected a metric with one number for each sample, got {', '.join(there) or 'none'}; "
            "metrics of a whole corpus, such as perplexity, cannot be judged by item"
        )
    return made


def _score(value: Any, name: str, path: Path, line: int, bad: BadRowList) -> float:
    found = plain(value)
    if found is not None:
        return found
    bad.add(path, line, f"expected a number as {name}, got {str(value)[:60]}")
    return math.nan


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
