"""Weights of TRIX that relxfer trained and that come with the plugin, by name."""

from __future__ import annotations

from pathlib import Path

from relxfer_kg import weight_files

#: Name -> the package, whose `CARD.md` says how they were trained, and the file.
FILES = {
    "kg-trix": ("relxfer_kg.trix.kg_trix", "kg_trix.safetensors"),
    "kg-relations": ("relxfer_kg.trix.kg_relations", "kg_relations.safetensors"),
}


def find(model: str, name: str) -> Path:
    """The checkpoint of one of `FILES`, weights of model "trix".

    >>> find("trix", "kg-relations").name
    'kg_relations.safetensors'

    Raises:
        ArtefactError: the installation lacks the file.
    """
    return weight_files.shipped(*FILES[name])
