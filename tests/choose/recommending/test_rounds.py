"""How arms fall and seeds double."""

from __future__ import annotations

from itertools import pairwise

import pytest

from relxfer.choose.recommending.rounds import rounds


@pytest.mark.parametrize("seeds", range(1, 9))
@pytest.mark.parametrize("arms", [1, 2, 3, 4, 17, 60])
def test_rounds_begin_with_all_arms_and_end_with_three_and_all_seeds(arms, seeds):
    made = rounds(arms, seeds)
    assert (made[0].arms, made[-1].seeds) == (arms, seeds)
    assert made[-1].arms == (min(arms, 3) if seeds > 1 else arms)
    assert [each.arms for each in made] == sorted((each.arms for each in made), reverse=True)
    counts = [each.seeds for each in made]
    assert all(before < after <= 2 * before for before, after in pairwise(counts))
