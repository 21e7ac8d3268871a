"""Options of networks that do not fit together."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from relxfer_social.options import FacebookOptions


def test_links_need_no_label_beside_attributes():
    assert FacebookOptions(task="links", attributes=("gender",)).label == "gender"
    with pytest.raises(ValueError, match="beside the label"):
        FacebookOptions(attributes=("gender",))


def test_a_label_is_no_attribute_of_itself():
    with pytest.raises(ValidationError, match="'gender' as both"):
        FacebookOptions(attributes=("gender",))
