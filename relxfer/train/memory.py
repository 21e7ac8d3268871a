"""What the C library does with large blocks of memory that are freed: return them to the system, or keep them."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

#: <malloc.h>
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_MOST, _HIGHEST = 2**31 - 1, 32 * 2**20
#: The limits in bytes: from which size on a freed block is returned to the system, and how much stays free at the end
#: of the heap.
LARGE_BLOCKS = {"returned": (4 * 2**20, 32 * 2**20), "kept": (_MOST, _MOST)}


@contextmanager
def held(large_blocks: str) -> Iterator[None]:
    """Apply `tell(large_blocks)` inside the context; afterwards, large blocks are returned, also those kept."""
    tell(large_blocks)
    try:
        yield
    finally:
        tell("returned")
        if large_blocks == "kept" and (libc := _libc()):
            libc.malloc_trim(0)


def tell(large_blocks: str) -> None:
    """Tell glibc what to do with large blocks that are freed from now on, in the whole process.

    returned  Every block of 4 MB or more goes back to the system at once. By itself glibc raises that limit to the
              largest block ever freed, up to 32 MB. The states of a layer then lie in the heap, where torch's aligned
              blocks do not fit into the gaps that they leave: scoring fb237_v3 grew by 4 GB with 50 MB in use. With
              the limit set, it would return the end of the heap whenever 128 kB of it are free, only to ask for it
              again, page by page: up to 32 MB stay. A training step of fb237_v1 spends .004 s in the system so, .016 s
              without the second limit, and .11 s with both at 1 MB and 128 kB.
    kept      Nothing goes back. Steps that ask for blocks of the same sizes find them again: a training step of
              SqueezeNet at 224 pixels spends .1 ms a picture in the system so, 20 ms by glibc's own rules, and 40 ms
              with `returned`. What is held is bounded by the most that was in use.

    It has no effect with another C library, or if the user has set these limits in the environment.
    """
    if libc := _libc():
        for limit, size in zip((_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD), LARGE_BLOCKS[large_blocks], strict=True):
            libc.mallopt(limit, size) or libc.mallopt(limit, _HIGHEST)  # glibc before 2.35 refuses larger values


def _libc() -> Any:
    """glibc, if it is the allocator and the user has not set its limits."""
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    set_by_user = "MALLOC_MMAP_THRESHOLD_" in os.environ or "malloc.mmap_threshold" in tunables
    if sys.platform != "linux" or set_by_user:
        return None
    with suppress(OSError):
        libc = ctypes.CDLL(None)
        return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
    return None
