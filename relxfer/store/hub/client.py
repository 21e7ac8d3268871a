"""The client of the hub, and what its errors mean for the user."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from relxfer.errors import DataError, UsageError
from relxfer.store.hub.address import Address

#: Seconds to wait before the second and the third attempt.
PAUSES = (1.0, 4.0)
T = TypeVar("T")


class Unreachable(DataError):
    """The hub does not answer."""


def library() -> Any:
    """huggingface_hub.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import huggingface_hub
    except ImportError:
        raise UsageError("expected huggingface_hub for hf://, got none; pip install 'relxfer[hub]'") from None
    return huggingface_hub


def asked(call: Callable[[], T], address: Address, doing: str) -> T:
    """What a call of the hub returns, with up to three attempts.

    doing  what it is for, in messages: "read" or "write"

    Raises:
        Unreachable: the hub cannot be reached, or is set to be offline.
        DataError: the hub refuses it, or has no such thing.
    """
    for pause in (*PAUSES, None):
        try:
            return call()
        except Exception as error:
            told, passing, kind = _meaning(error, address)
            if told is None:
                raise
            if pause is None or not passing:
                raise kind(f"Cannot {doing} {address}: {told}.") from None
            time.sleep(pause)
    raise AssertionError  # pragma: no cover


def _meaning(error: Exception, address: Address) -> tuple[str | None, bool, type[DataError]]:
    """What an error says, whether another attempt may succeed, and its type; None for an error of ours."""
    from httpx import TransportError
    from huggingface_hub import errors

    log_in = "log in with `hf auth login`, or set HF_TOKEN"
    if isinstance(error, errors.OfflineModeIsEnabled | errors.LocalEntryNotFoundError):
        return "HF_HUB_OFFLINE is set, and it was not fetched before; unset it once", False, Unreachable
    if isinstance(error, errors.GatedRepoError):
        return f"its owner has to let you in first: ask on its page, and {log_in}", False, DataError
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"there is no such repository, or you may not see it; correct the name, or {log_in}", False, DataError
    if isinstance(error, errors.RevisionNotFoundError):
        return f"there is no revision {address.revision!r}; name a branch, a tag or a commit of it", False, DataError
    if isinstance(error, errors.EntryNotFoundError):
        return "there is no such file; correct the path", False, DataError
    code = getattr(getattr(error, "response", None), "status_code", None)
    if code in (401, 403):
        return (
            f"the hub does not accept your login (HTTP {code}); {log_in}, with the right to {address}",
            False,
            DataError,
        )
    if isinstance(error, TransportError | TimeoutError | ConnectionError) or (code or 0) >= 500 or code in (408, 429):
        what = f"HTTP {code}" if code else type(error).__name__
        return f"the hub does not answer ({what}); try again later", True, Unreachable
    if isinstance(error, OSError | ValueError):
        first = (str(error) or type(error).__name__).splitlines()[0][:300]
        return f"{first}; try again", "onsistency" in first, DataError
    return None, False, DataError
