"""Which files of a folder make a network: its links, a table of nodes, and lists of features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.contract.query import Query, file_of
from relxfer.data.tables.kinds import measured
from relxfer.errors import DataError, NotMine
from relxfer.store import database
from relxfer.store.endings import ending
from relxfer_social.files.formats import adjacency
from relxfer_social.files.formats.tables import read_list
from relxfer_social.files.pairing import paired
from relxfer_social.files.selected import selected
from relxfer_social.files.user_network import ARRAYS, GRAPHS, is_edge_list
from relxfer_social.headings import EDGES, NODES
from relxfer_social.options import EDGE_LISTS, LINKS, NODE_TABLES

#: How people call files with lists of features.
LISTS = ("features", "node_features")


@dataclass(frozen=True)
class Files:
    """The links or the whole network; a table of nodes, or None; lists of features, or None.

    Links and nodes are files, or queries on a database.
    """

    path: Path | Query
    nodes: Path | Query | None = None
    feature_lists: Path | None = None

    def table(self) -> dict[str, Any]:
        """The options that name them."""
        given = {"path": self.path, "nodes": self.nodes, "feature_lists": self.feature_lists}
        return {name: _written(path) for name, path in given.items() if path is not None}

    def resolved(self) -> Files:
        """With absolute paths, which queries have already."""
        lists = None if self.feature_lists is None else self.feature_lists.resolve()
        path, nodes = (one.resolve() if isinstance(one, Path) else one for one in (self.path, self.nodes))
        return Files(path, nodes, lists)  # type: ignore[arg-type]

    @property
    def place(self) -> Path:
        """The file of the links, for messages."""
        return file_of(self.path)

    @property
    def queries(self) -> list[str]:
        """Sentences on what is selected."""
        given = {"edges": self.path, "nodes": self.nodes}
        return [f"{what}: {one.query}" for what, one in given.items() if isinstance(one, Query)]

    def alone(self, attributed: bool) -> bool:
        """Whether this is a network even if no node has a label, and no table of facts or something else.

        attributed  whether its nodes have attributes
        """
        if attributed or not is_edge_list(self.path):
            return True
        table = read_list(self.path)
        third = table.columns[2] if table.width == 3 else None
        return table.width == 2 or adjacency.of_table(table) is not None or (third is not None and measured(third))


def _written(given: Path | Query) -> Path | dict[str, Any]:
    """As an option."""
    return {"database": given.database, "query": given.query} if isinstance(given, Query) else given


def found(path: Path) -> Files:
    """The files of a network at a path.

    Raises:
        NotMine: there are none.
        DataError: it is a database of whose tables nobody knows which are its edges.
    """
    if path.is_dir():
        return _in_folder(path)
    if database.is_database(path):
        return Files(*selected(path))
    if ending(path) in (".cites", ".content"):
        published = _published([file for file in sorted(path.parent.iterdir()) if _first(file) == _first(path)])
        if published is not None:
            return published
    if ending(path) not in (*LINKS, *GRAPHS, *ARRAYS):
        kinds = ", ".join((*LINKS, *GRAPHS, *ARRAYS))
        raise NotMine(f"{path}: expected a network ({kinds}), got {ending(path) or path.name!r}; convert it")
    beside = ending(path) in (*EDGE_LISTS, ".net", ".adjlist")
    siblings = [file for file in sorted(path.parent.iterdir()) if file.is_file() and file != path]
    nodes = _named(siblings, NODES, NODE_TABLES, path) or _fitting(path, siblings) if beside else None
    return Files(path, nodes, _named(siblings, LISTS, (".json",), path) if nodes else None)


def _first(file: Path) -> str:
    return file.name.partition(".")[0]


def _published(files: Sequence[Path]) -> Files | None:
    """The citations and the papers of Cora and CiteSeer, as they are published."""
    papers = {_first(file): file for file in files if ending(file) == ".content"}
    cites = [file for file in files if ending(file) == ".cites" and _first(file) in papers]
    return Files(cites[0], papers[_first(cites[0])]) if len(cites) == 1 else None


def _in_folder(folder: Path) -> Files:
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    published = _published(files)
    if published is not None:
        return published
    edges = _named(files, EDGES, (*EDGE_LISTS, ".net", ".adjlist", ".npz"))
    rest = [file for file in files if file != edges]
    nodes = _named(rest, NODES, NODE_TABLES, edges) if edges else None
    lists = _named(rest, LISTS, (".json",), edges) if edges else None
    if edges is not None and (nodes is not None or len(files) == 1 + bool(lists)):
        return Files(edges, nodes, lists)
    whole = [file for file in files if ending(file) in (*GRAPHS, *ARRAYS)]
    if len(whole) == 1:
        return Files(whole[0])
    by_content = None if whole else paired([file for file in files if ending(file) in EDGE_LISTS])
    if by_content is not None:
        return Files(*by_content, _named(files, LISTS, (".json",), by_content[0]))
    raise NotMine(
        f"{folder}: expected a list of edges such as edges.csv and a table of nodes such as nodes.csv, got "
        f"{', '.join(file.name for file in files[:5]) or 'no table'}; name them so, or one of them"
    )


def _fitting(edges: Path, siblings: Sequence[Path]) -> Path | None:
    """The one other table beside a list of edges, where its nodes are those of the edges."""
    tables = [file for file in siblings if ending(file) in EDGE_LISTS]
    if len(tables) != 1 or ending(edges) not in EDGE_LISTS:
        return None
    try:
        found = paired([edges, *tables])
    except DataError:  # the file that is named is taken alone
        return None
    return tables[0] if found == (edges, tables[0]) else None


def _named(
    files: Sequence[Path], names: Sequence[str], endings: Sequence[str], beside: Path | None = None
) -> Path | None:
    """The first file with a usual name, or one that ends in it; of several, one that begins as `beside` does."""
    fitting = [file for file in files if ending(file) in endings]
    for name in names:
        alike = [file for file in fitting if _is(file, name)]
        if alike:
            begun = "" if beside is None else _begin(beside)
            return next((file for file in alike if begun and file.name.startswith(begun)), alike[0])
    return None


def _is(file: Path, name: str) -> bool:
    stem = file.name.lower().split(".")[0] if ending(file) else file.name.lower()
    whole = file.name.lower().removesuffix(".gz").removesuffix(ending(file))
    return name in (stem, whole) or whole.endswith((f"_{name}", f"-{name}", f".{name}"))


def _begin(file: Path) -> str:
    """The name of a file up to its last word.

    >>> _begin(Path("musae_git_edges.csv"))
    'musae_git_'
    """
    stem = file.name.split(".")[0]
    return stem[: stem.rfind("_") + 1]
