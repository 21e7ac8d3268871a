"""Options of the network adapter and of the built-in networks, apart so that listing them imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PositiveInt, Tag, ValidationInfo, model_validator

from relxfer.contract.only_with import GIVEN, OnlyForData, OnlyWhere, OnlyWith, Wanted, holding, told
from relxfer.contract.options import Options, UserFile
from relxfer.contract.query import Query, file_of
from relxfer.store.endings import ending

Features = Literal["given", "degree", "degree-rank", "structure", "random-walk", "spectral", "identity", "labels"]
Direction = Literal["out", "in", "both"]
#: Ends of names of lists of edges.
EDGE_LISTS = (".csv", ".tsv", ".txt", ".parquet", ".edges", ".edgelist", ".cites")
#: Of tables of nodes.
NODE_TABLES = (*EDGE_LISTS, ".content")
#: Of files with links alone.
LINKS = (*EDGE_LISTS, ".net", ".adjlist", ".npz")

_FOR_NODES = OnlyWith(task=Wanted(lambda task: task != "links", 'set {key} = "nodes"'))
_FOR_LINKS = OnlyForData(task="links")
_WITH_COLUMNS = OnlyWith(features=holding("degree"))
_WITH_DEGREES = OnlyWith(
    features=Wanted(
        lambda kinds: bool({"degree", "degree-rank"} & set(kinds or ())), 'add "degree" or "degree-rank" to {key}'
    )
)


def _with(kind: str) -> OnlyWith:
    """Unset features may turn out to be of any of these kinds."""
    return OnlyWith(features=Wanted(lambda kinds: kinds is None or kind in kinds, f'add "{kind}" to {{key}}'))


#: A part is drawn where it is neither nothing nor everything.
_DRAWN = OnlyWith(test_fraction=Wanted(lambda share: 0 < share < 1, "set {key} between 0 and 1"))


class NetworkOptions(Options):
    """What the model sees of source and target."""

    features: Annotated[tuple[Features, ...], Field(min_length=1)] | None = None
    """What is known of a node: what the data `given`; its `degree` as one of so many, or its rank
    among the nodes by it (`degree-rank`); its place in the `structure`;
    how often a `random-walk` returns to it; eigenvectors of the Laplacian (`spectral`), its name (`identity`) and, for
    classes, what label propagation carries to it (`labels`), which are the target's own. Several stand side by side.
    Unset: what is given; where nothing is, the structure, and for classes, numbers or labels of nodes what else
    predicts training labels of the target that are left out."""
    degree_direction: Annotated[Direction, _WITH_DEGREES] = "in"
    """Which edges count for a degree; on a network whose edges go both ways each way counts every link once."""
    degrees: Annotated[PositiveInt, _WITH_COLUMNS] = 256
    """Number of degrees that are told apart; larger ones count as the largest."""
    walk_steps: Annotated[int, Field(ge=2), _with("random-walk")] = 16
    """Most steps of a random walk that returns."""
    eigenvectors: Annotated[PositiveInt, _with("spectral")] = 32
    """Number of eigenvectors of the Laplacian."""
    identity_width: Annotated[PositiveInt, _with("identity")] = 4096
    """Number of columns that the names of nodes are hashed to."""
    normalise: bool = False
    """Features of a node divided by the sum of their sizes."""
    standardise: bool = True
    """Features of the user's that are numbers less their mean, over their standard deviation: those of the source."""
    undirected: bool = False
    """Messages along every edge in both directions, whatever the data say."""
    fanout: tuple[PositiveInt, ...] | None = None
    """In training, so many neighbours of each node are drawn, for every layer, the outermost last. Unset: all."""
    agreement: tuple[str, ...] = ()
    """For links: attributes of which is known only whether both nodes of a pair have the same value. Their columns,
    `NAME=VALUE`, are no features of a node. For numbers that mean something else in every network."""
    counts: Annotated[bool, _FOR_LINKS] = False
    """For links: degrees and common neighbours of a pair in the observed network are known too."""
    kept_link_fraction: Annotated[float, Field(gt=0, le=1), _FOR_LINKS] = 1.0
    """For links: in training on a source, a share of its links, drawn log-uniformly from this to 1, are the messages
    of a batch, so that a model learns to work on networks of which little is observed. 1: all are."""


class SplitOptions(Options):
    """What is predicted, and what of it is the test."""

    task: Literal["nodes", "links"] = "nodes"
    """Classes of nodes, or links between them."""
    test_fraction: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Share of the nodes of every class, of all nodes where there are none, or of the links. 0: none, for a source; 1:
    all nodes, for a target without labels."""
    split_seed: Annotated[int, Field(ge=0), _DRAWN] = 0
    """Seed of the split."""


class BordersOptions(SplitOptions):
    """What is asked of a country or state."""

    label: Annotated[Literal["coast", "region"], _FOR_NODES] = "coast"
    """Whether it lies at the `coast` of a sea or inland, which both networks ask; or in which `region` (a continent, or
    one of four regions of the USA)."""


class LinksOptions(SplitOptions):
    """Of a network without labels."""

    task: Literal["links"] = "links"
    """Links between nodes, which is all that can be predicted."""


class EdgeOptions(SplitOptions):
    """How edges are made of the rows of a file; a message passes for every edge, from its first node to its second."""

    direction: Annotated[Literal["given", "both"], _FOR_NODES] = "given"
    """As the file has them, or every row and its reverse."""
    duplicates: Annotated[bool, _FOR_NODES] = True
    """Keep pairs that stand several times; a message passes for each."""
    loops: Annotated[bool, _FOR_NODES] = True
    """Keep edges from a node to itself."""


class AirportOptions(EdgeOptions):
    """The same, with every row and its reverse, as published tables have it."""

    direction: Annotated[Literal["given", "both"], _FOR_NODES] = "both"
    """As the file has them, or every row and its reverse, so that a loop counts twice."""


class CitationOptions(EdgeOptions):
    """And which label of several counts. The files have every edge both ways."""

    loops: Annotated[bool, _FOR_NODES] = False
    """Keep edges from a node to itself, which published counts leave out."""
    several_labels: Annotated[Literal["first", "none"], _FOR_NODES] = "first"
    """Of a node with several labels: the first, as published tables of one label have it; or none, so that the node
    is in no split."""


Attribute = Literal["status", "gender", "major", "second_major", "dorm", "year", "high_school"]


class FacebookOptions(EdgeOptions):
    """And what is asked and known of a person. The files have every edge both ways."""

    label: Annotated[Attribute, _FOR_NODES] = "gender"
    """The attribute that is to be found out; where it is missing, a node has no label."""
    attributes: tuple[Attribute, ...] = ()
    """Attributes that are features, one column for each value; a missing one is 0 in all. Empty: no features."""

    @model_validator(mode="after")
    def _fits_together(self) -> FacebookOptions:
        if self.task == "nodes" and self.label in self.attributes:
            raise ValueError(f"expected attributes beside the label, got {self.label!r} as both; take it out of one")
        return self


def _as_file(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str | Path | Query | Mapping):
        return value
    from relxfer_social.in_memory import as_file

    return as_file(value, info)


def _form_of(value: Any) -> str:
    return "select" if isinstance(value, Query | Mapping) else "file"


#: A file, in Python an object that is written to one, or a query on a database.
Given = Annotated[
    Annotated[UserFile, Tag("file")] | Annotated[Query, Tag("select")],
    Discriminator(_form_of),
    BeforeValidator(_as_file),
]
#: What stands for the ending of a file's name where a query selects the edges.
QUERY = "a query"


def _columns_have_names(files: NetworkFiles) -> str | None:
    """The columns of a query have names."""
    return "with a query, whose columns have names; remove it" if files.kind == QUERY else None


def _no_label_is_looked_for(files: NetworkFiles) -> str | None:
    """For links a label is no answer; where all columns are features, it says which one is not."""
    if files.task != "links" or files.features is None:
        return None
    return told("task", files.task, 'set task = "nodes"')


class NetworkFiles(SplitOptions):
    """Your own network: a list of edges with a table of nodes, a graph, or arrays."""

    path: Given
    """The edges (.csv, .tsv, .txt, .parquet, .cites, .net, .adjlist), a matrix of them (.csv, .npz), or the whole
    network (.graphml, .gexf, .gml, .json, .npz, .mat, .pt, .safetensors); text also as .gz. Or a query on a database,
    for the edges. In Python also a graph of networkx, a `Data` or `HeteroData` of torch_geometric, or a frame of edges
    of pandas, polars or pyarrow."""
    nodes: Given | None = None
    """Beside edges, a table (.csv, .tsv, .parquet, .content), or a query on a database, with a row for each node; in
    Python also a frame."""
    columns: tuple[int | str, int | str] | None = None
    """Source and target in a table of edges, by position from 0 or by name. Unset: by their names, else the first."""
    header: Annotated[bool | None, OnlyWhere(_columns_have_names)] = None
    """Whether the first row of a table of edges names its columns. Unset: by its content."""
    skip_bad: bool = False
    """Leave out edges that cannot be used, such as those of nodes that the table of nodes lacks, and say which."""
    node: Annotated[str | None, OnlyWith(nodes=GIVEN)] = None
    """The column of this table with the names of nodes. Unset: the one whose cells are in the edges."""
    feature_lists: UserFile | None = None
    """A JSON file that has for each node the numbers of its features, as MUSAE's data sets have them."""
    task: Literal["nodes", "links", "classification", "regression", "multi-label"] = "nodes"  # type: ignore[assignment]
    """Links, or of nodes their `classification`, `regression` of numbers, or which labels each has (`multi-label`).
    `nodes`: classes; numbers, where some are not whole, or in several columns; labels, where several hold 0 and 1."""
    label: Annotated[str | tuple[str, ...] | None, OnlyWhere(_no_label_is_looked_for)] = None
    """The column, attribute or array with the label, or a list of several. Labels in one are separated by | or ;.
    Unset: `label`, `class` or `y`. An empty cell: no label."""
    weight: Annotated[int | str | None, _FOR_NODES] = None
    """The column, attribute or array with the weights of edges, which their messages count; a column also by its
    position from 0. Unset: `weight`, `edge_weight` or `weights`, the values of a matrix, the numbers of Pajek. Empty:
    none, so that each edge counts 1."""
    edge_kind: Annotated[int | str | None, _FOR_NODES] = None
    """The column, attribute or array with the kind of each edge, which the model `rgcn` tells apart; a column also by
    its position from 0; of a `HeteroData` it is `edge_type`."""
    features: tuple[str, ...] | None = None
    """Columns or attributes that are features: numbers as they are, texts with a column for each value. Unset: all
    but the node, its label and its part; empty: none."""
    categorical: tuple[str, ...] = ()
    """Columns or attributes whose numbers are codes of categories, with a column for each."""
    group: Annotated[str | None, _FOR_NODES] = None
    """The column or attribute whose equal values stay together in a split. Unset: `group`, if there is one."""
    directed: Annotated[bool | None, _FOR_NODES] = None
    """Whether edges go one way. Unset: as the file says; a list of edges does not, and its edges go both ways."""
    duplicates: Annotated[bool, _FOR_NODES] = False
    """Keep pairs that stand several times; a message passes for each."""
    loops: Annotated[bool, _FOR_NODES] = True
    """Keep edges from a node to itself."""
    name: str | None = None
    """Name of the data in reports; unset: the name of the file."""

    @property
    def kind(self) -> str:
        """The ending of the name of the file with the edges; `QUERY` where a query selects them."""
        return QUERY if isinstance(self.path, Query) else ending(self.path)

    @property
    def place(self) -> Path:
        """The file with the answers, for messages: that of the nodes where there is one."""
        return file_of(self.nodes or self.path)

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns with the answers; none: the usual one."""
        return (self.label,) if isinstance(self.label, str) else self.label or ()

    @model_validator(mode="after")
    def _fits_together(self) -> NetworkFiles:
        if self.nodes and self.kind not in (*LINKS, QUERY):
            got = file_of(self.path).name
            raise ValueError(f"expected nodes beside edges ({', '.join(LINKS)}), got {got}; take one out")
        return self


class BlocksOptions(SplitOptions):
    """A pair of contextual stochastic block models (Deshpande et al. 2018)."""

    nodes: Annotated[int, Field(ge=20)] = 600
    """Nodes of the network."""
    blocks: Annotated[int, Field(ge=2)] = 3
    """Blocks, of equal sizes; their names are the labels."""
    mean_degree: Annotated[float, Field(gt=0)] = 8.0
    """Mean number of links of a node."""
    homophily: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Share of the links that stay within a block."""
    width: PositiveInt = 16
    """Number of features."""
    signal: Annotated[float, Field(ge=0)] = 0.6
    """Distance of a block's mean from the origin; each feature has a standard deviation of 1."""
    shift: Annotated[float, Field(ge=0)] = 0.0
    """Length of a constant that is added to the features of every node."""
    relabel: Annotated[int, Field(ge=0), _FOR_NODES] = 0
    """Names of the blocks moved on by so many, so that features say one thing here and another there."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Of nodes, links and features; what the blocks look like is the same for every seed."""

    @model_validator(mode="after")
    def _fits_together(self) -> BlocksOptions:
        if self.mean_degree >= self.nodes / self.blocks:
            raise ValueError("expected a mean_degree below the size of a block; lower mean_degree, or raise nodes")
        return self
