"""How many arms a race has in each round, and with how many seeds: sequential halving over seeds.

Successive halving (Jamieson and Talwalkar 2016) gives all that are left the same amount of a resource, keeps the better
part, and gives the rest more. Here the resource is the number of seeds: with few labels, what hides the better arm is
which labels were drawn and where training began, and another seed draws both again (sequential halving; Karnin, Koren
and Somekh 2013).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Seeds of the last round, and arms that it has beside those that stay.
SEEDS, LAST = 6, 3
#: Arms that stay wherever they stand: the best of each kind, and the row as it is written.
STAY = 5


@dataclass(frozen=True)
class Round:
    """So many arms, each of which then has so many seeds.

    seconds  what it is foreseen to take
    """

    arms: int
    seeds: int
    seconds: float = 0.0


def rounds(arms: int, seeds: int) -> list[Round]:
    """The rounds of a race: seeds double, and arms fall by the same share each time, until `LAST` of them are left.

    >>> [(each.arms, each.seeds) for each in rounds(27, 6)]
    [(27, 1), (13, 2), (7, 4), (3, 6)]
    >>> [(each.arms, each.seeds) for each in rounds(2, 3)]
    [(2, 1), (2, 2), (2, 3)]
    """
    doubled = [2**number for number in range(seeds.bit_length()) if 2**number < seeds] + [seeds]
    share = min(1.0, LAST / arms) ** (1 / max(1, len(doubled) - 1))
    return [Round(math.ceil(round(arms * share**number, 9)), count) for number, count in enumerate(doubled)]
