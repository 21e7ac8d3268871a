"""The pre-trained model that comes with the plugin; `CARD.md` beside this file says how it was trained."""

from __future__ import annotations

from importlib.resources import files as resources
from pathlib import Path

from relxfer.errors import ArtefactError

NAME = "kg-base"


def find(model: str, name: str) -> Path:
    """The checkpoint `weights = "kg-base"` of model "ultra".

    >>> find("ultra", "kg-base").name
    'kg_base.safetensors'

    Raises:
        ArtefactError: the installation lacks the file.
    """
    path = Path(str(resources("relxfer_kg.ultra.kg_base"))) / "kg_base.safetensors"
    if not path.is_file():
        raise ArtefactError(f"expected {path}, which comes with relxfer, got no such file; install relxfer again")
    return path
