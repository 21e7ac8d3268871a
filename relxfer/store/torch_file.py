"""Reading files of torch.save: tensors and plain values, no larger than the file. Nothing in it is executed."""

from __future__ import annotations

import mmap
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

#: The bytes by which torch recognises an archive.
_ZIP = b"PK\x03\x04"
#: Functions that torch's restricted reader would call, and that allocate as many bytes as the file asks for.
_MAKERS = (b"bytearray", b"_rebuild_device_tensor")


def load(path: Path) -> Any:
    """Read with `torch.load(weights_only=True)`, which builds only tensors, numbers, text, lists and dictionaries.

    Raises:
        ValueError: the file is compressed, which torch never does, or would allocate more than it holds.
        Exception: whatever torch raises on a damaged file, or on one that would execute code.
    """
    import torch

    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if zipfile.is_zipfile(path) or content[:4] == _ZIP:
            _check_archive(path, content[:4])
        if any(content.find(maker) >= 0 for maker in _MAKERS):
            raise ValueError("more than tensors")
    return torch.load(path, map_location="cpu", weights_only=True)


def _check_archive(path: Path, begin: bytes) -> None:
    """`ValueError` unless there is only one way to read the archive, and nothing in it is compressed.

    With bytes before the first member, or a comment at the end, Python may read another directory of the archive than
    torch does, and would then check members that torch never reads.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if begin != _ZIP or archive.comment or min((info.header_offset for info in members), default=0):
            raise ValueError("an archive with other bytes before or after it")
        if any(info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size for info in members):
            raise ValueError("a compressed archive")


def check_sizes(path: Path, tensors: Iterable[Tensor]) -> None:
    """`ValueError` where tensors have more values than the file has bytes: an expanded tensor repeats one value."""
    import torch

    held: dict[int, int] = {}
    for tensor in tensors:
        if tensor.layout != torch.strided:
            continue  # sparse: it has no storage, and is refused where it is converted to numpy
        storage = tensor.untyped_storage()
        held[storage.data_ptr()] = storage.nbytes()
        if tensor.numel() * tensor.element_size() > storage.nbytes():
            raise ValueError(f"{tensor.numel():,} values in {storage.nbytes():,} bytes")
    if sum(held.values()) > path.stat().st_size:
        raise ValueError(f"tensors of {sum(held.values()):,} bytes in a file of {path.stat().st_size:,}")
