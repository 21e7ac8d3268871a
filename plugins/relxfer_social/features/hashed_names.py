"""What a node is called, as a column of so many."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse as sp


def hashed(names: Sequence[str], width: int) -> sp.csr_matrix:
    """[V, width]: x_v = s(v) e_h(v), with the column h(v) and the sign s(v) of 1 or -1 by a hash of the name, so that
    the products of different nodes are 0 in the mean (Weinberger, Dasgupta, Langford, Smola and Attenberg 2009).

    The hash is blake2b of the name in UTF-8; its first bit is the sign, and the rest of eight bytes modulo `width` the
    column.

    >>> hashed(("ann", "bob", "ann"), 4).toarray().tolist()
    [[0.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, -1.0, 0.0, 0.0]]
    """
    import scipy.sparse as sp

    digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    numbers = np.frombuffer(digests, ">u8").astype(np.uint64)
    signs = np.where(numbers >> np.uint64(63), -1.0, 1.0)
    columns = (numbers & np.uint64((1 << 63) - 1)) % np.uint64(width)
    return sp.csr_matrix((signs, (np.arange(len(names)), columns.astype(np.int64))), shape=(len(names), width))
