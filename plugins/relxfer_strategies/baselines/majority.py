"""The class that is labelled most often, for every query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from relxfer.authoring.label_prior import LabelPrior, frequencies, labels_of
from relxfer.contract.data import Examples


class MajorityClass(LabelPrior):
    """score(c | x) = log((n_c + 1) / (n + C)): the same for every x, with n_c of the n labels of class c.

    Of classes that are labelled equally often, the first in the order of the task is answered.
    """

    def learnt(self, examples: Sequence[Examples]) -> dict[str, np.ndarray]:
        """frequencies [C]."""
        return {"frequencies": frequencies(labels_of(examples), self.task.width)}

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        scores = np.log(self.arrays["frequencies"]).astype(np.float32)
        yield np.tile(scores, (len(examples), 1))
