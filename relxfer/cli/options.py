"""Options that several commands share."""

from __future__ import annotations

import argparse
import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from relxfer.errors import UsageError
from relxfer.report.sections import VIEWS
from relxfer.store.hub.address import of_copy

if TYPE_CHECKING:
    from relxfer.plugins.finder import Plugins
    from relxfer.predict.chosen import Wanted
    from relxfer.results.records import Budget


def readable(text: str) -> Path:
    """The type of an argument that names a path to read, in whose place an address of the hub may stand.

    `relxfer.cli.main` puts the local copy in place of an address before a verb is done. Paths to write are `Path`s, and
    so are configurations and plugins, which name code: they are not taken from the hub.
    """
    return Path(text)


def beside(run: Path, suffix: str) -> Path:
    """The default output of a verb that makes something of a run or of a file of it: beside it, with the suffix.

    Beside the copy of something on the hub nobody would find it: it is in the current folder then.

    >>> beside(Path("runs/my"), "-export").as_posix()
    'runs/my-export'
    """
    whole = run.resolve()
    if (copied := of_copy(whole)) is not None:
        return Path((PurePosixPath(copied.path).stem or copied.name) + suffix)
    named = whole if run.name in ("", "..") else run
    return named.with_name((named.stem if named.is_file() else named.name) + suffix)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add the configuration file, and options that change it."""
    parser.add_argument(
        "file", help="configuration (TOML; docs/config.md explains every key), or the directory of a run of yours"
    )
    add_changes(parser)


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Add options that change a configuration."""
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes",
                        help="change a key, such as training.steps=100 or strategy.finetune.lr_factor=.1; may be "
                        "repeated")  # fmt: skip
    parser.add_argument("--seeds", metavar="N", help="number of seeds, or a list such as 3,5,8")
    parser.add_argument("--executor", metavar="NAME", help="how cells are run: an executor such as processes or slurm; "
                        "`relxfer plugins` lists them")  # fmt: skip
    parser.add_argument("--jobs", type=positive, metavar="N", help="run N cells at a time, in local processes unless "
                        "--executor names others")  # fmt: skip


def changes(arguments: argparse.Namespace) -> list[str]:
    """The changes of `--set`, `--seeds`, `--executor` and `--jobs`, each as KEY=VALUE.

    The executor comes before `--set`, which may give it options.
    """
    seeds = arguments.seeds
    return [
        *_executor(arguments.executor, arguments.jobs),
        *arguments.changes,
        *([] if seeds is None else [f"seeds={f'[{seeds}]' if ',' in seeds else seeds}"]),
    ]


def _executor(name: str | None, jobs: int | None) -> list[str]:
    """The change that sets the executor, if there is one.

    Raises:
        UsageError: `serial` is to run several at a time.
    """
    if name is None and jobs is None:
        return []
    if name is None:
        name = "serial" if jobs == 1 else "processes"
    if name == "serial" and jobs not in (None, 1):
        raise UsageError(
            f"expected another executor with --jobs {jobs}, such as processes, got serial, which runs one cell at a "
            "time; leave one of the two out"
        )
    options = {"use": name} if jobs is None or name == "serial" else {"use": name, "jobs": jobs}
    return [f"executor={{{', '.join(f'{key} = {json.dumps(value)}' for key, value in options.items())}}}"]


def add_plugins(parser: argparse.ArgumentParser, nested: bool = False) -> None:
    """Add `--plugin`.

    nested  whether the verb is inside another, which has the option too: files that are named before it are kept
    """
    parser.add_argument(
        "--plugin",
        type=Path,
        action="append",
        default=argparse.SUPPRESS if nested else [],
        metavar="FILE.py",
        dest="plugins",
        help="load a plugin from a file, which need not be installed; may be repeated",
    )


def add_running(parser: argparse.ArgumentParser, usual: str = "runs/ and the name of the run") -> None:
    """Add options for the run directory and for how much is shown.

    usual  the run directory if none is named, in words
    """
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"run directory (default: {usual})")
    parser.add_argument("--fresh", action="store_true", help="delete earlier results in the directory first")
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress, only the report")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="also show validation points, and every section of the report"
    )


def add_sections(parser: argparse.ArgumentParser) -> None:
    """Add `--section`."""
    parser.add_argument(
        "--section",
        action="append",
        default=[],
        metavar="NAME",
        dest="sections",
        help=f"also show a section of the report: {', '.join(VIEWS)}, or one of a plugin; may be repeated",
    )


def sections(arguments: argparse.Namespace, loaded: Plugins) -> list[str]:
    """The sections of the report that are to be shown: those named, or all with `-v`.

    Raises:
        UnknownName: there is no such section.
    """
    from relxfer.report.sections import views

    views.check(arguments.sections, loaded)
    return views.names(loaded) if arguments.verbose else arguments.sections


def level(arguments: argparse.Namespace) -> int:
    """The level of the progress display: -1 shows nothing, 0 cells, 1 also validation points."""
    return -1 if arguments.quiet or arguments.json else int(arguments.verbose)


def share(text: str) -> float:
    """A number above 0 and below 1.

    >>> share("0.9")
    0.9
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"expected a number above 0 and below 1, got {text!r}")
    return number


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add where finished models are."""
    parser.add_argument(
        "run",
        type=readable,
        metavar="RUN",
        help="run directory, a folder that `relxfer refit` wrote, or the file of a model (.safetensors)",
    )


def add_row(parser: argparse.ArgumentParser) -> None:
    """Add options that say which row of a run is meant."""
    parser.add_argument(
        "--strategy",
        metavar="NAME",
        help="whose models (default: the best row by validation; without validation labels the source unchanged)",
    )
    parser.add_argument("--target", metavar="NAME", help="which target (default: the first)")
    parser.add_argument("--budget", type=budget, metavar="N", help="label budget of the row (default: the largest)")
    parser.add_argument("--seed", type=int, metavar="N", help="the model of one seed (default: all of the row)")
    parser.add_argument("--cell", metavar="ID", help="a cell by the beginning of its id, instead of a row")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="your configuration of the run, instead of the one in its folder; beside the file of a model: of its data",
    )


def wanted(arguments: argparse.Namespace, as_judged: bool = False, facts: Path | None = None) -> Wanted:
    """The row that the options of `add_row` name."""
    from relxfer.predict.chosen import Wanted

    return Wanted(
        arguments.strategy,
        arguments.target,
        arguments.cell,
        arguments.seed,
        arguments.config,
        as_judged,
        facts,
        arguments.budget,
    )


def budget(text: str) -> Budget:
    """A label budget: a whole number, or all.

    >>> budget("10"), budget("all")
    (10, 'all')
    """
    if text == "all" or text.isdecimal():
        return "all" if text == "all" else int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number or all, got {text!r}")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def positive(text: str) -> int:
    """Read a whole number from 1 on.

    Raises:
        ArgumentTypeError: the text is something else.

    >>> positive("4")
    4
    """
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, got {text!r}")
    return number
