"""Models as files: our own safetensors with a card, and foreign checkpoints through a model record's reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Task
from relxfer.contract.learners import Model
from relxfer.contract.messages import shown
from relxfer.declare.resolve import Chosen, Experiment, Source
from relxfer.errors import ArtefactError, PluginError, UnfitArtefact
from relxfer.execute import cards
from relxfer.plugins.finder import Plugins, load_object
from relxfer.store import files
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class Artefact:
    """What was learnt, on disk: `sha` is over its content, never its path."""

    path: Path
    sha: str
    model: Chosen
    tasks: tuple[Task, ...]
    arrays: dict[str, np.ndarray]
    card: JsonObject

    def load(self) -> Model:
        """The model with what it learnt; `UnfitArtefact` where its card makes it far larger than its arrays."""
        from relxfer.authoring.torch_learner import no_larger_than

        with no_larger_than(self.arrays):
            return load_object(self.model.record.load)(self.model.options, self.arrays, self.card)


@dataclass
class Artefacts:
    """The models that an experiment reads, each file read once."""

    experiment: Experiment
    plugins: Plugins
    _read: dict[str, Artefact] = field(default_factory=dict)

    def read(self, path: Path, named: Chosen | None, instead: bool = False) -> Artefact:
        """See the function `read`; `named` and `instead` as there."""
        key = files.fingerprint([str(path), named.card() if named else None, instead])
        if key not in self._read:
            self._read[key] = read(path, self.plugins, named, self.experiment.models, instead)
        return self._read[key]

    def stored(self, path: Path, model: Chosen) -> Artefact:
        """What a cell of this run left, an architecture of its configuration; read anew each time."""
        return read(path, self.plugins, None, [model])

    def given(self, source: Source) -> Artefact:
        """What the checkpoint, the weights or the run of a source hold."""
        file = file_of(source)
        if file is None:
            assert source.config.run is not None
            file = Store.open(source.config.run).model(source.config.cell)
        named = source.model if source.config.model else None
        found = self.read(file, source.model, instead=named is not None and source.config.continued)
        if named and not source.config.continued:
            require(found, named)
        return found


def file_of(source: Source) -> Path | None:
    """The checkpoint of a source, else its published weights; None where it has neither."""
    if source.config.checkpoint or not source.config.weights:
        return source.config.checkpoint
    assert source.model is not None
    return load_object(source.model.record.find)(source.model.name, source.config.weights)


def save(path: Path, model: Model, chosen: Chosen, tasks: tuple[Task, ...]) -> str:
    """Write a model and return its sha; `PluginError` where it is no model, or its state cannot be stored."""
    if not hasattr(model, "state"):
        raise PluginError(f"expected export() of a learner to return a model, got {_kind(model)}; mend its return")
    if wrong := _wrong_state(state := model.state()):
        raise PluginError(f"expected state() of the model {chosen.name!r} to return {wrong}")
    arrays, card = state
    whole = {"relxfer": 1, **cards.of(chosen), "tasks": [task.card() for task in tasks], "card": card}
    files.write_arrays(path, dict(arrays), whole)
    return files.content_digest(dict(arrays), whole)


def _wrong_state(state: Any) -> str | None:
    """What was expected of a state and what it has instead; None where it can be stored."""
    both = isinstance(state, tuple) and len(state) == 2
    if not both or not all(isinstance(part, Mapping) for part in state):
        got = f"({', '.join(map(_kind, state))})" if isinstance(state, tuple) else _kind(state)
        return f"a table of arrays and a card, (arrays, card), got {got}"
    for name, array in state[0].items():
        if (dtype := np.asarray(array).dtype).kind in "OSUmM":
            return f"arrays of numbers, got {dtype} under {name!r}; put what is no number into the card"
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
    """An artefact of ours, or a foreign checkpoint of the model that the configuration names.

    own      models of the user's configuration; where a card withholds options, one of them has those
    instead  take the model that the configuration names, whatever its options, for a card's of the same name
    """
    if path.is_dir():
        raise ArtefactError(
            f"expected a checkpoint file, got the folder {path}; a finished run is named with run = ..."
        )
    if path.suffix == ".safetensors":
        arrays, card = files.read_safetensors(path)
        if isinstance(card, dict) and "relxfer" in card:
            chosen, tasks, inner = cards.read(card, path, plugins, own, named if instead else None)
            found = Artefact(path, files.content_digest(arrays, card), chosen, tasks, arrays, inner)
            if not instead:
                found.load()  # sizes that its arrays do not have are told here, before scratch is built with them
            return found
    if named is None or named.record.read is None:
        raise ArtefactError(
            f"expected a checkpoint written by relxfer, or a source model that reads foreign ones, got {path}; "
            'name the architecture with model = "..." in [source]'
        )
    arrays, card = load_object(named.record.read)(path)
    tasks = tuple(map(Task.from_card, card.get("tasks", ())))
    return Artefact(path, files.content_digest(arrays, card), named, tasks, arrays, card)


def require(found: Artefact, named: Chosen) -> None:
    """`UnfitArtefact` where the user names another model than a checkpoint holds, or gives it other options."""
    model, path = found.model, found.path
    if model.name != named.name:
        raise UnfitArtefact(
            f"expected a checkpoint of the model {named.name!r}, got one of {model.name!r}: {path}; "
            f'write model = "{model.name}", or name another checkpoint'
        )
    mine, theirs = named.content(), model.content()
    for key in sorted(getattr(named.options, "model_fields_set", ())):
        trained = found.card.get(key) if theirs.get(key) is None else theirs[key]
        if mine.get(key) != trained:
            raise UnfitArtefact(
                f"expected {key} = {_shown(trained)}, with which the checkpoint {path} was trained, got "
                f"{_shown(mine.get(key))}; leave it out, or set continued = true to train on with it"
            )


def _shown(value: Any) -> str:
    return "nothing" if value is None else shown(value)
