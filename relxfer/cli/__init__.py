"""The command line.

Exit codes: 0 success, 1 a cell failed, 2 wrong configuration or usage, 3 a plugin that is needed is broken,
4 regression (`relxfer compare`, `relxfer judge`), 5 some rows of a question could not be asked (`relxfer predict`; the
others are answered), 130 interrupted, 143 ended by SIGTERM.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from typing import NoReturn

from relxfer.cli import (
    bench,
    check,
    compare,
    completion,
    data,
    embed,
    export,
    init,
    judge,
    lock,
    new_plugin,
    options,
    plugins,
    predict,
    publish,
    rank_sources,
    recommend,
    refit,
    report,
    run,
    runs,
    schema,
    show,
    tune,
)
from relxfer.cli.console import print_json, remark
from relxfer.cli.failure import Failure
from relxfer.errors import CellFailed, RelxferError, UsageError
from relxfer.plugins import fault
from relxfer.store import escaping
from relxfer.store.hub.fetch import local
from relxfer.train import processes
from relxfer.train.stopping import terminable

VERBS = (
    run,
    tune,
    check,
    lock,
    init,
    report,
    show,
    predict,
    embed,
    refit,
    publish,
    export,
    compare,
    judge,
    bench,
    rank_sources,
    recommend,
    runs,
    data,
    plugins,
    schema,
    new_plugin,
    completion,
)


class Misused(UsageError):
    """The arguments are none that a parser knows."""

    def __init__(self, by: argparse.ArgumentParser, message: str):
        self.by = by
        super().__init__(message)


class _Version(argparse.Action):
    """Prints the version, which git is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None):
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        from relxfer.plugins import revision

        print(f"relxfer {revision.version()}")
        parser.exit()


class _Parser(argparse.ArgumentParser):
    """A parser that raises, so that mistakes can be told as JSON too; a message may quote what the user typed."""

    def error(self, message: str) -> NoReturn:
        raise Misused(self, escaping.terminal(message, lines=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    arguments  those of the command line; default `sys.argv[1:]`
    """
    typed = sys.argv[1:] if arguments is None else list(arguments)
    as_json = "--json" in typed
    parsed = _parsed(typed, as_json)
    warnings.showwarning = lambda message, *_: remark(f"warning: {message}")
    if parsed.no_plugins:
        os.environ["RELXFER_NO_PLUGINS"] = "1"
    try:
        _fetch(parsed)
        # torchrun ends processes with SIGTERM, also one that waits for another and can look at no signal
        with terminable() if processes.size() == 1 else nullcontext():
            code = parsed.do(parsed)
            sys.stdout.flush()
            return code
    except BrokenPipeError:
        _drop_output()
        return 0
    except (RelxferError, KeyboardInterrupt, MemoryError) as error:
        if getattr(parsed, "debug", False) and isinstance(error, RelxferError):
            remark(error.traceback if isinstance(error, CellFailed) else fault.full(error))
        return Failure.of(error).tell(as_json)
    except OSError as error:
        with suppress(OSError):
            Failure.of(error).tell(as_json)
            sys.stdout.flush()
        _drop_output()
        return 1


def _fetch(parsed: argparse.Namespace) -> None:
    """Put local copies in place of addresses of the hub in the arguments that name paths to read."""
    for key in parsed.readable:
        value = getattr(parsed, key, None)
        if value is not None:
            setattr(parsed, key, [*map(local, value)] if isinstance(value, list) else local(value))


def _parsed(typed: Sequence[str], as_json: bool) -> argparse.Namespace:
    """The arguments; a mistake in them ends the program, as argparse does."""
    try:
        return parser().parse_args(typed)
    except Misused as wrong:
        if as_json:
            print_json(Failure("UsageError", str(wrong), wrong.exit_code).card())
        argparse.ArgumentParser.error(wrong.by, str(wrong))


def _drop_output() -> None:
    """Discard buffered standard output, so that the interpreter does not try to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> argparse.ArgumentParser:
    """The parser of all commands with their options; building it imports no large library."""
    top = _Parser(prog="relxfer", description="Transfer learning as a measured experiment.", allow_abbrev=False)
    top.add_argument("--version", action=_Version, help="show the version, with the commit of the code")
    top.add_argument("--no-plugins", action="store_true", help="load only the built-in plugins (RELXFER_NO_PLUGINS)")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in VERBS:
        sub = verbs.add_parser(verb.NAME, help=verb.HELP, description=verb.HELP, allow_abbrev=False)
        verb.arguments(sub)
        readable = {action.dest for _, action in completion.actions(sub) if action.type is options.readable}
        sub.set_defaults(do=verb.do, parser=top, readable=readable)
    return top


def entry() -> None:
    """The console script; characters that the terminal cannot encode are escaped."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
