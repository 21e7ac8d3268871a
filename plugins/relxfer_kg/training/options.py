"""Options of `rule-graphs`, apart from its loader so that listing them imports nothing heavy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt

from relxfer.contract.options import Options
from relxfer_kg.training.bounds import Bounds


class RuleGraphOptions(Options):
    """Number and size of the graphs that are drawn."""

    graphs: PositiveInt = 60
    """Graphs that share neither entities nor relations."""
    entities: Bounds = (200, 2000)
    """Entities of a graph, drawn (log-uniformly) between the two bounds; those without a fact are left out."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of the graphs and of their split."""
