"""The model card of a published row: what it answers, how sure that is, what was seen, licences, and how to use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relxfer.report import wording
from relxfer.report.answers.answer import answers
from relxfer.results import names
from relxfer.results.records import Row
from relxfer.results.results import Results
from relxfer.store import escaping


@dataclass(frozen=True)
class Published:
    """What is published.

    address    where, without the revision
    described  which row it is and why, as a sentence
    licences   data set or weights -> its licence, "" where it is not known
    row        of the results; None: a folder of `relxfer refit`, whose models nobody judged
    data       whether data that the models need to answer are among the files
    """

    address: str
    described: str
    licences: Mapping[str, str]
    row: Row | None = None
    data: bool = False


def card(published: Published, results: Results | None) -> str:
    """The text of `README.md`: a head for the hub, then Markdown.

    Needs huggingface_hub, which writes the head.
    """
    shown = escaping.every(results, escaping.markdown) if results else None
    said = escaping.every(published.described, escaping.markdown)
    lines = [f"---\n{_head(published, results)}\n---", "", f"# {published.address.rpartition('/')[2]}", ""]
    lines += [f"A model that [relxfer](https://pypi.org/project/relxfer/) transferred: {said}.", ""]
    if shown:
        lines += [*_answers(shown), *_table(shown), *_seen(shown)]
    else:
        lines += ["Its models were trained again on all labels, so that no test judged them.", ""]
    lines += [*_licences(published), *_use(published)]
    return "\n".join(lines)


def _head(published: Published, results: Results | None) -> str:
    from huggingface_hub import ModelCardData

    licences = {each for each in published.licences.values() if each}
    one = licences.pop() if len(licences) == 1 and all(published.licences.values()) else None
    known: dict[str, Any] = {"license": "other", "license_name": one} if one else {"license": "unknown"}
    made = ModelCardData(
        library_name="relxfer", tags=["transfer-learning", "relxfer"], **known, **_judged(published, results)
    )
    return made.to_yaml()


def _judged(published: Published, results: Results | None) -> dict[str, Any]:
    """The metrics of the row, as the hub's index of models has them."""
    from huggingface_hub import EvalResult

    row = published.row
    if row is None or results is None or not row.metrics:
        return {}
    task = results.targets[row.target].task
    of: dict[str, Any] = {
        "task_type": task,
        "dataset_type": "other",
        "dataset_name": row.target,
        "dataset_split": "test",
    }
    made = [EvalResult(metric_type=name, metric_value=round(value, 6), **of) for name, value in row.metrics.items()]
    return {"model_name": published.address.rpartition("/")[2], "eval_results": made}


def _answers(results: Results) -> Iterator[str]:
    """What the run answers, and what endangers that."""
    yield from ("## What it was compared with, and what came out", "")
    for answer in answers(results):
        yield from (*(f"{paragraph}\n" for paragraph in (*answer.paragraphs, answer.use) if paragraph),)
        yield from (*(f"- {caution.text}" for caution in answer.cautions), "")


def _table(results: Results) -> Iterator[str]:
    """Every row with its gain over its baseline, its interval and its verdict."""
    head = ("transfer", "labels", "strategy", "metric [95 %]", "gain [95 %]", "over", "verdict", "seeds", "n")
    yield from (_line(head), _line("---" for _ in head))
    for row in wording.distinct(results).rows:
        if row.interval is None:
            continue
        value = f"{wording.metric_name(row.metric)} {wording.interval(row.interval)}"
        gain: tuple[str, ...] = (wording.EMPTY,) * 3
        if row.gain:
            gain = wording.interval(row.gain, wording.signed), row.gain.baseline, row.gain.says or wording.EMPTY
        labels = wording.budget(row.budget, row.labels_per)
        transfer = names.transfer(row.source, row.target) if row.source else row.target
        yield _line((transfer, labels, row.strategy, value, *gain, str(row.seeds), f"{row.interval.units:,}"))
    yield from ("", f"{wording.seeds(results)}. Intervals are of 95 %; n counts test items.", "")


def _seen(results: Results) -> Iterator[str]:
    """What was seen before the test: by the source, and in the inputs."""
    yield from ("## What was seen", "")
    for name, source in results.sources.items():
        of = f"learnt from {', '.join(source.datasets)}" if source.datasets else (
            "is a model that was given; what it learnt from is not known here"
        )  # fmt: skip
        yield f"- The source {name} {of}."
    for name, target in results.targets.items():
        yield from (f"- {source} and {name}: {sentence}" for source, sentence in target.related.items())
        yield from (f"- **{line}**" for line in wording.leaks(name, target))
        if target.audit and not target.given_away:
            yield f"- In {name} no answer of the test is given away by the inputs that were audited."
    yield ""


def _licences(published: Published) -> Iterator[str]:
    yield from ("## Licences", "")
    for name, licence in escaping.every(dict(published.licences), escaping.markdown).items():
        yield f"- {name}: {licence or 'not known; ask whoever published it'}"
    yield ""


def _use(published: Published) -> Iterator[str]:
    beside = "The files hold the data that the models need to answer." if published.data else (
        "The files hold no data: questions bring their inputs."
    )  # fmt: skip
    yield from ("## How to use it", "", beside, "")
    yield from ("```sh", "pip install 'relxfer[hub]'")
    yield from (f"relxfer predict {published.address} --queries FILE --out answers.csv", "```", "")


def _line(cells: Sequence[str] | Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"
