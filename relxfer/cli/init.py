"""`relxfer init`: inspect files of the user and write a configuration for them."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, say

NAME = "init"
HELP = "inspect your files and write a configuration for them"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=options.readable, help="a file or folder of your data")
    parser.add_argument("--out", type=Path, default=Path("relxfer.toml"), help="configuration to write")
    parser.add_argument(
        "--source",
        type=options.readable,
        action="append",
        default=[],
        metavar="NAME",
        help="data set to pre-train on, or your own files (default: weights of the adapter, else an embedded data "
        "set); repeat it to name several, among which relxfer recommend chooses",
    )
    parser.add_argument("--reader", metavar="NAME", help="reader of your files (default: one that understands them)")
    parser.add_argument(
        "--label", metavar="NAME", action="append", default=[], help="column or attribute with the answers; repeatable"
    )
    parser.add_argument("--node", dest="item", metavar="NAME", help="column with the names of nodes, in their table")
    parser.add_argument(
        "--columns",
        type=_columns,
        default=(),
        metavar="A,B,C",
        help="columns by position from 0 or by name: head, relation, tail of facts; source, target of edges",
    )
    parser.add_argument("--group", metavar="NAME", help="column of what stays together in a split, such as a patient")
    parser.add_argument("--skip-bad", action="store_true", help="leave out rows and files that cannot be used")
    parser.add_argument("--force", action="store_true", help="overwrite the configuration")
    options.add_json(parser)
    options.add_plugins(parser)


def _columns(text: str) -> tuple[int | str, ...]:
    """
    >>> _columns("0,2,1"), _columns("from, to")
    ((0, 2, 1), ('from', 'to'))
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(int(name) if name.isdecimal() else name for name in names)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.choose.affordable import with_known_budgets
    from relxfer.contract.readers import Told
    from relxfer.data.likeness import likeness
    from relxfer.declare import starter
    from relxfer.report import first_run

    hints = (tuple(arguments.label), arguments.item, arguments.columns, arguments.group, arguments.skip_bad)
    sources = [str(source) for source in arguments.source]
    further = tuple(sources[1:])
    first = sources[0] if sources else None
    asked = starter.Asked(
        arguments.data, arguments.out, first, arguments.reader, Told(*hints), arguments.force, likeness, further
    )
    loaded, lines = plugins(arguments.plugins), _Lines(arguments.json)
    draft = starter.draft(loaded, asked)
    lines.tell(draft.sentences)
    following: str | None
    if further:  # recommend keeps to the minutes that it is given
        starter.write(with_known_budgets(draft.tables[0], arguments.out.resolve().parent, loaded), arguments.out)
        following = f"relxfer recommend {shlex.quote(str(arguments.out))}"
    else:
        chosen = _affordable(draft.tables, arguments.out.resolve().parent, loaded)
        starter.write(chosen.tables, arguments.out)
        lines.tell(first_run.sentences(chosen))
        following = f"relxfer run {shlex.quote(str(arguments.out))}" if not chosen.lacking else None
    if arguments.json:
        print_json({"wrote": str(arguments.out), "sentences": lines.told, "next": following})
    else:
        lines.tell([f"wrote {arguments.out}{f'; next: {following}' if following else ''}"])
    return 0


class _Lines:
    """Sentences, printed at once; with `--json` they are kept, to be printed with the result."""

    def __init__(self, kept: bool):
        self.kept = kept
        self.told: list[str] = []

    def tell(self, sentences: Iterable[Any]) -> None:
        for sentence in sentences:
            self.told.append(str(sentence))
            if not self.kept:
                say(sentence)


def _affordable(drafts: Any, folder: Path, loaded: Any) -> Any:
    """The configuration to write; see `relxfer.choose.affordable`."""
    from relxfer.choose.affordable import affordable
    from relxfer.report.progress import counted

    with counted("measured") as progress:
        return affordable(drafts, folder, loaded, progress)
