"""Relation prediction: against official outputs, and what holds for any weights."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.trix.relation_prediction import RelationTrix, relation_scores
from relxfer_kg.trix.relation_weights import read_relation_weights

TOLERANCE = {"tiny": 1e-5, "tiny_dup": 1e-5, "fb237_v1": 1e-4, "WN18RR_v1": 1e-4}


@pytest.fixture(scope="module")
def published(shared_file):
    arrays, card = read_relation_weights(shared_file("data/checkpoints/trix/trix_relation_prediction.safetensors"))
    assert (card["dim"], card["relation_layers"], card["entity_layers"]) == (32, [2, 2, 2], [2, 2, 2])
    assert card["parameters"] == 147_489
    module = RelationTrix().eval()
    module.load_state_dict({key: torch.from_numpy(value) for key, value in arrays.items()})
    return module


@pytest.fixture
def small():
    torch.manual_seed(0)
    return RelationTrix(dim=8, relation_layers=(1, 2), entity_layers=(2, 1)).double()


def scores(module, graph, triples):
    return np.concatenate(list(relation_scores(module, graph, triples[:, :2].astype(np.int64))))


def ranks(scores, graph, triples):
    """Pessimistic ranks, against all relations and against those that are not known to hold."""
    asked = triples.astype(np.int64)
    above = scores >= np.take_along_axis(scores, asked[:, 2:], 1)
    facts = np.concatenate([graph.facts, asked[:, [0, 2, 1]]])
    known = np.zeros((graph.num_entities, graph.num_entities, len(graph.relations)), bool)
    known[facts[:, 0], facts[:, 2], facts[:, 1]] = True
    return above.sum(1), 1 + (above & ~known[asked[:, 0], asked[:, 1]]).sum(1)


@pytest.mark.processor
@pytest.mark.parametrize("name", list(TOLERANCE))
def test_scores_and_ranks_of_eight_pairs(golden, published, name):
    graph, arrays = golden(name).graph, golden(name).arrays
    asked = arrays["relation/query_triples_htr"]
    found = scores(published, graph, asked)
    np.testing.assert_allclose(found, arrays["relation/scores"], rtol=0, atol=TOLERANCE[name])
    assert np.array_equal(ranks(found, graph, asked)[0], arrays["relation/rank_unfiltered"])


@pytest.mark.parametrize(("name", "expected"), [("fb237_v1", (0.7053, 0.7376)), ("WN18RR_v1", (0.7919, 0.7937))])
def test_mrr_of_the_whole_test_list(golden, published, name, expected):
    graph, triples = golden(name).graph, golden(name).arrays["test_triples_htr"]
    found = [(1 / rank).mean() for rank in ranks(scores(published, graph, triples), graph, triples)]
    assert found == pytest.approx(expected, abs=0.001)
    assert found == pytest.approx(golden(name).arrays["relation/mrr_unfiltered_filtered"], abs=0.001)


@pytest.mark.processor
def test_scores_and_gradients_of_training(golden, published, shared_file):
    """The message graph lacks all facts of the batch; meetings stay."""
    graph = golden("tiny").graph
    with np.load(shared_file("golden/trix/tiny_train.npz")) as file:
        arrays = dict(file)
    triples = arrays["relation/batch_htr"]  # [4, 7, 3], (head, tail, relation), the positive first
    own = torch.from_numpy((~graph.edges_of(triples.reshape(-1, 3)[:, [0, 2, 1]])).astype(np.float32))
    every = published(graph, torch.from_numpy(triples[:, 0, :2]), own)
    found = every.gather(1, torch.from_numpy(triples[:, :, 2]))
    np.testing.assert_allclose(found.detach(), arrays["relation/scores"], rtol=0, atol=1e-5)
    weighting = found[:, 1:].detach().softmax(1)
    softplus = torch.nn.functional.softplus
    ((softplus(-found[:, 0]) + (weighting * softplus(found[:, 1:])).sum(1)).mean() / 2).backward()
    for name, parameter in published.named_parameters():
        norm = arrays[f"relation/grad_norm/{name}"].item()
        got = -1.0 if parameter.grad is None else parameter.grad.norm().item()
        assert got == pytest.approx(norm, rel=1e-3, abs=1e-6), name
    published.zero_grad()


def test_pairs_are_scored_alone_as_together(small, random_graph):
    graph, pairs = random_graph(), np.array([[0, 3], [5, 1], [2, 2], *([[4, 9]] * 9)])
    together = np.concatenate(list(relation_scores(small, graph, pairs)))
    assert together.shape == (12, len(graph.relations))
    for row, pair in enumerate(pairs[:4]):
        (alone,) = relation_scores(small, graph, pair[None])
        np.testing.assert_allclose(together[row], alone[0], rtol=1e-10, atol=1e-10)
    assert not np.allclose(together[0], together[1])


def test_many_pairs_of_a_large_graph_are_scored_in_blocks(small, random_graph, monkeypatch):
    graph, pairs = random_graph(), np.array([[0, 3], [5, 1], [2, 2], [4, 9], [9, 4]])
    (whole,) = relation_scores(small, graph, pairs)
    monkeypatch.setattr("relxfer_kg.trix.relation_prediction._STATES_BYTES", {"cpu": 2 * 4 * 20 * 8})
    blocks = list(relation_scores(small, graph, pairs))
    assert [len(block) for block in blocks] == [2, 2, 1]
    np.testing.assert_allclose(np.concatenate(blocks), whole, rtol=1e-10, atol=1e-10)


def test_renaming_entities_and_relations_changes_nothing(small, random_graph):
    graph, rng = random_graph(), np.random.default_rng(0)
    entity, relation = rng.permutation(20), rng.permutation(4)
    facts = np.stack([entity[graph.facts[:, 0]], relation[graph.facts[:, 1]], entity[graph.facts[:, 2]]], 1)
    pairs = torch.tensor([[0, 3], [5, 1]])
    renamed = small(KnowledgeGraph(graph.entities, graph.relations, facts), torch.from_numpy(entity)[pairs])
    torch.testing.assert_close(renamed[:, relation], small(graph, pairs), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [(torch.tensor([0, 1]), r"pairs as \[B, 2\]"), (torch.tensor([[0, 20]]), r"pairs in 0..19 \(got 0..20\)")],
)
def test_misfits_are_refused(small, random_graph, pairs, message):
    with pytest.raises(ValueError, match=message):
        small(random_graph(), pairs)


def test_counts_add_to_the_scores_and_never_see_the_facts_of_a_step(random_graph):
    torch.manual_seed(0)
    graph, pairs = random_graph(), torch.tensor([[0, 3], [5, 1]])
    with_counts = RelationTrix(dim=8, relation_layers=(1, 2), entity_layers=(2, 1), pair_counts=True).double()
    before = with_counts(graph, pairs)
    torch.nn.init.normal_(with_counts.pair_counts[2].weight)
    assert not torch.allclose(with_counts(graph, pairs), before)
    assert [name for name, _ in with_counts.parts()][-2:] == ["pair_counts", "head"]


def test_the_facts_of_a_step_are_not_counted(random_graph, monkeypatch):
    graph, module = random_graph(), RelationTrix(dim=8, relation_layers=(1, 1), entity_layers=(1, 1), pair_counts=True)
    seen = []
    monkeypatch.setattr(module.pair_counts, "score", lambda *given: seen.append(given[3]) or 0)
    own = graph.edges_of(graph.facts[:3])
    module(graph, torch.from_numpy(graph.facts[:3, [0, 2]]), torch.from_numpy((~own).astype(np.float32)))
    assert np.array_equal(seen[0], ~own)
