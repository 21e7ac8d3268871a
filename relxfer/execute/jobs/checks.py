"""The plan of a run, after what must be right before anything is trained."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.errors import ConfigError, Problem, RelxferError
from relxfer.execute.engine import Engine
from relxfer.judge.scoring import deciding
from relxfer.plan import fingerprints
from relxfer.plan.cells import PlannedCell


def checked_plan(engine: Engine) -> list[PlannedCell]:
    """The plan, after checks of the configuration that must raise before anything is trained."""
    _check_sources(
        engine, [source.name for source in engine.experiment.sources if source.config.weights or source.brought]
    )
    _check_code(engine)
    plan = engine.plan()
    _check_task(engine)
    _check_sources(engine, [c.source.name for c in plan if c.source and c.needs_source and not c.refusal])
    return plan


def _check_code(engine: Engine) -> None:
    """Raise `PluginError` if code was edited after it was imported: its results would not be those of the file."""
    made = engine.experiment
    named = [stage for method in made.methods for stage in method.strategies]
    named += [*made.adapters, *(target.model for target in made.targets)]
    named += [method.model for method in made.methods if method.model]
    named += [chosen for source in made.sources for chosen in (source.model, *source.stages) if chosen]
    fingerprints.versions(engine.code, *named)


def _check_task(engine: Engine) -> None:
    """Check that every metric that the configuration names is one of some target's task."""
    tasks = [engine.domains.target(target).domain.task.kind for target in engine.experiment.targets]
    deciding(engine.scorer, tasks, [metric.name for metric in engine.experiment.metrics])


def _check_sources(engine: Engine, wanted: Sequence[str]) -> None:
    """Check that every checkpoint, weights file or run that a wanted source names can be read."""
    problems = []
    for index, source in enumerate(engine.experiment.sources):
        if source.name in wanted and (source.config.continued or not source.pretrained):
            try:
                engine.artefacts.given(source)
            except RelxferError as error:
                key = next((key for key in ("checkpoint", "weights", "run") if getattr(source.config, key)), "model")
                problems.append(Problem(f"source[{index}].{key}", str(error)))
    if problems:
        raise ConfigError(engine.experiment.where, problems)
