"""What torch.save wrote: tensors and plain values, of no more bytes than the file has. Nothing in it is executed."""

from __future__ import annotations

import mmap
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

#: What torch's restricted reader would call, and what makes as many bytes of nothing as the file asks for.
_MAKERS = (b"bytearray", b"_rebuild_device_tensor")


def load(path: Path) -> Any:
    """The content by `torch.load(weights_only=True)`, which builds tensors, numbers, texts, lists and tables alone.

    Raises:
        ValueError: the file is compressed, as torch's never are, or would make large things out of nothing.
        Exception: whatever torch raises on a damaged file, or on one that would execute something.
    """
    import torch

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
                raise ValueError("a compressed archive")
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if any(content.find(maker) >= 0 for maker in _MAKERS):
            raise ValueError("more than tensors")
    return torch.load(path, map_location="cpu", weights_only=True)


def check_sizes(path: Path, tensors: Iterable[Tensor]) -> None:
    """`ValueError` where tensors have more values than the file has bytes for: one value may be shown 10^9 times."""
    import torch

    held: dict[int, int] = {}
    for tensor in tensors:
        if tensor.layout != torch.strided:
            continue  # without storage; numpy has none of these, which is told where they are converted
        storage = tensor.untyped_storage()
        held[storage.data_ptr()] = storage.nbytes()
        if tensor.numel() * tensor.element_size() > storage.nbytes():
            raise ValueError(f"{tensor.numel():,} values in {storage.nbytes():,} bytes")
    if sum(held.values()) > path.stat().st_size:
        raise ValueError(f"tensors of {sum(held.values()):,} bytes in a file of {path.stat().st_size:,}")
