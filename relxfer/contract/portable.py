"""A network on its own, as other programs run it.

torch appears in annotations only, so that checking and listing do not import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from relxfer.contract.plain import Table

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Portable:
    """What `Learner.portable` returns: a network that needs nothing but its inputs.

    network  inputs, float32 [B, ...] -> scores [B, C] in the order of the answers of the task; called in eval mode
    state    name -> tensor: its parameters and buffers, by the names of its architecture
    example  float32 [2, ...]: two inputs, of which only the first dimension may be another
    made_by  the class of the architecture, as "module:Class"
    inputs   how raw inputs become those of the network, as a JSON table, such as size, mean and std of pictures
    scale    mean and std of each of C numbers, in whose units the network answers; empty where it gives scores
    """

    network: nn.Module
    state: Mapping[str, Tensor]
    example: Tensor
    made_by: str
    inputs: Table = field(default_factory=dict)
    scale: Table = field(default_factory=dict)
