"""Where the options of a row are searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from relxfer.contract import only_with
from relxfer.contract.options import Searched
from relxfer.declare.experiment import Experiment, Method
from relxfer.errors import ConfigError, Problem, did_you_mean

#: A key of a row with dots -> where it is searched.
Space = Mapping[str, Searched]
_TRAINING = "training."


def of_rows(experiment: Experiment, written: Space) -> dict[str, Space]:
    """The space of every row that can be tuned, by its name; rows without options that matter are left out.

    written  keys of the table `[tune.space]`: `training.KEY` or `ROW.KEY`

    Raises:
        ConfigError: a key names no row.
    """
    rows = [method for method in experiment.methods if method.role != "prior"]
    owned = _owned(written, [method.name for method in rows], experiment.where)
    spaces = {method.name: _of_row(experiment, method, owned) for method in rows}
    return {name: space for name, space in spaces.items() if space}


def defaults(method: Method, space: Space, experiment: Experiment) -> dict[str, Any]:
    """The values that a row has where its options are searched."""
    return {key: _configured(experiment, method, key) for key in space}


def _of_row(experiment: Experiment, method: Method, owned: Mapping[str, Space]) -> Space:
    own = owned.get(method.name, {})
    general = {f"{_TRAINING}{key}": of for key, of in owned.get("training", {}).items()} if method.seeded else {}
    options = own or dict(_of_options(method))
    training = general or (dict(_of_training(experiment, method)) if method.seeded and not own else {})
    return {key: _around(experiment, method, key, of) for key, of in {**training, **options}.items()}


def _of_options(method: Method) -> Iterator[tuple[str, Searched]]:
    """What the plugin says of the options of each stage."""
    for number, stage in enumerate(method.stages):
        prefix = "" if len(method.stages) == 1 else f"stages.{number}."
        yield from ((f"{prefix}{name}", of) for name, of in _marked(stage.options))


def _of_training(experiment: Experiment, method: Method) -> Iterator[tuple[str, Searched]]:
    yield from ((f"{_TRAINING}{name}", of) for name, of in _marked(experiment.training(method)))


def _marked(options: Any) -> Iterator[tuple[str, Searched]]:
    """The options that have an effect and say where they are searched; a weight of 0 is what the user wants."""
    acting = only_with.acting(options) if isinstance(options, BaseModel) else {}
    for name in acting:
        for mark in type(options).model_fields[name].metadata:
            if isinstance(mark, Searched) and not (mark.factor and not acting[name]):
                yield name, mark


def _around(experiment: Experiment, method: Method, key: str, of: Searched) -> Searched:
    try:
        return of.around(_configured(experiment, method, key))
    except ValueError as error:
        raise ConfigError(experiment.where, [Problem(f"tune.space.{key}", str(error))]) from None


def _configured(experiment: Experiment, method: Method, key: str) -> Any:
    """The value of a row at a key; None where it has none."""
    if key.startswith(_TRAINING):
        return getattr(experiment.training(method), key.removeprefix(_TRAINING), None)
    steps, below = key.split("."), method.stages[0] if len(method.stages) == 1 else None
    if below is None and steps[0] == "stages" and len(steps) > 2 and steps[1].isdigit():
        below, steps = method.stages[int(steps[1])], steps[2:]
    return getattr(below.options, steps[0], None) if below is not None and len(steps) == 1 else None


def _owned(written: Space, rows: Sequence[str], where: str) -> dict[str, dict[str, Searched]]:
    """The keys of the user by the row that they begin with, or by `training`."""
    known = sorted(["training", *rows], key=len, reverse=True)  # a name may begin with another and a dot
    found: dict[str, dict[str, Searched]] = {}
    for key, of in written.items():
        owner = next((name for name in known if key.startswith(f"{name}.")), None)
        if owner is None:
            likely = did_you_mean(key.partition(".")[0], known)
            raise ConfigError(where, [Problem(f"tune.space.{key}", f'expected "training.KEY" or "ROW.KEY": {likely}')])
        found.setdefault(owner, {})[key.removeprefix(f"{owner}.")] = of
    return found
