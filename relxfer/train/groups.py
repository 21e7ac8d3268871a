"""The groups of parameters that a fit trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from relxfer.contract.strategies import ParameterGroup
from relxfer.errors import PluginError


def groups_of(learner: Any, groups: Mapping[str, ParameterGroup] | None) -> Mapping[str, ParameterGroup]:
    """The groups of a fit; if a strategy names none, a single one with all modules of the learner.

    Raises:
        PluginError: a value is not a `ParameterGroup`.
    """
    if groups is None:
        return {"learner": ParameterGroup(learner.module)}
    for name, group in groups.items():
        if not isinstance(group, ParameterGroup):
            raise PluginError(
                f"expected groups[{name!r}] as a ParameterGroup(modules, lr_factor=1.0), got {type(group).__name__}; "
                "import ParameterGroup from relxfer"
            )
    return groups


def modules_of(group: ParameterGroup) -> list[nn.Module]:
    """The modules of a group, as a list also if it has a single one."""
    return [group.modules] if isinstance(group.modules, nn.Module) else list(group.modules)
