"""Parts of a network: every parameter once, the head last."""

from __future__ import annotations

import pytest
from relxfer_vision.architectures import resnet, squeezenet


@pytest.mark.parametrize("made", [resnet.resnet20, squeezenet.squeezenet])
def test_parts_hold_every_parameter_once(made):
    network = made(None).network
    held = [id(p) for _, part in network.parts() for p in part.parameters()]
    assert sorted(held) == sorted(id(p) for p in network.parameters())
    assert network.parts()[-1][1] is network.head
