"""Metrics of link prediction: linked pairs against pairs that are not linked."""

from __future__ import annotations

import numpy as np

from relxfer.judge import influence
from relxfer.judge.classification import Predictions

#: The k of Hits@k: a linked pair is a hit if it scores above the k-th best pair that is not linked (Hu et al. 2020,
#: OGB).
HITS_AT = 50


class Links(Predictions):
    """The predictions for n pairs: scores [n, 2] of "absent" and "present", answers [n] int.

    >>> made = Links.of(np.array([[0.0, 2.0], [0.0, 1.0], [0.0, 3.0]]), np.array([1, 0, 0]))
    >>> {name: float(values.mean().round(6)) for name, values in made.values().items()}
    {'auc': 0.5, 'ap': 0.5, 'hits@50': 1.0}
    """

    def values(self) -> dict[str, np.ndarray]:
        """metric -> [n] float: each query's contribution, whose mean is the metric.

        auc      area under the ROC curve
        ap       average precision
        hits@50  share of the linked pairs that score above the 50th best of those not linked. The contributions are
        those
                 for a fixed threshold, so that its interval ignores how the threshold itself varies

        Raises:
            ValueError: all pairs are linked, or none is.
        """
        margin, linked = self.scores[:, 1] - self.scores[:, 0], self.answers == 1
        if linked.all() or not linked.any():
            raise ValueError("expected pairs of both kinds in the test, linked and not")
        others = np.sort(margin[~linked])[::-1]
        threshold = others[HITS_AT - 1] if len(others) >= HITS_AT else -np.inf
        hit = margin > influence.tie_bounds(np.array([threshold]), margin)[1]
        share = hit[linked].mean()
        return {
            "auc": influence.binary_auc(margin, linked),
            "ap": influence.average_precision(margin, linked),
            "hits@50": share + linked * (hit - share) * (len(linked) / linked.sum()),
        }
