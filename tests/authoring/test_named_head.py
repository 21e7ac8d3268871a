"""A head under another name."""

from __future__ import annotations

from torch import nn

from relxfer.authoring.named_head import NamedHead


class Pair(NamedHead):
    at = "encoder.head"

    def __init__(self):
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.head = nn.Linear(2, 3)


def test_a_new_head_takes_the_place_of_the_old_one_and_there_is_no_second():
    network, head = Pair(), nn.Linear(2, 5)
    assert network.head is network.encoder.head
    network.head = head
    assert network.encoder.head is head
    assert list(network.state_dict()) == ["encoder.head.weight", "encoder.head.bias"]
    assert len(list(network.parameters())) == 2


def test_other_attributes_are_set_as_usual():
    network = Pair()
    network.body = nn.Linear(2, 2)
    network.width = 2
    assert dict(network.named_children()).keys() == {"encoder", "body"}
    assert network.width == 2
