"""Reading the scores of systems from files of any of the forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import inspect_logs, lm_eval, sample_folder, score_tables
from relxfer.data.scores.records import WHAT, ItemScores, Named, stem
from relxfer.data.tables.reading import text_of
from relxfer.errors import DataError
from relxfer.store.endings import ending

#: How many repeated items are listed in a message.
_MOST = 20


def read(paths: Sequence[Path], named: Named, bad: BadRowList) -> list[ItemScores]:
    """The scores of all systems, in the order of the files.

    A log is read in the metric that is named, else in that of the first log.

    Args:
        paths: a file for each system, or one with several; or a folder of samples of lm-evaluation-harness.
        named: what the user says of columns and of the metric.
        bad: gathers rows that cannot be used, for the caller to settle.

    Raises:
        DataError: a file cannot be read, or an item occurs twice in a run.
        UnknownName: a log has no such metric.
    """
    made: list[ItemScores] = []
    for path in (each for given in paths for each in (sample_folder.folders(given) if given.is_dir() else [given])):
        if not path.exists():
            raise DataError(f"expected a file with {WHAT}, got nothing there: {path}; name a file")
        made += _systems(path, named, next((each.metric for each in made if each.log), None), bad)
    for scores in made:
        _check_once(scores)
    return _with_names(made)


def _systems(path: Path, named: Named, usual: str | None, bad: BadRowList) -> list[ItemScores]:
    metric = named.metric or usual
    if path.is_dir():
        return [sample_folder.system(path, metric, bad)]
    if ending(path) == ".eval" or inspect_logs.is_zip(path):
        return [inspect_logs.system(inspect_logs.from_zip(path), path, metric, bad)]
    if ending(path) in (".json", ".jsonl", ".ndjson"):
        text = text_of(path, WHAT)
        if lm_eval.is_samples(text):
            return [lm_eval.system(text, path, metric, bad)]
        if log := inspect_logs.from_text(text):
            return [inspect_logs.system(log, path, metric, bad)]
    return score_tables.systems(path, named, bad)


def _check_once(scores: ItemScores) -> None:
    """Check that no item occurs twice in a run."""
    seeds = scores.seeds if scores.seeds is not None else [""] * len(scores.ids)
    seen: dict[tuple[str, str], list[int]] = {}
    for key, line in zip(zip(scores.ids, seeds, strict=True), scores.lines.tolist(), strict=True):
        seen.setdefault(key, []).append(line)
    again = {key: lines for key, lines in seen.items() if len(lines) > 1}
    if not again:
        return
    more = [f"  and {len(again) - _MOST:,} more"] if len(again) > _MOST else []
    apart = "" if scores.seeds is not None else "tell the runs apart in a column seed, or "
    head = (
        f"{scores.path}: expected every item of {scores.name} once in a run, got {len(again):,} several times; "
        f"{apart}leave all but one out:"
    )
    raise DataError("\n".join([head, *map(_twice, list(again.items())[:_MOST]), *more]))


def _twice(found: tuple[tuple[str, str], Sequence[int]]) -> str:
    (item, seed), lines = found
    more = " ..." * (len(lines) > 5)
    return f"  {item!r}{f' of seed {seed}' if seed else ''}: lines {', '.join(map(str, lines[:5]))}{more}"


def _with_names(made: Sequence[ItemScores]) -> list[ItemScores]:
    """With different names: as files or logs say, else by the names of the files, else by their paths."""
    for names in (
        [each.name for each in made],
        [stem(each.path) for each in made],
        [str(each.path) for each in made],
    ):
        if len(set(names)) == len(names) and all(names):
            return [replace(each, name=name) for each, name in zip(made, names, strict=True)]
    twice = next(name for name, count in Counter(each.name for each in made).items() if count > 1)
    raise DataError(f"expected systems with different names, got {twice!r} twice; name every file once, or rename it")
