"""Labels that were learnt better than they are known move no boundary."""

from __future__ import annotations

import numpy as np
from relxfer_strategies.tuning.optimism import offsets, without_own

LEFT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, 0.0]])
LABELS = np.array([0, 1, 1, 0])


def test_equal_optimism_moves_nothing_however_frequent_classes_are():
    learnt = LEFT + 3 * np.eye(3)[LABELS]
    np.testing.assert_allclose(offsets(learnt, LEFT, LABELS), 0)
    np.testing.assert_allclose(offsets(LEFT, LEFT, LABELS), 0)


def test_the_class_that_was_remembered_better_is_raised_and_an_absent_one_stays():
    learnt = LEFT + np.eye(3)[LABELS] * np.where(LABELS == 1, 4.0, 1.0)[:, None]
    found = offsets(learnt, LEFT, LABELS)
    assert found[2] == 0
    assert found[1] - found[0] == 1.5, "half of 4 - 1"


def test_no_label_has_a_part_in_its_own_offset():
    learnt = LEFT + np.eye(3)[LABELS] * np.array([1.0, 4.0, 4.0, 1.0])[:, None]
    cuts = [(np.array([2, 3]), np.array([0, 1])), (np.array([0, 1]), np.array([2, 3]))]
    other = learnt.copy()
    other[0] += [100, 0, 0]
    one, two = (without_own(made, LEFT, LABELS, cuts) for made in (learnt, other))
    np.testing.assert_allclose(one[0], two[0])
    assert not np.allclose(one[3], two[3])
