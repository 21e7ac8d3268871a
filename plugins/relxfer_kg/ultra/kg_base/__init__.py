"""The pre-trained models that come with the plugin; `CARD.md` beside this file says how they were trained."""

from __future__ import annotations

from pathlib import Path

from relxfer_kg.weight_files import shipped

#: kg-base, and what it became on questions about pairs of entities that no fact links.
FILES = {"kg-base": "kg_base.safetensors", "kg-base-unlinked": "kg_base_unlinked.safetensors"}


def find(model: str, name: str) -> Path:
    """The checkpoint of one of `FILES`, weights of model "ultra".

    >>> find("ultra", "kg-base").name
    'kg_base.safetensors'

    Raises:
        ArtefactError: the installation lacks the file.
    """
    return shipped("relxfer_kg.ultra.kg_base", FILES[name])
