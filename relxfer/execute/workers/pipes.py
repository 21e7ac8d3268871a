"""Messages between two processes through a pipe that only they have: a length, and bytes."""

from __future__ import annotations

import struct
from typing import IO

_LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], message: bytes) -> None:
    """Write a message.

    >>> import io
    >>> stream = io.BytesIO()
    >>> send(stream, b"done")
    >>> _ = stream.seek(0)
    >>> receive(stream)
    b'done'
    """
    stream.write(_LENGTH.pack(len(message)) + message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Wait for a message, and read it; `EOFError` where the other process closed the pipe, or died in the middle."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
