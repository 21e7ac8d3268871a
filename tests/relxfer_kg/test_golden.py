"""Against outputs of the official implementation and its published weights (see the golden data's README)."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.negatives import KnownAnswers
from relxfer_kg.ultra.network import Ultra
from relxfer_kg.ultra.weights import read_weights

TINY, GRAIL = ("tiny", "tiny_dup"), ("fb237_v1_ind", "WN18RR_v1_ind")
TOLERANCE = {"3g": 1e-5, "4g": 1e-5, "50g": 5e-5}

every_graph = pytest.mark.parametrize("name", TINY + GRAIL)
every_checkpoint = pytest.mark.parametrize("checkpoint", list(TOLERANCE))


@pytest.fixture(scope="module")
def pretrained(shared_file):
    loaded = {}

    def load(checkpoint: str) -> Ultra:
        if checkpoint not in loaded:
            arrays, _ = read_weights(shared_file(f"data/checkpoints/ultra/ultra_{checkpoint}.safetensors"))
            loaded[checkpoint] = model = Ultra().eval()
            model.load_state_dict({key: torch.from_numpy(value) for key, value in arrays.items()})
        return loaded[checkpoint]

    return load


def both_directions(triples: np.ndarray, direct: int) -> tuple[np.ndarray, np.ndarray]:
    """Queries and targets of triples in columns (head, tail, relation): tail queries, then head queries."""
    head, tail, relation = triples.astype(np.int64).T
    queries = np.stack([np.concatenate([head, tail]), np.concatenate([relation, relation + direct])], 1)
    return queries, np.concatenate([tail, head])


@torch.no_grad()
def by_network(model: Ultra, graph: KnowledgeGraph, queries: np.ndarray) -> np.ndarray:
    return torch.cat([model(graph, batch) for batch in torch.from_numpy(queries).split(16)]).numpy()


def by_balls(model: Ultra, graph: KnowledgeGraph, queries: np.ndarray) -> np.ndarray:
    return (
        pytest.importorskip("relxfer_kg.ultra.locality", reason="needs numba").scorer_of(model, graph).scores(queries)
    )


def metrics(ranks: np.ndarray) -> np.ndarray:
    """MRR, Hits@1, 3 and 10, and the mean rank."""
    return np.array([(1 / ranks).mean(), *((ranks <= k).mean() for k in (1, 3, 10)), ranks.mean()])


both_ways = pytest.mark.parametrize("scored", [by_network, by_balls])


def pessimistic(
    scores: np.ndarray, targets: np.ndarray, negative: np.ndarray, margin: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """ULTRA's rank, 1 + number of negatives that score at least as high; the least and the most that it can be where
    each difference of scores may be `margin` off, as it is between processors."""
    lead = scores.astype(float) - np.take_along_axis(scores, targets[:, None], 1)
    return tuple(1 + ((lead >= bound) & negative).sum(1) for bound in (margin, -margin))


@pytest.mark.processor
@both_ways
@every_graph
@every_checkpoint
def test_scores_and_ranks_of_sixteen_queries(golden, pretrained, name, checkpoint, scored):
    graph, arrays = golden(name).graph, golden(name).arrays
    queries, targets = both_directions(arrays["query_triples_htr"], len(graph.relations))
    scores = scored(pretrained(checkpoint), graph, queries)
    expected = np.concatenate([arrays[f"{checkpoint}/{side}_scores"] for side in ("tail", "head")])
    np.testing.assert_allclose(scores, expected, rtol=0, atol=TOLERANCE[checkpoint])
    packed = np.concatenate([arrays["tail_negmask"], arrays["head_negmask"]])
    negative = np.unpackbits(packed, axis=1, count=graph.num_entities).astype(bool)
    ranks, _ = pessimistic(scores, targets, negative)
    least, most = pessimistic(expected, targets, negative, 2 * TOLERANCE[checkpoint])
    assert ((least <= ranks) & (ranks <= most)).all()
    assert (least == most).mean() > 0.9  # all but near-ties are decided


@both_ways
@every_graph
@every_checkpoint
def test_metrics_of_the_whole_test_list(golden, pretrained, name, checkpoint, scored):
    graph, arrays = golden(name).graph, golden(name).arrays
    queries, targets = both_directions(arrays["test_triples_htr"], len(graph.relations))
    everything = np.concatenate([graph.facts, arrays["test_triples_htr"][:, [0, 2, 1]]])
    indptr, answers = KnownAnswers(KnowledgeGraph(graph.entities, graph.relations, everything)).of(queries)
    negative = np.ones((len(queries), graph.num_entities), dtype=bool)
    negative[np.repeat(np.arange(len(queries)), np.diff(indptr)), answers] = False
    scores = scored(pretrained(checkpoint), graph, queries)
    bounds = [metrics(ranks) for ranks in pessimistic(scores, targets, negative, 2 * TOLERANCE[checkpoint])]
    low, high = np.minimum(*bounds), np.maximum(*bounds)
    expected = arrays[f"{checkpoint}/metrics_mrr_h1_h3_h10_mr"]
    assert ((low - 1e-5 <= expected) & (expected <= high + 1e-5)).all()
    assert (high - low)[0] < 0.003  # what ties are worth


@pytest.mark.processor
@every_graph
@every_checkpoint
def test_relation_states(golden, pretrained, name, checkpoint):
    graph, arrays = golden(name).graph, golden(name).arrays
    relations = torch.from_numpy(arrays["query_triples_htr"][:, 2].astype(np.int64))
    with torch.no_grad():
        states = pretrained(checkpoint).relation_states(graph, relations).numpy()
    if name in TINY:
        np.testing.assert_allclose(states, arrays[f"{checkpoint}/relation_reps"], rtol=0, atol=1e-4)
    else:
        np.testing.assert_allclose(states[0], arrays[f"{checkpoint}/relation_reps_query0"], rtol=0, atol=1e-4)


@pytest.mark.processor
@pytest.mark.parametrize("name", TINY)
@every_checkpoint
def test_output_of_every_layer(golden, pretrained, name, checkpoint):
    graph, arrays, model = golden(name).graph, golden(name).arrays, pretrained(checkpoint)
    head, _, relation = torch.from_numpy(arrays["query_triples_htr"].astype(np.int64)).unbind(1)
    seen = {"relation_model": [], "entity_model": []}
    hooks = [
        layer.register_forward_hook(lambda module, args, out, to=to: to.append(out.numpy().copy()))
        for network, to in seen.items()
        for layer in getattr(model, network).layers
    ]
    try:
        with torch.no_grad():
            states = model.relation_states(graph, relation)
            model.entity_states(graph, head, states[torch.arange(8), relation], states)
    finally:
        for hook in hooks:
            hook.remove()
    for network, key in (
        ("relation_model", "rel_layer_out_before_residual"),
        ("entity_model", "ent_layer_out_before_residual_tail"),
    ):
        np.testing.assert_allclose(np.stack(seen[network]), arrays[f"{checkpoint}/{key}"], rtol=0, atol=1e-4)
