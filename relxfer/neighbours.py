"""The files that the code of one module goes with: its package, or what it names of its own folder."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from relxfer import contents

#: Folders in a package that are no part of what it does.
LEFT_OUT = frozenset(("tests",))


def of(file: Path) -> dict[str, Path]:
    """All of the outermost package that a module is in, or what `named` finds; by names within the folder around."""
    folder = file.parent
    if not (folder / "__init__.py").exists():
        return named(file)
    while (folder.parent / "__init__.py").exists():
        folder = folder.parent
    return {f"{folder.name}/{name}": path for name, path in contents.below(folder, LEFT_OUT).items()}


def named(file: Path) -> dict[str, Path]:
    """A module, and the files of its folder that it names: in an import or a string, directly or by way of another.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, text in {"a.py": "import b", "b.py": "open('c.json')", "c.json": "", "d.py": ""}.items():
    ...     _ = (folder / name).write_text(text)
    >>> list(named(folder / "a.py"))
    ['a.py', 'b.py', 'c.json']
    """
    found, left = {file}, [file]
    if any(file.parent.glob("*.dist-info")):  # among installed distributions: what it imports from there is of others
        left = []
    while left:
        fresh = set(_beside(file.parent, _names(left.pop()))) - found
        found |= fresh
        left += [path for path in fresh if path.suffix == ".py"]
    return dict(sorted((path.relative_to(file.parent).as_posix(), path) for path in found))


def _names(file: Path) -> set[str]:
    """What a module imports, and what its strings might call: a file, a path, `module:attr`."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return set()
    names: set[str] = set()
    for part in ast.walk(tree):
        if isinstance(part, ast.Import | ast.ImportFrom):
            dotted = [getattr(part, "module", None) or "", *(alias.name for alias in part.names)]
            names.update(piece for name in dotted for piece in name.split("."))
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            text = part.value
            names.update((*text.split("/"), *text.partition(":")[0].split(".")))
            names.update([file.stem + text] if text.startswith(".") else [])  # with_suffix
    return names


def _beside(folder: Path, names: set[str]) -> Iterator[Path]:
    for item in os.scandir(folder):
        path = Path(item.path)
        if item.name.startswith("."):
            continue
        if item.is_file():
            if item.name in names or (path.suffix == ".py" and path.stem in names):
                yield path
        elif item.name in names and not item.is_symlink():
            package = any(path.glob("*.py"))
            yield from contents.below(path, LEFT_OUT).values() if package else _beside(path, names)
