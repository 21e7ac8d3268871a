"""The background of a group is the same however work is shared out, and stays first in its workspace."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.quotient import quotient_of

pytest.importorskip("numba")
from relxfer_kg.layers.packed import packed
from relxfer_kg.layers.score_head import ScoreHead
from relxfer_kg.scoring import background
from relxfer_kg.scoring.background import Background, Workspace, groups_within
from relxfer_kg.scoring.team import Team

pytestmark = pytest.mark.processor


@pytest.fixture
def case(random_graph, random_layers, wide):
    """Arguments of three groups, without workspace and team."""
    graph = random_graph(entities=80, relations=3, facts=200)
    modules, edge_vectors = random_layers(graph, 16, 2, 3)
    head, vectors = ScoreHead(16), torch.randn(3, 2, 16)
    with torch.no_grad():
        halves = torch.nn.functional.linear(vectors, head[0].weight[:, 16:], head[0].bias).numpy()
    return wide(edge_vectors), wide(vectors.numpy()), wide(halves), packed(modules, head), quotient_of(graph)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("even", [0, 2])
def test_whole_groups_or_layer_by_layer_give_the_same(case, threads, even, monkeypatch):
    with Team(1) as team:
        expected = Background(*case, Workspace(), team).scores
    monkeypatch.setattr(background, "_EVEN", even)
    workspace = Workspace()
    with Team(threads) as team:
        made = Background(*case, workspace, team)
    assert made.count == 3
    np.testing.assert_allclose(made.scores, expected, rtol=1e-5, atol=1e-5)


def test_its_size_is_what_it_wrote(case):
    workspace = Workspace()
    workspace.of(10**6)[:] = np.nan
    with Team(1) as team:
        made = Background(*case, workspace, team)
    states = workspace.of(0)
    assert np.isfinite(states[: made.size]).all()
    assert np.isnan(states[made.size : 10**6]).all()


def test_a_workspace_keeps_what_it_is_told_to_and_grows_ahead():
    workspace = Workspace()
    first = workspace.of(8)
    first[:8] = np.arange(8)
    assert workspace.of(8) is first
    grown = workspace.of(100, keep=8)
    assert grown[:8].tolist() == list(range(8))
    assert workspace.of(110) is grown  # a quarter more than was asked for


def test_as_many_groups_as_fit(case):
    *_, network, classes = case
    one = 4 * (2 * 2 + 1) * classes.size * 16
    assert [groups_within(limit, network, classes) for limit in (1, one, 2 * one - 1, 5 * one)] == [1, 1, 1, 5]
