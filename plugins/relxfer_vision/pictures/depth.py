"""How deep the values of pictures are: which value of more than eight bits, or of fractions, becomes 255."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

#: The largest values of 8, 10, 12, 14 and 16 bits.
_WHOLE = (255.0, 1023.0, 4095.0, 16383.0, 65535.0)
#: Values that are converted at once: every copy of a whole picture counts.
_STRIP = 1 << 22


@dataclass(frozen=True)
class Depth:
    """The values that become white, one for all pictures of a data set.

    whole     of whole numbers: the largest of 8, 10, 12, 14 or 16 bits, whichever holds all values
    fraction  of floating-point numbers: 1, or as of whole ones
    deepest   the largest whole number there is; 0 where all pictures have eight bits
    """

    whole: float = _WHOLE[-1]
    fraction: float = 1.0
    deepest: float = 0.0

    @classmethod
    def of(cls, whole: Iterable[float], fractions: Iterable[float] = ()) -> Depth:
        """From the largest value of each picture of whole numbers with more than 8 bits, and of each of fractions.

        >>> Depth.of([4000, 90]).whole, Depth.of([], [0.5, 300.0]).fraction
        (4095.0, 1023.0)
        """
        whole, fractions = list(whole), list(fractions)
        deepest = max(whole, default=0.0)
        return cls(
            _first(_WHOLE, deepest) if whole else _WHOLE[-1], _first((1.0, *_WHOLE), max(fractions, default=0)), deepest
        )

    def eight(self, values: np.ndarray) -> np.ndarray:
        """uint8 of the values [H, W, C] of a picture: as they are where they have eight bits, else scaled.

        >>> Depth(whole=4095.0).eight(np.array([[[0], [4095]]], np.uint16)).tolist()
        [[[0], [255]]]
        """
        if values.dtype == np.uint8:
            return values
        top = self.fraction if values.dtype.kind == "f" else self.whole
        made = np.empty(values.shape, np.uint8)
        rows = max(1, _STRIP * len(values) // max(1, values.size))
        for above in range(0, len(values), rows):
            strip = values[above : above + rows].astype(np.float64)
            made[above : above + rows] = (strip.clip(0, top) * (255.0 / top)).round()
        return made

    def card(self) -> dict[str, float]:
        """As JSON, to be stored with a model; empty where all pictures have eight bits."""
        return {} if self == Depth() else {"white": self.whole, "white_of_fractions": self.fraction}

    @classmethod
    def of_card(cls, card: Mapping[str, object]) -> Depth:
        """What `card` returned.

        >>> Depth.of_card(Depth.of([4000]).card()).whole
        4095.0
        """
        values = [card.get("white"), card.get("white_of_fractions")]
        whole, fraction = (value if isinstance(value, int | float) and value > 0 else None for value in values)
        return cls(float(whole or _WHOLE[-1]), float(fraction or 1.0))

    def sentence(self) -> str:
        """For the report; empty where all pictures have eight bits, or use sixteen."""
        if not self.deepest or self.whole == _WHOLE[-1]:
            return ""
        return (
            f"pictures of 16 bits hold values up to {self.deepest:,.0f}: they are taken for "
            f"{(int(self.whole) + 1).bit_length() - 1} bits, and {self.whole:,.0f} becomes white"
        )


#: Of pictures that all have eight bits.
EIGHT = Depth()


def _first(tops: Iterable[float], largest: float) -> float:
    *rest, last = tops
    return next((top for top in rest if largest <= top), last)
