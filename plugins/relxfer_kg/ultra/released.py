"""Weights of ULTRA by name: those that come with relxfer, and those that its authors released."""

from __future__ import annotations

from pathlib import Path

from relxfer.contract.file import File
from relxfer.data import fetch, places
from relxfer.errors import ArtefactError, DataError
from relxfer_kg.ultra import kg_base

_FOLDER = "https://raw.githubusercontent.com/DeepGraphLearning/ULTRA/427966ad8ed60420eef034063d44f3153addff90/ckpts"
_FILES = {
    name: File(name, f"{_FOLDER}/{name.replace('-', '_')}.pth", f"sha256:{digest}")
    for name, digest in {
        "ultra-3g": "fdedc01b0045fc089d2ad5da08569466b7b221691fe978a18e91082bbb133c18",
        "ultra-4g": "48a046e708adf5632d87c30eacae01f5f51466b2301effdc2cb42358d22854e0",
        "ultra-50g": "f1c5377b2cf547aaa67520ffb6fce27b75b6eb3417b86dc9cf9dba89964ed10f",
    }.items()
}


def find(model: str, name: str) -> Path:
    """The checkpoint of these weights, its digest checked.

    Those of the authors are looked for in the data root, the mirrors and at their address.

    Raises:
        ArtefactError: none of these has it; the message says how to get it.
    """
    if name in kg_base.FILES:
        return kg_base.find(model, name)
    file = _FILES[name]
    try:
        return fetch.path_of(file, f"model {model!r}")
    except DataError as error:
        raise ArtefactError(
            f"expected the weights {name} of {model}, got none. Two ways to get them: (1) a file of your own, with "
            f'checkpoint = "FILE" in [source]; (2) {file.url}, to be put at {places.home_of(file)}. '
            f"What was tried last: {error}"
        ) from None
