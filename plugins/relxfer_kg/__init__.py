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
from relxfer.data import cards

relxfer_api_version = 2

_PAIRWISE = (
    "a link is scored from the pair of query and candidate, so that no single vector stands for a query "
    "(use finetune or feature-extraction)"
)


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return cards.read("relxfer_kg.data", "cards.toml", "standard.toml")


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [
        SourceModel(
            name="ultra",
            load="relxfer_kg.ultra.model:UltraModel",
            options="relxfer_kg.ultra.model:UltraOptions",
            reads=("knowledge-graph",),
            offers=("gradients",),
            withholds={
                "features": _PAIRWISE,
                "views": _PAIRWISE,
                "reconstruction": "a query is a question to a graph, with no numbers to reconstruct (use finetune)",
            },
            read="relxfer_kg.ultra.weights:read_weights",
            weights=("kg-base",),
            find="relxfer_kg.ultra.kg_base:find",
            summary="ULTRA (Galkin et al. 2024): any entities, any relations; reads ultra_*.pth and .safetensors",
        ),
        SourceModel(
            name="relation-frequency",
            load="relxfer_kg.priors:RelationFrequency",
            reads=("knowledge-graph",),
            summary="prior: how often an entity answers the relation",
        ),
        SourceModel(
            name="reverse-lookup",
            load="relxfer_kg.priors:ReverseLookup",
            reads=("knowledge-graph",),
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
            reads=("knowledge-graph",),
            priors=("relation-frequency", "reverse-lookup"),
            model="ultra",
            weights="kg-base",
            summary="link prediction: rank heads and tails on a graph of facts",
        )
    ]
