"""On what the answers of a chosen model rest, as an explainer of a plugin says."""

from __future__ import annotations

from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.plain import Value
from relxfer.contract.records import Explainer
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.errors import PluginError
from relxfer.plugins.finder import Plugins
from relxfer.predict.chosen import ChosenRow


def explain(
    chosen: ChosenRow, asked: Examples, explainer: str, plugins: Plugins, k: int = 10
) -> dict[str, list[Value]]:
    """Columns by name: those of each query, `because` and `weight`, the k heaviest reasons first.

    explainer  the name of an offer; its options have their defaults

    Raises:
        UnknownName: no plugin offers the explainer.
        PluginError: it raises, or does not return (name, weight) pairs for each query.
    """
    offer = plugins.find(Explainer.kind, explainer)
    made = Chosen(offer, options_model(offer)()).build()
    where = f"the explainer {explainer!r}"
    try:
        reasons = [[(str(name), float(weight)) for name, weight in of] for of in made.explain(chosen.learner, asked)]
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        got = f"{type(error).__name__}: {error}"
        raise PluginError(f"expected {where} to return (name, weight) pairs for each query, got {got}") from error
    if len(reasons) != len(asked):
        raise PluginError(f"expected {where} to explain {len(asked)} queries, got {len(reasons)}; correct it")
    rows = np.repeat(np.arange(len(asked)), [len(of[:k]) for of in reasons])
    names: dict[str, Any] = chosen.domain.name_queries(asked.queries[rows])
    flat = [pair for of in reasons for pair in of[:k]]
    return {**names, "because": [name for name, _ in flat], "weight": [weight for _, weight in flat]}
