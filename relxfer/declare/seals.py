"""Seals, which show that the configuration in a run directory was written by this user's relxfer.

A run directory may come from somebody else, and its `config.toml` may contain paths and import paths. They are used
only if the file has this user's seal: HMAC-SHA256 of its bytes, with a key that is kept outside of run directories. The
seal stays valid when the folder is moved, renamed or copied, and becomes invalid when the file is changed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from relxfer.declare import shipped
from relxfer.store import files
from relxfer.store.run_directory import MARKER

_KEY_BYTES = 32


def seal(config: Path, content: bytes) -> bool:
    """Write the seal beside a configuration.

    config   the path of the configuration
    content  its bytes

    Returns False if there is no key, and none can be created; no seal is written then.
    """
    key = _key(create=True)
    if key is not None:
        files.write_bytes(_seal_path(config), _digest(content, key).encode())
    return key is not None


def stranger(config: Path) -> str | None:
    """Why a configuration is not trusted, and what to do; None if it is sealed, or outside of run directories."""
    path = shipped.locate(config)
    in_run = any(os.path.lexists(folder / MARKER) for folder in (path.parent, path.resolve().parent))
    if not in_run or _sealed(path):
        return None
    return (
        "because this configuration is in a run directory and was not written there by your relxfer, or was changed "
        "since; write it in a configuration of your own (relxfer predict RUN --config FILE), or copy "
        f"{path.name} out of the run directory, read it, and run the copy"
    )


def _sealed(config: Path) -> bool:
    key, path = _key(create=False), _seal_path(config)
    if key is None or not path.is_file() or path.stat().st_size > 1000:
        return False
    return hmac.compare_digest(path.read_bytes(), _digest(config.read_bytes(), key).encode())


def _digest(content: bytes, key: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _seal_path(config: Path) -> Path:
    return config.with_name(config.name + ".seal")


def place() -> Path:
    """The path of this user's key."""
    import platformdirs

    return platformdirs.user_state_path("relxfer") / "seal.key"


def _key(create: bool) -> bytes | None:
    """This user's key; None if there is none, or it cannot be read or created."""
    try:
        path = place()
        if create and not path.exists():
            _create_key(path)
        key = path.read_bytes()
    except (OSError, RuntimeError):  # RuntimeError: the user has no home directory
        return None
    return key if len(key) == _KEY_BYTES else None


def _create_key(path: Path) -> None:
    """Create a key completely or not at all; if two processes do so at once, both use the first one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
