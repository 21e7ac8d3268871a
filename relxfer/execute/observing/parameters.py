"""What a cell or the training of a source is made of, as plain values by dotted names, for observers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from relxfer.contract import only_with
from relxfer.contract.options import TrainingOptions
from relxfer.declare.experiment import Chosen, Source
from relxfer.plan.cells import PlannedCell

#: Dotted name -> text, number, truth value or None.
Parameters: TypeAlias = dict[str, object]


def of_cell(cell: PlannedCell, training: TrainingOptions, model: Chosen) -> Parameters:
    """The strategy, or its stages, with the options that have an effect, the model, the data set and the training.

    model  the architecture that learns
    """
    stages = [stage.card() for stage in cell.method.stages]
    strategy = stages[0] if len(stages) == 1 else {str(index): stage for index, stage in enumerate(stages)}
    made = {
        "strategy": strategy,
        **({"start": "new"} if cell.method.new else {}),
        "model": model.card(),
        "adapter": cell.adapter.card(),
        "dataset": cell.target.dataset.name,
        "training": only_with.acting(training),
    }
    return dict(_flat(made))


def of_source(source: Source) -> Parameters:
    """The model, the data sets and the training of a source."""
    made = {
        "model": source.model.card() if source.model else None,
        "datasets": ", ".join(dataset.name for dataset in source.datasets),
        "training": only_with.acting(source.config.training),
    }
    return dict(_flat(made))


def _flat(value: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, item in value.items():
        if isinstance(item, Mapping):
            yield from _flat(item, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", item if isinstance(item, str | int | float | None) else str(item)
