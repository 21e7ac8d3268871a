"""Attributes of nodes from cells of text: their labels, their splits, their groups, and their features."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from relxfer.data.tables.kinds import is_missing, is_number
from relxfer.data.tables.split_words import SPLITS, splits_said
from relxfer.errors import DataError, did_you_mean
from relxfer_social.files import columns
from relxfer_social.files.columns import Column
from relxfer_social.files.raw_network import split_named, splits_of_masks

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

LABELS = ("label", "class", "y")
SPLIT = "split"
GROUP = "group"
#: In fewer rows, cells that are all different tell nothing; last words of the headings of numbers that are names.
FEW = 10
IDS = ("id", "ids", "uid", "uuid", "userid", "nodeid", "index", "row", "key", "name", "node")


@dataclass(frozen=True)
class Roles:
    """What attributes of nodes are.

    label        those that are answers; empty: a usual one, if there is one
    features     those that are features; None: all others
    categorical  those whose numbers are codes of categories
    group        the one whose nodes stay together in a split; None: `group`, if there is one
    """

    label: tuple[str, ...] = ()
    features: tuple[str, ...] | None = None
    categorical: tuple[str, ...] = ()
    group: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """All attributes that are named."""
        return (*self.label, *(self.features or ()), *self.categorical, *([self.group] if self.group else ()))


@dataclass(frozen=True)
class NodeAttributes:
    """See `RawNetwork` for all of these."""

    labels: Sequence[str] = ()
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    splits: Sequence[str] = ()
    groups: Sequence[str] = ()
    features: sp.csr_matrix | None = None
    columns: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def attributes_of(
    cells: Mapping[str, Sequence[str]], roles: Roles, what: str, where: Callable[[int], str]
) -> NodeAttributes:
    """From cells by name of the attribute.

    what   the file, for messages
    where  row -> its place in the file

    Raises:
        DataError: an attribute is not there, or a feature is no finite number in some rows only.
    """
    for name in roles.named:
        if name not in cells:
            raise DataError(f"{what}: expected {name!r} of the nodes, got none: {did_you_mean(name, list(cells))}")
    label = roles.label or tuple(name for name in LABELS if name in cells)[:1]
    if both := [name for name in label if name in (roles.features or ())]:
        raise DataError(f"{what}: expected features beside the label, got {both[0]!r} as both; take it out of features")
    split = split_column(cells, roles.named)
    splits = _splits(cells, split, what, where)
    group = _group(cells, roles, label)
    taken = (*label, split or SPLIT, *(f"{part}_mask" for part in SPLITS), *([group] if group else ()))
    left = [name for name in cells if name not in taken]
    names = [] if roles.features is not None else [n for n in left if n not in roles.named and names_nodes(n, cells[n])]
    chosen = [name for name in left if name not in names] if roles.features is None else list(roles.features)
    made = [columns.of(name, cells[name], name in roles.categorical, where) for name in chosen]
    answers = {name: ["" if is_missing(cell) else cell for cell in cells[name]] for name in label}
    notes = (
        *(note for name in label for note in _missing(name, cells[name])),
        *(note for column in made for note in column.notes),
        *([f"{split!r} says of each node which part of the split it is in"] if split not in (None, SPLIT) else ()),
        *([f"nodes with the same {group!r} stay together in the split"] if group else ()),
        *_own(names),
        *_unused([name for name in cells if name not in (*taken, *names, *chosen)]),
    )
    return NodeAttributes(
        next(iter(answers.values()), ()),
        answers,
        splits if any(splits) else (),
        ["" if is_missing(cell) else cell for cell in cells[group]] if group else (),
        *_joined(made),
        notes,
    )


def _group(cells: Mapping[str, Sequence[str]], roles: Roles, label: Sequence[str]) -> str | None:
    usual = GROUP in cells and GROUP not in (*label, *(roles.features or ()), *roles.categorical)
    return roles.group or (GROUP if usual else None)


def _missing(name: str, cells: Sequence[str]) -> list[str]:
    """A sentence on spellings of missing labels other than an empty cell."""
    counts = Counter(cell for cell in cells if cell and is_missing(cell))
    if not counts:
        return []
    return [f"no label in {name!r}: " + ", ".join(f"{cell!r} of {n:,} nodes" for cell, n in sorted(counts.items()))]


def names_nodes(name: str, cells: Sequence[str]) -> bool:
    """Whether an attribute is a further name of every node and no feature: other texts for all, or other whole numbers
    that are called an id.

    >>> ids = [str(7 * i) for i in range(FEW)]
    >>> names_nodes("user_id", ids), names_nodes("views", ids), names_nodes("who", [f"p{i}" for i in ids])
    (True, False, True)
    """
    if len(cells) < FEW or len(set(cells)) < len(cells) or any(map(is_missing, cells)):
        return False
    if not any(map(is_number, cells)):
        return True
    last = re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name)[-1].lower()
    return last in IDS and all(cell.isdecimal() for cell in cells)


def _own(names: Sequence[str]) -> list[str]:
    """A sentence on further names of the nodes."""
    if not names:
        return []
    shown = ", ".join(map(repr, names[:10])) + " ..." * (len(names) > 10)
    return [f"not used as features: {shown}, of which every node has a value of its own (write features to use them)"]


def _unused(names: Sequence[str]) -> list[str]:
    return [f"of the nodes, not used: {', '.join(names[:10])}{' ...' * (len(names) > 10)}"] if names else []


def split_column(cells: Mapping[str, Sequence[str]], named: Sequence[str] = ()) -> str | None:
    """The attribute that says of each node which part of a split it is in: `split`, or one whose cells say so.

    named  those of which the user says that they are something else

    >>> split_column({"age": ["3", "4", "5"], "fold": ["train", "dev", "test"]})
    'fold'
    """
    if SPLIT in cells and SPLIT not in named:
        return SPLIT
    return next((name for name, column in cells.items() if name not in named and _says_splits(column)), None)


def _says_splits(cells: Sequence[str]) -> bool:
    """Whether cells with a value name parts of a split, training and test among them."""
    return {"train", "test"} <= splits_said(cell for cell in cells if not is_missing(cell))


def _splits(
    cells: Mapping[str, Sequence[str]], column: str | None, what: str, where: Callable[[int], str]
) -> list[str]:
    """From a column, or from `train_mask` and so on, which hold 1 or true."""
    import numpy as np

    if column is not None:
        return [split_named("" if is_missing(cell) else cell, where(row)) for row, cell in enumerate(cells[column])]
    masks = {split: cells[f"{split}_mask"] for split in SPLITS if f"{split}_mask" in cells}
    true: dict[str, np.ndarray] = {
        split: np.array([cell.lower() in ("1", "true") for cell in mask]) for split, mask in masks.items()
    }
    return splits_of_masks(true, len(next(iter(masks.values()), ())), what)


def _joined(made: Sequence[Column]) -> tuple[sp.csr_matrix | None, tuple[str, ...], tuple[int, ...]]:
    """Features, the names of their columns, and the places of those that are numbers."""
    import numpy as np
    import scipy.sparse as sp

    if not any(column.names for column in made):  # no column, or empty ones alone
        return None, (), ()
    joined = sp.hstack([column.values for column in made], format="csr", dtype=np.float32)
    numbers = [column.number for column in made for _ in column.names]
    places = tuple(place for place, number in enumerate(numbers) if number)
    return joined, tuple(name for column in made for name in column.names), places
