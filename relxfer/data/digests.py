"""Digests of files, and their comparison with those on cards."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from relxfer.errors import DataError
from relxfer.store import bounded


def digest_of(path: Path, like: str = "sha256:") -> str:
    """The digest of a file, with the algorithm of the digest or prefix `like`.

    `gz-md5:` and `gz-sha256:` are digests of the content of a gzip file.

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
    """Check the digest of a file.

    Args:
        path: the file.
        digest: the expected digest, or its beginning; None checks nothing.
        remedy: what the user can do about this copy, for the message.

    Raises:
        DataError: the file has another digest, or cannot be read.
    """
    if digest is not None and not (actual := digest_of(path, digest)).startswith(digest):
        raise DataError(f"expected {digest} for {path}, got {actual}; {remedy}")
