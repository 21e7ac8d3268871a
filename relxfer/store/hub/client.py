"""The client of the hub, and what its errors mean for the user."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from relxfer.errors import DataError, NotInstalled
from relxfer.store.hub.address import Address

#: Seconds to wait before the second and the third attempt.
PAUSES = (1.0, 4.0)
T = TypeVar("T")


class Unreachable(DataError):
    """The hub does not answer."""


def library() -> Any:
    """huggingface_hub.

    Raises:
        NotInstalled: it is not installed.
    """
    try:
        import huggingface_hub
    except ImportError:
        raise NotInstalled("huggingface_hub", "hf://", "hub") from None
    return huggingface_hub


def asked(call: Callable[[], T], address: Address, doing: str, pauses: Sequence[float] = ()) -> T:
    """What a call of the hub returns.

    doing   what it is for, in messages: "read" or "write"
    pauses  seconds to wait before each further attempt; downloads try again by themselves

    Raises:
        Unreachable: the hub cannot be reached, or is set to be offline.
        DataError: the hub refuses it, or has no such thing.
    """
    for pause in (*pauses, None):
        try:
            return call()
        except Exception as error:
            cause = error.__cause__ if isinstance(error, RuntimeError) else None  # of an upload, which hides it
            told, passing, kind = _meaning(cause if isinstance(cause, Exception) else error, address)
            if told is None:
                raise
            if pause is None or not passing:
                raise kind(f"Cannot {doing} {address}: {told}.") from None
            time.sleep(pause)
    raise AssertionError  # pragma: no cover


def _meaning(error: Exception, address: Address) -> tuple[str | None, bool, type[DataError]]:
    """What an error says, whether another attempt may succeed, and its type; None for an error of ours."""
    from huggingface_hub import constants, errors

    log_in = "log in with `hf auth login`, or set HF_TOKEN"
    if constants.HF_HUB_OFFLINE and isinstance(error, errors.OfflineModeIsEnabled | errors.LocalEntryNotFoundError):
        return "HF_HUB_OFFLINE is set, and it was not fetched before; unset it once", False, Unreachable
    if isinstance(error, errors.GatedRepoError):
        return f"its owner has to let you in first: ask on its page, and {log_in}", False, DataError
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"there is no such repository, or you may not see it; correct the name, or {log_in}", False, DataError
    if isinstance(error, errors.RevisionNotFoundError):
        return f"there is no revision {address.revision!r}; name a branch, a tag or a commit of it", False, DataError
    if isinstance(error, errors.EntryNotFoundError) and not isinstance(error, errors.LocalEntryNotFoundError):
        return "there is no such file; correct the path", False, DataError
    code = getattr(getattr(error, "response", None), "status_code", None)
    if code in (401, 403):
        return (
            f"the hub does not accept your login (HTTP {code}); {log_in}, with the right to {address}",
            False,
            DataError,
        )
    if _is_away(error) or (code or 0) >= 500 or code in (408, 429):
        what = f"HTTP {code}" if code else type(error).__name__
        return f"the hub does not answer ({what}); try again later", True, Unreachable
    if isinstance(error, OSError | ValueError | RuntimeError):
        first = (str(error) or type(error).__name__).splitlines()[0][:300]
        return f"{first}; try again", False, DataError
    return None, False, DataError


def _is_away(error: Exception) -> bool:
    """Whether the hub could not be reached; each version of its library has another one for requests."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"TransportError", "ConnectionError", "Timeout", "TimeoutError", "LocalEntryNotFoundError"})
