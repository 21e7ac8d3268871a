"""What a process tells the run that it works for: a file of events for each job, beside it a request to stop.

The run follows these files, so that listeners and observers are told under every executor.
"""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from relxfer.errors import ArtefactError
from relxfer.store.run_directory import EVENTS
from relxfer.train import stopping

#: Seconds between two looks at the files, and between two steps of training that are told, at which a process also
#: looks whether the run is ending.
_EVERY = 0.1
_STEPS_EVERY = 0.25
#: Seconds to wait for events that a job wrote and that are not seen yet, on a shared file system for example.
_LATE = 5.0


@dataclass(frozen=True)
class Reports:
    """The files of one run.

    folder  the run directory
    run     identifies the run, because a process of an earlier one may still be there
    """

    folder: Path
    run: str

    @property
    def place(self) -> Path:
        """The folder of the files."""
        return self.folder / EVENTS / self.run

    def events(self, job: str) -> Path:
        """The file of a job's events."""
        return self.place / f"{job}.jsonl"

    def request(self, job: str) -> Path:
        """The file whose presence asks a job to stop."""
        return self.place / f"{job}.stop"

    @property
    def ending(self) -> Path:
        """The file whose presence says that the run is ending: jobs save what they have trained, and end."""
        return self.place / "ending"

    @contextmanager
    def report(self, job: str) -> Iterator[Report]:
        """The report of a job, for the process that does it."""
        path = self.events(job)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("ab", buffering=0)
        except OSError as error:
            raise _unwritable(path, error) from error
        with stream:
            yield Report(stream, path, self.request(job), self.ending)


class Report:
    """A listener that writes the events of one job.

    count  how many it wrote
    """

    def __init__(self, stream: BinaryIO, path: Path, request: Path, ending: Path):
        self.stream, self.path, self.request, self.ending = stream, path, request, ending
        self.count = 0
        self._told = -_STEPS_EVERY

    def __call__(self, event: str, **values: Any) -> None:
        if event == "step":
            now = time.monotonic()
            if now - self._told < _STEPS_EVERY:
                return
            self._told = now
            if self.ending.exists():
                stopping.ask()
        # a loss may be NaN, and must arrive as such
        line = json.dumps([event, values], default=_plain).encode() + b"\n"
        try:
            self.stream.write(line)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self.count += 1

    def stopping(self) -> bool:
        """Whether the job was asked to stop."""
        return self.request.exists()


class Follower:
    """Follows the files of a run, and passes the events on in order, from a thread of its own.

    An exception of a listener comes to the thread that runs the jobs: it is interrupted, if it is the main thread, and
    `check` raises the exception there.

    emit  is called as `emit(job, event, values)`
    """

    def __init__(self, reports: Reports, emit: Callable[[str, str, dict[str, Any]], None]):
        self.reports, self.emit = reports, emit
        self.error: BaseException | None = None
        self._read: dict[str, int] = {}  # bytes of each file that were read
        self._seen: dict[str, int] = {}  # events of each file
        self._lock = threading.RLock()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._runs = threading.current_thread()

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        shutil.rmtree(self.reports.place, ignore_errors=True)
        with suppress(OSError):
            self.reports.place.parent.rmdir()

    def start(self) -> None:
        """Follow from now on; without other processes there is nothing to follow."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, name="relxfer events", daemon=True)
            self._thread.start()

    def finish(self, job: str, count: int | None) -> None:
        """Pass on what is left of a job's events, and remove its files.

        count  how many the job wrote; None if it is not known
        """
        late = time.monotonic() + _LATE
        while True:
            self.check()
            with self._lock:
                self._pass_on(job)
                if count is None or self._seen.get(job, 0) >= count or time.monotonic() > late:
                    self._read.pop(job, None)
                    self._seen.pop(job, None)
                    self.reports.events(job).unlink(missing_ok=True)
                    self.reports.request(job).unlink(missing_ok=True)
                    return
            time.sleep(_EVERY / 10)

    def stop(self, job: str) -> None:
        """Ask a job to stop at its next validation point."""
        path = self.reports.request(job)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def end(self) -> None:
        """Ask all jobs in other processes to save what they have trained, and to end."""
        if self._thread is not None:
            with suppress(OSError):
                self.reports.place.mkdir(parents=True, exist_ok=True)
                self.reports.ending.touch()

    def check(self) -> None:
        """Raise what a listener raised in the other thread."""
        with self._lock:
            if self.error is not None:
                raise self.error

    # ------------------------------------------------------------------ the thread

    def _follow(self) -> None:
        while not self._end.wait(_EVERY):
            try:
                with self._lock:
                    for job in self._jobs():
                        self._pass_on(job)
            except BaseException as error:
                with self._lock:
                    self.error = error
                    self._interrupt()
                return

    def _jobs(self) -> list[str]:
        try:
            return sorted(path.stem for path in self.reports.place.iterdir() if path.suffix == ".jsonl")
        except FileNotFoundError:
            return []

    def _pass_on(self, job: str) -> None:
        """Pass on the complete lines that a job has written since the last call."""
        try:
            with self.reports.events(job).open("rb") as stream:
                stream.seek(self._read.get(job, 0))
                *lines, _ = stream.read().split(b"\n")
        except FileNotFoundError:
            return
        for line in lines:
            self._read[job] = self._read.get(job, 0) + len(line) + 1
            self._seen[job] = self._seen.get(job, 0) + 1
            event, values = json.loads(line)
            self.emit(job, event, values)

    def _interrupt(self) -> None:
        """Wake the main thread, which may be waiting for an outcome; another thread learns of the error with it."""
        if self._end.is_set() or self._runs is not threading.main_thread():
            return
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            import _thread

            _thread.interrupt_main()


def _unwritable(path: Path, error: OSError) -> ArtefactError:
    remedy = "Free some space or correct the permissions, then run again."
    return ArtefactError(f"Cannot append to {path}: {error.strerror}. {remedy}")


def _plain(value: Any) -> Any:
    """A number or an array of numpy's, or else the text of a value, for JSON."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
