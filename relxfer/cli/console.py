"""Output: results to standard output, messages to standard error."""

from __future__ import annotations

import os
import sys
from typing import Any

from rich.text import Text

from relxfer.plugins.finder import Plugins
from relxfer.store import escaping, json_text
from relxfer.store.console import PlainConsole


def out() -> PlainConsole:
    """Standard output; tables are never cut to a narrow pipe."""
    console = PlainConsole()
    return console if console.is_terminal else PlainConsole(width=max(console.width, 140))


#: The most characters of a message that are shown: it may quote a name from a file, of any length.
_MOST = 10_000


def complain(message: str) -> None:
    """A message to standard error."""
    if len(message) > _MOST:
        message = f"{message[: _MOST // 2]} … {message[-_MOST // 2 :]}"
    _tell(Text("relxfer: ", style="bold red") + Text(escaping.terminal(message, lines=True)))


def remark(message: str) -> None:
    """A remark to standard error."""
    _tell(Text(escaping.terminal(message, lines=True), style="dim"))


def _tell(message: Text) -> None:
    PlainConsole(stderr=True, soft_wrap=True).print(message)


def print_json(value: Any) -> None:
    """One JSON document on standard output; NaN and the infinities, which JSON does not have, are null."""
    print_plain(json_text.dumps(value, indent=1, default=str))


def print_plain(text: str) -> None:
    """Write text to standard output as it is; names in it are escaped already."""
    sys.stdout.write(text + "\n")


def plugins() -> Plugins:
    """All plugins, or only the built-in ones with RELXFER_NO_PLUGINS."""
    return Plugins.load(third_party=not os.environ.get("RELXFER_NO_PLUGINS"))
