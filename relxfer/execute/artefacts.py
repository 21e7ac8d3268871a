"""Models as files: safetensors with a card, and checkpoints of other programs, which a model record's reader reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.learners import Model
from relxfer.contract.messages import shown
from relxfer.contract.records import SourceModel, TargetAdapter
from relxfer.contract.tasks import Task
from relxfer.declare.experiment import Chosen, Experiment, Source
from relxfer.errors import ArtefactError, UnfitArtefact
from relxfer.execute import cards
from relxfer.execute.stored import about as beside
from relxfer.execute.stored import parts
from relxfer.execute.stored.about import SCHEMA, About
from relxfer.execute.stored.parts import Part
from relxfer.plugins.finder import Plugins, load_object
from relxfer.store import files
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class Artefact:
    """A trained model, as read from a file.

    path   the file
    sha    hash of its arrays and its card; it does not depend on the path
    part   the model, with its arrays and its members
    tasks  the tasks that the model was trained on
    about  what is stored beside it
    """

    path: Path
    sha: str
    part: Part
    tasks: tuple[Task, ...]
    about: About = field(default_factory=About)

    @property
    def model(self) -> Chosen:
        """The architecture, with its options."""
        return self.part.model

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Parameters and buffers by name, those of members included."""
        return self.part.all_arrays()

    @property
    def card(self) -> JsonObject:
        """What the model stores beside its arrays, as JSON."""
        return self.part.card

    def called(self, names: Mapping[str, str]) -> Artefact:
        """The model with other names for the answers that it has learnt; those that `names` has not keep theirs."""
        tasks = tuple(task.called(names) for task in self.tasks)
        part = parts.called(self.part, names) if names else self.part
        if part is self.part and tasks == self.tasks:
            return self
        return replace(self, sha=files.fingerprint([self.sha, dict(names)]), part=part, tasks=tasks)

    def load(self) -> Model:
        """Build the model with these arrays.

        Raises:
            UnfitArtefact: the card describes a model that is far larger than the arrays.
        """
        return self.part.load()


@dataclass
class Artefacts:
    """The models that an experiment reads; each file is read once."""

    experiment: Experiment
    plugins: Plugins
    _read: dict[str, Artefact] = field(default_factory=dict)

    def read(self, path: Path, named: Chosen | None, instead: bool = False) -> Artefact:
        """The function `read`, with its `named` and `instead`; what was read is kept."""
        key = files.fingerprint([str(path), named.card() if named else None, instead])
        if key not in self._read:
            self._read[key] = read(path, self.plugins, named, self.experiment.models, instead)
        return self._read[key]

    def given(self, source: Source) -> Artefact:
        """The model in the checkpoint, the published weights or the run that a source names, or that it brings."""
        if source.brought:
            return self._brought(source)
        file = file_of(source)
        if file is None:
            assert source.config.run is not None
            file = Store.open(source.config.run).model(source.config.cell)
        named = source.model if source.config.model else None
        try:
            artefact = self.read(file, source.model, instead=named is not None and source.config.continued)
        except ArtefactError:
            recognised = self._recognised(file, source.model)
            if recognised is None:
                raise
            artefact = recognised
        if named and not source.config.continued:
            require(artefact, named)
        return artefact

    def _brought(self, source: Source) -> Artefact:
        assert source.model is not None
        key = files.fingerprint(["brought", source.model.card()])
        if key not in self._read:
            arrays, card = load_object(source.model.record.bring)(source.model.options)
            self._read[key] = _foreign(Path(source.name), source.model, arrays, card)
        return self._read[key]

    def _recognised(self, file: Path, refused: Chosen | None) -> Artefact | None:
        """What another model of the same data reads in a file that one refused; None if none knows it."""
        for name in self._alike(refused):
            with suppress(ArtefactError):  # also of a model that has no plain options
                return self.read(file, cards.offered({"use": name}, SourceModel, "a model", self.plugins))
        return None

    def _alike(self, model: Chosen | None) -> Iterator[str]:
        """Other models of the same data that read checkpoints of other programs."""
        for offer in self.plugins.all(SourceModel.kind):
            record: Any = offer.record
            if model and record.read and record.name != model.name and {*record.reads} & {*model.record.reads}:
                yield record.name


def file_of(source: Source) -> Path | None:
    """The file of a source's checkpoint or of its published weights; None if it names neither."""
    if source.config.checkpoint or not source.config.weights:
        return source.config.checkpoint
    assert source.model is not None
    return load_object(source.model.record.find)(source.model.name, source.config.weights)


def save(
    path: Path, model: Model, like: Part, tasks: tuple[Task, ...], plugins: Plugins, about: About | None = None
) -> str:
    """Write a model to `path` and return the hash of its content.

    Args:
        path: the file.
        model: what `export` of a learner returned.
        like: the model that its learner began with (`parts.of`).
        tasks: that it was trained on.
        plugins: where `offered_as` is looked up.
        about: what is stored beside it.

    Raises:
        PluginError: it is not a model, or its state cannot be stored.
    """
    part, said = parts.of(model, like, plugins), about or About()
    whole = {"relxfer": SCHEMA, **cards.of_part(part), "tasks": [task.card() for task in tasks], **said.card()}
    return files.write_arrays(path, part.all_arrays() | said.arrays(), whole)


def read(
    path: Path,
    plugins: Plugins,
    named: Chosen | None,
    own: Sequence[Chosen] = (),
    instead: bool = False,
    built: bool = True,
) -> Artefact:
    """Read a model: an artefact that relxfer wrote, or a checkpoint of another program.

    Args:
        path: the file.
        plugins: where the architecture is looked up.
        named: the model that the configuration names; its reader reads checkpoints of other programs.
        own: models of the user's configuration; if a card withholds options, they are taken from one of these.
        instead: use `named` with its own options, if the card names the same architecture.
        built: build the model once, so that sizes that do not fit are refused here and not where it is loaded.

    Raises:
        ArtefactError: the file cannot be read, or nothing says how.
        UnfitArtefact: its card is not allowed, or does not fit its arrays.
    """
    if path.is_dir():
        raise ArtefactError(
            f"expected a checkpoint file, got the folder {path}; to use a finished run, write run = ..."
        )
    if path.suffix == ".safetensors":
        arrays, card, sha = files.read_sealed(path)
        if sha is not None and isinstance(card, dict) and "relxfer" in card:
            about, rest = beside.read(card, arrays, path)
            part, tasks = cards.read(card, rest, path, plugins, own, named if instead else None)
            artefact = Artefact(path, sha, part, tasks, about)
            if built and not instead:
                artefact.load()  # refuses wrong sizes now, before the scratch baseline is built with the same options
            return artefact
    if named is None or named.record.read is None:
        raise ArtefactError(
            f"expected a checkpoint written by relxfer, or a source model that reads those of other programs, got "
            f'{path}; name the architecture with model = "..." in [source]'
        )
    return _foreign(path, named, *load_object(named.record.read)(path))


def _foreign(path: Path, named: Chosen, arrays: dict[str, np.ndarray], card: dict[str, Any]) -> Artefact:
    """A model that relxfer did not write, with the tasks that its card states."""
    tasks = tuple(map(Task.from_card, card.get("tasks", ())))
    return Artefact(path, files.content_digest(arrays, card), Part(named, arrays, card), tasks)


def require(artefact: Artefact, named: Chosen) -> None:
    """Check that a checkpoint holds the model that the user names, with the options that the user gives.

    Raises:
        UnfitArtefact: it holds another model, or one with other options.
    """
    model, path = artefact.model, artefact.path
    if model.name != named.name:
        raise UnfitArtefact(
            f"expected a checkpoint of the model {named.name!r}, got one of {model.name!r}: {path}; "
            f'write model = "{model.name}", or name another checkpoint'
        )
    mine, theirs = named.content(), model.content()
    for key in sorted(getattr(named.options, "model_fields_set", ())):
        trained = artefact.card.get(key) if theirs.get(key) is None else theirs[key]
        if mine.get(key) != trained:
            raise UnfitArtefact(
                f"expected {key} = {_shown(trained)}, with which the checkpoint {path} was trained, got "
                f"{_shown(mine.get(key))}; leave it out, or set continued = true to train on with it"
            )


def adapter_of(artefact: Artefact, experiment: Experiment | None, plugins: Plugins) -> Chosen:
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
    alike = [chosen for chosen in (experiment.adapters if experiment else ()) if cards.plain(chosen) == card]
    return alike[0] if alike else cards.offered(card, TargetAdapter, "an adapter", plugins)


def _shown(value: Any) -> str:
    return "nothing" if value is None else shown(value)
