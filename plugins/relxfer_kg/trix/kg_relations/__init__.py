"""The pre-trained model of relation prediction that comes with the plugin; `CARD.md` beside this file says how it was
trained."""

from __future__ import annotations

from pathlib import Path

from relxfer_kg.weight_files import shipped

NAME = "kg-relations"


def find(model: str, name: str) -> Path:
    """The checkpoint `weights = "kg-relations"` of model "trix".

    >>> find("trix", "kg-relations").name
    'kg_relations.safetensors'

    Raises:
        ArtefactError: the installation lacks the file.
    """
    return shipped("relxfer_kg.trix.kg_relations", "kg_relations.safetensors")
