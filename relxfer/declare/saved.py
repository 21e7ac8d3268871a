"""A resolved experiment as TOML that reproduces it: every option written out, every path absolute.

Of a model that is read from a checkpoint, weights or a run only what the user said stands here: the rest is in that
file.
"""

from __future__ import annotations

import tomllib
import warnings
from pathlib import Path
from typing import Any

from relxfer.declare import seals
from relxfer.declare.resolve import Experiment, Method, Source, Target, experiment_of
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins
from relxfer.store import files


def save(experiment: Experiment, folder: Path, plugins: Plugins) -> None:
    """Write `config.toml` into a run directory, under seal; warn where it could not be sealed and had to be."""
    path, text = folder / "config.toml", resolved_toml(experiment)
    files.write_bytes(path, text.encode())
    if not seals.seal(path, text.encode()) and not _for_anybody(text, plugins):
        warnings.warn(
            f"expected to keep a key in {seals.place()}, got no way to: `relxfer predict {folder}` will take no "
            "paths and no modules from there; give it your configuration with --config",
            RuntimeWarning,
            stacklevel=4,
        )


def _for_anybody(text: str, plugins: Plugins) -> bool:
    """Whether a saved configuration holds nothing that only the user may say."""
    try:
        experiment_of(tomllib.loads(text), "config.toml", Path(), plugins, stranger="in a run directory")
        return True
    except ConfigError:
        return False


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
        "target": [_target(target, experiment) for target in experiment.targets],
        "strategy": [_method(method) for method in experiment.methods if method.role != "prior-only"],
    }


def _source(source: Source) -> dict[str, Any]:
    keep = {"checkpoint", "weights", "run", "cell", "continued", "shared", "labels", "training"}
    return source.config.model_dump(mode="json", include=keep) | {
        "name": source.name,
        "model": _source_model(source),
        "datasets": [dataset.card() for dataset in source.datasets],
        "stages": [stage.card() for stage in source.stages],
    }


def _source_model(source: Source) -> dict[str, Any] | None:
    if source.model is None or (source.given and source.config.model is None):
        return None  # it has the options of what is given, or goes on from there
    return source.model.card() if source.pretrained else source.model.said()


def _target(target: Target, experiment: Experiment) -> dict[str, Any]:
    # scratch has the architecture of what is given, unless the user names another here
    named = target.config.model is not None or not any(source.given for source in experiment.sources)
    keep = {"label_budgets", "labels_per", "observed_fraction", "task"}
    return target.config.model_dump(mode="json", include=keep) | {
        "name": target.name,
        "dataset": target.dataset.card(),
        "adapter": target.adapter.card(),
        "model": target.model.card() if named else None,
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
