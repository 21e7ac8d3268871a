"""A linear layer on features that may be sparse."""

from __future__ import annotations

from torch import Tensor, nn

from relxfer_social.tensors.graph import Features


class FeatureLinear(nn.Linear):
    """x W^T + b of features [V, F], as a tensor or of another kind."""

    def forward(self, features: Features) -> Tensor:
        if isinstance(features, Tensor):
            return super().forward(features)
        return features @ self.weight.T + self.bias
