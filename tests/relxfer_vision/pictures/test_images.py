"""Pictures as inputs: what was hashed is what is read."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_vision.pictures.geometry import Geometry

from relxfer.errors import Changed


def test_a_picture_that_changes_after_it_was_hashed_is_no_input(paint, loaded, folder):
    images, geometry = loaded(path=folder).inputs, Geometry(8, 3, "pad")
    row = next(i for i, path in enumerate(images.paths) if path.name == "cat3.jpg")
    paint(folder / "cat" / "cat3.jpg")
    with pytest.raises(Changed, match=r"got another picture .*cat3.jpg: changed while the run went on; run again"):
        images.fitted(np.array([row]), geometry)
    assert loaded(path=folder).inputs.sha != images.sha


def test_a_link_that_leads_nowhere_is_told(fails, folder):
    (folder / "cat" / "moved.png").symlink_to(folder / "gone.png")
    assert "moved.png, got: No such file or directory" in fails(path=folder)
