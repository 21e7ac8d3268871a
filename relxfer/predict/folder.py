"""The folder that `relxfer refit` writes: the models of a row, and the data that they need to answer anywhere.

refit.json            which row it is; written last
models/<n>.safetensors  a model for each seed, with its preprocessing, its answers and its calibration
observed.safetensors  names and facts, or nodes, edges and features; none where questions bring their inputs

Anybody may have written a folder: nothing in it is executed, and no path in it is followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from relxfer.contract.data import Domain
from relxfer.contract.messages import shown
from relxfer.errors import UnfitArtefact, UnknownName, UsageError
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins
from relxfer.predict import moved
from relxfer.predict.chosen import ChosenRow, Wanted
from relxfer.store import files

CARD = "refit.json"
SCHEMA = 1
OBSERVED = "observed.safetensors"
_MOST = 1_000


@dataclass(frozen=True)
class About:
    """What a folder says of itself.

    described  the row, as a sentence
    target     name of the data
    seeds      of each model
    """

    described: str
    target: str
    seeds: tuple[int, ...]

    @classmethod
    def of(cls, folder: Path) -> About:
        """What the card says.

        Raises:
            DamagedArtefact: it was changed.
            UnfitArtefact: it has another form.
        """
        card = files.read_json(folder / CARD)
        described, target, seeds = (card.get(key) for key in ("described", "target", "seeds"))
        listed = isinstance(seeds, list) and 0 < len(seeds) <= _MOST and all(type(seed) is int for seed in seeds)
        if card.get("schema") != SCHEMA or not listed or not all(isinstance(each, str) for each in (described, target)):
            raise UnfitArtefact(
                f"expected a folder of schema {SCHEMA} in {folder}, got {shown(card.get('schema'))} or another form; "
                "write it again: relxfer refit RUN"
            )
        return cls(described, target, tuple(seeds))  # type: ignore[arg-type]


def is_one(path: Path) -> bool:
    """Whether a folder is one that `relxfer refit` wrote."""
    return (path / CARD).is_file()


def model(folder: Path, number: int) -> Path:
    """The file of a model."""
    return folder / "models" / f"{number}.safetensors"


def write(folder: Path, about: About, domain: Domain) -> None:
    """Write all but the models: what they need of the data, then the card."""
    arrays, card = domain.observed()
    if arrays:
        files.write_arrays(folder / OBSERVED, arrays, card)
    files.write_json(folder / CARD, {"schema": SCHEMA, **vars(about), "seeds": list(about.seeds)})


def choose(folder: Path, plugins: Plugins, wanted: Wanted) -> ChosenRow:
    """The models of a folder, which answer about the data in it.

    Raises:
        UsageError: another row is wanted, or what the folder does not know.
        UnknownName: no model has the seed.
        ArtefactError: the folder cannot be read.
    """
    about = About.of(folder)
    _check(folder, about, wanted)
    numbers = [n for n, seed in enumerate(about.seeds) if wanted.seed in (None, seed)]
    if not numbers:
        raise UnknownName(f"seed in {folder}", str(wanted.seed), [str(seed) for seed in about.seeds])
    paths = [model(folder, number) for number in numbers]
    data = None if wanted.config else _domain(folder, about, paths, plugins)
    chosen = moved.of_files(paths, plugins, wanted, data)
    return replace(chosen, description=about.described + _seeds(about, wanted, len(chosen.members)))


def _seeds(about: About, wanted: Wanted, count: int) -> str:
    if count > 1:
        return f", the mean of {count} models"
    return f", seed {about.seeds[0] if wanted.seed is None else wanted.seed}"


def _check(folder: Path, about: About, wanted: Wanted) -> None:
    asked = {
        "--strategy": wanted.strategy,
        "--cell": wanted.cell,
        "--budget": wanted.budget is not None,
        "--as-judged": wanted.as_judged,
    }
    for option, value in asked.items():
        if value:
            raise UsageError(f"expected {folder} without {option}: it holds {about.described}; name the run instead")
    if wanted.target not in (None, about.target):
        raise UnknownName(f"target in {folder}", str(wanted.target), [about.target])


def _domain(folder: Path, about: About, paths: Sequence[Path], plugins: Plugins) -> Domain | None:
    """The stored data; None where questions bring their inputs."""
    path = folder / OBSERVED
    if not path.exists():
        return None
    artefact = artefacts.read(paths[0], plugins, None)
    adapter = artefacts.adapter_of(artefact, None, plugins)
    made = adapter.build()
    if not hasattr(made, "restored"):
        raise UnfitArtefact(
            f"expected an adapter that restores stored data, got {adapter.name!r} in {folder}; remove {OBSERVED}"
        )
    arrays, card = files.read_arrays(path)
    restored: Domain = made.restored(moved.task_of(artefact, plugins), arrays, card if isinstance(card, dict) else {})
    return replace(restored, name=about.target)
