"""Seals: whether the configuration in a run directory is what this user's relxfer wrote there.

A run directory may come from a stranger, and its `config.toml` may name files and import paths. Those are obeyed only
under this user's seal: HMAC-SHA256 of the bytes of `config.toml`, with a key that no run directory holds. The seal goes
along when the folder is moved, renamed or copied, and breaks when the file is changed.
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
    """Put the seal beside a configuration that relxfer writes; whether there is a key to do it with."""
    key = _key(create=True)
    if key is not None:
        files.write_bytes(_beside(config), _of(content, key).encode())
    return key is not None


def stranger(config: Path) -> str | None:
    """Why a configuration is not the user's own, and what to do; None where it is: in no run directory, or sealed."""
    path = shipped.locate(config)
    in_run = any(os.path.lexists(folder / MARKER) for folder in (path.parent, path.resolve().parent))
    if not in_run or _sealed(path):
        return None
    return (
        "for it lies in a run directory, where your relxfer did not write it, or not as it is now; say it in a "
        f"configuration of your own (relxfer predict RUN --config FILE), or copy {path.name} out of the run directory, "
        "read it, and run the copy"
    )


def _sealed(config: Path) -> bool:
    key, beside = _key(create=False), _beside(config)
    if key is None or not beside.is_file() or beside.stat().st_size > 1000:
        return False
    return hmac.compare_digest(beside.read_bytes(), _of(config.read_bytes(), key).encode())


def _of(content: bytes, key: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _beside(config: Path) -> Path:
    return config.with_name(config.name + ".seal")


def place() -> Path:
    """Where this user's key lies."""
    import platformdirs

    return platformdirs.user_state_path("relxfer") / "seal.key"


def _key(create: bool) -> bytes | None:
    """This user's key; None where there is none, or its folder cannot be used."""
    try:
        path = place()
        if create and not path.exists():
            _make(path)
        key = path.read_bytes()
    except (OSError, RuntimeError):  # the latter where there is no home
        return None
    return key if len(key) == _KEY_BYTES else None


def _make(path: Path) -> None:
    """Whole or not at all, and once: of two processes that make one, both then read the first's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
