"""Models as files: safetensors with a card, and checkpoints of other programs, which a model record's reader reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.learners import Model
from relxfer.contract.messages import shown
from relxfer.contract.tasks import Task
from relxfer.declare.experiment import Chosen, Experiment, Source
from relxfer.errors import ArtefactError, PluginError, UnfitArtefact
from relxfer.execute import cards
from relxfer.plugins.finder import Plugins, load_object
from relxfer.store import files
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class Artefact:
    """A trained model, as read from a file.

    path    the file
    sha     hash of its arrays and its card; it does not depend on the path
    model   the architecture, with its options
    tasks   the tasks that the model was trained on
    arrays  parameters and buffers by name
    card    what the model stores beside its arrays, as JSON
    """

    path: Path
    sha: str
    model: Chosen
    tasks: tuple[Task, ...]
    arrays: dict[str, np.ndarray]
    card: JsonObject

    def load(self) -> Model:
        """Build the model with these arrays.

        Raises:
            UnfitArtefact: the card describes a model that is far larger than the arrays.
        """
        from relxfer.authoring.torch_learner import no_larger_than

        with no_larger_than(self.arrays):
            return load_object(self.model.record.load)(self.model.options, self.arrays, self.card)


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
        """The model in the checkpoint, the published weights or the run that a source names."""
        file = file_of(source)
        if file is None:
            assert source.config.run is not None
            file = Store.open(source.config.run).model(source.config.cell)
        named = source.model if source.config.model else None
        artefact = self.read(file, source.model, instead=named is not None and source.config.continued)
        if named and not source.config.continued:
            require(artefact, named)
        return artefact


def file_of(source: Source) -> Path | None:
    """The file of a source's checkpoint or of its published weights; None if it names neither."""
    if source.config.checkpoint or not source.config.weights:
        return source.config.checkpoint
    assert source.model is not None
    return load_object(source.model.record.find)(source.model.name, source.config.weights)


def save(path: Path, model: Model, chosen: Chosen, tasks: tuple[Task, ...]) -> str:
    """Write a model to `path` and return the hash of its content.

    Raises:
        PluginError: it is not a model, or its state cannot be stored.
    """
    if not hasattr(model, "state"):
        raise PluginError(
            f"expected export() of a learner to return a model, got {_kind(model)}; correct its return value"
        )
    if wrong := _wrong_state(state := model.state()):
        raise PluginError(f"expected state() of the model {chosen.name!r} to return {wrong}")
    arrays, card = state
    whole = {"relxfer": 1, **cards.of(chosen), "tasks": [task.card() for task in tasks], "card": card}
    files.write_arrays(path, dict(arrays), whole)
    return files.content_digest(dict(arrays), whole)


def _wrong_state(state: Any) -> str | None:
    """What is wrong with a state, as expected and got; None if it can be stored."""
    both = isinstance(state, tuple) and len(state) == 2
    if not both or not all(isinstance(member, Mapping) for member in state):
        got = f"({', '.join(map(_kind, state))})" if isinstance(state, tuple) else _kind(state)
        return f"a table of arrays and a card, (arrays, card), got {got}"
    for name, array in state[0].items():
        if (dtype := np.asarray(array).dtype).kind in "OSUmM":
            return f"arrays of numbers, got {dtype} under {name!r}; put everything else into the card"
    try:
        files.fingerprint(state[1])
    except (TypeError, ValueError) as error:
        return f"a card of JSON values: {error}; write it as text, numbers, lists and tables"
    return None


def _kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__


def read(
    path: Path, plugins: Plugins, named: Chosen | None, own: Sequence[Chosen] = (), instead: bool = False
) -> Artefact:
    """Read a model: an artefact that relxfer wrote, or a checkpoint of another program.

    Args:
        path: the file.
        plugins: where the architecture is looked up.
        named: the model that the configuration names; its reader reads checkpoints of other programs.
        own: models of the user's configuration; if a card withholds options, they are taken from one of these.
        instead: use `named` with its own options, if the card names the same architecture.

    Raises:
        ArtefactError: the file cannot be read, or nothing says how.
        UnfitArtefact: its card is not allowed, or does not fit its arrays.
    """
    if path.is_dir():
        raise ArtefactError(
            f"expected a checkpoint file, got the folder {path}; to use a finished run, write run = ..."
        )
    if path.suffix == ".safetensors":
        arrays, card = files.read_safetensors(path)
        if isinstance(card, dict) and "relxfer" in card:
            chosen, tasks, inner = cards.read(card, path, plugins, own, named if instead else None)
            artefact = Artefact(path, files.content_digest(arrays, card), chosen, tasks, arrays, inner)
            if not instead:
                artefact.load()  # refuses wrong sizes now, before the scratch baseline is built with the same options
            return artefact
    if named is None or named.record.read is None:
        raise ArtefactError(
            f"expected a checkpoint written by relxfer, or a source model that reads those of other programs, got "
            f'{path}; name the architecture with model = "..." in [source]'
        )
    arrays, card = load_object(named.record.read)(path)
    tasks = tuple(map(Task.from_card, card.get("tasks", ())))
    return Artefact(path, files.content_digest(arrays, card), named, tasks, arrays, card)


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


def _shown(value: Any) -> str:
    return "nothing" if value is None else shown(value)
