"""Models as files: our own safetensors with a card, and foreign checkpoints through a model record's reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from relxfer import files
from relxfer.errors import ArtefactError, PluginError
from relxfer.kernel import Kernel, load_object
from relxfer.protocols import Task
from relxfer.records import SourceModel
from relxfer.resolve import Chosen, Source, options_model


@dataclass(frozen=True)
class Artefact:
    """What was learnt, on disk: `sha` is over its content, never its path."""

    path: Path
    sha: str
    model: Chosen
    tasks: tuple[Task, ...]
    arrays: dict[str, Any]
    card: dict[str, Any]

    def load(self) -> Any:
        """The model with what it learnt."""
        return load_object(self.model.record.load)(self.model.options, self.arrays, self.card)


def file_of(source: Source) -> Path | None:
    """The checkpoint of a source, else its published weights; None where it has neither."""
    if source.config.checkpoint or not source.config.weights:
        return source.config.checkpoint
    assert source.model is not None
    return load_object(source.model.record.find)(source.model.name, source.config.weights)


def save(path: Path, model: Any, chosen: Chosen, tasks: tuple[Task, ...]) -> str:
    """Write a model and return its sha; `PluginError` where it is no model, or its state cannot be stored."""
    if not hasattr(model, "state"):
        raise PluginError(f"expected export() of a learner to return a model, got {_kind(model)}; mend its return")
    if wrong := _wrong_state(state := model.state()):
        raise PluginError(f"expected state() of the model {chosen.name!r} to return {wrong}")
    arrays, card = state
    whole = {"relxfer": 1, "model": chosen.card(), "tasks": [task.card() for task in tasks], "card": card}
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


def read(path: Path, kernel: Kernel, named: Chosen | None) -> Artefact:
    """An artefact of ours, or a foreign checkpoint of the model that the configuration names."""
    if path.is_dir():
        raise ArtefactError(
            f"expected a checkpoint file, got the folder {path}; a finished run is named with run = ..."
        )
    if path.suffix == ".safetensors":
        arrays, card = files.read_safetensors(path)
        if isinstance(card, dict) and "relxfer" in card:
            return _own(path, arrays, card, kernel)
    if named is None or named.record.read is None:
        raise ArtefactError(
            f"expected a checkpoint written by relxfer, or a source model that reads foreign ones, got {path}; "
            'name the architecture with model = "..." in [source]'
        )
    arrays, card = load_object(named.record.read)(path)
    tasks = tuple(map(Task.from_card, card.get("tasks", ())))
    return Artefact(path, files.content_digest(arrays, card), named, tasks, arrays, card)


def _own(path: Path, arrays: dict[str, Any], card: dict[str, Any], kernel: Kernel) -> Artefact:
    try:
        chosen = _chosen(card["model"], kernel)
        tasks = tuple(map(Task.from_card, card["tasks"]))
        return Artefact(path, files.content_digest(arrays, card), chosen, tasks, arrays, dict(card["card"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArtefactError(
            f"expected a model written by relxfer, got a card that does not fit in {path} "
            f"({type(error).__name__}: {str(error).splitlines()[0]}); name another checkpoint"
        ) from error


def _chosen(card: dict[str, Any], kernel: Kernel) -> Chosen:
    offer = kernel.find(SourceModel.kind, card["use"])
    options = {key: value for key, value in card.items() if key != "use"}
    return Chosen(offer, options_model(offer).model_validate(options))
