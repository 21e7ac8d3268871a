"""Inspection of the user's network, for `relxfer init`: its files, its contents, and problems with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.authoring.tables import read
from relxfer.contract.data import Domain
from relxfer.contract.readers import Told
from relxfer.errors import DataError
from relxfer.judge import answer_columns
from relxfer.judge.answer_columns import Guess
from relxfer_social.files.attributes import LABELS
from relxfer_social.files.user_domain import user_domain
from relxfer_social.options import EDGE_LISTS, NetworkFiles

#: How people call the two files of a folder, most telling first.
EDGES = ("edges", "edge_list", "edgelist", "links", "network", "graph")
#: How people call columns with answers beside the usual ones, and how the names of several begin.
FURTHER = ("labels", "tags", "target", "value")
SEVERAL = ("label_", "label.", "label ", "y_")
NODES = ("nodes", "node_list", "vertices", "labels", "target", "features")


@dataclass(frozen=True)
class Inspection:
    """The file of the network, the table of nodes if there is one, the domain of both, and its labels as told."""

    path: Path
    nodes: Path | None
    domain: Domain
    guess: Guess | None = None
    label: tuple[str, ...] = ()
    certain = True  # nodes have labels, so that this is a network, whoever else can read its files

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its paths are `Path`."""
        table: dict[str, Any] = {"use": "network-files", "path": self.path}
        table |= {"node_table": self.nodes} if self.nodes else {}
        table |= {"label": self.label[0] if len(self.label) == 1 else list(self.label)} if self.label else {}
        return table | (self.guess.table() if self.guess else {})

    def tables(self) -> Mapping[str, Any]:
        """What a configuration for networks has besides: features that every network has, and strategies that give a
        new head."""
        return {
            "source": {"datasets": ["geo-world-borders"], "shared": True, "training": {"steps": 500}},
            "target": {
                "adapter": {"use": "networks", "features": ["structure"]},
                "label_budgets": [10, 100, "all"],
            },
            "strategy": [{"use": "feature-extraction"}, {"use": "finetune", "head_lr_factor": 10}],
        }

    def sentences(self) -> list[str]:
        """What to tell the user."""
        network = self.domain.inputs
        features = 0 if network.features is None else network.features.shape[1]
        return [
            f"{self.path}: {len(network):,} nodes, {network.edges.shape[1]:,} edges, {features:,} features",
            self._labels(),
            *([self.guess.sentence()] if self.guess else []),
            *self.domain.notes,
            *([_SHARED] if features else []),
        ]

    def _labels(self) -> str:
        """How many nodes have each label, or any answer at all."""
        splits = [split for split in (self.domain.train, self.domain.val, self.domain.test) if split is not None]
        task = self.domain.task
        if not task.classes:
            return f"{task.kind}: {', '.join(task.answers[:12])} of {sum(map(len, splits)):,} nodes"
        given = [split.answers for split in splits if split.answers is not None]
        labelled = Counter(task.answers[answer] for answers in given for answer in answers.tolist())
        counts = [f"{name} {labelled[name]:,}" for name in task.answers]
        more = [f"... {len(counts) - 12} more"] * (len(counts) > 12)
        return f"labels: {', '.join(counts[:12] + more)}"


_SHARED = (
    "note: of source and target, the structure alone is used, which every network has; name a source with the same "
    'features in datasets, and write features = ["given"]'
)


def inspect(path: str | Path, told: Told = Told()) -> Inspection:
    """Inspect a network of one file, or a folder with a list of edges and a table of nodes.

    Raises:
        DataError: there is no network with labels, or one that cannot be used.
    """
    told.only("network-files", "label")
    path = Path(path)
    edges, nodes = _pair(path) if path.is_dir() else (path, _beside(path))
    guess = None if told.label else _guess(nodes)
    given = {"path": edges.resolve(), "node_table": None if nodes is None else nodes.resolve()}
    asked = {"label": told.label} if told.label else guess.table() if guess else {}
    options = NetworkFiles.model_validate({**given, **asked})
    domain = user_domain(options)
    labelled = sum(len(split) for split in (domain.train, domain.val, domain.test) if split is not None)
    if domain.task.classes and 2 * len(domain.task.answers) > labelled:
        raise DataError(
            f"{nodes or edges}: expected labels that several nodes share, got {len(domain.task.answers):,} of "
            f"{labelled:,} nodes, which seem to be names; name another column with label"
        )
    return Inspection(edges, nodes, domain, guess, told.label)


def _guess(nodes: Path | None) -> Guess | None:
    """What a table of nodes seems to ask for: of a usual column, or of several named alike.

    Other columns are features, whatever they hold.
    """
    if nodes is None:
        return None
    cells = read(nodes, "nodes").columns()
    usual = next((name for name in (*LABELS, *FURTHER) if name in cells), None)
    several = [name for name in cells if name.lower().startswith(SEVERAL)]
    chosen = [usual] if usual else several if len(several) > 1 else []
    return answer_columns.guess({name: cells[name] for name in chosen}, [usual] if usual else (), LABELS)


def _pair(folder: Path) -> tuple[Path, Path]:
    tables = sorted(file for file in folder.iterdir() if file.is_file() and file.suffix.lower() in EDGE_LISTS)
    edges, nodes = (_named(tables, names) for names in (EDGES, NODES))
    if edges is None or nodes is None:
        raise DataError(
            f"{folder}: expected a list of edges such as edges.csv and a table of nodes such as nodes.csv, got "
            f"{', '.join(file.name for file in tables[:5]) or 'no table'}; name them so"
        )
    return edges, nodes


def _beside(path: Path) -> Path | None:
    """The table of nodes in the folder of a list of edges."""
    if path.suffix.lower() not in EDGE_LISTS:
        return None
    return _named([file for file in sorted(path.parent.iterdir()) if file.is_file() and file != path], NODES)


def _named(files: list[Path], names: tuple[str, ...]) -> Path | None:
    fitting = [file for file in files if file.suffix.lower() in EDGE_LISTS]
    for name in names:
        for file in fitting:
            if file.stem.lower() == name or file.stem.lower().endswith((f"_{name}", f"-{name}", f".{name}")):
                return file
    return None
