"""Rules that select a model without a label of the target; higher is better.

Each scores predictions or features of at most `max_queries` rows, drawn once with a fixed seed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import softmax
from relxfer_strategies.selecting.labelled import ValidatorOptions, per_query, some

#: Saito et al. (2021), sec. 4.
TEMPERATURE = 0.05


class Entropy:
    """-mean entropy of the target's predictions: certain ones are better. A model that gives one answer wins it."""

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        return -float(entropy(_probabilities(learner, cell.target, self.options.max_queries)).mean())


class InformationMaximisation:
    """Entropy of the mean prediction - mean entropy of the predictions: certain, and of all classes.

    The mutual information of input and answer (Krause et al. 2010; Musgrave et al. 2022 as a validator).
    """

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        predicted = _probabilities(learner, cell.target, self.options.max_queries)
        return float(entropy(predicted.mean(0)) - entropy(predicted).mean())


class ClassShares:
    """-KL(shares of the classes among the answers for the target || among the labels of the sources).

    It is highest where every class is answered as often as the sources have it. A shift that a model does not follow
    often draws its answers to few classes; the rule says nothing of single answers, and is wrong where classes are not
    as frequent in the target as in the sources.
    """

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        predicted = _probabilities(learner, cell.target, self.options.max_queries)
        answered = np.bincount(predicted.argmax(1), minlength=predicted.shape[1])
        labels = np.concatenate([_answers(source.train) for source in cell.sources])
        return -divergence(answered, np.bincount(labels, minlength=predicted.shape[1]))


class SoftNeighbourhoodDensity:
    """The mean entropy of each target prediction's similarities to the others (Saito et al. 2021, eqs. 1 to 3)."""

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        return density(_probabilities(learner, cell.target, self.options.max_queries))


class ImportanceWeighted:
    """The deciding metric on the sources' validation labels, each weighed by how likely the target has such features
    (Sugiyama et al. 2007).
    """

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        values, weights = weighed(learner, cell, self.options.max_queries)
        return float((weights * values).mean())


class DeepEmbedded:
    """-risk of the target, estimated as `iw` does, with a control variate against its variance (You et al. 2019).

    The loss of a validation query is 1 - its share of the deciding metric.
    """

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        values, weights = weighed(learner, cell, self.options.max_queries)
        return -controlled(weights, 1 - values)


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """[...] in nats of [..., C].

    >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]])).round(4).tolist()
    [0.6931, 0.0]
    """
    return -(probabilities * np.log(np.where(probabilities > 0, probabilities, 1.0))).sum(-1) + 0.0


def divergence(answered: np.ndarray, known: np.ndarray) -> float:
    """KL(p || q) in nats of the shares p of [C] counts, and q of other [C] counts, to each of which 1 is added: none
    is 0.

    >>> round(divergence(np.array([10, 0]), np.array([49, 49])), 4)
    0.6931
    """
    p, q = answered / answered.sum(), (known + 1) / (known + 1).sum()
    return float((p * np.log(np.where(p > 0, p, 1.0) / q)).sum())


def density(probabilities: np.ndarray) -> float:
    """Rows [n, C] at length 1, similarities s_ij / T for j other than i as a softmax; the mean of its entropies.

    >>> round(density(np.array([[1.0, 0.0]] * 3)), 4)  # two equal neighbours each: log 2
    0.6931
    """
    rows = probabilities / np.linalg.norm(probabilities, axis=1, keepdims=True)
    similar = rows @ rows.T / TEMPERATURE
    np.fill_diagonal(similar, -np.inf)
    return float(entropy(softmax(similar)).mean())


def controlled(weights: np.ndarray, losses: np.ndarray) -> float:
    """mean(w l) + eta · mean(w) - eta, eta = -Cov(w l, w) / Var(w) (You et al. 2019, eqs. 9 to 11).

    >>> controlled(np.array([0.5, 1.5]), np.array([1.0, 1.0]))
    1.0
    """
    weighed, spread = weights * losses, weights.var(ddof=1) if len(weights) > 1 else 0.0
    eta = -float(np.cov(weighed, weights)[0, 1] / spread) if spread > 0 else 0.0
    return float(weighed.mean() + eta * weights.mean() - eta)


def ratios(source: np.ndarray, target: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """[k] p_T / p_S at rows [k, d]: N_S / N_T · P(target | row) / P(source | row), by logistic regression on
    standardised features (Bickel et al. 2007).
    """
    from scipy.special import expit
    from sklearn.linear_model import LogisticRegression

    both = np.concatenate([source, target]).astype(np.float64)
    mean, std = both.mean(0), both.std(0) + 1e-12
    domains = np.repeat([0, 1], [len(source), len(target)])
    told = LogisticRegression(max_iter=1000).fit((both - mean) / std, domains)
    logits = told.decision_function((asked - mean) / std)
    odds = expit(logits) / np.maximum(expit(-logits), 1e-12)
    return len(source) / len(target) * odds


def weighed(learner: Any, cell: Cell, at_most: int) -> tuple[np.ndarray, np.ndarray]:
    """[n] shares of the metric and [n] weights of the sources' validation queries."""
    from relxfer.authoring.torch_learner import features_of

    if not hasattr(learner, "features"):
        raise Incompatible("a model with features", "one without", "choose validator source-val, im or last-step")
    asked = [some(source.val, at_most) for source in cell.sources]
    pairs = list(zip(cell.sources, asked, strict=True))
    values = [per_query(learner, source, each) for source, each in pairs]
    source = [features_of(learner, some(source.train, at_most)) for source in cell.sources]
    target = features_of(learner, some(cell.target.unlabelled, at_most))
    validation = [features_of(learner, each) for each in asked]
    return np.concatenate(values), ratios(np.concatenate(source), target, np.concatenate(validation))


def _answers(examples: Examples | None) -> np.ndarray:
    assert examples is not None
    assert examples.answers is not None
    return examples.answers


def _probabilities(learner: Any, target: Domain, at_most: int) -> np.ndarray:
    """[n, C] probabilities of the answers for the target's inputs."""
    asked: Examples = some(target.unlabelled, at_most)
    return np.concatenate([softmax(block) for block in learner.predict(asked)])
