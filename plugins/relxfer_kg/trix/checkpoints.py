"""Reading any of TRIX's published weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from relxfer_kg.trix.relation_weights import ANCHOR, read_relation_weights
from relxfer_kg.trix.weights import read_weights
from relxfer_kg.weight_files import read_tensors


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a TRIX checkpoint, for entity prediction or for relation prediction, as its parameters tell.

    Returns and raises as `read_weights` and `read_relation_weights`.
    """
    return (read_relation_weights if ANCHOR in read_tensors(Path(path))[0] else read_weights)(path)
