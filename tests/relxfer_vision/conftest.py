"""Shared by the tests of pictures: picture files of noise, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.data.user_files import load
from relxfer_vision.options import ImageFiles

from relxfer.contract.data import Domain
from relxfer.errors import DataError


@pytest.fixture(scope="session")
def paint() -> Callable[..., Path]:
    """Writes a picture of noise, no two alike."""
    rng = np.random.default_rng(0)

    def write(path: Path, mode: str = "RGB", size: tuple[int, int] = (12, 10)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(pixels).convert(mode).save(path)
        return path

    return write


@pytest.fixture
def folder(tmp_path: Path, paint: Callable[..., Path]) -> Path:
    """Ten pictures of each of two classes."""
    for label in ("cat", "dog"):
        for i in range(10):
            paint(tmp_path / "pets" / label / f"{label}{i}.jpg")
    return tmp_path / "pets"


@pytest.fixture(scope="session")
def loaded() -> Callable[..., Domain]:
    """The domain of the user's pictures, by the keys of `image-files`."""

    def load_table(**table: Any) -> Domain:
        return load(ImageFiles.model_validate(table, context={"folder": Path.cwd()}))

    return load_table


@pytest.fixture(scope="session")
def fails(loaded: Callable[..., Domain]) -> Callable[..., str]:
    """The message with which it is refused."""

    def message(**table: Any) -> str:
        with pytest.raises(DataError) as error:
            loaded(**table)
        return str(error.value)

    return message
