"""Which adapter and which model fit a data set: models and adapters meet by what they read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from relxfer.contract.records import Data, SourceModel, TargetAdapter
from relxfer.plugins.finder import DISTRIBUTION, Plugins

if TYPE_CHECKING:
    from relxfer.declare.experiment import Chosen
    from relxfer.declare.schema import SourceConfig


def adapter_of(plugins: Plugins, data: Data) -> str:
    """The name of the adapter that reads a data set: a built-in one, if there is one, or else the only one.

    Raises:
        ValueError: no adapter reads it, or several do; the message names them.
    """
    reading = [offer for offer in plugins.all(TargetAdapter.kind) if data.content in _reads(offer.record)]
    named = [offer.record.name for offer in reading if offer.distribution == DISTRIBUTION] or [
        offer.record.name for offer in reading
    ]
    if len(named) == 1:
        return named[0]
    if not named:
        known = sorted({content for offer in plugins.all(TargetAdapter.kind) for content in _reads(offer.record)})
        raise ValueError(
            f"expected an adapter that reads {data.content!r}, which the data set {data.name!r} is, got none; "
            f"install a plugin that offers one (what is read: {', '.join(known)})"
        )
    raise ValueError(
        f'expected one adapter that reads {data.content!r}, got {", ".join(named)}; choose with adapter = "{named[0]}"'
    )


def reads(adapter: TargetAdapter, data: Iterable[Data]) -> bool:
    """Whether an adapter reads all of these data sets."""
    return all(each.content in adapter.reads for each in data)


def unread(adapter: TargetAdapter, data: Data, do: str = "leave the adapter out") -> str | None:
    """Why an adapter cannot read a data set, and what to do; None if it can."""
    if data.content in adapter.reads:
        return None
    return (
        f"adapter {adapter.name!r} reads {', '.join(adapter.reads)}, and the data set {data.name!r} is "
        f"{data.content} ({do})"
    )


def unfit(model: SourceModel, adapter: TargetAdapter, data: Data) -> str | None:
    """Why a model cannot be attached to a data set by an adapter, and what to do; None if it can."""
    if model.reads and data.content not in model.reads and not model.composite:
        return (
            f"model {model.name!r} reads {', '.join(model.reads)}, and the data set {data.name!r} is {data.content} "
            "(name a model that reads it)"
        )
    if model.adapter not in (None, adapter.name):
        return (
            f"model {model.name!r} needs the adapter {model.adapter!r}, got {adapter.name!r} "
            f'(write adapter = "{model.adapter}", or name another model)'
        )
    return None


def usual(adapter: TargetAdapter, kind: str) -> str | None:
    """The default architecture for a kind of task; empty: for the one that the data tell."""
    return adapter.models.get(kind, adapter.model)


def predicts(model: SourceModel, kind: str) -> bool:
    """Whether a model can predict a kind of task."""
    return not model.tasks or kind in model.tasks


def may_predict(prior: SourceModel, adapter: TargetAdapter, kind: str) -> bool:
    """Whether a prior may predict the task of a target.

    kind  the kind of task that the configuration names; empty where the data tell it: then it is none of
          `TargetAdapter.models`, which have to be named
    """
    return predicts(prior, kind) or not (kind or {*prior.tasks} <= {*adapter.models})


def _reads(record: object) -> tuple[str, ...]:
    return record.reads if isinstance(record, TargetAdapter) else ()


def missing_origin(config: SourceConfig, model: Chosen) -> str | None:
    """What to do where nothing says what the weights are, or what training goes on from; None where all is well."""
    if config.checkpoint or config.weights or config.run or model.record.bring:
        return None
    if not config.datasets:
        return (
            f"expected datasets, checkpoint or run, or weights by name, got the model {model.name!r} alone, which "
            "brings no weights; name what to learn from"
        )
    if config.continued:
        return (
            f"expected a checkpoint, weights or a run that training goes on from, got the model {model.name!r} alone, "
            "which brings no weights; name one, or leave out continued"
        )
    return None


def source_name(config: SourceConfig, model: Chosen) -> str:
    """The name of a source without data: that of its file, or model and weights."""
    path = config.checkpoint or config.run
    return path.stem if path else f"{model.name} {config.weights}" if config.weights else model.label
