"""What the strategies that go on training a source model have in common."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveFloat

from relxfer.contract.options import Options


class TuningOptions(Options):
    """How fast body and head move."""

    lr: PositiveFloat = 0.2
    """Factor on training.lr for everything: a source model is moved with small steps."""
    head: PositiveFloat = 1.0
    """Further factor for the head; 10 is usual where the head is new."""

    def groups(self, learner: Any) -> dict[str, tuple[Any, float]]:
        """Body and head, each with its factor."""
        body = [part for _, part in learner.parts()[:-1]]
        return {"body": (body, self.lr), "head": (learner.head, self.lr * self.head)}
