"""Balls of bounded size: what is kept of them, by which PageRank, and that a report says so."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from relxfer_kg.adapter import KGOptions
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.quotient import quotient
from relxfer_kg.learner import UltraLearner
from relxfer_kg.ultra.model import UltraModel, UltraOptions
from relxfer_kg.ultra.network import Ultra

import relxfer
from relxfer.cli import main
from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer.judge.ranking import Filter, rank_block
from relxfer.plugins.finder import Plugins
from relxfer.predict import predictions
from relxfer.results.results import Results

pytest.importorskip("numba")
from relxfer_kg.kernels.kernel_push import push
from relxfer_kg.kernels.team import Team
from relxfer_kg.scoring.ball import Balls
from relxfer_kg.scoring.scorer import Scorer

pytestmark = pytest.mark.processor


def graph_of(entities, *pairs):
    rows = np.array([(a, 0, b) for a, b in pairs], dtype=np.int64).reshape(-1, 3)
    return KnowledgeGraph(tuple(f"e{i}" for i in range(entities)), ("r",), rows)


def balls(classes, sources, layers, most=None):
    with Team(1) as team:
        return Balls.around(np.asarray(sources), layers, classes, team, most)


def neighbours(classes, row):
    return set(classes.next[classes.next_indptr[row] : classes.next_indptr[row + 1]].tolist())


def every_query(graph):
    entity, relation = np.meshgrid(np.arange(graph.num_entities), np.arange(graph.num_relations))
    return np.stack([entity.ravel(), relation.ravel()], 1)


def network(layers=3, seed=0):
    torch.manual_seed(seed)
    return Ultra(dim=8, relation_layers=1, entity_layers=layers).eval()


drawn = {
    "entities": st.integers(3, 40),
    "facts": st.integers(2, 80),
    "layers": st.integers(1, 4),
    "seed": st.integers(0, 999),
}


# ------------------------------------------------------------------ PageRank


def dense_pagerank(classes, source, alpha):
    walk = np.zeros((classes.size, classes.size))
    for row in range(classes.size):
        for near in neighbours(classes, row):
            walk[row, near] = 1 / len(neighbours(classes, row))
    found, step = np.zeros(classes.size), np.eye(classes.size)[source]
    for _ in range(400):
        found, step = found + alpha * step, (1 - alpha) * step @ walk
    return found


@given(st.sampled_from([0.3, 0.01, 0.0001]), st.sampled_from([0.15, 0.5]), st.integers(3, 40), st.integers(0, 999))
@settings(max_examples=30)
def test_what_is_pushed_falls_short_of_pagerank_by_less_than_the_bound(random_graph, epsilon, alpha, entities, seed):
    classes = quotient(random_graph(entities=entities, facts=2 * entities, seed=seed).adjacency)
    degrees = np.diff(classes.next_indptr)
    source = int(np.argmax(degrees))  # of an entity with neighbours
    mass, rest = np.zeros(classes.size), np.zeros(classes.size)
    touched, queue, waiting = (np.zeros(classes.size, kind) for kind in (np.int32, np.int32, bool))
    count = push(source, classes, alpha, epsilon, mass, rest, touched, queue, waiting)
    missing = dense_pagerank(classes, source, alpha) - mass
    assert (missing >= -1e-12).all()
    assert (missing <= epsilon * degrees + 1e-12).all()
    assert mass.sum() + rest.sum() == pytest.approx(1)
    assert set(np.flatnonzero(mass + rest)) == set(touched[:count])
    assert not waiting.any()
    assert degrees[mass > 0].sum() <= degrees[source] + 1 / (alpha * epsilon)  # more were not even looked at


# ------------------------------------------------------------------ what is kept


@given(**drawn, most=st.integers(1, 12))
@settings(max_examples=40)
def test_a_bounded_ball(random_graph, entities, facts, layers, seed, most):
    classes = quotient(random_graph(entities=entities, facts=facts, seed=seed).adjacency)
    whole, found = (balls(classes, np.arange(entities), layers, bound) for bound in (None, most))
    for source in range(entities):
        rows, hops, twin = found.rows[source], found.hops[source], found.twin[source]
        all_rows, all_hops = whole.rows[source], whole.hops[source]
        assert rows[0] == classes.of[source]
        assert hops[0] == 1
        assert (np.diff(hops) >= 0).all()
        assert hops[-1] <= most
        if all_hops[-1] <= most:
            np.testing.assert_array_equal(hops, all_hops)
            np.testing.assert_array_equal(rows[: hops[-1]], all_rows[: hops[-1]])
        kept, own = rows[: hops[-1]].tolist(), int(rows[0])
        twins = [row for row in range(1, len(kept)) if kept[row] == own]
        assert twins == ([twin] if twin < hops[-1] else [])
        assert twins == [] or np.count_nonzero(classes.of == own) > 1
        assert len(set(kept[1:])) == len(kept) - 1
        for before, now in pairwise(hops):
            near = set().union(*(neighbours(classes, row) for row in kept[:before]))
            assert set(kept[before:now]) <= near


def test_a_larger_ball_keeps_the_classes_that_the_walk_visits_most():
    """A triangle with a tail, and a hub of leaves that are no twins at the other side of the source."""
    leaves = [(9, 20 + i) for i in range(12)] + [(20 + i, 40 + i) for i in range(12)]
    graph = graph_of(60, (0, 1), (1, 2), (2, 0), (0, 9), *leaves)
    classes = quotient(graph.adjacency)
    found = balls(classes, [0], 4, 4)
    assert sorted(found.rows[0, : found.hops[0, -1]]) == sorted(classes.of[[0, 1, 2, 9]])
    assert found.hops[0].tolist() == [1, 4, 4, 4, 4]


def test_the_source_and_its_twins_are_two_rows():
    star = graph_of(
        30, *((0, i) for i in range(1, 6)), *((0, i) for i in range(6, 16)), *((i, i + 10) for i in range(6, 16))
    )
    classes = quotient(star.adjacency)
    assert classes.of[1:6].tolist() == [classes.of[1]] * 5
    found = balls(classes, [3], 3, 13)
    assert found.rows[0, 0] == classes.of[3]
    assert found.twin[0] < found.hops[0, -1] == 13
    assert found.rows[0, found.twin[0]] == classes.of[3]


def test_an_isolated_source_is_alone():
    classes = quotient(graph_of(5, (0, 1), (1, 2)).adjacency)
    for most in (1, 2, 9):
        found = balls(classes, [4, 3], 2, most)
        assert found.hops.tolist() == [[1, 1, 1]] * 2
        assert (found.twin >= 1).all()


def test_threads_share_the_sources_and_change_nothing(random_graph):
    classes = quotient(random_graph(entities=200, facts=500).adjacency)
    made = []
    for threads in (1, 2):
        with Team(threads) as team:
            made.append(Balls.around(np.arange(200), 4, classes, team, 20))
    np.testing.assert_array_equal(made[0].hops, made[1].hops)
    for one, two, hops in zip(made[0].rows, made[1].rows, made[0].hops, strict=True):
        np.testing.assert_array_equal(one[: hops[-1]], two[: hops[-1]])


# ------------------------------------------------------------------ scores


@given(**drawn)
@settings(max_examples=20)
def test_with_room_for_all_entities_the_scores_are_exact(random_graph, entities, facts, layers, seed):
    graph = random_graph(entities=entities, facts=facts, seed=seed)
    queries, module = every_query(graph), network(layers, seed)
    exact = Scorer(module, graph).scores(queries)
    for room in (entities, 10 * entities):
        np.testing.assert_allclose(Scorer(module, graph, subgraph=room).scores(queries), exact, rtol=1e-5, atol=1e-5)


def test_within_a_small_ball_scores_differ_and_outside_they_are_the_background(random_graph):
    graph = random_graph(entities=60, facts=150)
    queries, module = every_query(graph)[:60], network()
    exact, bounded = Scorer(module, graph), Scorer(module, graph, subgraph=6)
    local, scores = bounded.local(queries), bounded.scores(queries)
    made = np.repeat(exact.background(0)[None], 60, 0)
    for row in range(60):
        inside = slice(*local.indptr[row : row + 2])
        made[row, local.entities[inside]] = local.scores[inside]
    np.testing.assert_allclose(scores, made, rtol=0, atol=1e-5)
    assert np.abs(scores - exact.scores(queries)).max() > 1e-4


def test_room_for_nobody_is_refused(random_graph):
    with pytest.raises(ValueError, match="at least 1 entity"):
        Scorer(network(), random_graph(), subgraph=0)


# ------------------------------------------------------------------ the option


def learner(**options):
    torch.manual_seed(0)
    return UltraLearner(UltraModel(UltraOptions(dim=8, relation_layers=1, entity_layers=3)), KGOptions(**options))


def test_the_option_reaches_scores_and_best_answers(random_graph):
    graph = random_graph(entities=60, facts=150)
    asked, made = Examples(graph, every_query(graph)), learner(subgraph_entities=6)
    found = np.concatenate(list(made.predict(asked)))
    bounded = Scorer(made.module, graph, subgraph=6).scores(asked.queries)
    np.testing.assert_allclose(found, bounded, rtol=0, atol=1e-6)
    best, scores = (np.concatenate(parts) for parts in zip(*made.top(asked, 3, None), strict=True))
    np.testing.assert_allclose(scores, -np.sort(-found, axis=1)[:, :3], rtol=0, atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(found, best, 1), scores, rtol=0, atol=1e-6)


def test_a_learner_says_that_it_approximates():
    assert learner().notes() == []
    assert "approximate" in learner(subgraph_entities=2000).notes()[0]
    assert "2,000 entities" in learner(subgraph_entities=2000).notes()[0]


def test_where_balls_are_not_computed_the_option_is_refused(random_graph):
    class Doubled(torch.nn.ReLU):
        pass

    graph, made = random_graph(), learner(subgraph_entities=6)
    made.module.entity_model.layers[0].relation_projection[1] = Doubled()
    for call in (made.predict, lambda asked: made.top(asked, 3, None)):
        with pytest.raises(Incompatible, match="unset subgraph"):
            list(call(Examples(graph, every_query(graph))))


@pytest.mark.parametrize("options", [{"subgraph_entities": 0}, {"subgraph_entities": 9, "precision": "bfloat16"}])
def test_misfits_are_refused(options):
    with pytest.raises(ValidationError, match="subgraph"):
        KGOptions(**options)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("subgraph") / "run"
    config = {
        "name": "bounded",
        "seeds": 1,
        "threads": 1,
        "target": {"dataset": "geo-us", "label_budgets": [0], "adapter": {"use": "kg", "subgraph_entities": 12}},
        "strategy": [{"use": "zero-shot"}],
        "report": {"baselines": False},
    }
    relxfer.run(config, folder)
    return folder


def test_a_run_evaluates_within_the_bound_and_its_report_says_so(run, capsys):
    chosen = predictions.choose(run, Plugins.load(third_party=False), None, None, None)
    domain, exact = chosen.domain, Scorer(chosen.learner.module, chosen.domain.inputs)
    bounded = Scorer(chosen.learner.module, domain.inputs, subgraph=12)
    known = Filter.build(domain.test.queries, *map(np.concatenate, zip(*_pairs(domain.known()), strict=True)))
    bounded, exact = (
        (1 / rank_block(made.scores(domain.test.queries), domain.test.answers, known).realistic).mean()
        for made in (bounded, exact)
    )
    row = next(row for row in Results.open(run).rows if row["strategy"] == "zero-shot")
    assert row["metrics"]["mrr"] == pytest.approx(bounded, abs=1e-4)
    assert abs(bounded - exact) > 1e-3
    assert main(["report", str(run)]) == 0
    assert "scores of models are approximate" in " ".join(capsys.readouterr().out.split())


def _pairs(parts):
    return [(part.queries, part.answers) for part in parts]


def test_predictions_are_made_within_the_bound_and_say_so(run, tmp_path, capsys):
    chosen = predictions.choose(run, Plugins.load(third_party=False), None, None, None)
    graph = chosen.domain.inputs
    bounded = Scorer(chosen.learner.module, graph, subgraph=12)
    out, fact = tmp_path / "all.tsv", graph.facts[0].copy()
    assert main(["predict", str(run), "--all", "--top-k", "3", "--keep-known", "--out", str(out)]) == 0
    assert "scores of models are approximate" in " ".join(capsys.readouterr().err.split())
    asked = f"{graph.entities[fact[0]]}\t{graph.relations[fact[1]]}\t?\t"
    found = [line.split("\t")[-1] for line in out.read_text().splitlines() if line.startswith(asked)]
    best = np.sort(bounded.scores(fact[None, :2])[0])[::-1][:3]
    np.testing.assert_allclose(np.array(found, float), best, rtol=0, atol=1e-5)
