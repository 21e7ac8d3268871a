"""The best answers by exact locality are those of the full sort."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import top_k

pytest.importorskip("numba")
import torch
from relxfer_kg.scoring.best_answers import BestAnswers
from relxfer_kg.ultra import locality
from relxfer_kg.ultra.locality import scorer_of
from relxfer_kg.ultra.network import Ultra

pytestmark = pytest.mark.processor


@settings(max_examples=25)
@given(
    entities=st.integers(3, 40),
    facts=st.integers(2, 60),
    layers=st.integers(1, 3),
    k=st.integers(1, 12),
    seed=st.integers(0, 1000),
    half_links=st.booleans(),
)
def test_the_best_answers_are_those_of_the_full_sort(random_graph, entities, facts, layers, k, seed, half_links):
    graph = random_graph(entities=entities, relations=3, facts=facts, seed=seed)
    torch.manual_seed(seed)
    module = Ultra(dim=8, relation_layers=1, entity_layers=layers, half_links=half_links)
    if half_links:
        torch.nn.init.normal_(module.half_links[2].weight)
    scorer = scorer_of(module, graph)
    rng = np.random.default_rng(seed)
    queries = rng.integers(0, [entities, 6], size=(12, 2))
    stated = graph.facts[:, :2], graph.facts[:, 2]
    known = Filter.build(queries, *stated)
    for left_out in (known, None):
        best, scores = BestAnswers(scorer, k).of(queries, left_out)
        whole = scorer.scores(queries)
        _, values = top_k(whole, min(k, entities), left_out)
        # other relations asked beside it may change the last bits of a score, and swap what ties within them
        np.testing.assert_allclose(scores[:, :entities], values, rtol=0, atol=1e-5)
        assert (best[:, entities:] == -1).all()
        for row, (found, score) in enumerate(zip(best, scores, strict=True)):
            found = found[found >= 0]
            assert len(set(found.tolist())) == len(found)
            np.testing.assert_allclose(whole[row, found], score[: len(found)], rtol=0, atol=1e-5)
            if left_out is not None:
                assert not set(found.tolist()) & set(left_out[row : row + 1].answers.tolist())


@pytest.mark.parametrize("half_links", [False, True])
def test_the_background_of_a_relation_is_computed_once_in_whatever_order_it_is_asked_about(
    random_graph, monkeypatch, half_links
):
    graph = random_graph(entities=12, relations=3, facts=30, seed=0)
    made = []
    plain = locality.ConditionedUltra.background

    def counting(self, relations, *rest):
        made.append(relations.tolist())
        return plain(self, relations, *rest)

    monkeypatch.setattr(locality.ConditionedUltra, "background", counting)
    queries = np.array([[0, 2], [1, 0], [2, 5], [3, 0], [4, 3], [5, 2]])
    BestAnswers(scorer_of(Ultra(dim=8, half_links=half_links), graph), 3).of(queries, None)
    assert made == [[0], [2]]
