import numpy as np
import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.learner import UltraLearner
from relxfer_kg.ultra.model import UltraModel, UltraOptions

from relxfer.contract.data import Examples

pytestmark = pytest.mark.processor


@pytest.fixture
def asked(random_graph):
    graph = random_graph()
    queries = np.stack(np.meshgrid(np.arange(graph.num_entities), np.arange(graph.num_relations)), -1).reshape(-1, 2)
    return Examples(graph, queries)


def learner(**options):
    torch.manual_seed(0)
    return UltraLearner(UltraModel(UltraOptions(dim=16, relation_layers=2, entity_layers=3)), KGOptions(**options))


def scores(made, asked):
    return np.concatenate(list(made.predict(asked)))


def test_scores_in_bfloat16_are_near_those_in_float32_and_not_equal(asked):
    exact, rough = scores(learner(), asked), scores(learner(precision="bfloat16"), asked)
    assert rough.dtype == np.float32
    spread = exact.std()
    assert 0 < np.abs(rough - exact).max() < 0.1 * spread


def test_the_head_is_not_rounded(asked):
    """Scores of 8 significant bits would tie; those of different states must not."""
    rough = scores(learner(precision="bfloat16"), asked)
    assert (rough.view(np.uint32) & 0xFFFF).any()


def test_the_trained_weights_stay_in_float32(asked):
    made = learner(precision="bfloat16")
    before = {name: value.clone() for name, value in made.module.state_dict().items()}
    scores(made, asked)
    for name, value in made.module.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, before[name])


def test_the_best_answers_are_those_of_the_scores(asked):
    made = learner(precision="bfloat16")
    found = np.concatenate([best for best, _ in made.top(asked, 3, None)])
    expected = np.argsort(-scores(made, asked), axis=1, kind="stable")[:, :3]
    assert np.array_equal(found, expected)
