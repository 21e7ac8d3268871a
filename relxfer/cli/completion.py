"""`relxfer completion`: a script with which a shell completes verbs, options, runs, and names of offers.

It is made by shtab from the parser. The script holds the names that are installed when it is made, so that completing
starts no program; runs are those in `runs/` when a key is pressed.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, print_plain

NAME = "completion"
HELP = "print a script with which your shell completes commands"
SHELLS = ("bash", "zsh", "tcsh")
#: (verb or "", name of the argument) -> the kind of offer whose names it takes.
_OFFERS = {
    ("data", "name"): "dataset",
    ("data", "names"): "dataset",
    ("rank-sources", "target"): "dataset",
    ("rank-sources", "sources"): "dataset",
    ("init", "source"): "dataset",
    ("init", "reader"): "reader",
    ("plugins", "name"): None,
    ("", "strategy"): "strategy",
    ("", "executor"): "executor",
}
_RUNS = ("RUN", "A", "B")
_CONFIGS = {"bash": "_relxfer_compgen_configs", "zsh": "_files -/ -g '*.toml'", "tcsh": "f:*.toml"}
_FUNCTIONS = """
_relxfer_compgen_configs() {
  compgen -d -- "$1"
  compgen -f -X '!*.toml' -- "$1"
}
_relxfer_compgen_runs() {
  compgen -d -- "$1"
  local marker
  for marker in runs/*/provenance.json; do
    [ -e "$marker" ] && compgen -W "'${marker%/provenance.json}'" -- "$1"
  done
}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell", choices=SHELLS, help="write it where the shell looks for such scripts; docs/environment.md says where"
    )
    options.add_json(parser)


def do(arguments: argparse.Namespace) -> int:
    made = script(arguments.parser, arguments.shell)
    print_json({"shell": arguments.shell, "script": made}) if arguments.json else print_plain(made)
    return 0


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script for a shell.

    Raises:
        NotInstalled: shtab is not installed.
    """
    from relxfer.errors import NotInstalled

    try:
        import shtab
    except ImportError:
        raise NotInstalled("shtab", "completion", "completion") from None
    names = _Names()
    for verb, action in actions(parser):
        if completed := _completed(verb, action, names, shtab):
            action.complete = completed  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell=shell, preamble=_FUNCTIONS if shell == "bash" else ""))


def actions(parser: argparse.ArgumentParser, verb: str = "") -> Iterator[tuple[str, argparse.Action]]:
    """(verb, argument) of every argument of every verb."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from actions(below, verb or name)
        else:
            yield verb, action


def _completed(verb: str, action: argparse.Action, names: _Names, shtab: Any) -> dict[str, Any] | None:
    """How an argument is completed, as shtab wants it; None: not at all."""
    for key in ((verb, action.dest), ("", action.dest)):
        if key in _OFFERS:
            return names.of(_OFFERS[key])
    if (verb, action.dest) == ("bench", "suite"):
        return _words(["list", *names.suites()])
    if action.metavar in _RUNS:
        return {**shtab.DIRECTORY, "bash": "_relxfer_compgen_runs"}
    if action.dest == "file" and not action.option_strings:
        return _CONFIGS
    if action.type in (Path, options.readable):
        return shtab.DIRECTORY if action.metavar == "DIR" or action.dest == "folder" else shtab.FILE
    return None


class _Names:
    """The names of installed offers and suites."""

    def __init__(self) -> None:
        self._plugins = plugins()

    def of(self, kind: str | None) -> dict[str, Any]:
        """How the names of a kind of offer are completed; None: those of all kinds."""
        offers = self._plugins.all(kind) if kind else self._plugins.offers.values()
        return _words([offer.record.name for offer in offers])

    def suites(self) -> list[str]:
        """The names of the suites."""
        from relxfer.bench import references, suites

        return [suite.name for suite in suites.listing(references.load(), self._plugins)]


def _words(names: list[str]) -> dict[str, Any]:
    """How some words are completed. A name that a shell would read as something else is left out."""
    plain = sorted({name for name in names if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+-]*", name)})
    function = "_relxfer_words_" + "_".join([str(len(plain)), *(re.sub(r"\W", "", name) for name in plain[:2])])
    listed = " ".join(plain)
    return {
        "bash": function,
        "zsh": f"({listed})",
        "tcsh": f"({listed})",
        "preamble": {"bash": f'{function}() {{ compgen -W "{listed}" -- "$1"; }}\n'},
    }
