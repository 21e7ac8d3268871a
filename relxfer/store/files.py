"""Files that are written completely or not at all: temporary file, fsync, `os.replace`."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from relxfer.errors import ArtefactError, DamagedArtefact
from relxfer.store import json_text

if TYPE_CHECKING:  # verbs that train nothing do not need it
    import numpy as np

#: The key in the metadata of a safetensors file that holds card and digest.
_METADATA = "relxfer"
#: The most bytes in the header of a safetensors file and in a JSON file, and the most lists and tables in the latter: a
#: few bytes of them take a hundred in memory.
_HEADER = 16 * 2**20
_JSON = 128 * 2**20
_NESTS = 2_000_000


def write_bytes(path: Path, data: bytes) -> None:
    """Replace the content of `path`; a crash or a full disk leaves the old content."""
    with writing(path) as stream:
        stream.write(data)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content replaces `path` at the end; an interruption leaves the old content."""
    # an unguessable name, and a new file ("x"): a link placed there beforehand would lead elsewhere
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise ArtefactError(
            f"Cannot write {path}: {error.strerror}. Free some space or correct the permissions, then run again."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def to_json(value: Any, **how: Any) -> str:
    """JSON of a value that may also hold arrays and paths."""
    return json_text.dumps(value, default=_plain, **how)


def write_json(path: Path, value: Any) -> None:
    """JSON with a digest of its content. Keys keep their order, because columns of a report follow it."""
    plain = json.loads(to_json(value))
    write_bytes(path, to_json({**plain, "sha256": fingerprint(plain)}, indent=1).encode() + b"\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote; `DamagedArtefact` where the file is missing, is not JSON, or has been changed."""
    try:
        value = json.loads(_json_bytes(path))
        if not isinstance(value, dict) or value.pop("sha256", None) != fingerprint(value):
            raise ValueError("content that relxfer did not write")
        return value
    except FileNotFoundError:
        raise DamagedArtefact(f"expected a file {path}, got none; is this a run directory?") from None
    except (ValueError, RecursionError) as error:
        raise DamagedArtefact(f"expected JSON in {path}, got {error}; delete the file and run again") from None
    except OSError as error:
        raise _unreadable(path, error) from None


def write_arrays(path: Path, arrays: dict[str, np.ndarray], card: Any = None) -> str:
    """Arrays and a JSON card in one safetensors file, with a digest that detects a flipped bit and is returned.

    Only relxfer reads the card, so it may hold NaN: a resumed phase then continues with exactly the same values.
    """
    import numpy as np
    from safetensors.numpy import save

    whole = {k: np.asarray(v, order="C") for k, v in arrays.items()}  # keeps a scalar a scalar
    sealed = {"card": card, "sha256": (digest := content_digest(whole, card))}
    # one key, because safetensors writes several in no fixed order
    write_bytes(path, save(whole, {_METADATA: json.dumps(sealed, sort_keys=True, default=_plain)}))
    return digest


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], Any]:
    """Read what `write_arrays` wrote; `DamagedArtefact` where it is missing, damaged or not from relxfer."""
    arrays, card = read_safetensors(path)
    if card is None:
        raise DamagedArtefact(
            f"expected a file that relxfer wrote, got one from elsewhere: {path}; delete it and run again"
        )
    return arrays, card


def read_safetensors(path: Path) -> tuple[dict[str, np.ndarray], Any]:
    """Read what `write_arrays` wrote, or a file from elsewhere, whose card is None; `DamagedArtefact` if damaged."""
    arrays, card, _ = read_sealed(path)
    return arrays, card


def read_sealed(path: Path) -> tuple[dict[str, np.ndarray], Any, str | None]:
    """As `read_safetensors`, with the `content_digest` that was checked; None for a file from elsewhere."""
    from safetensors import SafetensorError

    try:
        arrays, metadata = tensors(path)
        if _METADATA not in metadata:
            return arrays, None, None
        sealed = json.loads(_few_nests(metadata[_METADATA].encode()))
        if sealed["sha256"] != (digest := content_digest(arrays, sealed["card"])):
            raise ValueError("its content does not match its digest")
        return arrays, sealed["card"], digest
    except FileNotFoundError:
        raise DamagedArtefact(f"expected a safetensors file {path}, got none") from None
    except OSError as error:
        raise _unreadable(path, error) from None
    except (SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise DamagedArtefact(
            f"expected a safetensors file, got a damaged or foreign one: {path} ({error}); "
            "delete it and run again, or name another checkpoint"
        ) from None


def tensors(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays and the metadata of any safetensors file.

    Raises:
        ValueError: the header is too large, or a name occurs twice.
        SafetensorError, OSError, TypeError: from safetensors, for example where an array extends beyond the file or
            into another array, or has a type that numpy does not have.
    """
    from safetensors import safe_open

    with path.open("rb") as stream:
        if (size := int.from_bytes(stream.read(8), "little")) > _HEADER:
            raise ValueError(f"a header of {size:,} bytes, where at most {_HEADER:,} are allowed")
        header = stream.read(size)
    with safe_open(str(path), framework="numpy") as file:
        json.loads(header, object_pairs_hook=once)
        return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON table without duplicate names: with them, two readers may see two different files."""
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)!r} twice")
    return table


def _json_bytes(path: Path) -> bytes:
    """The bytes of a JSON file; `ValueError` where there are more than relxfer writes. A device would never end."""
    with path.open("rb") as stream:
        data = stream.read(_JSON + 1)
    if len(data) > _JSON:
        raise ValueError(f"more than {_JSON >> 20} MB")
    return _few_nests(data)


def _few_nests(data: bytes) -> bytes:
    if data.count(b"[") + data.count(b"{") > _NESTS:
        raise ValueError(f"more than {_NESTS:,} lists and tables")
    return data


def _unreadable(path: Path, error: OSError) -> ArtefactError:
    return ArtefactError(f"Cannot read {path}: {error.strerror or error}. Correct its permissions, then run again.")


def append_line(path: Path, value: Any) -> None:
    """Append one line of JSON; readers skip a line that a crash left incomplete."""
    try:
        with path.open("ab") as stream:
            stream.write(to_json(value, sort_keys=True).encode() + b"\n")
    except OSError as error:
        raise ArtefactError(
            f"Cannot append to {path}: {error.strerror}. Free some space or correct the permissions, then run again."
        ) from error


def read_lines(path: Path) -> list[Any]:
    """The complete lines of a file of JSON lines."""
    values = []
    try:
        lines = _json_bytes(path).splitlines() if path.exists() else []
    except ValueError as error:
        raise DamagedArtefact(f"expected lines of JSON in {path}, got {error}; delete it") from None
    for line in lines:
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return values


def sha256(*parts: bytes | str) -> str:
    """Hex digest of the parts, each preceded by its length.

    >>> sha256("ab", "c") == sha256("a", "bc")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def fingerprint(value: Any) -> str:
    """sha256 of the canonical JSON of a value; NaN and the two infinities are three different values.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain))


def arrays_digest(arrays: dict[str, np.ndarray]) -> str:
    """sha256 of the names, types, shapes and bytes of arrays, sorted by name."""
    import numpy as np

    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name}\x1f{array.dtype.str}\x1f{array.shape}\x1f".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def content_digest(arrays: dict[str, np.ndarray], card: Any) -> str:
    """sha256 of arrays and their card: the content of an artefact, wherever it is stored."""
    return sha256(arrays_digest(arrays), fingerprint(card))


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):  # an array, or a number of numpy's
        return value.tolist()
    raise TypeError(f"expected a JSON value, got {type(value).__name__}")


def _sync_folder(folder: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
