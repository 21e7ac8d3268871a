"""Inspection of the user's network, for `relxfer init`: its files, its contents, and problems with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer_social.files.user_domain import user_domain
from relxfer_social.options import EDGE_LISTS, NetworkFiles

#: How people call the two files of a folder, most telling first.
EDGES = ("edges", "edge_list", "edgelist", "links", "network", "graph")
NODES = ("nodes", "node_list", "vertices", "labels", "target", "features")


@dataclass(frozen=True)
class Inspection:
    """The file of the network, the table of nodes where there is one, and the domain that they make."""

    path: Path
    nodes: Path | None
    domain: Domain
    certain = True  # nodes have labels, so that this is a network, whoever else can read its files

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its paths are `Path`."""
        return {"use": "network-files", "path": self.path} | ({"node_table": self.nodes} if self.nodes else {})

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
        network, labelled = self.domain.inputs, Counter[str]()
        for examples in (self.domain.train, self.domain.val, self.domain.test):
            if examples is not None and examples.answers is not None:
                labelled.update(self.domain.task.answers[answer] for answer in examples.answers.tolist())
        counts = [f"{name} {labelled[name]:,}" for name in self.domain.task.answers]
        features = 0 if network.features is None else network.features.shape[1]
        more = [f"... {len(counts) - 12} more"] * (len(counts) > 12)
        return [
            f"{self.path}: {len(network):,} nodes, {network.edges.shape[1]:,} edges, {features:,} features",
            f"labels: {', '.join(counts[:12] + more)}",
            *self.domain.notes,
            *([_SHARED] if features else []),
        ]


_SHARED = (
    "note: of source and target, the structure alone is used, which every network has; name a source with the same "
    'features in datasets, and write features = ["given"]'
)


def inspect(path: str | Path) -> Inspection:
    """Inspect a network of one file, or a folder with a list of edges and a table of nodes.

    Raises:
        DataError: there is no network with labels, or one that cannot be used.
    """
    path = Path(path)
    edges, nodes = _pair(path) if path.is_dir() else (path, _beside(path))
    options = NetworkFiles(path=edges.resolve(), node_table=None if nodes is None else nodes.resolve())
    domain = user_domain(options)
    labelled = sum(len(split) for split in (domain.train, domain.val, domain.test) if split is not None)
    if 2 * len(domain.task.answers) > labelled:
        raise DataError(
            f"{nodes or edges}: expected labels that several nodes share, got {len(domain.task.answers):,} of "
            f"{labelled:,} nodes, which seem to be names; name another column with label"
        )
    return Inspection(edges, nodes, domain)


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
