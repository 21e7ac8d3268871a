"""Knowledge graphs: data, the models ULTRA and TRIX, and the adapter for link prediction.

Its packages and modules, each of which imports those before it only: `graph` (facts, and what is computed from them
once), `slots` (which questions have an answer), `kernels` (compiled), `layers`, `scoring` (exact locality), `asking`
(what is asked of facts), `domain`, `files`, `options`, `data`, `training`, `relatedness`, `linked`, `priors`,
`adapter`, `learner`, `dense`, `weight_files`, `ultra`, `trix`. Architectures come last: a further one is a package
beside these that subclasses `learner.KGLearner`, and implements `scoring.scorer.Conditioned` if its queries are local.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, Reader, SourceModel, TargetAdapter
from relxfer.data import cards

if TYPE_CHECKING:
    from relxfer_kg.domain import FactIds, KGDomain, Splits, Vocabulary, facts_of, kg_domain
    from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
    from relxfer_kg.graph.names import GraphNames
    from relxfer_kg.learner import KGLearner
    from relxfer_kg.training.negatives import known_answers, strict_negatives

relxfer_api_version = 2

#: Module -> the names in it that authors of models and data sets use. A module is imported when one of its names is
#: first used: listing offers imports neither scipy nor torch.
_PUBLIC = {
    "relxfer_kg.domain": ("FactIds", "KGDomain", "Splits", "Vocabulary", "facts_of", "kg_domain"),
    "relxfer_kg.graph.knowledge_graph": ("KnowledgeGraph",),
    "relxfer_kg.graph.names": ("GraphNames",),
    "relxfer_kg.learner": ("KGLearner",),
    "relxfer_kg.training.negatives": ("known_answers", "strict_negatives"),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = [
    "FactIds",
    "GraphNames",
    "KGDomain",
    "KGLearner",
    "KnowledgeGraph",
    "Splits",
    "Vocabulary",
    "facts_of",
    "kg_domain",
    "known_answers",
    "strict_negatives",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'relxfer_kg' has no attribute {name!r}")


#: What comes with relxfer; the second is for questions about pairs of entities that no fact links.
_SHIPPED = ("kg-base", "kg-base-unlinked")
#: What comes with relxfer of TRIX: to answer with entities, and with relations.
_SHIPPED_TRIX = ("kg-trix", "kg-relations")
#: What the authors of ULTRA released: pre-trained on 3, 4 and 50 graphs.
_RELEASED = ("ultra-3g", "ultra-4g", "ultra-50g")
#: The licence of weights that come with relxfer.
_DATA = "Apache-2.0; its data: Freebase CC BY 2.5, WordNet 3.0, Wikidata CC0, CoDEx MIT"
_PAIRWISE = (
    "a link is scored from the pair of query and candidate, so that no single vector stands for a query "
    "(use finetune or feature-extraction)"
)

_WITHHELD = {
    "features": _PAIRWISE,
    "views": _PAIRWISE,
    "reconstruction": "a query is a question to a graph, with no numbers to reconstruct (use finetune)",
}


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return cards.read("relxfer_kg.data", "cards.toml", "standard.toml")


@hookimpl
def relxfer_readers() -> Iterable[Reader]:
    return [
        Reader(
            name="kg-files",
            load="relxfer_kg.data.user_files:load",
            options="relxfer_kg.options:OwnFiles",
            content="knowledge-graph",
            inspect="relxfer_kg.files.inspection:inspect",
            summary="your own facts: a table of heads, relations and tails, RDF, GraphML",
        )
    ]


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [
        SourceModel(
            name="ultra",
            load="relxfer_kg.ultra.model:UltraModel",
            options="relxfer_kg.ultra.model:UltraOptions",
            reads=("knowledge-graph",),
            offers=("gradients",),
            withholds=_WITHHELD,
            tasks=("ranking",),
            read="relxfer_kg.ultra.weights:read_weights",
            weights=(*_SHIPPED, *_RELEASED),
            licences={**dict.fromkeys(_SHIPPED, _DATA), **dict.fromkeys(_RELEASED, "MIT")},
            find="relxfer_kg.ultra.released:find",
            summary="ULTRA (Galkin et al. 2024): any entities, any relations; reads ultra_*.pth and .safetensors",
        ),
        SourceModel(
            name="trix",
            load="relxfer_kg.trix.model:TrixModel",
            options="relxfer_kg.trix.model:TrixOptions",
            reads=("knowledge-graph",),
            offers=("gradients",),
            withholds=_WITHHELD,
            read="relxfer_kg.trix.checkpoints:read",
            weights=_SHIPPED_TRIX,
            licences=dict.fromkeys(_SHIPPED_TRIX, _DATA),
            find="relxfer_kg.trix.shipped:find",
            summary="TRIX (Zhang et al. 2024): answers with entities or relations; reads its published weights",
        ),
        SourceModel(
            name="relation-frequency",
            load="relxfer_kg.priors:RelationFrequency",
            reads=("knowledge-graph",),
            tasks=("ranking",),
            summary="prior: how often an entity answers the relation",
        ),
        SourceModel(
            name="reverse-lookup",
            load="relxfer_kg.priors:ReverseLookup",
            reads=("knowledge-graph",),
            tasks=("ranking",),
            summary="prior: a known link of the same pair, reversed or under another relation",
        ),
        SourceModel(
            name="frequent-relations",
            load="relxfer_kg.priors:FrequentRelations",
            reads=("knowledge-graph",),
            tasks=("relation-prediction",),
            summary="prior: how often the head has the relation as a head, and the tail as a tail",
        ),
        SourceModel(
            name="pair-lookup",
            load="relxfer_kg.priors:PairLookup",
            reads=("knowledge-graph",),
            tasks=("relation-prediction",),
            summary="prior: what other known links of the same pair imply",
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
            priors=("relation-frequency", "reverse-lookup", "frequent-relations", "pair-lookup"),
            model="ultra",
            weights={"ultra": "kg-base", "trix": "kg-relations"},
            models={"relation-prediction": "trix"},
            summary="link prediction: rank heads and tails, or relations, on a graph of facts",
        )
    ]
