"""Standard data as domains: facts, parts and repeats as published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer_kg.data.standard.options import MergedOptions
from relxfer_kg.domain import Splits, kg_domain
from relxfer_kg.files.named_facts import encode, with_units


def load(options: Any, files: Mapping[str, Path]) -> Domain:
    """The domain of `train` and, where published, `valid` and `test`.

    Entities and relations are numbered as they first appear, part by part, a fact's head before its tail. Repeated
    facts stay: they count twice in message passing, as in ULTRA. A fact and its reversal under the same relation are
    one unit.

    Raises:
        DataError: a file is not what its card promises.
    """
    return _domain({role: read_facts(path) for role, path in files.items()}, "as published")


def load_merged(options: MergedOptions, files: Mapping[str, Path]) -> Domain:
    """The same, with the validation facts before the test facts in one test unless `merge_valid` is off."""
    parts = {role: read_facts(path) for role, path in files.items()}
    if not options.merge_valid:
        return _domain(parts, "as published")
    parts["test"] = np.concatenate([parts.pop("valid"), parts["test"]])
    return _domain(parts, "the published validation and test facts in one test")


def read_facts(path: Path) -> np.ndarray:
    """[n, 3] names (head, relation, tail), exactly as written between tabs; only line ends are taken off.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.txt"
    >>> _ = path.write_bytes(b"00260881\\t_hypernym\\t00260622\\r\\n")
    >>> read_facts(path).tolist()
    [['00260881', '_hypernym', '00260622']]
    """
    names: dict[str, str] = {}  # a name that occurs a thousand times is held once
    rows: list[str] = []
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                row = line.removesuffix("\n").removesuffix("\r").split("\t")
                if len(row) != 3:
                    raise _no_fact(path, number, line)
                rows += map(names.setdefault, row, row)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected a text in UTF-8, got {error}; delete the file and fetch it again") from None
    if not rows:
        raise _no_fact(path, 1, "")
    return np.array(rows, dtype=object).reshape(-1, 3)


def _no_fact(path: Path, number: int, line: str) -> DataError:
    return DataError(
        f"{path}:{number}: expected head, relation and tail between tabs, got {line[:120]!r}; "
        "delete the file and fetch it again"
    )


def _domain(parts: Mapping[str, np.ndarray], told: str) -> Domain:
    ordered = {role: parts[role] for role in ("train", "valid", "test") if role in parts}
    vocabulary, encoded = encode(*ordered.values())
    facts = with_units(dict(zip(ordered, encoded, strict=True)), len(vocabulary.entities))
    counts = ", ".join(f"{len(part):,} {role}" for role, part in ordered.items())
    splits = Splits(facts["train"], facts.get("valid"), facts.get("test"))
    return kg_domain("standard data", vocabulary, splits, [f"{counts} facts, {told}"])
