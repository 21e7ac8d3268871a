"""A configuration in parts, each as a digest: of what decides results, and neither of where things lie nor of names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relxfer.declare.experiment import Chosen, Experiment, Method, Source, Target
from relxfer.plan import fingerprints
from relxfer.store import contents, files
from relxfer.store.json_text import Json, JsonObject

#: What tables have in parts of their own: data and models by their content, offers with all of their options.
_OF_SOURCE = {"name", "model", "datasets", "checkpoint", "weights", "run", "cell", "task", "stages", "training"}
_OF_TARGET = {"name", "dataset", "adapter", "model", "task"}


def parts(experiment: Experiment) -> dict[str, str]:
    """Part of a configuration, such as `seeds` or `strategy finetune`, -> its digest.

    Left out is what decides no result: the name of the run, threads, device and executor. So are data sets and models
    that are read from files, which have digests of their own.
    """
    made = {
        **_top(experiment),
        **{f"source {source.name}": _source(source) for source in experiment.sources},
        **{f"target {target.name}": _target(target) for target in experiment.targets},
        **{f"strategy {method.name}": _method(method) for method in experiment.methods},
    }
    return {name: files.fingerprint(contents.of_options(part)) for name, part in made.items()}


def _top(experiment: Experiment) -> JsonObject:
    config = experiment.config
    return {
        **config.model_dump(mode="json", include={"seeds"}),
        "timeout_seconds": config.timeout_seconds,
        "training": fingerprints.training(config.training),
        "report": [config.report.model_dump(mode="json", exclude={"metric"}), _all(experiment.metrics)],
        "validator": _rules(experiment.validators),
        "calibrator": _one(experiment.calibrator) or config.calibrator.use,
    }


def _source(source: Source) -> Json:
    own = source.config.model_dump(mode="json", exclude=_OF_SOURCE)
    training = fingerprints.training(source.config.training) if source.pretrained else None
    return [own, _one(source.model if source.pretrained else None), _all(source.stages), _one(source.task), training]


def _target(target: Target) -> Json:
    own = target.config.model_dump(mode="json", exclude=_OF_TARGET)
    return [own, _one(target.adapter), _one(target.model), _all(target.priors), _one(target.task)]


def _method(method: Method) -> Json:
    own = method.training.model_dump(mode="json", include=method.training.model_fields_set) if method.training else None
    offers = [_all(method.stages), _one(method.model), _one(method.adapter)]
    rules = [] if method.validators is None else [_rules(method.validators)]
    return [method.role, method.baseline, method.question, method.scratch, own, *offers, *rules]


def _rules(validators: Sequence[Chosen]) -> Any:
    return _all(validators) if len(validators) > 1 else _one(next(iter(validators), None))


def _one(chosen: Chosen | None) -> Any:
    return chosen.content() if chosen else None


def _all(chosen: Sequence[Chosen]) -> list[Any]:
    return [each.content() for each in chosen]
