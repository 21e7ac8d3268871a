"""Write `docs/cli.md`, the reference of the command line, from its parsers.

    python scripts/cli_page.py

It goes through the parsers rather than their help texts, which each version of Python formats in its own way.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from relxfer import cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
INTRODUCTION = """\
# The command line

This page is made from the parsers of the command line; `relxfer VERB --help` says the same. [Exit
codes](config.md#exit-codes) and [options that many verbs have](config.md#on-the-command-line) are explained with the
configuration. `relxfer --no-plugins VERB ...` loads the built-in plugins only.
"""


def page() -> str:
    """The whole page: a section for each verb, and one for each of its own verbs."""
    verbs = next(action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    parts = [INTRODUCTION]
    for name, parser in verbs.choices.items():
        parts += _sections(f"relxfer {name}", parser, 2)
    return "\n".join(parts)


def _sections(name: str, parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    yield f"{'#' * level} {name}\n"
    yield _sentence(parser.description or "")
    rows = [row for action in parser._actions if (row := _row(action))]
    if rows:
        yield "\n".join(["| argument | meaning |", "|---|---|", *rows, ""])
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb, below in action.choices.items():
                yield from _sections(f"{name} {verb}", below, level + 1)


def _row(action: argparse.Action) -> str:
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction) or action.help == argparse.SUPPRESS:
        return ""
    return f"| {_argument(action)} | {_cell(action.help or '')} |"


def _argument(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"`{value}`"
    return ", ".join(f"`{name} {value}`".replace(" `", "`") for name in action.option_strings)


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    names = action.metavar or choices or (action.dest.upper() if action.option_strings else action.dest)
    text = " ".join(names) if isinstance(names, tuple) else str(names)
    return text + " ..." if action.nargs in ("+", "*") else text


def _sentence(text: str) -> str:
    return _cell(text[:1].upper() + text[1:].rstrip(".") + ".\n") if text else ""


def _cell(text: str) -> str:
    """Text in which names in capitals and options are not markup."""
    return re.sub(r"([|<>*_])", r"\\\1", text.replace("%%", "%")) if "`" not in text else text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
