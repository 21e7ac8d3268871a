"""The logs of inspect: one JSON document (`.json`), or a zip with a JSON document for every sample (`.eval`)."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores.numbers import number, plain
from relxfer.data.scores.records import ItemScores, stem
from relxfer.data.tables.column import Column
from relxfer.errors import DataError, UnknownName
from relxfer.store import bounded

#: The values of scores that are letters: correct, incorrect, partly, no answer.
_LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}
_ZIP = b"PK\x03\x04"
#: A sample in a zip, of one piece or with its messages beside it.
_SAMPLE = re.compile(r"samples/.+_epoch_\d+(?:/sample)?\.json", re.DOTALL)


@dataclass(frozen=True)
class Log:
    """What a log says of its evaluation, and its samples."""

    header: Mapping[str, Any]
    samples: Sequence[Mapping[str, Any]]


def is_zip(path: Path) -> bool:
    """Whether it is a log in a zip, by its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(4) == _ZIP


def from_text(text: str) -> Log | None:
    """The log in a text; None if it is something else.

    >>> from_text('{"eval": {"model": "m"}, "samples": []}').header["eval"], from_text('{"id": 1}')
    ({'model': 'm'}, None)
    """
    if not text.lstrip().startswith("{") or '"eval"' not in text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get("eval"), dict):
        return None
    samples = value.get("samples")
    return Log(value, [each for each in samples if isinstance(each, dict)] if isinstance(samples, list) else [])


def from_zip(path: Path) -> Log:
    """The log in a zip.

    Raises:
        DataError: it is damaged, or holds something else.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            return _unpacked(packed, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RecursionError, KeyError) as error:
        raise DataError(
            f"{path}: expected a log of inspect, got a zip that cannot be read ({error}); copy it again"
        ) from None
    except NotImplementedError:
        raise DataError(
            f"{path}: expected a log of inspect that is packed with deflate, got another compression; write it as "
            "JSON: inspect log convert --to json"
        ) from None


def _unpacked(packed: zipfile.ZipFile, path: Path) -> Log:
    members = {each.filename: each for each in packed.infolist()}  # of one that was written again, the last
    samples = [each for name, each in members.items() if _SAMPLE.fullmatch(name)]
    header = members.get("header.json")
    start = members.get("_journal/start.json")
    if not samples or not (header or start):
        raise DataError(
            f"{path}: expected a log of inspect, with header.json and samples/, got another zip; name another file"
        )
    # zipfile reads no more of a member than its header says
    if sum(each.file_size for each in samples) > bounded.most_unpacked(path.stat().st_size):
        raise DataError(
            f"{path}: expected a log of inspect, got a zip that unpacks to far more than its size; check the file"
        )
    about = json.loads(packed.read(header)) if header else {**json.loads(packed.read(start or "")), "status": "started"}
    return Log(about, [found for each in samples if isinstance(found := json.loads(packed.read(each)), dict)])


def system(log: Log, path: Path, metric: str | None, bad: BadRowList) -> ItemScores:
    """The scores of a log. Of several scorers the first is taken, unless one is named; epochs of a sample are averaged.

    metric  the name of a scorer; where its values are tables, "SCORER.KEY"

    Raises:
        DataError: there are no samples with scores.
        UnknownName: there is no such scorer.
    """
    scorers = list(dict.fromkeys(name for sample in log.samples for name in _values(sample)))
    if not scorers:
        raise DataError(f"{path}: expected samples with scores, got none; score the log first: inspect score")
    if metric and metric not in scorers:
        raise UnknownName(f"scorer of {path}", metric, scorers)
    name = metric or scorers[0]
    epochs = _epochs(log, path, name, bad)
    about = log.header.get("eval")
    return ItemScores(
        str((about if isinstance(about, Mapping) else {}).get("model") or stem(path)),
        path,
        name,
        Column.exact(epochs),
        np.array([sum(scores.values()) / len(scores) for scores in epochs.values()], float),
        np.arange(1, len(epochs) + 1),
        log=True,
        notes=tuple(_told(log, path, name, [] if metric else scorers, epochs)),
    )


def _epochs(log: Log, path: Path, name: str, bad: BadRowList) -> dict[str, dict[str, float]]:
    """Id of a sample -> epoch -> score."""
    made: dict[str, dict[str, float]] = {}
    for place, sample in enumerate(log.samples, 1):
        identity, epoch = str(sample.get("id")), str(sample.get("epoch", 1))
        score = _score(_values(sample).get(name), sample)
        if isinstance(score, str):
            bad.add(path, place, score)
        elif epoch in made.setdefault(identity, {}):
            bad.add(path, place, f"expected sample {identity[:60]} once in epoch {epoch[:60]}, got it again")
        else:
            made[identity][epoch] = score
    return made


def _told(
    log: Log, path: Path, name: str, scorers: Sequence[str], epochs: Mapping[str, Mapping[str, float]]
) -> Iterator[str]:
    others = [each for each in scorers if each != name]
    yield f"of {path}, a log of inspect: {name}" + (
        f" (also there: {', '.join(others)}; --metric NAME)" if others else ""
    )
    most = max((len(scores) for scores in epochs.values()), default=0)
    if most > 1:
        yield f"of {path}: a sample has up to {most} epochs; its score is their mean"
    status = log.header.get("status", "success")
    if status != "success":
        yield f"of {path}: the evaluation did not finish ({status})"


def _values(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Scorer -> value, or scorer.key -> value."""
    scores, made = sample.get("scores"), dict[str, Any]()
    if not isinstance(scores, Mapping):
        scores = {"score": sample["score"]} if isinstance(sample.get("score"), Mapping) else {}
    for name, score in scores.items():
        value = score.get("value") if isinstance(score, Mapping) else score
        made |= {f"{name}.{key}": each for key, each in value.items()} if isinstance(value, Mapping) else {name: value}
    return made


def _score(value: Any, sample: Mapping[str, Any]) -> float | str:
    """The score, or what is wrong."""
    found = _LETTERS.get(value, number(value)) if isinstance(value, str) else plain(value)
    if found is not None:
        return found
    error = sample.get("error")
    told = error.get("message", "") if isinstance(error, Mapping) else ""
    got = f"the error {str(told)[:60]!r}" if error else "none" if value is None else repr(value)[:60]
    return f"expected a score of sample {str(sample.get('id'))[:60]}, got {got}"
