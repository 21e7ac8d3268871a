"""Output: results to standard output, messages to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from relxfer.plugins.finder import Plugins
from relxfer.store import escaping, json_text
from relxfer.store.console import PlainConsole


def out() -> PlainConsole:
    """A console on standard output, as wide as the terminal; as `COLUMNS` says, or wide, where there is none."""
    known = "COLUMNS" in os.environ or any(map(os.isatty, range(3)))
    return PlainConsole() if known else PlainConsole(width=_WITHOUT_TERMINAL)


def say(text: str) -> None:
    """Print sentences to standard output, wrapped between words: a path stays whole, so that it can be copied."""
    out().print(text, overflow="ignore", crop=False)


#: Columns of the output where no terminal says how many it has.
_WITHOUT_TERMINAL = 140
#: Characters of a message that are shown, because it may quote a name of any length from a file.
_MOST = 10_000


def complain(message: str) -> None:
    """Print an error message to standard error."""
    if len(message) > _MOST:
        message = f"{message[: _MOST // 2]} … {message[-_MOST // 2 :]}"
    _print_error(Text("relxfer: ", style="bold red") + Text(escaping.terminal(message, lines=True)))


def remark(message: str) -> None:
    """Print a remark to standard error."""
    _print_error(Text(escaping.terminal(message, lines=True), style="dim"))


def _print_error(message: Text) -> None:
    PlainConsole(stderr=True, soft_wrap=True).print(message)


def print_json(value: Any) -> None:
    """Print a JSON document to standard output; NaN and infinities, which JSON does not have, become null."""
    print_plain(json_text.dumps(value, indent=1, default=str))


def print_plain(text: str) -> None:
    """Print text to standard output as it is; names in it must have been escaped."""
    sys.stdout.write(text + "\n")


def plugins(files: Sequence[Path] = ()) -> Plugins:
    """Load all plugins, or only the built-in ones if RELXFER_NO_PLUGINS is set; then those in files.

    files  those after `--plugin`
    """
    return Plugins.load(third_party=not os.environ.get("RELXFER_NO_PLUGINS"), files=files)
