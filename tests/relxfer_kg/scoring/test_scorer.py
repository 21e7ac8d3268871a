"""Exact locality against the network itself: the same scores, whatever the graph."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg import relxfer_datasets
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.quotient import quotient_of
from relxfer_kg.ultra.network import Ultra

from relxfer.data.fetch import files_of
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import TOLERANCE, rank_block
from relxfer.plugins.finder import load_object

scorer = pytest.importorskip("relxfer_kg.scoring.scorer", reason="needs numba")
background = pytest.importorskip("relxfer_kg.scoring.background", reason="needs numba")
scorer_of = pytest.importorskip("relxfer_kg.ultra.locality", reason="needs numba").scorer_of
pytestmark = pytest.mark.processor


def network(dim=12, layers=3, seed=0, half_links=False):
    """Weights at which every part of the network matters to the scores."""
    torch.manual_seed(seed)
    module = Ultra(dim=dim, relation_layers=2, entity_layers=layers, half_links=half_links).eval()
    with torch.no_grad():
        for name, value in module.named_parameters():
            if "layer_norm" in name or "bias" in name or "half_links" in name:
                value += 0.3 * torch.randn_like(value)
    return module


def reference(module, graph, queries, weight=None):
    weight = None if weight is None else torch.from_numpy(weight)
    with torch.no_grad():
        return module(graph, torch.from_numpy(queries), weight).numpy()


def rounding(module, graph, queries, weight=None):
    """How far two ways to compute the scores may lie apart, [n, V]; and the scores in float64.

    A normalisation of few values can blow up rounding: the error of the network itself in float32 is the yardstick.
    """
    rounded = reference(module, graph, queries, weight)
    exact = reference(copy.deepcopy(module).double(), graph, queries, weight)
    return 1e-5 * (1 + np.abs(exact)) + 4 * np.abs(rounded - exact).max(), exact


def every_query(graph):
    entity, relation = np.meshgrid(np.arange(graph.num_entities), np.arange(graph.num_relations))
    return np.stack([entity.ravel(), relation.ravel()], 1)


def graph_of(entities, relations, facts):
    rows = np.array(facts, dtype=np.int64).reshape(-1, 3)
    return KnowledgeGraph(tuple(f"e{i}" for i in range(entities)), tuple(f"r{i}" for i in range(relations)), rows)


@st.composite
def graphs(draw):
    """Small graphs with isolated entities, self-loops, duplicates and parts that do not meet."""
    entities, relations = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    entity = st.integers(0, max(0, entities - 2))
    fact = st.tuples(entity, st.integers(0, relations - 1), entity)
    facts = draw(st.lists(fact, max_size=12))
    return graph_of(entities, relations, facts + facts[: draw(st.integers(0, 2))])


@given(graphs(), st.integers(1, 6), st.sampled_from([3, 16, 24]), st.integers(0, 99), st.booleans(), st.booleans())
@settings(max_examples=40)
def test_scores_are_those_of_the_network(graph, layers, dim, seed, weighted, half_links):
    module, queries = network(dim, layers, seed, half_links), every_query(graph)
    rng = np.random.default_rng(seed)
    weight = rng.choice([0, 1, 2.5], 2 * len(graph.facts)).astype(np.float32) if weighted else None
    found = scorer_of(module, graph, weight).scores(queries)
    allowed, expected = rounding(module, graph, queries, weight)
    assert (np.abs(found - expected) <= allowed).all()
    if not weighted:
        answers = rng.integers(0, graph.num_entities, len(queries))
        known = Filter.build(queries, queries[:0], answers[:0])
        # Scores that lie between a tie and a difference may fall on either side of the tolerance.
        gaps = np.abs(expected - np.take_along_axis(expected, answers[:, None], 1))
        clear = (np.abs(gaps - TOLERANCE) > 2 * np.abs(found - expected).max(1, keepdims=True)).all(1)
        ranks = [rank_block(scores, answers, known).realistic[clear] for scores in (found, expected)]
        np.testing.assert_array_equal(*ranks)


@given(graphs(), st.integers(1, 4), st.booleans())
@settings(max_examples=25)
def test_a_ball_and_its_background_make_up_the_scores(graph, layers, half_links):
    module, queries = network(layers=layers, half_links=half_links), every_query(graph)
    made = scorer_of(module, graph)
    local, whole, own = made.local(queries), made.scores(queries), made.own(queries)
    assert half_links or not own.any()
    allowed, _ = rounding(module, graph, queries)  # one relation at a time, and all: not the same bits
    for row, (entity, relation) in enumerate(queries):
        inside = slice(*local.indptr[row : row + 2])
        assert local.entities[inside][0] == entity
        assert len(set(local.entities[inside].tolist())) == local.indptr[row + 1] - local.indptr[row]
        composed = made.background(relation, own[row]).copy()
        composed[local.entities[inside]] = local.scores[inside]
        assert (np.abs(composed - whole[row]) <= allowed[row]).all()


def test_a_ball_is_as_wide_as_the_network_is_deep():
    path = graph_of(9, 1, [(i, 0, i + 1) for i in range(8)])
    for layers in (1, 2, 5):
        local = scorer_of(network(layers=layers), path).local(np.array([[0, 0], [4, 1]]))
        first, second = np.split(local.entities, local.indptr[1:-1])
        assert sorted(first) == list(range(layers + 1))
        assert sorted(second) == list(range(max(0, 4 - layers), min(8, 4 + layers) + 1))


def test_twins_are_one_class_and_tie_exactly():
    """Leaves of one hub; the source among them is none of their kind."""
    star = graph_of(8, 2, [(0, 0, i) for i in range(1, 6)] + [(0, 1, 6), (6, 0, 7)])
    classes = quotient_of(star)
    assert classes.size == 4
    assert classes.of[1:6].tolist() == [classes.of[1]] * 5
    scores = scorer_of(network(), star).scores(np.array([[3, 0], [0, 0]]))
    assert len(set(scores[0, [1, 2, 4, 5]])) == 1
    assert scores[0, 3] != scores[0, 1]
    assert len(set(scores[1, 1:6])) == 1


def test_twins_tie_exactly_by_counts_too():
    star = graph_of(8, 2, [(0, 0, i) for i in range(1, 6)] + [(0, 1, 6), (6, 0, 7)])
    scores = scorer_of(network(half_links=True), star).scores(np.array([[3, 0], [0, 0], [0, 1]]))
    assert len(set(scores[0, [1, 2, 4, 5]])) == len(set(scores[1, 1:6])) == len(set(scores[2, 1:6])) == 1


@pytest.mark.parametrize("half_links", [False, True])
def test_more_rows_than_a_tile_and_more_queries_than_are_held(random_graph, monkeypatch, half_links):
    graph = random_graph(entities=300, relations=5, facts=700)
    module = network(dim=64, layers=4, half_links=half_links)
    queries = every_query(graph)[::7]
    expected = reference(module, graph, queries)
    np.testing.assert_allclose(scorer_of(module, graph).scores(queries), expected, rtol=1e-5, atol=2e-5)
    monkeypatch.setattr(scorer, "_BACKGROUND_BYTES", 1)
    monkeypatch.setattr(scorer, "_BALL_BYTES", 20_000)
    blocks = list(scorer_of(module, graph).blocks(queries, size=100, piece=33))
    assert {len(block) for block in blocks} <= {33, 1, len(queries) % 100 % 33}
    np.testing.assert_allclose(np.concatenate(blocks), expected, rtol=1e-5, atol=2e-5)


def test_neither_the_number_of_threads_nor_how_they_share_matters(random_graph, monkeypatch):
    graph, before = random_graph(entities=200, facts=500), torch.get_num_threads()
    queries, results = every_query(graph), []
    try:
        for threads, even in ((1, 0), (1, 2), (2, 0), (2, 2)):  # backgrounds as wholes, and layer by layer
            torch.set_num_threads(threads)
            monkeypatch.setattr(background, "_EVEN", even)
            results.append(scorer_of(network(), graph).scores(queries))
    finally:
        torch.set_num_threads(before)
    for result in results[1:]:
        np.testing.assert_allclose(result, results[0], rtol=1e-5, atol=1e-5)


def test_what_was_broken_off_leaves_no_background_behind(random_graph, monkeypatch):
    graph, module, calls = random_graph(entities=200, facts=300), network(), []
    first, second = np.array([[0, 0], [1, 0]]), np.array([[0, 1], [1, 1]])
    made, layer = scorer_of(module, graph), background.background_layer

    def broken(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        layer(*arguments)

    expected = made.scores(first)
    monkeypatch.setattr(background, "background_layer", broken)
    monkeypatch.setattr(background, "_EVEN", 2)  # layer by layer, on any number of threads
    with pytest.raises(KeyboardInterrupt):
        made.scores(second)
    monkeypatch.undo()
    np.testing.assert_array_equal(made.scores(first), expected)


@pytest.mark.parametrize("half_links", [False, True])
def test_queries_in_any_order_and_more_than_once(random_graph, half_links):
    graph, module = random_graph(), network(half_links=half_links)
    queries = np.random.default_rng(0).permutation(np.concatenate([every_query(graph)] * 2))
    np.testing.assert_allclose(
        scorer_of(module, graph).scores(queries), reference(module, graph, queries), rtol=1e-5, atol=1e-5
    )
    assert scorer_of(module, graph).scores(queries[:0]).shape == (0, 20)
    assert scorer_of(module, graph).local(queries[:0]).indptr.tolist() == [0]


@given(st.integers(3, 40), st.integers(2, 80), st.integers(1, 4), st.integers(0, 999))
@settings(max_examples=20)
def test_bounded_by_all_entities_the_scores_are_exact(random_graph, entities, facts, layers, seed):
    graph = random_graph(entities=entities, facts=facts, seed=seed)
    queries, module = every_query(graph), network(layers=layers, seed=seed)
    exact = scorer_of(module, graph).scores(queries)
    for most in (entities, 10 * entities):
        np.testing.assert_allclose(scorer_of(module, graph, subgraph=most).scores(queries), exact, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("half_links", [False, True])
def test_bounded_to_a_small_ball_scores_differ_and_outside_they_are_the_background(random_graph, half_links):
    graph = random_graph(entities=60, facts=150)
    queries, module = every_query(graph)[:60], network(half_links=half_links)
    exact, bounded = scorer_of(module, graph), scorer_of(module, graph, subgraph=6)
    local, scores = bounded.local(queries), bounded.scores(queries)
    made = np.stack([exact.background(0, own) for own in exact.own(queries)])
    for row in range(60):
        inside = slice(*local.indptr[row : row + 2])
        made[row, local.entities[inside]] = local.scores[inside]
    np.testing.assert_allclose(scores, made, rtol=0, atol=1e-5)
    assert np.abs(scores - exact.scores(queries)).max() > 1e-4


def test_a_ball_without_its_source_is_refused(random_graph):
    with pytest.raises(ValueError, match="at least 1 entity"):
        scorer_of(network(), random_graph(), subgraph=0)


@pytest.mark.parametrize("queries", [np.array([[20, 0]]), np.array([[0, 8]]), np.array([0, 1])])
def test_misfits_are_refused(random_graph, queries):
    with pytest.raises(ValueError, match="Expected quer"):
        scorer_of(network(), random_graph()).scores(queries)


# ------------------------------------------------------------------ standard data

GRAIL = [f"{family}_v{i}_ind" for family in ("fb237", "nell", "wn18rr") for i in (1, 2, 3, 4)]
GRAIL.remove("nell_v3_ind")


@pytest.fixture
def standard(shared_file, tmp_path, monkeypatch):
    found = {card.name: card for card in relxfer_datasets()}

    def build(name):
        monkeypatch.setenv("RELXFER_MIRROR", str(shared_file("data/mirror/index.json").parent))
        monkeypatch.setenv("RELXFER_DATA", str(tmp_path))
        card = found[name]
        return load_object(card.load)(load_object(card.options)() if card.options else None, files_of(card))

    return build


def ranks_agree(module, domain, rows):
    """Ranks of ball and network; a score within rounding of the tolerance of a tie may count on either side."""
    asked = domain.test.take(rows)
    known = [(part.queries, part.answers) for part in (domain.train, domain.test) if part is not None]
    known = Filter.build(asked.queries, *(np.concatenate(column) for column in zip(*known, strict=True)))
    found = np.concatenate(list(scorer_of(module, domain.inputs).blocks(asked.queries, 2000, 2000)))
    precise = copy.deepcopy(module).double()
    for start in range(0, len(rows), 16):
        part = slice(start, start + 16)
        expected, answers = reference(module, domain.inputs, asked.queries[part]), asked.answers[part]
        # Where scores are large the network in float32 is itself some 1e-5 from what it is in float64: the yardstick.
        exact = reference(precise, domain.inputs, asked.queries[part])
        rounding = np.abs(expected - exact).max()
        assert np.abs(found[part] - exact).max() < max(2e-5, 2 * rounding)
        ours, theirs = (rank_block(s, answers, known[part]) for s in (found[part], expected))
        differ = ours.realistic != theirs.realistic
        gap = np.abs(np.abs(expected - np.take_along_axis(expected, answers[:, None], 1)) - 1e-5)
        assert (gap[differ].min(1, initial=1) < max(1e-5, 2 * rounding)).all()


@pytest.mark.parametrize("name", ["fb237_v1_ind", "nell_v1_ind", "wn18rr_v1_ind"])
def test_ranks_on_a_sample_of_a_standard_test(published, standard, name):
    domain = standard(name)
    ranks_agree(published, domain, np.arange(0, len(domain.test), max(1, len(domain.test) // 48)))


@pytest.mark.slow
@pytest.mark.parametrize("name", GRAIL)
def test_ranks_on_all_of_a_standard_test(published, standard, name):
    domain = standard(name)
    ranks_agree(published, domain, np.arange(len(domain.test)))
