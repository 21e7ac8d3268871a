"""What every architecture shares: batches, their loss, and what a report is told."""

import numpy as np
import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain
from relxfer_kg.learner import KGLearner, row_bytes
from torch import nn
from torch.nn import functional as F

from relxfer.contract.data import Examples
from relxfer.judge.metrics.ranking import top_k


class Popularity(nn.Module):
    """The simplest architecture: a score per entity, whatever is asked."""

    def __init__(self, entities: int):
        super().__init__()
        self.score = nn.Parameter(torch.linspace(-1, 1, entities))

    def forward(self, graph, queries, weight=None, candidates=None):
        scores = self.score.expand(len(queries), -1)
        return scores if candidates is None else scores.gather(1, candidates)


class PopularityModel:
    def __init__(self, entities: int):
        self.network = Popularity(entities)


class PopularityLearner(KGLearner):
    def dense_blocks(self, examples):
        for start in range(0, len(examples), 3):
            yield self.module(examples.inputs, examples.queries[start : start + 3]).detach().numpy()


def learner(entities: int, **options) -> PopularityLearner:
    return PopularityLearner(PopularityModel(entities), KGOptions(**options))


def domain_of(graph):
    return kg_domain("some", Vocabulary(graph.entities, graph.relations), Splits(FactIds(graph.facts)))


# ------------------------------------------------------------------ batches


def test_the_answer_is_the_first_candidate_and_no_other_is_right(random_graph):
    graph = random_graph(entities=60, relations=4, facts=300)
    domain, rng = domain_of(graph), np.random.default_rng(0)
    rows = rng.permutation(len(domain.train))[:16]
    batch = learner(60, negatives=9).batch(domain.train, rows, rng)
    assert batch.queries.tolist() == domain.train.queries[rows].tolist()
    assert batch.candidates.shape == (16, 10)
    assert batch.candidates[:, 0].tolist() == domain.train.answers[rows].tolist()
    true = {(*query, answer) for query, answer in zip(domain.train.queries.tolist(), domain.train.answers, strict=True)}
    for query, candidates in zip(batch.queries.tolist(), batch.candidates[:, 1:].tolist(), strict=True):
        assert not true & {(*query, candidate) for candidate in candidates}


def test_the_edges_of_the_batchs_own_facts_leave_the_graph_in_both_directions(random_graph):
    graph = random_graph(entities=30, facts=80)
    domain = domain_of(graph)
    batch = learner(30).batch(domain.train, np.array([0, 9]), np.random.default_rng(0))
    own = (graph.facts == graph.facts[0]).all(1) | (graph.facts == graph.facts[4]).all(1)  # repeats leave too
    assert own.sum() == 3
    assert batch.weight.tolist() == np.tile(np.where(own, 0.0, 1.0), 2).tolist()


@pytest.mark.parametrize("options", [{}, {"part_entities": (20, 25)}])
def test_all_edges_between_the_entities_of_a_question_leave_the_graph_as_often_as_asked(random_graph, options):
    graph = random_graph(entities=30, relations=4, facts=600)
    domain, rng = domain_of(graph), np.random.default_rng(0)
    made, often = learner(30, hidden_pair_probability=0.5, **options), 0
    for _ in range(40):
        batch = made.batch(domain.train, rng.permutation(len(domain.train))[:3], rng)
        receiver, sender, _ = batch.graph.edges
        ends = {
            frozenset((query, answer))
            for (query, _), answer in zip(batch.queries.tolist(), batch.candidates[:, 0].tolist(), strict=True)
        }
        between = np.array([frozenset(pair) in ends for pair in zip(receiver.tolist(), sender.tolist(), strict=True)])
        left = batch.weight.numpy() == 0
        assert not (left & ~between).any()
        often += bool(np.array_equal(left, between))
    assert 10 <= often <= 30


def test_batches_of_subgraphs_ask_about_them_alone_and_never_take_a_truth_for_wrong(random_graph, ultra_learner):
    graph = random_graph(entities=200, relations=5, facts=900, seed=1)
    domain, rng = domain_of(graph), np.random.default_rng(0)
    made = ultra_learner(
        {"relation_layers": 1, "entity_layers": 1}, negatives=16, part_entities=(20, 60), left_out_fraction=0.9
    )
    true = {(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in graph.facts}
    sizes = set()
    for _ in range(20):
        batch = made.batch(domain.train, rng.permutation(len(domain.train))[:4], rng)
        near, direct = batch.graph, len(batch.graph.relations)
        sizes.add(near.num_entities)
        assert bool(made.loss(batch).isfinite())
        for (entity, relation), candidates in zip(batch.queries.tolist(), batch.candidates.tolist(), strict=True):
            named = [
                (near.entities[c], near.relations[relation - direct], near.entities[entity])
                if relation >= direct
                else (near.entities[entity], near.relations[relation], near.entities[c])
                for c in candidates
            ]
            assert named[0] in true
            assert not true & set(named[1:])
    assert len(sizes) > 5
    assert max(sizes) <= 60


def test_subgraphs_have_derived_relations_as_often_as_asked_and_train_on_them(random_graph, ultra_learner):
    graph = random_graph(entities=200, relations=5, facts=900, seed=1)
    domain, rng = domain_of(graph), np.random.default_rng(0)
    sizes = {"relation_layers": 1, "entity_layers": 1}
    made = ultra_learner(sizes, negatives=16, part_entities=(20, 60), left_out_fraction=0.5, derived_probability=0.5)
    having, asked = 0, 0
    for _ in range(40):
        batch = made.batch(domain.train, rng.permutation(len(domain.train))[:8], rng)
        names = batch.graph.relations
        kinds = [names[relation % len(names)] for relation in batch.queries[:, 1].tolist()]
        having += any(name.startswith("derived") for name in names)
        asked += sum(name.startswith("derived") for name in kinds)
        assert bool(made.loss(batch).isfinite())
    assert 10 <= having <= 30
    assert 0.1 <= asked / (8 * having) <= 0.4


def test_the_same_random_numbers_give_the_same_batch(random_graph):
    domain = domain_of(random_graph(entities=60, facts=300))
    parts = {"part_entities": (10, 30), "left_out_fraction": 0.5, "derived_probability": 1.0}
    for options in ({}, parts, {"hidden_pair_probability": 0.5}):
        one, two = (learner(60, **options).batch(domain.train, np.arange(4), np.random.default_rng(3)) for _ in "ab")
        assert one.graph.sha == two.graph.sha
        assert torch.equal(one.candidates, two.candidates)
        assert torch.equal(one.weight, two.weight)


# ------------------------------------------------------------------ loss


@pytest.mark.parametrize("temperature", [0.0, 0.5, 2.0])
def test_the_loss_is_that_of_the_paper(random_graph, temperature):
    """Sun et al. (2019), equation 5, one query at a time."""
    domain = domain_of(random_graph(entities=60, facts=300))
    made = learner(60, negatives=5, adversarial_temperature=temperature)
    batch = made.batch(domain.train, np.arange(4), np.random.default_rng(0))
    expected = 0.0
    for answer, *negatives in made.module(batch.graph, batch.queries, None, batch.candidates).tolist():
        weight = np.exp(np.array(negatives) / temperature) if temperature else np.ones(5)
        weight /= weight.sum()
        believed = sum(w * np.log(1 / (1 + np.exp(score))) for w, score in zip(weight, negatives, strict=True))
        expected -= (np.log(1 / (1 + np.exp(-answer))) + believed) / 2 / 4
    assert made.loss(batch).item() == pytest.approx(expected, rel=1e-5)


def test_no_gradient_flows_through_the_weights_of_the_negatives():
    made, scores = learner(3), torch.tensor([[0.5, 1.0, -1.0]], requires_grad=True)
    made.loss(None, scores).backward()
    weight = torch.softmax(torch.tensor([1.0, -1.0]), 0)
    expected = weight * torch.sigmoid(torch.tensor([1.0, -1.0])) / 2
    torch.testing.assert_close(scores.grad[0, 1:], expected)
    assert F.softplus(-scores[:, 0]).item() > 0


# ------------------------------------------------------------------ predictions


def test_without_exact_locality_predictions_and_best_answers_are_the_modules(random_graph, every_query):
    graph = random_graph()
    asked, made = Examples(graph, every_query(graph)), learner(20)
    scores = np.concatenate(list(made.predict(asked)))
    assert scores.shape == (len(asked), 20)
    best, values = (np.concatenate(parts) for parts in zip(*made.top(asked, 4, None), strict=True))
    expected = top_k(scores, 4, None)
    np.testing.assert_array_equal(best, expected[0])
    np.testing.assert_array_equal(values, expected[1])


def test_linked_entities_rank_last_in_scores_and_among_the_best(random_graph, every_query, ultra_learner):
    graph = random_graph(entities=30, facts=40)
    asked = Examples(graph, every_query(graph))
    plain, last = (
        ultra_learner({"relation_layers": 1, "entity_layers": 2}, linked_last=each) for each in (False, True)
    )
    last.module.load_state_dict(plain.module.state_dict())
    before, after = (np.concatenate(list(each.predict(asked))) for each in (plain, last))
    receiver, sender, _ = graph.edges
    is_linked = np.zeros((30, 30), bool)
    is_linked[receiver, sender] = True
    best, _ = (np.concatenate(parts) for parts in zip(*last.top(asked, 30, None), strict=True))
    for row, (entity, _) in enumerate(asked.queries.tolist()):
        of = is_linked[entity]
        assert after[row, of].max(initial=-np.inf) < after[row, ~of].min()
        np.testing.assert_array_equal(after[row, ~of], before[row, ~of])
        np.testing.assert_allclose(np.ptp(after[row, of] - before[row, of]) if of.any() else 0, 0, atol=1e-4)
        assert set(best[row, (~of).sum() :].tolist()) == set(np.flatnonzero(of).tolist())


def test_a_learner_says_that_linked_entities_rank_last():
    (note,) = learner(3, linked_last=True).notes()
    assert "rank last (option linked_last" in note


def test_a_learner_says_that_it_approximates():
    assert learner(3).notes() == []
    assert "approximate" in learner(3, subgraph_entities=2000).notes()[0]
    assert "2,000 entities" in learner(3, subgraph_entities=2000).notes()[0]


def test_the_model_that_was_trained_is_exported():
    model = PopularityModel(3)
    assert PopularityLearner(model, KGOptions()).export() is model


def test_scores_of_a_query_take_four_bytes_an_entity(random_graph):
    assert row_bytes(random_graph(entities=20)) == 80
