"""Tables that lie in a folder of pictures, and list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from relxfer.data.tables.split_words import SPLITS
from relxfer.errors import Undecided
from relxfer_vision.files.class_folders import says, splits_in, unwrapped
from relxfer_vision.files.picture_label import classes_in
from relxfer_vision.files.picture_table import lists_pictures, pictures_below, read_table
from relxfer_vision.options import TABLES
from relxfer_vision.pictures import folders

#: So many rows of a table, about, are compared with the folders of their pictures.
_ROWS = 1000


def lists_in(path: Path, columns: Sequence[str] = ()) -> Mapping[str, Path]:
    """The table in a folder that lists its pictures, as the option "path" of `image-files`, or the tables of its
    splits, as "train", "val" and "test"; none where there is none, or it says what the names of the folders do.

    columns  those that the table must have, which tell that it is meant, and not folders of classes

    Raises:
        Undecided: there are several, or folders and a table say different things.
    """
    found = _lists(path, columns) if path.is_dir() else []
    classes = _classes(path) if found and not columns else []
    if classes:
        told = next((file for file in found if not _says_folders(file)), None)
        if told:
            named = f"the folders {', '.join(classes[:3])}{' ...' * (len(classes) > 3)}"
            raise Undecided(
                f"{path}: expected to know what the labels are, got {named} and {told.name}, which lists the pictures "
                f"and says something else; name the list: relxfer init {told}; or move it out of the folder"
            )
        return {}
    if len(found) < 2:
        return {"path": found[0]} if found else {}
    splits = _splits(found)
    if not splits:
        named = ", ".join(file.name for file in found[:5])
        raise Undecided(f"expected one list of the pictures in {path}, got {named}; name it: relxfer init {found[0]}")
    return splits


def _lists(path: Path, columns: Sequence[str]) -> list[Path]:
    files = (file for file in sorted(path.iterdir()) if file.suffix.lower() in TABLES and file.is_file())
    found = [file for file in files if not folders.left_behind(file.name) and lists_pictures(file)]
    return [file for file in found if set(columns) <= read_table(file, labelled=False).columns.keys()]


def _splits(files: Sequence[Path]) -> dict[str, Path]:
    """Tables with the same columns that are called by their splits, one to train on and one of a test among them."""
    found = {split: file for split, names in SPLITS.items() for file in files if says(file.stem, names)}
    if "test" not in found and "val" in found:
        found["test"] = found.pop("val")
    columns = {frozenset(read_table(file, labelled=False).columns) for file in files}
    return found if len(found) == len(files) and len(columns) == 1 and {"train", "test"} <= found.keys() else {}


def _classes(path: Path) -> list[str]:
    """The names of the folders that would be classes; none where the pictures are not sorted into several."""
    top = unwrapped(path)[0]
    top = unwrapped(splits_in(top)["train"])[0] if splits_in(top) else top
    holding = [child.name for child in folders.folders_in(top) if folders.holds_pictures(child)]
    return holding if len(holding) > 1 else []


def _says_folders(file: Path) -> bool:
    """Whether no column of a table could be classes, or one divides the pictures as their folders do."""
    table, below = read_table(file, labelled=False), pictures_below(file)
    rows = range(0, len(table.files), max(1, len(table.files) // _ROWS))
    named = [(row, found[0]) for row in rows if (found := below.named(table.files[row]))]
    above = [Path(name).parent.name for _, name in named]
    able = classes_in(table.columns)
    return not able or any(_one_to_one([table.columns[name][row] for row, _ in named], above) for name in able)


def _one_to_one(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether each cell goes with one name, and each name with one cell.

    >>> _one_to_one(["0", "1", "0"], ["cat", "dog", "cat"]), _one_to_one(["0", "1", "1"], ["cat", "dog", "cat"])
    (True, False)
    """
    return len(set(zip(cells, names, strict=True))) == len(set(cells)) == len(set(names))
