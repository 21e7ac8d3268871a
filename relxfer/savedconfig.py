"""A resolved experiment as TOML that reproduces it: every option written out, every path absolute."""

from __future__ import annotations

from typing import Any

from relxfer.resolve import Experiment, Method, Source, Target


def resolved_toml(experiment: Experiment) -> str:
    """The text of `RUN/config.toml`."""
    import tomli_w

    return tomli_w.dumps(_without_none(_tables(experiment)))


def _tables(experiment: Experiment) -> dict[str, Any]:
    config = experiment.config
    return {
        **config.model_dump(mode="json", include={"name", "seeds", "device", "threads", "timeout"}),
        "training": config.training.model_dump(mode="json"),
        "report": config.report.model_dump(mode="json"),
        "validator": experiment.validator.card() if experiment.validator else {"use": "auto"},
        "executor": experiment.executor.card(),
        "source": [_source(source) for source in experiment.sources],
        "target": [_target(target) for target in experiment.targets],
        "strategy": [_method(method) for method in experiment.methods if method.role != "prior-only"],
    }


def _source(source: Source) -> dict[str, Any]:
    keep = {"checkpoint", "weights", "run", "cell", "continued", "shared", "labels", "training"}
    own = source.config.continued and source.config.model is None  # it has the options of what it goes on from
    return source.config.model_dump(mode="json", include=keep) | {
        "name": source.name,
        "model": source.model.card() if source.model and not own else None,
        "datasets": [dataset.card() for dataset in source.datasets],
        "stages": [stage.card() for stage in source.stages],
    }


def _target(target: Target) -> dict[str, Any]:
    keep = {"label_budgets", "labels_per", "observed_fraction", "task"}
    return target.config.model_dump(mode="json", include=keep) | {
        "name": target.name,
        "dataset": target.dataset.card(),
        "adapter": target.adapter.card(),
        "model": target.model.card(),
    }


def _method(method: Method) -> dict[str, Any]:
    row: dict[str, Any] = {"name": method.name, "model": method.model.card() if method.model else None}
    row |= {"baseline": True} if method.role == "baseline" else {}
    if len(method.stages) == 1:
        return row | method.stages[0].card()
    return row | {"stages": [stage.card() for stage in method.stages]}


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value if item is not None]
    return value
