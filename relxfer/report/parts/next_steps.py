"""What to do next, as commands with the arguments of this run."""

from __future__ import annotations

import shlex

from relxfer.judge.records import Verdict
from relxfer.report.parts.blocks import Block, Code, Part, Sentences
from relxfer.report.parts.subject import Subject


def part(subject: Subject) -> Part:
    """Commands: predict, more seeds, show what failed, compare."""
    blocks: list[Block] = []
    for said, command in _steps(subject):
        blocks += [Sentences(((said,),)), Code(command)]
    return Part("next", "What to do next", tuple(blocks))


def _steps(subject: Subject) -> list[tuple[str, str]]:
    plain = subject.plain
    run = shlex.quote(str(plain.folder))
    steps = [("Predictions of the row to use, by name:", f"relxfer predict {run} --all --out predictions.csv")]
    open_ = [row for row in plain.rows if row.verdict is Verdict.INCONCLUSIVE]
    if open_:
        seeds = max(2 * len(plain.seeds), 6)
        steps.append((
            f"{len(open_)} verdicts are inconclusive; more seeds may decide them (finished runs are kept):",
            f"relxfer run {run}/config.toml --seeds {seeds} --out {run}",
        ))  # fmt: skip
    if failed := plain.failed:
        steps.append(("Why a run failed:", f"relxfer show {failed[0].id or failed[0].strategy} --run {run}"))
    return steps
