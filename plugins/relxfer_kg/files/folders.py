"""Folders of facts: which file is the graph, which the test, in the layouts that people publish."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from relxfer.errors import DataError, NotMine
from relxfer_kg.files.triples import format_of

#: Usual names of the files, the most specific first; the files of test and validation are identified before the rest.
FILE_NAMES = {
    "test": "test",
    "valid": "valid validation val dev",
    "facts": "train training facts observed triples kg graph edges data",
}
#: What the graph of unseen entities is called beside that of training, as a file or a folder.
_INFERENCE = re.compile(r"msg|inference|inductive|ind|(?:inference|ind|inductive|test)[ _-]?graph")
_LATER = re.compile(r"(inference|inductive|ind|msg)[ _-]?(validation|valid|val|dev|test)")
_OPENKE = {"facts": "train2id", "valid": "valid2id", "test": "test2id"}


@dataclass(frozen=True)
class FolderFiles:
    """The files of a folder.

    files           role ("facts", "valid", "test") to its file
    entity_names, relation_names   tables of numbers and names, where the facts hold numbers
    columns         of the facts, where the layout says it
    others          further files with columns
    notes           sentences on the layout
    """

    files: Mapping[str, Path]
    entity_names: Path | None = None
    relation_names: Path | None = None
    columns: tuple[int | str, ...] | None = None
    others: Sequence[Path] = ()
    notes: tuple[str, ...] = field(default=())


def files_of(folder: Path) -> FolderFiles:
    """The files of a folder by their role, in the layouts of OpenKE, InGram, ILPC and GraIL, or by usual names.

    Raises:
        NotMine: it holds no table.
        DataError: no file is named as the facts.
    """
    tables = sorted(file for file in folder.iterdir() if file.is_file() and _is_table(file))
    return _openke(folder, tables) or _within(folder, tables) or _inference(folder, tables) or _usual(folder, tables)


def _is_table(file: Path) -> bool:
    try:
        return bool(format_of(file)) and not file.name.startswith(".")
    except DataError:
        return False


def _stem(file: Path) -> str:
    return file.name.lower().partition(".")[0]


def _openke(folder: Path, tables: Sequence[Path]) -> FolderFiles | None:
    by_stem = {_stem(file): file for file in tables}
    if not {"entity2id", "relation2id", "train2id"} <= by_stem.keys():
        return None
    files = {role: by_stem[stem] for role, stem in _OPENKE.items() if stem in by_stem}
    used = {*files.values(), by_stem["entity2id"], by_stem["relation2id"]}
    others = [file for file in tables if file not in used]
    told = f"{folder} has the layout of OpenKE: a count in the first line, then head, tail, relation as numbers"
    found = FolderFiles(files, by_stem["entity2id"], by_stem["relation2id"], (0, 2, 1), others, (told,))
    return _with_test(found)


def _within(folder: Path, tables: Sequence[Path]) -> FolderFiles | None:
    """The folder of unseen entities beside that of training, or the only folder with tables."""
    folders = [child for child in sorted(folder.iterdir()) if child.is_dir() and any(map(_is_table, child.glob("*")))]
    unseen = [child for child in folders if child.name.lower().endswith("_ind") or _INFERENCE.fullmatch(_stem(child))]
    if unseen and len(folders) > 1:
        chosen, why = unseen[0], "it holds the graph of entities that are unseen in training, the target"
    elif len(folders) == 1 and not tables:
        chosen, why = folders[0], "it is the only folder with tables"
    else:
        return None
    found = files_of(chosen)
    beside = ", ".join(child.name for child in folders if child != chosen)
    told = f"{chosen.name} of {folder} is used: {why}" + f"; to pre-train on: {beside}" * bool(beside)
    return replace(found, notes=(told, *found.notes))


def _inference(folder: Path, tables: Sequence[Path]) -> FolderFiles | None:
    """A graph of inference beside that of training, with its own validation and test, or the only ones."""
    graphs = [file for file in tables if _INFERENCE.fullmatch(_stem(file))]
    train = _named(tables, "facts", "train training transductive_train train_graph")
    if not graphs or train is None:
        return None
    later = {
        match[2]: file for file in tables if (match := _LATER.fullmatch(_stem(file))) and file not in (train, graphs[0])
    }
    test = later.get("test") or _named(tables, "test")
    valid = next((later[word] for word in FILE_NAMES["valid"].split() if word in later), None)
    valid = valid or (None if later else _named(tables, "valid"))
    files = {"facts": graphs[0], "valid": valid, "test": test}
    kept = {role: file for role, file in files.items() if file}
    others = [file for file in tables if file not in (*kept.values(), train)]
    told = (
        f"{graphs[0].name} is the graph of the target, whose entities {train.name} does not hold (as InGram, ILPC and "
        f"ULTRA lay it out); to pre-train on: {train.name}"
    )
    return _with_test(FolderFiles(kept, others=others, notes=(told,)))


def _usual(folder: Path, tables: Sequence[Path]) -> FolderFiles:
    """By name; a file without a telling name holds the facts if it is alone."""
    rest, named = list(tables), {}
    for role in FILE_NAMES:
        file = _named(rest, role) or (rest[0] if role == "facts" and len(rest) == 1 else None)
        if file:
            rest.remove(file)
            named[role] = file
    files = {role: named[role] for role in reversed(FILE_NAMES) if role in named}
    if not tables:
        raise NotMine(
            f"{folder}: expected a file of facts such as train.txt or facts.tsv, got none; name the file itself"
        )
    if "facts" not in files:
        raise DataError(
            f"{folder}: expected a file of facts such as train.txt or facts.tsv, got "
            f"{', '.join(file.name for file in tables[:5])}; name the file itself"
        )
    return _with_test(FolderFiles(files, others=rest))


def _with_test(found: FolderFiles) -> FolderFiles:
    if "valid" not in found.files or "test" in found.files:
        return found
    told = f"{found.files['valid'].name} is not used, since there is no test file beside it"
    files = {role: file for role, file in found.files.items() if role != "valid"}
    return replace(found, files=files, notes=(*found.notes, told))


def _named(tables: Sequence[Path], role: str, usual: str = "") -> Path | None:
    """The file whose name says the role: by the whole name if there is one, else by a word in it."""
    for wanted in (usual or FILE_NAMES[role]).split():
        for words in (lambda stem: [stem], lambda stem: re.split(r"[^a-z0-9]+", stem)):
            for file in tables:
                if wanted in words(_stem(file)):
                    return file
    return None
