"""Tables that lie in a folder of pictures, and list them."""

from __future__ import annotations

from pathlib import Path

from relxfer.errors import Undecided
from relxfer_vision.files.class_folders import splits_in, unwrapped
from relxfer_vision.files.picture_table import lists_pictures
from relxfer_vision.options import TABLES
from relxfer_vision.pictures import folders


def list_in(path: Path) -> Path | None:
    """The table in a folder that lists its pictures, where no folders are classes; None where there is none.

    Raises:
        Undecided: there are several.
    """
    if not path.is_dir() or _sorted_by_class(path):
        return None
    found = _lists(path)
    if len(found) > 1:
        named = ", ".join(file.name for file in found[:5])
        raise Undecided(f"expected one list of the pictures in {path}, got {named}; name it: relxfer init {found[0]}")
    return found[0] if found else None


def beside(path: Path) -> list[str]:
    """A sentence on tables beside folders of classes that list pictures too."""
    found = _lists(path) if path.is_dir() else []
    return [f"labels are the names of folders; {file.name} lists pictures too: relxfer init {file}" for file in found]


def _lists(path: Path) -> list[Path]:
    files = (file for file in sorted(path.iterdir()) if file.suffix.lower() in TABLES and file.is_file())
    return [file for file in files if not folders.left_behind(file.name) and lists_pictures(file)]


def _sorted_by_class(path: Path) -> bool:
    """Whether several folders hold pictures, or a split does."""
    top = unwrapped(path)[0]
    return bool(splits_in(top)) or sum(map(folders.holds_pictures, folders.folders_in(top))) > 1
