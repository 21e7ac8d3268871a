"""A model in a file alone, wherever it was moved: the file says how it is attached, and what its scores mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from relxfer.contract.records import TargetAdapter
from relxfer.declare import resolve
from relxfer.declare.experiment import Chosen, Experiment
from relxfer.errors import UnfitArtefact, UnknownName, UsageError
from relxfer.execute import artefacts, cards
from relxfer.execute.artefacts import Artefact, Artefacts
from relxfer.execute.attach import Attach
from relxfer.execute.domains import Domains
from relxfer.execute.sealed import Sealed
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions
from relxfer.predict.chosen import ChosenCell


def choose(path: Path, plugins: Plugins, target: str | None, config: Path | None) -> ChosenCell:
    """The model in a file, which answers questions about a target of a configuration, or about inputs of their own.

    Args:
        path: the file.
        plugins: loaded plugins.
        target: name of the target in the configuration; default the first.
        config: the user's configuration, whose target is asked about; None: questions bring their inputs.

    Raises:
        ArtefactError: the file cannot be read.
        UnfitArtefact: it does not say how the model is attached.
        UsageError: the adapter needs data, and no configuration names any.
    """
    experiment = resolve.load(config, plugins) if config else None
    artefact = artefacts.read(path, plugins, None, experiment.models if experiment else ())
    adapter = adapter_of(artefact, experiment.adapters if experiment else (), plugins)
    data = _named(experiment, target, artefact, plugins) if experiment else _blank(artefact, adapter, path)
    device = experiment.config.device if experiment else "auto"
    learner = Attach(device, Versions()).stored(artefact, adapter, data.domain, learnt=False)
    return ChosenCell.of(f"the model in {path}", learner, data, artefact.sha[:16], artefact, plugins)


def adapter_of(artefact: Artefact, own: Sequence[Chosen], plugins: Plugins) -> Chosen:
    """The adapter with which a model was stored: one of the user's own with these options, else as the file says.

    Raises:
        UnfitArtefact: the file says none, or one that is not installed.
    """
    card = artefact.about.adapter
    if card is None:
        raise UnfitArtefact(
            f"expected a model file of schema 2, which says how the model is attached, got one of schema 1: "
            f"{artefact.path}; run again, which writes it again, or name the run"
        )
    alike = [adapter for adapter in own if cards.plain(adapter) == card]
    return alike[0] if alike else cards.offered(card, TargetAdapter, "an adapter", plugins)


def _named(experiment: Experiment, name: str | None, artefact: Artefact, plugins: Plugins) -> Sealed:
    targets = {target.name: target for target in experiment.targets}
    if name is not None and name not in targets:
        raise UnknownName(f"target of {experiment.where}", name, list(targets))
    target = targets[name] if name is not None else experiment.targets[0]
    domains = Domains(experiment, plugins, Scorer(plugins), Artefacts(experiment, plugins))
    return domains.answering(target, artefact.tasks)


def _blank(artefact: Artefact, adapter: Chosen, path: Path) -> Sealed:
    made = adapter.build()
    if not hasattr(made, "blank") or not artefact.tasks:
        raise UsageError(
            f"expected --config FILE beside {path}, got none: the adapter {adapter.name!r} answers questions about "
            "data that a [target] of a configuration names"
        )
    return Sealed(made.blank(artefact.tasks[0], artefact.about.inputs))
