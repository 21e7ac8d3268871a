"""How the process holds its memory."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # <malloc.h>
_LARGE = 4 * 2**20
_KEPT = 32 * 2**20


def return_large_blocks() -> None:
    """Let glibc give every block of 4 MB or more back to the system as soon as it is freed, and keep what lies below.

    By itself glibc raises that limit to the largest block ever freed, up to 32 MB. The states of a layer then lie in
    the heap, where torch's aligned blocks do not fit into the gaps that they leave: scoring fb237_v3 grew by 4 GB
    with 50 MB in use. With the limit set, it would return the end of the heap whenever 128 kB of it are free, only to
    ask for it again, page by page: up to 32 MB stay. A training step of fb237_v1 spends .004 s in the system so,
    .016 s without the second limit, and .11 s with both at 1 MB and 128 kB. Without effect elsewhere, and where the
    user set the first.
    """
    if sys.platform == "linux" and "MALLOC_MMAP_THRESHOLD_" not in os.environ:
        with suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
            libc.mallopt(_M_TRIM_THRESHOLD, _KEPT)
