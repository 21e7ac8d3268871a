"""The command line.

Exit codes: 0 success, 1 a cell failed, 2 wrong configuration or usage, 3 a plugin that is needed is broken,
4 regression (`relxfer compare`, `relxfer judge`), 5 some rows of a question could not be asked (`relxfer predict`; the
others are answered), 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

from relxfer import __version__
from relxfer.cli import (
    bench,
    check,
    compare,
    data,
    embed,
    export,
    init,
    judge,
    lock,
    new_plugin,
    plugins,
    predict,
    rank_sources,
    refit,
    report,
    run,
    runs,
    schema,
    show,
)
from relxfer.cli.console import complain, remark
from relxfer.errors import CellFailed, RelxferError
from relxfer.plugins import fault
from relxfer.store import escaping

VERBS = (
    run,
    check,
    lock,
    init,
    report,
    show,
    predict,
    embed,
    refit,
    export,
    compare,
    judge,
    bench,
    rank_sources,
    runs,
    data,
    plugins,
    schema,
    new_plugin,
)
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    arguments  those of the command line; default `sys.argv[1:]`
    """
    parsed = parser().parse_args(arguments)
    warnings.showwarning = lambda message, *_: remark(f"warning: {message}")
    if parsed.no_plugins:
        os.environ["RELXFER_NO_PLUGINS"] = "1"
    try:
        code = parsed.do(parsed)
        sys.stdout.flush()
        return code
    except RelxferError as error:
        if getattr(parsed, "debug", False):
            remark(error.traceback if isinstance(error, CellFailed) else fault.full(error))
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        complain("Interrupted. What is finished is kept; the same command continues.")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return 0
    except MemoryError:
        complain("Out of memory. Close other programs, run fewer jobs at a time, or use less data.")
        return 1
    except OSError as error:
        complain(
            f"Cannot use {error.filename or 'the output'}: {error.strerror}. Free some space or correct the "
            "permissions, then run again."
        )
        _drop_output()
        return 1


def _drop_output() -> None:
    """Discard buffered standard output, so that the interpreter does not try to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """A parser that escapes control characters in messages, because they quote what the user typed."""

    def error(self, message: str) -> NoReturn:
        super().error(escaping.terminal(message, lines=True))


def parser() -> argparse.ArgumentParser:
    """The parser of all commands with their options; building it imports no large library."""
    top = _Parser(prog="relxfer", description="Transfer learning as a measured experiment.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"relxfer {__version__}")
    top.add_argument("--no-plugins", action="store_true", help="load only the built-in plugins (RELXFER_NO_PLUGINS)")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in VERBS:
        sub = verbs.add_parser(verb.NAME, help=verb.HELP, description=verb.HELP, allow_abbrev=False)
        verb.arguments(sub)
        sub.set_defaults(do=verb.do)
    return top


def entry() -> None:
    """The console script; characters that the terminal cannot encode are escaped."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
