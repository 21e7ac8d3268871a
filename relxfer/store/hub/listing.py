"""What a repository holds at a commit: the size and the digest of every file, as the hub tells them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.errors import DataError
from relxfer.store import files
from relxfer.store.hub.address import Address, is_plain

#: The most files and bytes that are fetched of a repository.
MOST_FILES, MOST_BYTES = 10_000, 64 * 2**30
#: Endings of files that hold code or pickles, and are never fetched.
REFUSED = (
    ".pkl",
    ".pickle",
    ".joblib",
    ".dill",
    ".cloudpickle",
    ".py",
    ".ipynb",
    ".sh",
    ".so",
    ".dll",
    ".exe",
)
#: Endings of checkpoints that torch's restricted reader reads: fetched where they are named.
NAMED = (".pth", ".pt", ".th", ".ckpt", ".bin")


@dataclass(frozen=True)
class Known:
    """A file: its size in bytes, and "sha256:..." of a large file, or git's own "git:..." of a small one."""

    size: int
    digest: str

    def fits(self, path: Path) -> bool:
        """Whether the file at the path is this one."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        kind, _, wanted = self.digest.partition(":")
        digest = hashlib.sha256() if kind == "sha256" else hashlib.sha1(b"blob %d\0" % self.size)
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        return digest.hexdigest() == wanted


Listing = Mapping[str, Known]


def of_info(info: Any, address: Address) -> dict[str, Known]:
    """The files that the hub tells of a repository.

    Raises:
        DataError: a name leads elsewhere, or a file has no size or digest.
    """
    made = {}
    for each in info.siblings or ():
        lfs = getattr(each, "lfs", None)
        digest = f"sha256:{lfs.sha256}" if lfs else f"git:{each.blob_id}"
        if not is_plain(each.rfilename) or not isinstance(each.size, int) or digest.endswith(":None"):
            raise DataError(
                f"Cannot read {address}: the hub tells no plain name, size and digest of {each.rfilename!r}"
            )
        made[each.rfilename] = Known(each.size, digest)
    return made


def wanted(listing: Listing, address: Address) -> dict[str, Known]:
    """The files that an address means: the one at its path, those below it, or all; without code and pickles.

    Raises:
        DataError: there is none, they are too many or too large, or the file that is named holds code or a pickle.
    """
    path = address.path
    if path in listing:
        if path.lower().endswith(REFUSED):
            kinds = "a pickle or a program, which could run code; name safetensors, or tables"
            raise DataError(f"Cannot read {address}: expected data, got {kinds}")
        return {path: listing[path]}
    below = {name: each for name, each in listing.items() if not path or name.startswith(f"{path}/")}
    if not below:
        shown = ", ".join(sorted(listing)[:10]) or "nothing"
        raise DataError(f"Cannot read {address}: there is no {path or 'file'!r}; it holds {shown}")
    kept = {name: each for name, each in below.items() if not name.lower().endswith((*REFUSED, *NAMED))}
    if not kept:
        raise DataError(
            f"Cannot read {address}: it holds pickles and programs alone ({sorted(below)[0]}), which are not fetched; "
            "name the file of a checkpoint itself, which is read as tensors only"
        )
    size = sum(each.size for each in kept.values())
    if len(kept) > MOST_FILES or size > MOST_BYTES:
        raise DataError(
            f"Cannot read {address}: {len(kept):,} files of {size / 2**30:.1f} GiB, where {MOST_FILES:,} and "
            f"{MOST_BYTES >> 30} GiB are the most; name a folder or a file in it"
        )
    return kept


def keep(path: Path, listing: Listing) -> None:
    """Write a listing, with which copies can be checked offline."""
    files.write_json(path, {"files": {name: [each.size, each.digest] for name, each in listing.items()}})


def kept(path: Path) -> dict[str, Known] | None:
    """A listing that was written; None if there is none."""
    if not path.exists():
        return None
    return {name: Known(size, digest) for name, (size, digest) in files.read_json(path)["files"].items()}
