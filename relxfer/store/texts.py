"""Texts as arrays, for files whose header has no room for many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from relxfer.errors import UnfitArtefact


def packed(name: str, texts: Sequence[str]) -> dict[str, np.ndarray]:
    """Arrays of these texts, under names that begin with `name`: their bytes, and where each ends.

    >>> {key: array.tolist() for key, array in packed("n", ["a", "bc"]).items()}
    {'n/bytes': [97, 98, 99], 'n/ends': [1, 3]}
    """
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum([len(each) for each in encoded], dtype=np.int64)
    return {f"{name}/bytes": np.frombuffer(b"".join(encoded), np.uint8), f"{name}/ends": ends}


def unpacked(name: str, arrays: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """The texts of which `packed` made these arrays.

    Raises:
        UnfitArtefact: they are not such arrays. Anybody may have written them.

    >>> unpacked("n", packed("n", ["Rome", "", "Zürich"]))
    ('Rome', '', 'Zürich')
    """
    try:
        data, ends = arrays[f"{name}/bytes"], arrays[f"{name}/ends"]
        starts = np.append(0, ends[:-1]) if len(ends) else ends
        whole = data.dtype == np.uint8 and ends.dtype == np.int64 and (starts <= ends).all()
        if not whole or (starts[:1] != 0).any() or (ends[-1] if len(ends) else 0) != len(data):
            raise ValueError("places that do not fit the bytes")
        raw = data.tobytes()
        places = zip(starts.tolist(), ends.tolist(), strict=True)
        return tuple(raw[start:end].decode("utf-8", "surrogatepass") for start, end in places)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UnfitArtefact(f"expected texts under {name!r}, got others ({error}); write the folder again") from None
