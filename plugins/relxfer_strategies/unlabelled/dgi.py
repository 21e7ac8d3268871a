"""DGI: features by which true inputs are told from corrupted ones, given a summary of all; no label is used."""

from __future__ import annotations

from typing import Any

from relxfer.contract.strategies import Cell
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, pretrain, unlabelled


class DGIOptions(PretrainingOptions):
    """Whose inputs are learnt from."""


class DGI:
    """Mutual information between features and their summary, by a bilinear discriminator (Velickovic et al. 2019,
    "Deep graph infomax"). The summary is that of a batch, and so of everything where the batch is.
    """

    def __init__(self, options: DGIOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.unlabelled.contrasts import Infomax

        return pretrain(cell, Infomax(cell.learner.width), unlabelled(cell, self.options.inputs))
