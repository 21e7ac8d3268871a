"""Options of pictures that do not fit together."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from relxfer_vision.options import ImageFiles


def options(**table) -> ImageFiles:
    return ImageFiles.model_validate(table, context={"folder": Path.cwd()})


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({}, "expected path, or train and test"),
        ({"path": ".", "test": "."}, "got path and test"),
        ({"val": ".", "test": "."}, "expected train beside val"),
        ({"path": "nowhere"}, "there is no file or folder"),
        ({"path": ".", "classes": ["one"]}, "at least 2"),
    ],
)
def test_options_are_checked_before_anything_is_read(keys, complaint):
    with pytest.raises(ValidationError, match=complaint):
        options(**keys)
