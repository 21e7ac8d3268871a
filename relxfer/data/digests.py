"""Digests of files, and whether they are those on a card."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from relxfer.errors import DataError
from relxfer.store import bounded


def digest_of(path: Path, like: str = "sha256:") -> str:
    """The digest of a file, of the same kind as `like`; `gz-md5:` and `gz-sha256:` are digests of unpacked content.

    Raises:
        DataError: the file cannot be read.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "empty"
    >>> path.touch()
    >>> digest_of(path, "md5:")
    'md5:d41d8cd98f00b204e9800998ecf8427e'
    """
    kind = like.partition(":")[0]
    plain = kind.removeprefix("gz-")
    try:
        if plain == kind:
            with path.open("rb") as stream:
                return f"{kind}:{hashlib.file_digest(stream, plain).hexdigest()}"
        digest = hashlib.new(plain)
        for chunk in bounded.unpacked(path):
            digest.update(chunk)
        return f"{kind}:{digest.hexdigest()}"
    except (gzip.BadGzipFile, *bounded.BROKEN) as error:
        raise DataError(f"expected a complete gzip file, got a damaged one: {path} ({error}); delete it") from None
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror}. Correct its permissions, or delete it.") from None


def verify(path: Path, digest: str | None, remedy: str) -> None:
    """Raise `DataError` where a file does not have this digest, or one that begins so; None is no check.

    `remedy` ends the message: what to do about this copy.
    """
    if digest is not None and not (found := digest_of(path, digest)).startswith(digest):
        raise DataError(f"expected {digest} for {path}, got {found}; {remedy}")
