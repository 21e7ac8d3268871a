"""An entry of the run directory: the folder of one artefact, with how it was made.

model.safetensors  the weights
outcome.json       how the training ended; written last
trace.jsonl        the validation points
validation-*.json  scores by which cells are compared, each on the labels of some seed and budget
phases/            what a resume needs; removed at the end
failure.txt        the reason and the traceback of a failure; removed when a later run succeeds
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Required, TypedDict, TypeGuard

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from relxfer.contract import messages
from relxfer.errors import ArtefactError, DamagedArtefact
from relxfer.store import files
from relxfer.store.json_text import JsonObject

#: How a cell or the training of a source may end.
Status = Literal["done", "failed", "refused", "stopped"]
#: The name of the validator's score among the values of a validation point.
SCORE = "validation"


class SelectedSteps(TypedDict):
    """The rule that selected steps, and the selected step of each phase."""

    rule: str
    steps: dict[str, int]


class Ids(TypedDict, total=False):
    """The ids under which a run keeps what was trained, and its values for each query, if it has a test."""

    id: Required[str]
    evaluation: str


class Summary(TypedDict, total=False):
    """The summary of an evaluation: the number of test queries, and its seconds if there are any queries."""

    n: Required[int]
    evaluation_seconds: float


class TrialPoint(TypedDict):
    """A validation point of a trial: the score of the validator, and the other values that were logged.

    A score that is None was not given; a value that is None is not finite.
    """

    phase: str
    step: int
    validation: float | None
    logged: dict[str, float | None]


class Outcome(TypedDict, total=False):
    """How a cell or the training of a source ended, as it is stored and given to observers.

    One that failed, was refused or was stopped has a `reason`; one that is done has the keys from `sha` on. The keys
    are explained in `relxfer.results.records.CellResult`.
    """

    status: Required[Status]
    reason: str
    traceback: str
    seed: int  # of the training of a source
    id: str
    evaluation: str
    sha: str
    seconds: float
    cpu_seconds: float
    energy_wh: float | None
    peak_mb: float | None
    trained_parameters: int
    diagnostics: dict[str, float]
    texts: dict[str, str]
    selection: SelectedSteps
    model: str
    artefact: str | None
    notes: list[str]
    n: int
    evaluation_seconds: float
    points: list[TrialPoint]  # of a trial, which has no evaluation
    ratings: dict[str, float | None]  # of a trial: the score of its model by each rule that ranks models


class _Chosen(BaseModel):
    """The rule by which steps were selected, and the step in each phase."""

    rule: str
    steps: dict[str, int]


class _Done(BaseModel):
    """The keys that `relxfer.execute.outcome.done` writes and that others rely on; there may be more."""

    model_config = ConfigDict(strict=True)

    status: Literal["done"]
    sha: str
    seconds: Annotated[float, Field(ge=0)]
    peak_mb: float | None
    trained_parameters: int
    diagnostics: dict[str, float | None]
    texts: dict[str, str] = {}
    selection: _Chosen
    notes: list[str] = []
    artefact: str | None = None


@dataclass(frozen=True)
class Point:
    """A validation point: phase and step of training, and the values logged there, None for NaN and infinities."""

    phase: str
    step: int
    values: Mapping[str, float | None]

    def scored(self) -> TrialPoint:
        """The point with the score of the validator apart from what was logged.

        >>> Point("fit-0", 2, {"loss": 0.5, "validation": 0.75}).scored()
        {'phase': 'fit-0', 'step': 2, 'validation': 0.75, 'logged': {'loss': 0.5}}
        """
        logged = {name: value for name, value in self.values.items() if name != SCORE}
        return {"phase": self.phase, "step": self.step, "validation": self.values.get(SCORE), "logged": logged}


@dataclass(frozen=True)
class Entry:
    """A folder of the run that holds one artefact, and how it was made."""

    folder: Path

    @property
    def phases(self) -> Path:
        """The folder of what a resume needs."""
        return self.folder / "phases"

    @property
    def model(self) -> Path:
        """The file of the weights."""
        return self.folder / "model.safetensors"

    @property
    def trace(self) -> Path:
        """The file of validation points, as JSON lines."""
        return self.folder / "trace.jsonl"

    @property
    def failure(self) -> Path:
        """The file that says why training failed, for people; nothing reads it."""
        return self.folder / "failure.txt"

    def fail(self, outcome: Outcome) -> None:
        """Write why training failed, unless it was refused. A full disk, which may be the reason, is no new error."""
        if outcome["status"] != "failed":
            return
        text = f"{outcome['reason']}\n\n{outcome.get('traceback', '')}"
        with suppress(OSError):
            files.write_bytes(self.failure, text.encode("utf-8", "backslashreplace"))

    def points(self) -> list[Point]:
        """The validation points in order, without damaged lines; of points repeated after a resume, the last one."""
        lines = [line for line in files.read_lines(self.trace) if _is_point(line)]
        points = (Point(line["phase"], line["step"], line["values"]) for line in lines)
        return list({(point.phase, point.step): point for point in points}.values())

    def outcome(self) -> Outcome | None:
        """How training ended; None if it has not ended, or a file is damaged, so that it must be run again."""
        path = self.folder / "outcome.json"
        if not path.exists():
            return None
        try:
            outcome = files.read_json(path)
            if not _is_done(outcome) or outcome["sha"] != files.read_sealed(self.model)[2]:
                raise DamagedArtefact(f"expected the weights of {path} in {self.model}, got others")
            return outcome
        except ValidationError as error:
            self.drop(
                DamagedArtefact(
                    f"expected how training ended in {path}, got other values ({messages.first_problem(error)})"
                )
            )
            return None
        except DamagedArtefact as error:
            self.drop(error)
            return None

    def drop(self, error: ArtefactError) -> None:
        """Remove the outcome because a file cannot be used, so that training is run again; warns with the error."""
        warnings.warn(f"{self.folder} was damaged and is run again ({error})", RuntimeWarning, stacklevel=3)
        self.forget()

    def forget(self) -> None:
        """Remove the outcome, so that training is run again."""
        (self.folder / "outcome.json").unlink(missing_ok=True)

    def finish(self, outcome: Outcome) -> None:
        """Write the outcome, then remove the files of phases, which only a resume would need."""
        files.write_json(self.folder / "outcome.json", outcome)
        self.failure.unlink(missing_ok=True)
        shutil.rmtree(self.phases, ignore_errors=True)


def _is_done(outcome: JsonObject) -> TypeGuard[Outcome]:
    """`ValidationError` where it is not the outcome of what was trained."""
    return _Done.model_validate(outcome).status == "done"


def _is_point(line: Any) -> bool:
    if not (isinstance(line, dict) and line.keys() >= {"phase", "step", "values"}):
        return False
    if not (isinstance(line["phase"], str) and isinstance(line["step"], int) and isinstance(line["values"], dict)):
        return False
    return all(value is None or isinstance(value, int | float) for value in line["values"].values())
