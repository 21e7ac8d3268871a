"""A resolved experiment as TOML that reproduces it, with all options that have an effect and absolute paths.

For a model that is read from a checkpoint, published weights or a run, only the options that the user gave are written:
the others come from that file.
"""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from relxfer.contract import only_with
from relxfer.contract.plain import Table
from relxfer.declare import effects, place, seals
from relxfer.declare.effects import Hindered
from relxfer.declare.experiment import Chosen, Experiment, Method, Source, Target
from relxfer.declare.resolve import experiment_of
from relxfer.declare.schema import AUTO, Config
from relxfer.declare.tuning import Choice
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins
from relxfer.store import files
from relxfer.store.hub.fetch import addressed


def save(experiment: Experiment, folder: Path, plugins: Plugins) -> None:
    """Write the sealed `config.toml` of a run directory.

    Warns (`RuntimeWarning`) if it could not be sealed and contains paths or import paths, which are then not trusted.

    folder   the run directory
    plugins  the installed plugins, for checking whether a seal is needed
    """
    path, text = folder / "config.toml", place.line(folder) + resolved_toml(experiment)
    files.write_bytes(path, text.encode())
    if not seals.seal(path, text.encode()) and not _is_valid_unsealed(text, plugins):
        warnings.warn(
            f"Cannot keep a key in {seals.place()}, so {path} is not sealed, and `relxfer predict {folder}` will not "
            "use the paths and modules in it. Give your configuration to that command with --config.",
            RuntimeWarning,
            stacklevel=4,
        )


def _is_valid_unsealed(text: str, plugins: Plugins) -> bool:
    """Whether a saved configuration is accepted without a seal: it holds neither paths nor import paths."""
    try:
        experiment_of(tomllib.loads(text), "config.toml", Path(), plugins, stranger="in a run directory")
        return True
    except ConfigError:
        return False


def resolved_toml(experiment: Experiment) -> str:
    """The text of `RUN/config.toml` for an experiment."""
    import tomli_w

    return tomli_w.dumps(addressed(tables(experiment)))


def tables(experiment: Experiment) -> Table:
    """The tables of `RUN/config.toml` for an experiment, with every row that is no prior."""
    return _without_none(_tables(experiment))


def _tables(experiment: Experiment) -> Table:
    config, hindered = experiment.config, list(effects.hindered(experiment))
    return {
        **config.model_dump(mode="json", include={"name", "seeds", "device", "threads", "timeout_seconds"}),
        "training": _table(config.training, "training", hindered),
        "report": _table(config.report, "report", hindered),
        "tune": config.tune.model_dump(mode="json", exclude_defaults=True) or None,
        "validator": _validators("", config, experiment.validators, hindered) or {"use": AUTO},
        "executor": experiment.executor.card(),
        "calibrator": experiment.calibrator.card() if experiment.calibrator else {"use": config.calibrator.use},
        "source": [_source(index, source, hindered) for index, source in enumerate(experiment.sources)],
        "target": [_target(index, target, experiment, hindered) for index, target in enumerate(experiment.targets)],
        "strategy": [
            {**_method(index, method, hindered), "validator": _row_validators(index, method, config, hindered)}
            for index, method in enumerate(experiment.methods)
            if method.role != "prior"
        ],
    }


def _table(options: BaseModel, table: str, hindered: list[Hindered], **made: Any) -> Table:
    """The options of a table that have an effect.

    made  values to write instead of those in `options`
    """
    names = effects.acting(options, table, hindered)
    plain = options.model_dump(mode="json", include=set(names) - made.keys())
    return plain | {name: value for name, value in made.items() if name in names}


def _use(chosen: Chosen, table: str, hindered: list[Hindered]) -> Table:
    return {"use": chosen.name, **_table(chosen.options, table, hindered)}


def _validators(table: str, options: BaseModel, chosen: Sequence[Chosen], hindered: list[Hindered]) -> Any:
    """The rules that a table names: one alone, or a list; None where it names none, or that has no effect."""
    if "validator" not in effects.acting(options, table, hindered):
        return None
    named = [_use(each, key, hindered) for key, each in effects.rules(table, chosen)]
    return named if len(named) > 1 else next(iter(named), None)


def _source(index: int, source: Source, hindered: list[Hindered]) -> Table:
    return _table(
        source.config,
        f"source[{index}]",
        hindered,
        name=source.name,
        model=_source_model(source),
        datasets=[dataset.card() for dataset in source.datasets],
        stages=[stage.card() for stage in source.stages],
        training=only_with.acting(source.config.training),
    )


def _source_model(source: Source) -> Table | None:
    if source.model is None or (source.given and source.config.model is None):
        return None  # the architecture is that of the checkpoint, weights or run
    return source.model.card() if source.pretrained else source.model.written()


def _target(index: int, target: Target, experiment: Experiment, hindered: list[Hindered]) -> Table:
    # without a model here, scratch has the architecture of its source, which another default would replace
    named = target.config.model is not None or not experiment.sources
    in_source = index == 0 and any(_source_model(source) is None for source in experiment.sources)
    attached = in_source or effects.own_models_learn(experiment)
    return _table(
        target.config,
        f"target[{index}]",
        hindered,
        name=target.name,
        dataset=target.dataset.card(),
        adapter=_use(target.adapter, f"target[{index}].adapter", hindered),
        model=target.model.card() if named and attached else None,
    )


def _method(index: int, method: Method, hindered: list[Hindered]) -> Table:
    adapter = _use(method.adapter, f"strategy[{index}].adapter", hindered) if method.adapter else None
    own = method.training
    training = own.model_dump(mode="json", include=own.model_fields_set) if own else None
    row = {
        "name": method.name,
        "model": method.model.card() if method.model else None,
        "adapter": adapter,
        "start": "new" if method.new else None,
        "training": training,
    }
    tuned = [
        {"source": each.source, "target": each.target, "budget": each.budget, **_choice(each.method.choice)}
        for each in method.tuned
        if each.method.choice
    ]
    marks = {name: True for name in ("baseline", "question") if getattr(method, name)}
    stages = [stage.card() for stage in method.stages]
    use = stages[0] if len(stages) == 1 else {"stages": stages}
    return {**row, **marks, **use, **({"tuned": tuned} if tuned else {})}


def _choice(choice: Choice) -> Table:
    """How options were chosen; that the source unchanged ranks first is said only where it does."""
    return {key: value for key, value in asdict(choice).items() if value is not False}


def _row_validators(index: int, method: Method, config: Config, hindered: list[Hindered]) -> Any:
    """The rules that the table of a row names; None where those of the run are for it too."""
    if method.validators is None:
        return None
    named = _validators(f"strategy[{index}]", config.strategy[index], method.validators, hindered)
    return named if method.validators else {"use": AUTO}


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value if item is not None]
    return value
