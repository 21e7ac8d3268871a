"""Reads TOML files, with the changes of `--set`, into raw tables that are not validated yet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from relxfer.contract.messages import joined, shown
from relxfer.contract.plain import Table
from relxfer.declare import shipped
from relxfer.declare.changes import DEEPEST, changed
from relxfer.errors import ConfigError, Problem

#: The most bytes of a configuration; reading a device would never end.
_LARGEST = 2**20
#: A dotted key of 100 names. tomllib takes time that grows with the square of their number: hours for the
#: megabyte that the configuration in somebody else's run may have.
_LONG_KEY = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}""")


def read(source: str | Path | Table, changes: Sequence[str] = ()) -> tuple[Table, str, Path]:
    """The raw tables of a configuration, its name in messages, and the folder to which its paths are relative.

    source   the path of a TOML file, or its content as a mapping
    changes  `"key=value"`, as after `--set`

    Raises:
        ConfigError: the file cannot be read or is not TOML, a change cannot be made, or a value is beyond the limits of
            TOML.
    """
    raw: Table
    if isinstance(source, Mapping):
        raw, where, folder = dict(source), "(config)", Path.cwd()
    else:
        path = shipped.locate(Path(source))
        raw, where, folder = _parse(path), str(source), path.resolve().parent
    for change in changes:
        raw = changed(raw, change)
    if problems := list(_beyond_limits(raw)):
        raise ConfigError(where, problems)
    return raw, where, folder


def _parse(path: Path) -> Table:
    text = _text(path)
    try:
        if long_key := _LONG_KEY.search(text):
            line = text.count("\n", 0, long_key.start()) + 1
            raise tomllib.TOMLDecodeError(f"Key of more than 100 parts (at line {line})")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(str(path), [Problem("", f"not valid TOML: {_syntax(error, text)}")]) from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) <= _LARGEST:
            return data.decode("utf-8-sig")
        problem = f"expected a configuration of at most {_LARGEST >> 20} MB, got more; name another file"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"expected UTF-8 text, got other bytes at line {line}; save the file as UTF-8"
    except (FileNotFoundError, ValueError):  # ValueError: the path holds a NUL
        problem = "there is no such file"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    raise ConfigError(str(path), [Problem("", problem)])


def _syntax(error: Exception, text: str) -> str:
    """The message of tomllib, with the line at which it stopped."""
    lines = text.split("\n")
    if line := re.search(r"at line (\d+)", str(error)):
        message, number = str(error), int(line[1])
    elif isinstance(error, tomllib.TOMLDecodeError):
        number = text.rstrip().count("\n") + 1
        message = str(error).replace("at end of document", f"at line {number}, the end of the file")
    elif isinstance(error, RecursionError):
        number = 1 + max(range(len(lines)), key=lambda i: len(re.findall(r"[\[{]", lines[i])))
        message = f"Nested too deeply (at line {number})"
    else:  # Python refuses to read very long numbers, see sys.get_int_max_str_digits
        number = next((i for i, line in enumerate(lines, 1) if re.search(r"\d[\d_]{4000}", line)), len(lines))
        message = f"A number of too many digits (at line {number})"
    message = re.sub(r"declare \('(.*?)',?\)", lambda key: "declare [" + key[1].replace("', '", ".") + "]", message)
    message = message.replace("Cannot overwrite a value", "The key has a value already")
    return f"{message}: {shown(lines[number - 1].strip())}"


def _beyond_limits(value: Any, key: str = "", depth: int = 0) -> Iterator[Problem]:
    """Problems that tomllib does not report: very deep nesting, and integers that TOML does not allow."""
    if isinstance(value, Mapping | list | tuple):
        if depth == DEEPEST:
            yield Problem(key, f"expected at most {DEEPEST} levels, got tables or lists nested deeper")
            return
        for step, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _beyond_limits(item, joined(key, step), depth + 1)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield Problem(key, "expected a number of at most 64 bits, as TOML has them")
