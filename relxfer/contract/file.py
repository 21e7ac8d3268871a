"""A file of a data set: where it is downloaded from, and how its content is verified."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGEST = re.compile(r"(gz-)?(sha256:([0-9a-f]{8}|[0-9a-f]{64})|md5:[0-9a-f]{32})")


@dataclass(frozen=True)
class File:
    """One file of a data set.

    role    what the file is for, such as `"train"`
    url     where it is downloaded from, pinned to a version: https, or http with a full sha256
    digest  `"sha256:..."` or `"md5:..."` of the downloaded bytes; of a sha256 the first 8 digits are enough, as in the
            file names of PyTorch. With the prefix `gz-`, the digest of the unpacked content of a gzip file, which does
            not depend on how it was compressed. None: there is nothing to check, and the data set is listed as
            unverified
    size    in bytes
    member  the name of a member, if `url` is a zip or tar archive; a name that ends in `/` is a folder of members

    `ValueError` for a malformed digest.

    >>> File("train", "https://example.org/train.tsv", "0123")
    Traceback (most recent call last):
    ...
    ValueError: train: expected a digest like 'sha256:<64 hex digits>' or 'md5:<32 hex digits>', got '0123'
    """

    role: str
    url: str
    digest: str | None = None
    size: int | None = None
    member: str | None = None

    @property
    def checked(self) -> str:
        """How the content is verified: `sha256`, `weak` (md5, or the first digits of a sha256) or `unverified`."""
        if self.digest is None:
            return "unverified"
        kind, _, digits = self.digest.rpartition(":")
        return "sha256" if kind.endswith("sha256") and len(digits) == 64 else "weak"

    def __post_init__(self) -> None:
        if self.digest is not None and not _DIGEST.fullmatch(self.digest):
            raise ValueError(
                f"{self.role}: expected a digest like 'sha256:<64 hex digits>' or 'md5:<32 hex digits>', "
                f"got {self.digest!r}"
            )
