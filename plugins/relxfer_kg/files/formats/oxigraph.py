"""pyoxigraph, in a process of its own: a file that is nested deeply can end the process, or fill the memory."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO

from relxfer.errors import DataError, NotInstalled
from relxfer.store import bounded
from relxfer_kg.files.formats.oxigraph_process import ABSENT, BROKEN, NO_SOLUTIONS
from relxfer_kg.files.formats.xml_entities import harmless

_SCRIPT = Path(__file__).with_name("oxigraph_process.py")
#: The process may take so many bytes, and `PER_BYTE` for each of the file; and a second, and one more for each
#: `PER_SECOND` bytes, which the library reads in a fiftieth of one.
MOST, PER_BYTE = 4 * 2**30, 20
SECONDS, PER_SECOND = 60, 2**20
_XML = ("RDF/XML", "SPARQL XML")


def lines(path: Path, kind: str) -> Iterator[bytes]:
    """What the process writes of a file: statements as N-Quads, solutions as lines of terms, variables first.

    Args:
        kind: a format that the library reads, see `oxigraph_process`.

    Raises:
        DataError: the file does not read, or ends the process; pyoxigraph is not installed.
        OSError, EOFError, zlib.error: the file cannot be read.
    """
    size = path.stat().st_size
    limits = str(MOST + PER_BYTE * size), str(SECONDS + size // PER_SECOND)
    command = [sys.executable, "-P", str(_SCRIPT), kind, *limits, *map(str, map(Path.absolute, map(Path, sys.path)))]
    with tempfile.TemporaryFile() as said, subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        fed = _Fed(path, kind, process.stdin)
        fed.start()
        try:
            yield from process.stdout
        except BaseException:  # also where nobody wants the rest
            process.kill()
            raise
        finally:
            fed.join()
        code = process.wait()
        said.seek(0)
        if fed.error is not None:
            raise fed.error
        if code:
            raise DataError(_reason(path, kind, code, said))


class _Fed(threading.Thread):
    """Gives a file to a process; `error` is why it could not."""

    def __init__(self, path: Path, kind: str, to: IO[bytes]):
        super().__init__(name=f"relxfer reads {path.name}", daemon=True)
        self.path, self.kind, self.to = path, kind, to
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with self._content() as content, suppress(BrokenPipeError):  # the process says itself why it has ended
                shutil.copyfileobj(content, self.to, 1 << 18)
        except (DataError, OSError, *bounded.BROKEN) as error:
            self.error = error
        finally:
            with suppress(BrokenPipeError):
                self.to.close()

    def _content(self) -> BinaryIO:
        if self.kind in _XML:
            harmless(self.path)
        return bounded.text_stream(self.path)


def _reason(path: Path, kind: str, code: int, said: IO[bytes]) -> str:
    if code == ABSENT:
        return str(NotInstalled("pyoxigraph", kind, "rdf", "save the facts as N-Triples (.nt)"))
    if code == NO_SOLUTIONS:
        return f"{path}: expected the solutions of a SELECT query, got a yes or no; save those of a SELECT query"
    if code == BROKEN:
        line, _, message = said.read().decode(errors="replace").partition("\n")
        return _broken(path, kind, line, message)
    how = signal.Signals(-code).name if -code in signal.valid_signals() else f"exit code {code}"
    return (
        f"{path}: expected {kind}, got what ends the process that reads it ({how}): it takes too much time or memory, "
        "or is nested too deeply; save it in another format"
    )


def _broken(path: Path, kind: str, line: str, message: str) -> str:
    """What the library says of a file that does not read, as a message of ours."""
    where = f"{path}:{line}" if line else f"{path}"
    if "LoadDocumentCallback" in message:
        return (
            f"{where}: expected JSON-LD whose context is in the file, got one that names an address; nothing is "
            "fetched: put the content of that address in its place"
        )
    reason = re.sub(r"^Parser error at line \d+ (between columns \d+ and \d+|column \d+): ", "", message)
    advice = "add a base, or write it out" if "No scheme" in reason else "correct it"
    return f"{where}: expected {kind}, got what does not read ({reason[:300]}); {advice}"
