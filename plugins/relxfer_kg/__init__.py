"""Knowledge graphs: data, the ULTRA model, and the adapter for link prediction.

Its packages and modules, each of which imports those before it only: `graph` (facts, and what is computed from them
once), `kernels` (compiled), `layers`, `scoring` (exact locality), `domain`, `files`, `options`, `data`, `training`,
`relatedness`, `priors`, `adapter`, `learner`, `ultra`. Architectures come last: a further one is a package beside
`ultra` that subclasses `learner.KGLearner`, and implements `scoring.scorer.Conditioned` if its queries are local.
"""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, SourceModel, TargetAdapter
from relxfer_kg.data import standard

relxfer_api_version = 1

_PAIRWISE = (
    "a link is scored from the pair of query and candidate, so that no single vector stands for a query "
    "(use finetune or feature-extraction)"
)


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return [
        Dataset(
            name="geo-world",
            load="relxfer_kg.data.geo:load_world",
            options="relxfer_kg.data.geo:GeoOptions",
            adapter="kg",
            licence="facts; compilation Apache-2.0",
            summary="countries with borders, capitals, regions, languages, currencies, cities, rivers (embedded)",
            protocol="filtered ranking of head and tail; seeded split by pair of entities",
        ),
        Dataset(
            name="geo-us",
            load="relxfer_kg.data.geo:load_us",
            options="relxfer_kg.data.geo:GeoOptions",
            adapter="kg",
            licence="facts; compilation Apache-2.0",
            summary="states of the USA with borders, capitals, divisions, cities, rivers, highways (embedded)",
            protocol="filtered ranking of head and tail; seeded split by pair of entities",
        ),
        Dataset(
            name="rule-graphs",
            load="relxfer_kg.training.rule_graphs:load",
            options="relxfer_kg.training.rule_graphs:RuleGraphOptions",
            adapter="kg",
            licence="made by relxfer",
            summary="synthetic graphs whose facts follow from one another by rules, to pre-train on (drawn)",
            protocol="filtered ranking of head and tail; seeded split by pair of entities",
        ),
        Dataset(
            name="kg-files",
            load="relxfer_kg.data.user_files:load",
            options="relxfer_kg.options:OwnFiles",
            adapter="kg",
            own_files=True,
            look="relxfer_kg.files.inspection:inspect",
            summary="your own facts: TSV, CSV, Parquet, N-Triples, GraphML",
        ),
        *standard.cards(),
    ]


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [
        SourceModel(
            name="ultra",
            load="relxfer_kg.ultra.model:UltraModel",
            options="relxfer_kg.ultra.model:UltraOptions",
            adapter="kg",
            offers=("gradients",),
            read="relxfer_kg.ultra.weights:read_weights",
            weights=("kg-base",),
            find="relxfer_kg.ultra.kg_base:find",
            summary="ULTRA (Galkin et al. 2024): any entities, any relations; reads ultra_*.pth and .safetensors",
        ),
        SourceModel(
            name="relation-frequency",
            load="relxfer_kg.priors:RelationFrequency",
            adapter="kg",
            summary="prior: how often an entity answers the relation",
        ),
        SourceModel(
            name="reverse-lookup",
            load="relxfer_kg.priors:ReverseLookup",
            adapter="kg",
            summary="prior: a known link of the same pair, reversed or under another relation",
        ),
    ]


@hookimpl
def relxfer_target_adapters() -> Iterable[TargetAdapter]:
    return [
        TargetAdapter(
            name="kg",
            load="relxfer_kg.adapter:KGAdapter",
            options="relxfer_kg.adapter:KGOptions",
            offers=("gradients",),
            withholds={
                "features": _PAIRWISE,
                "views": _PAIRWISE,
                "reconstruction": "a query is a question to a graph, with no numbers to reconstruct (use finetune)",
            },
            priors=("relation-frequency", "reverse-lookup"),
            model="ultra",
            weights="kg-base",
            summary="link prediction: rank heads and tails on a graph of facts",
        )
    ]
