"""`relxfer init`: inspect files of the user and write a configuration for them."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins

NAME = "init"
HELP = "inspect your files and write a configuration for them"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, help="a file or folder of your data")
    parser.add_argument("--out", type=Path, default=Path("relxfer.toml"), help="configuration to write")
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="data set to pre-train on, or your own files (default: weights of the adapter, else an embedded data set)",
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
    options.add_plugins(parser)


def _columns(text: str) -> tuple[int | str, ...]:
    """
    >>> _columns("0,2,1"), _columns("from, to")
    ((0, 2, 1), ('from', 'to'))
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(int(name) if name.isdecimal() else name for name in names)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.contract.readers import Told
    from relxfer.data.likeness import likeness
    from relxfer.declare import starter
    from relxfer.report import first_run

    hints = (tuple(arguments.label), arguments.item, arguments.columns, arguments.group, arguments.skip_bad)
    asked = starter.Asked(
        arguments.data, arguments.out, arguments.source, arguments.reader, Told(*hints), arguments.force, likeness
    )
    loaded, console = plugins(arguments.plugins), out()
    draft = starter.draft(loaded, asked)
    for line in draft.sentences:
        console.print(line)
    chosen = _affordable(draft.tables, arguments.out.resolve().parent, loaded)
    starter.write(chosen.tables, arguments.out)
    for line in first_run.sentences(chosen):
        console.print(line)
    following = f"; next: relxfer run {shlex.quote(str(arguments.out))}" if not chosen.lacking else ""
    console.print(f"wrote {arguments.out}{following}")
    return 0


def _affordable(drafts: Any, folder: Path, loaded: Any) -> Any:
    """The configuration to write; see `relxfer.choose.affordable`."""
    from relxfer.choose.affordable import affordable
    from relxfer.report.progress import counted

    with counted("measured") as progress:
        return affordable(drafts, folder, loaded, progress)
