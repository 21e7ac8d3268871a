"""The check that the cell that was run is the planned one, with the planned code, made by the process of the run.

The process that ran it checks the same, but it may have other code, also for this check.
"""

from __future__ import annotations

from relxfer.execute.engine import Engine
from relxfer.execute.jobs.job import Job, Ran
from relxfer.plan.fingerprints import Fingerprint
from relxfer.store.entry import Ids, Outcome


def proven(engine: Engine, job: Job, ran: Ran, ids: Ids | None) -> Outcome:
    """The outcome of a job; where something else was run than planned, a failure that says what differs.

    What that stored is dropped.

    ids  of the planned cell, if the job is one
    """
    if ran.outcome["status"] != "done":
        return {**ran.outcome, **ids} if ids and ran.outcome["status"] == "stopped" else ran.outcome
    differing = _differences(engine, job, ran, ids)
    if not differing:
        return ran.outcome
    _drop(engine, job, ran, ids)
    failed: Outcome = {
        "status": "failed",
        "reason": f"expected what the run planned, got {' and '.join(differing)} from the process that ran it; nothing "
        "of it is kept; give that process the same data and code, then run again",
    }
    return {**failed, **ids} if ids else failed


def _differences(engine: Engine, job: Job, ran: Ran, ids: Ids | None) -> list[str]:
    """What differs, in words."""
    if ran.job != job.name:
        return [f"the outcome of another job ({ran.job} for {job.name})"]
    mine, theirs = engine.code.determined(), ran.code
    code = [
        f"other code ({name} {theirs[name]}, here {mine[name]})"
        for name in sorted(mine.keys() & theirs.keys())
        if theirs[name] != mine[name]
    ]
    pairs = ((job.planned.cell, ran.ran.cell), (job.planned.source, ran.ran.source))
    parts = [part for planned, found in pairs if planned is not None for part in _parts(planned, found)]
    if code:
        parts = [part for part in parts if part != "another code"]
    if ids and not (code or parts) and any(ran.outcome.get(key) != value for key, value in ids.items()):
        parts = ["the outcome of another cell"]
    return code + parts


def _parts(planned: Fingerprint, found: Fingerprint | None) -> list[str]:
    if found is None:
        return ["an outcome without fingerprint"]
    return [] if found == planned else [f"another {part}" for part in found.differences(planned)] or ["another plan"]


def _drop(engine: Engine, job: Job, ran: Ran, ids: Ids | None) -> None:
    """Drop what was stored, under the ids of the plan and under those that came back."""
    if job.kind == "source":
        for made in filter(None, (job.planned.source, ran.ran.source)):
            engine.store.source(made).forget()
        return
    for each in (ids, ran.outcome):
        if each and "id" in each:
            engine.store.cell(each["id"]).forget()
            if "evaluation" in each:
                engine.store.forget_evaluation(each["evaluation"])
