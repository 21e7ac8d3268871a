"""The pre-trained model that comes with the plugin; `CARD.md` beside this file says how it was trained."""

from __future__ import annotations

from pathlib import Path

from relxfer_kg.weight_files import shipped

NAME = "kg-base"


def find(model: str, name: str) -> Path:
    """The checkpoint `weights = "kg-base"` of model "ultra".

    >>> find("ultra", "kg-base").name
    'kg_base.safetensors'

    Raises:
        ArtefactError: the installation lacks the file.
    """
    return shipped("relxfer_kg.ultra.kg_base", "kg_base.safetensors")
