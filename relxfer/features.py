"""Features of frozen networks, computed once for all cells of a process that ask for the same."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relxfer import files
from relxfer.protocols import Examples
from relxfer.torch import features_of

#: Bytes of features that are kept.
ROOM = 256 * 2**20


@dataclass
class FeatureCache:
    """Of the learners of one adapter: by the content of the weights below the head and of the queries, and the identity
    of the inputs; the latest stay.

    What is computed together never depends on what was asked before, so that every run has the same bits.
    """

    kept: OrderedDict[tuple[Any, ...], tuple[Any, np.ndarray]] = field(default_factory=OrderedDict)

    def of(self, learner: Any, examples: Examples) -> np.ndarray:
        """float32 [n, width], read-only."""
        hidden = examples.hidden()
        key = (files.arrays_digest(_body(learner)), learner.width, id(hidden.inputs), hidden.digest())
        if key not in self.kept:
            found = features_of(learner, hidden)
            found.setflags(write=False)
            self.kept[key] = (hidden.inputs, found)  # held, so that no other inputs get this id
            while sum(array.nbytes for _, array in self.kept.values()) > ROOM and len(self.kept) > 1:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return self.kept[key][1]


def _body(learner: Any) -> dict[str, np.ndarray]:
    """Parameters and buffers that the features come from."""
    head = {id(tensor) for tensor in (*learner.head.parameters(), *learner.head.buffers())}
    named = (*learner.module.named_parameters(), *learner.module.named_buffers())
    return {name: tensor.detach().cpu().numpy() for name, tensor in named if id(tensor) not in head}
