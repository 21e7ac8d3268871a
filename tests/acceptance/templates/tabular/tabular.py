"""A modality of its own as a plugin: tables whose columns are numbers, of which some are missing, and kinds."""

import hashlib
from dataclasses import dataclass, field

import numpy as np

from relxfer import Classification, Dataset, Domain, Examples, Options, SourceModel, TargetAdapter, hookimpl

relxfer_api_version = 2

ANSWERS = ("stays", "leaves", "unsure")
TRADES = ("farm", "mill", "shop", "bank")


@dataclass(frozen=True)
class Table:
    """Customers: numbers [n, 3] with NaN where one is missing, and the trade of each, [n] int."""

    numbers: np.ndarray
    trades: np.ndarray
    columns: tuple[str, ...] = field(default=("age", "debt", "years"))


class TableOptions(Options):
    country: str = "here"
    """Other countries have other numbers, and customers who leave for other reasons."""
    answers: tuple[str, ...] = ANSWERS
    """Names of the classes."""


class ColumnOptions(Options):
    missing: float = 0.0
    """The number in place of one that is missing."""


def load(options, files):
    rng = np.random.default_rng(len(options.country))
    shift = 0.0 if options.country == "here" else 1.0
    answers, trades = rng.integers(0, 3, 120), rng.integers(0, len(TRADES), 120)
    numbers = rng.normal(size=(120, 3)) + 1.5 * np.eye(3)[answers] + 0.3 * trades[:, None] + shift
    numbers[rng.random(numbers.shape) < 0.1] = np.nan
    table, rows = Table(numbers.astype(np.float32), trades), np.arange(120)
    whole = Examples(table, rows, answers)
    return Domain(
        name=f"customers {options.country}",
        task=Classification(options.answers),
        inputs=table,
        sha=hashlib.sha256(table.numbers.tobytes() + table.trades.tobytes()).hexdigest(),
        train=whole.take(rows[:60]),
        val=whole.take(rows[60:80]),
        unlabelled=Examples(table, rows),
        test=whole.take(rows[80:]),
    )


@hookimpl
def relxfer_datasets():
    return [Dataset(name="customers", load="tabular:load", options="tabular:TableOptions", content="table")]


@hookimpl
def relxfer_source_models():
    offers = ("gradients", "features", "views", "reconstruction")
    return [SourceModel(name="columns", load="tabular_net:ColumnModel", reads=("table",), offers=offers)]


@hookimpl
def relxfer_target_adapters():
    adapter = "tabular_net:TableAdapter"
    return [
        TargetAdapter(name="tables", load=adapter, options="tabular:ColumnOptions", reads=("table",), model="columns")
    ]
