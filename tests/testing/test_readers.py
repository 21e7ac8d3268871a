"""The contract of readers: readers that do not keep it are caught."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import numpy as np
import pytest

from relxfer import Classification, DataError, Domain, Examples, hookimpl
from relxfer.contract.options import Options, UserFile
from relxfer.contract.records import Reader
from relxfer.testing import ReaderContract, blobs

SAMPLE = "x,y,class\n" + "".join(f"{i % 7},{i % 5},{'ab'[i % 2]}\n" for i in range(40))


class TableOptions(Options):
    path: UserFile
    """The table."""


def rows_of(path):
    try:
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line.split(",") for line in lines]
        values = np.array([[float(x), float(y)] for x, y, _ in rows])
    except (ValueError, IndexError) as error:
        raise DataError(f"{path}: expected a table x,y,class, got another ({error})") from None
    if head != "x,y,class" or not rows or {len(row[2]) for row in rows} != {1}:
        raise DataError(f"{path}: expected a table x,y,class with classes of one letter")
    return values, [row[2] for row in rows]


def domain_of(name, values, labels):
    names = tuple(sorted(set(labels)))
    answers = np.array([names.index(label) for label in labels])
    whole = Examples(values, np.arange(len(values)), answers)
    train, test = np.split(np.random.default_rng(0).permutation(len(values)), [len(values) * 3 // 4])
    sha = hashlib.sha256(values.tobytes()).hexdigest()
    return Domain(name, Classification(names), values, sha, train=whole.take(train), test=whole.take(test))


def load(options):
    """Keeps the contract."""
    return domain_of("table", *rows_of(options.path))


def inspect(path, told):
    told.only("tables")
    rows_of(path)
    return SimpleNamespace(dataset_table=lambda: {"path": path}, sentences=lambda: ["a table of points"])


def lenient_rows(path):
    """Leaves out what it does not understand."""
    values, labels = [], []
    for line in path.read_text(encoding="utf-8", errors="ignore").splitlines()[1:]:
        parts = line.split(",")
        if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit() and len(parts[2]) == 1:
            values.append([float(parts[0]), float(parts[1])])
            labels.append(parts[2])
    if not values:
        return np.zeros((8, 2)), list("abababab")
    return np.array(values), labels


def lenient_load(options):
    return domain_of("table", *lenient_rows(options.path))


def guessing_inspect(path, told):
    return SimpleNamespace(dataset_table=lambda: {"path": path}, sentences=lambda: ["some table"])


def silent_inspect(path, told):
    told.only("silent")
    rows_of(path)
    return SimpleNamespace(dataset_table=lambda: {"path": path}, sentences=list)


def placed_load(options):
    values, labels = rows_of(options.path)
    made = domain_of(str(options.path), values, labels)
    object.__setattr__(made, "sha", hashlib.sha256(str(options.path).encode()).hexdigest())
    return made


MADE = {
    "tables": ("load", "inspect"),
    "lenient": ("lenient_load", "inspect"),
    "guessing": ("lenient_load", "guessing_inspect"),
    "silent": ("load", "silent_inspect"),
    "placed": ("placed_load", "inspect"),
}


class Plugin:
    __name__ = "readers with faults"

    @hookimpl
    def relxfer_readers(self):
        return [
            Reader(
                name=name,
                load=f"{__name__}:{loads}",
                inspect=f"{__name__}:{inspects}",
                options=f"{__name__}:TableOptions",
                content="blobs.points",
                summary="for tests",
            )
            for name, (loads, inspects) in MADE.items()
        ]


def contract(name):
    named = {"reader": name, "plugins": (blobs, Plugin()), "sample": {"table.csv": SAMPLE}, "shown": "table.csv"}
    return type("Planted", (ReaderContract,), named)


@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("lenient", "test_a_changed_file_changes_the_data_or_is_refused"),
        ("guessing", "test_it_refuses_files_that_are_not_its_own"),
        ("silent", "test_it_says_what_it_found"),
        ("placed", "test_the_place_of_files_does_not_matter"),
    ],
)
def test_a_fault_is_caught(name, test, failed, monkeypatch):
    if name == "lenient":  # what inspects is as lenient, so that only reading in silence is left to catch
        monkeypatch.setitem(globals(), "inspect", guessing_inspect)
    assert test in failed(contract(name), test)


def test_a_reader_without_fault_passes(failed):
    assert failed(contract("tables")) == {}
