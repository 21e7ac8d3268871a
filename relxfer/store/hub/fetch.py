"""Copies of what addresses of the hub mean, in the data root: fetched once, and checked at every use."""

from __future__ import annotations

import functools
import os
import shutil
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from relxfer.errors import DataError
from relxfer.store import files
from relxfer.store.hub import client, listing
from relxfer.store.hub.address import Address, is_one, of_copy
from relxfer.store.hub.data_root import alone
from relxfer.store.hub.listing import Known, Listing

#: Branch or tag -> the commit that it last was.
_REVISIONS = "revisions.json"


def local(path: Path) -> Path:
    """The local copy of what an address means, which is fetched if need be; any other path as it is.

    Raises:
        UsageError: it is not an address as it should be, or huggingface_hub is not installed.
        DataError: it cannot be fetched, is not what the hub says, or holds code or a pickle.
    """
    return fetched(Address.of(path)) if is_one(path) else path


def located(value: Any) -> Any:
    """Tables of a configuration with local copies in place of addresses; the same object where there are none.

    Raises:
        UsageError, DataError: as `local`.
    """
    return replaced(value, lambda text: str(local(Path(text))) if is_one(text) else text)


def addressed(value: Any) -> Any:
    """Tables of a configuration with addresses, each with its commit, in place of local copies."""
    return replaced(value, lambda text: str((os.path.isabs(text) and of_copy(Path(text))) or text))


def replaced(value: Any, by: Callable[[str], str]) -> Any:
    """Tables of a configuration with other texts; the same object where they are the same."""
    if isinstance(value, Mapping):
        table = {key: replaced(item, by) for key, item in value.items()}
        return table if any(table[key] is not item for key, item in value.items()) else value
    if isinstance(value, list | tuple):
        items = [replaced(item, by) for item in value]
        return items if any(made is not item for made, item in zip(items, value, strict=True)) else value
    return by(value) if isinstance(value, str) else value


@functools.cache
def fetched(address: Address) -> Path:
    """The local copy of what an address means.

    Warns (`RuntimeWarning`) if it does not name a commit, with the address that does.
    """
    pinned, known = _known(address)
    if pinned != address:
        told = f"{address} is now {pinned}; write that to get the same files always"
        warnings.warn(told, RuntimeWarning, stacklevel=4)
    place = pinned.place / pinned.revision
    lacking = {name: each for name, each in listing.wanted(known, pinned).items() if not each.fits(place / name)}
    if lacking:
        with alone(place):
            for name, each in lacking.items():
                if not each.fits(place / name):  # another process may have fetched it in the meantime
                    _fetch(pinned, name, each, place / name)
    return pinned.copy


def _known(address: Address) -> tuple[Address, Listing]:
    """The address at its commit, and what is there; without the hub, as it was when it was last seen."""
    if address.pinned and (known := listing.kept(_listing(address))) is not None:
        return address, known
    revisions, name = address.place / _REVISIONS, address.revision or "main"
    last = files.read_json(revisions) if revisions.exists() else {}
    try:
        api = client.library().HfApi()
        asked = {"repo_type": address.kind, "revision": address.revision or None, "files_metadata": True}
        info = client.asked(lambda: api.repo_info(address.repository, **asked), address, "read", client.PAUSES)
    except client.Unreachable:
        before = address.at(str(last.get(name, "")))
        if (known := listing.kept(_listing(before))) is None:
            raise
        return before, known
    pinned, known = address.at(info.sha), listing.of_info(info, address)
    listing.keep(_listing(pinned), known)
    files.write_json(revisions, {**last, name: info.sha})
    return pinned, known


def _listing(address: Address) -> Path:
    return address.place / f"{address.revision}.json"


def _fetch(address: Address, name: str, known: Known, path: Path) -> None:
    """Fetch a file to a folder beside the copies, and move it there if it is what the hub says.

    Only one process at a time may call this for a commit.
    """
    aside = address.place / f"{address.revision}.part"
    download, where = (
        client.library().HfApi().hf_hub_download,
        {"repo_type": address.kind, "revision": address.revision},
    )
    one = Address(address.kind, address.owner, address.name, address.revision, name)
    try:
        got = Path(client.asked(lambda: download(address.repository, name, local_dir=aside, **where), one, "read"))
        if not known.fits(got):
            raise DataError(
                f"Cannot read {one}: expected {known.size:,} bytes with {known.digest}, got others; try again, and if "
                "it stays so, tell the owner of the repository"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(got, path)
    except OSError as error:
        raise DataError(
            f"Cannot write {path}: {error.strerror or error}. Free some space, or set RELXFER_DATA."
        ) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
