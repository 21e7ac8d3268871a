"""The order of pictures and their groups, which their names do not decide."""

from __future__ import annotations

import numpy as np
from relxfer_vision.files.arrangement import Arrangement
from relxfer_vision.files.labelled import Labelled
from relxfer_vision.pictures.images import ArrayImages

PIXELS = np.arange(5 * 4, dtype=np.uint8).reshape(5, 2, 2)


def arranged(order, groups):
    images = ArrayImages.of(PIXELS[order], [str(row) for row in range(len(order))])
    own = [groups[number] for number in order] if groups else []
    labelled = Labelled(images.names, ["a"] * len(order), pixels=images.pixels, groups=own)
    return Arrangement.of(images, {"all": labelled})


def test_shuffled_rows_are_in_the_same_order_and_groups():
    groups = ["x", "", "x", "y", "y"]
    one, other = arranged([0, 1, 2, 3, 4], groups), arranged([3, 1, 4, 0, 2], groups)
    assert one.places[[3, 1, 4, 0, 2]].tolist() == other.places.tolist()
    assert one.groups[[3, 1, 4, 0, 2]].tolist() == other.groups.tolist()
    assert len(set(one.groups.tolist())) == 3


def test_equal_pictures_join_the_groups_of_both():
    found = arranged([0, 1, 1, 2], None).groups.tolist()
    assert found[1] == found[2]
    assert len(set(found)) == 3
    assert arranged([0, 1, 2], None).grouped is None
    joined = Arrangement.of(
        ArrayImages.of(PIXELS[[0, 1, 1, 2]]),
        {"all": Labelled(list("abcd"), list("aaaa"), pixels=PIXELS, groups=["p", "p", "q", "q"])},
    )
    assert len(set(joined.groups.tolist())) == 1
