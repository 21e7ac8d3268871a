"""What the user says of files is used or refused."""

from __future__ import annotations

import pytest

from relxfer.contract.readers import Told
from relxfer.errors import NotMine


def test_hints_that_a_reader_cannot_use_are_named():
    told = Told(label=("y",), item="id", columns=(0, 1), skip_bad=True)
    told.only("networks", "label", "item", "columns", "skip_bad")
    with pytest.raises(NotMine, match=r"networks can use \(--label, --columns\), got --node, --skip-bad; leave"):
        told.only("networks", "label", "columns")
    Told().only("networks")
