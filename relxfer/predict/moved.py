"""Models in files alone, wherever they were moved: a file says how its model is attached, and what its scores mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from relxfer.contract.data import Domain
from relxfer.contract.tasks import Task
from relxfer.declare import resolve
from relxfer.declare.experiment import Chosen, Experiment
from relxfer.errors import DataError, PluginError, UnfitArtefact
from relxfer.execute import artefacts
from relxfer.execute.artefacts import Artefact, Artefacts
from relxfer.execute.attach import Attach
from relxfer.execute.domains import Domains
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions
from relxfer.predict import members
from relxfer.predict.chosen import ChosenRow, Member, Wanted, check_answers, together


def choose(path: Path, plugins: Plugins, wanted: Wanted) -> ChosenRow:
    """The model in a file, which answers about a target of `wanted.config`, about `wanted.facts`, or about inputs that
    questions bring.

    Raises:
        ArtefactError: the file cannot be read.
        UnfitArtefact: it does not say how the model is attached.
        DataError: the adapter needs data, and nothing brings any.
    """
    return of_files([path], plugins, wanted)


def of_files(paths: Sequence[Path], plugins: Plugins, wanted: Wanted, domain: Domain | None = None) -> ChosenRow:
    """The models in files, all of the same task, which answer together.

    domain  what they are asked about; None: as for `choose`
    """
    experiment = resolve.load(wanted.config, plugins) if wanted.config else None
    own = experiment.models if experiment else ()
    read = [artefacts.read(path, plugins, None, own) for path in paths]
    adapters = [artefacts.adapter_of(artefact, experiment, plugins) for artefact in read]
    if domain is None:
        given = read[0], plugins, wanted
        domain = _named(experiment, *given) if experiment else _blank(adapters[0], *given)
    if wanted.facts is not None:
        domain = with_file(domain, adapters[0], wanted.facts)
    attach = Attach(experiment.config.device if experiment else "auto", Versions())
    made = []
    for artefact, adapter in zip(read, adapters, strict=True):
        check_answers(artefact, domain, "name the data that it was trained for")
        made.append(Member.of(attach.stored(artefact, adapter, domain, learnt=False), artefact, plugins))
    models = together(made, domain.task)
    about = f"the model in {paths[0]}" if len(models) == 1 else f"the {len(models)} models in {paths[0].parent}"
    return ChosenRow(about, models, domain, "-".join(artefact.sha[:16] for artefact in read[: len(models)]))


def task_of(artefact: Artefact, plugins: Plugins) -> Task:
    """The task that a model has learnt, of the class that its kind has.

    Raises:
        UnfitArtefact: the file names none.
        UnknownName: no plugin offers its kind.
        PluginError: the class is not made of answers.
    """
    if not artefact.tasks:
        raise UnfitArtefact(f"expected the task of the model in {artefact.path}, got none; run again")
    learnt = artefact.tasks[0]
    try:
        made = Scorer(plugins).task(learnt.kind)
        return made(answers=learnt.answers, open=learnt.open, candidates=learnt.candidates)  # type: ignore[call-arg]
    except TypeError as error:
        raise PluginError(
            f"expected the kind of task {learnt.kind!r} to be made of answers, open and candidates, got {error}; "
            "let its class have the fields of relxfer.Task"
        ) from None


def with_file(domain: Domain, adapter: Chosen, path: Path) -> Domain:
    """The domain with the further inputs of a file.

    Raises:
        DataError: the file does not exist, or does not fit.
        Incompatible: nothing can be added to the domain.
    """
    made = adapter.build()
    if not path.exists():
        raise DataError(f"expected a file of facts, got {path}, which does not exist; correct --facts")
    return made.with_file(domain, path) if hasattr(made, "with_file") else domain.with_new({})


def _named(experiment: Experiment, artefact: Artefact, plugins: Plugins, wanted: Wanted) -> Domain:
    name = experiment.targets[0].name if wanted.target is None else wanted.target
    domains = Domains(experiment, plugins, Scorer(plugins), Artefacts(experiment, plugins))
    data = domains.answering(members.target_of(experiment, name), artefact.tasks)
    return replace(data.domain, val=None) if wanted.as_judged else data.opened()


def _blank(adapter: Chosen, artefact: Artefact, plugins: Plugins, wanted: Wanted) -> Domain:
    """A domain without data."""
    made = adapter.build()
    brings = wanted.facts is not None or not hasattr(made, "with_file")
    if not hasattr(made, "blank") or not brings:
        raise DataError(
            f"expected --facts FILE, or --config FILE, beside {artefact.path}, got neither: the adapter "
            f"{adapter.name!r} answers questions about data, which a file of facts or a [target] of a configuration "
            "brings"
        )
    blank: Domain = made.blank(task_of(artefact, plugins), artefact.about.inputs)
    return blank
