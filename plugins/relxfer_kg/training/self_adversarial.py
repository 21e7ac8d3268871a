"""The loss by which answers are learnt against other candidates."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def self_adversarial(answer: Tensor, others: Tensor, temperature: float) -> Tensor:
    """-log s(answer) - sum_i w_i log(1 - s(other_i)), w = softmax(others / T) without gradient; halved.

    Sun et al. (2019), equation 5, with logistic s; the mean over queries.

    Args:
        answer: [B], logits of the answers.
        others: [B, N], logits of other candidates; -inf for one that does not count.
        temperature: T; 0 weighs all of them equally.

    >>> one = self_adversarial(torch.zeros(1), torch.tensor([[0.0, -torch.inf]]), 1.0)
    >>> round(one.item(), 4)  # the logarithm of 2
    0.6931
    """
    counted = others.detach()
    weighting = counted / temperature if temperature else torch.where(counted == -torch.inf, counted, 0.0)
    weights = weighting.softmax(1).nan_to_num(0)  # NaN where no other counts
    return (F.softplus(-answer) + (weights * F.softplus(others)).sum(1)).mean() / 2
