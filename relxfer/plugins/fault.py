"""Where an error comes from: its traceback in full, and the line of the plugin's own code."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path
from types import FrameType

#: Characters of a traceback that are kept; of a longer one, the beginning and the end.
_MOST = 20_000
#: Libraries that relxfer itself calls. What they raise is shown at the line of the plugin that called them.
_LIBRARIES = frozenset({
    "relxfer", "torch", "numpy", "scipy", "pydantic", "pydantic_core", "pluggy", "rich", "safetensors", "torchvision",
})  # fmt: skip


def full(error: BaseException) -> str:
    """The traceback of an error with its causes, as Python prints it; the middle of a very long one is left out."""
    text = "".join(traceback.format_exception(error))
    return text if len(text) <= _MOST else f"{text[: _MOST // 2]}\n... left out ...\n{text[-_MOST // 2 :]}"


def place(error: BaseException) -> str:
    """`file:line` of the innermost line of plugin code through which an error passed; empty if there is none.

    Plugin code is what is neither relxfer's, nor Python's, nor that of an installed library, unless relxfer called
    that library as a plugin. The file is relative to the folder that contains its package.

    >>> def scale(batch):
    ...     return batch / 0
    >>> try:
    ...     scale(1)
    ... except ZeroDivisionError as error:
    ...     place(error)
    ''
    """
    found, plugins, before = "", set[str](), ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        package = _package(frame)
        if not _is_library(package, frame):
            if not plugins or before == "relxfer":
                plugins.add(package)
            if package in plugins or not _is_under(frame, "purelib", "platlib"):
                found = f"{_file(frame)}:{line}"
        before = package
    return found


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_library(package: str, frame: FrameType) -> bool:
    """Whether the code is of relxfer, of Python or of a library of relxfer, or has no file, as in a session."""
    if package in _LIBRARIES or frame.f_code.co_filename.startswith("<"):
        return True
    return _is_under(frame, "stdlib") and not _is_under(frame, "purelib", "platlib")


def _is_under(frame: FrameType, *names: str) -> bool:
    """Whether the code is in one of these folders of the Python installation."""
    path = Path(frame.f_code.co_filename)
    return any(path.is_relative_to(sysconfig.get_path(name)) for name in names)


def _file(frame: FrameType) -> str:
    """`package/folder/module.py`, which is the same on every machine."""
    path, depth = Path(frame.f_code.co_filename), str(frame.f_globals.get("__name__", "")).count(".")
    depth += path.name == "__init__.py"
    return Path(*path.parts[-depth - 1 :]).as_posix()
