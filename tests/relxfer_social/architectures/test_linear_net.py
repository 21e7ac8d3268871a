"""A linear layer on features of every kind gives the same values and gradients."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import torch
from relxfer_social.architectures.linear_net import FeatureLinear
from relxfer_social.tensors.graph import Sparse


def test_sparse_features_give_what_dense_ones_give():
    torch.manual_seed(0)
    values = np.eye(4, 3, dtype=np.float32)
    layer = FeatureLinear(3, 2)
    outputs, gradients = [], []
    for features in (torch.from_numpy(values), Sparse.of(sp.csr_matrix(values))):
        layer.zero_grad()
        out = layer(features)
        out.square().sum().backward()
        outputs.append(out.detach())
        gradients.append([p.grad.clone() for p in layer.parameters()])
    torch.testing.assert_close(*outputs)
    torch.testing.assert_close(*gradients)
