"""Against outputs of the official implementation and its published weights (see the golden data's README)."""

import numpy as np
import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.negatives import KnownAnswers
from relxfer_kg.trix.learner import TrixLearner
from relxfer_kg.trix.model import TrixModel, TrixOptions
from relxfer_kg.trix.weights import read_weights

from relxfer.contract.data import Examples

TOLERANCE = {"tiny": 1e-5, "tiny_dup": 1e-5, "fb237_v1": 1e-4, "WN18RR_v1": 1e-4}


def both_directions(triples, direct):
    """Queries and targets of triples in columns (head, tail, relation): tail queries, then head queries."""
    head, tail, relation = triples.astype(np.int64).T
    queries = np.stack([np.concatenate([head, tail]), np.concatenate([relation, relation + direct])], 1)
    return queries, np.concatenate([tail, head])


def pessimistic(scores, targets, negative):
    """1 + the number of negatives that score at least as high."""
    return 1 + ((scores >= np.take_along_axis(scores, targets[:, None], 1)) & negative).sum(1)


def asked_of(trix, graph, queries):
    learner = TrixLearner(TrixModel(TrixOptions()), KGOptions())
    learner.module = trix
    return np.concatenate(list(learner.predict(Examples(graph, queries))))


@pytest.mark.processor
@pytest.mark.parametrize("name", list(TOLERANCE))
def test_scores_and_ranks_of_sixteen_queries(golden, trix, name):
    graph, arrays = golden(name).graph, golden(name).arrays
    queries, targets = both_directions(arrays["query_triples_htr"], len(graph.relations))
    scores = asked_of(trix, graph, queries)
    expected = np.concatenate([arrays[f"entity/{side}_scores"] for side in ("tail", "head")])
    np.testing.assert_allclose(scores, expected, rtol=0, atol=TOLERANCE[name])
    packed = np.concatenate([arrays["tail_negmask"], arrays["head_negmask"]])
    negative = np.unpackbits(packed, axis=1, count=graph.num_entities).astype(bool)
    ranks = np.concatenate([arrays["entity/tail_rank"], arrays["entity/head_rank"]])
    # a target among ties of rounding has the rank that its score has in the golden file too
    assert np.array_equal(pessimistic(expected, targets, negative), ranks)
    least = pessimistic(scores - 2 * TOLERANCE[name] * negative, targets, negative)
    most = pessimistic(scores + 2 * TOLERANCE[name] * negative, targets, negative)
    assert ((least <= ranks) & (ranks <= most)).all()
    assert (pessimistic(scores, targets, negative) == ranks).mean() > 0.9


@pytest.mark.parametrize("name", ["fb237_v1", "WN18RR_v1"])
def test_mrr_of_the_whole_test_list(golden, trix, name):
    graph, arrays = golden(name).graph, golden(name).arrays
    queries, targets = both_directions(arrays["test_triples_htr"], len(graph.relations))
    everything = np.concatenate([graph.facts, arrays["test_triples_htr"][:, [0, 2, 1]]])
    indptr, answers = KnownAnswers(KnowledgeGraph(graph.entities, graph.relations, everything)).of(queries)
    negative = np.ones((len(queries), graph.num_entities), dtype=bool)
    negative[np.repeat(np.arange(len(queries)), np.diff(indptr)), answers] = False
    ranks = pessimistic(asked_of(trix, graph, queries), targets, negative)
    found = [(1 / ranks).mean(), (ranks <= 10).mean()]
    assert found == pytest.approx(arrays["entity/metrics_mrr_h1_h3_h10_mr"][[0, 3]], abs=0.001)


@pytest.mark.processor
@pytest.mark.parametrize("name", ["tiny", "tiny_dup"])
@pytest.mark.parametrize("side", ["tail", "head"])
def test_states_on_the_way(golden, trix, name, side, monkeypatch):
    graph, arrays = golden(name).graph, golden(name).arrays
    queries, _ = both_directions(arrays["query_triples_htr"], len(graph.relations))
    half = torch.from_numpy(np.split(queries, 2)[side == "head"])
    seen = []
    plain = trix.relation_model.node_mlp.forward
    monkeypatch.setattr(trix.relation_model.node_mlp, "forward", lambda given: seen.append(plain(given)) or seen[-1])
    rounds = []
    entities = trix._entities
    monkeypatch.setattr(trix, "_entities", lambda *given: rounds.append(given[4]) or entities(*given))
    with torch.no_grad():
        trix(graph, half)
    np.testing.assert_allclose(seen[0], arrays[f"entity/{side}/feedback"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(rounds[1], arrays[f"entity/{side}/relation_states"], rtol=0, atol=1e-5)


@pytest.mark.processor
def test_loss_and_gradients_of_training(golden, entity_weights, shared_file):
    """The message graph lacks all facts of the batch; meetings stay."""
    graph = golden("tiny").graph
    with np.load(shared_file("golden/trix/tiny_train.npz")) as file:
        arrays = dict(file)
    triples = arrays["entity/batch_htr"]  # [4, 5, 3], (head, tail, relation), the positive first
    head, tail, relation = torch.from_numpy(triples).unbind(2)
    asks_tail = (head == head[:, :1]).all(1)
    source = torch.where(asks_tail, head[:, 0], tail[:, 0])
    queries = torch.stack([source, relation[:, 0] + torch.where(asks_tail, 0, len(graph.relations))], 1)
    candidates = torch.where(asks_tail[:, None], tail, head)
    own = graph.edges_of(triples.reshape(-1, 3)[:, [0, 2, 1]])
    model = TrixModel(TrixOptions(), *read_weights(entity_weights))
    scores = model.network(graph, queries, torch.from_numpy((~own).astype(np.float32)), candidates)
    np.testing.assert_allclose(scores.detach(), arrays["entity/scores"], rtol=0, atol=1e-5)
    loss = model.learner(KGOptions()).loss(None, scores)
    assert loss.item() == pytest.approx(arrays["entity/loss"].item(), abs=1e-6)
    loss.backward()
    for name, parameter in model.network.named_parameters():
        np.testing.assert_allclose(parameter.grad, arrays[f"entity/grad/{name}"], rtol=1e-3, atol=1e-5, err_msg=name)
