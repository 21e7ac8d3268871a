"""Download one URL into one file, complete and verified or not at all, with messages about what went wrong."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from relxfer.contract.records import File
from relxfer.data.digests import digest_of
from relxfer.data.places import place_of, shown
from relxfer.errors import DataError

if TYPE_CHECKING:
    from requests import Response
    from rich.progress import Progress, TaskID

#: Seconds without a byte after which a server counts as stalled.
TIMEOUT = 30.0
#: Seconds before the second and the third try.
PAUSES = (1.0, 4.0)
#: The most bytes to download where the card does not say how many there are.
MOST = 64 * 2**30
_CHUNK = 1 << 16
_HERE = ("localhost", "127.0.0.1", "::1")


class _Trouble(Exception):
    """What went wrong with one try, and whether another may succeed."""

    def __init__(self, words: str, passing: bool):
        super().__init__(words)
        self.passing = passing


def download(file: File, path: Path, of: str) -> None:
    """Download `file.url` to `path`, trying again where that can help.

    The bytes go to a temporary file beside it, which gets the name `path` once it is verified. Only one process at a
    time may call this for a path.

    Raises:
        DataError: the server, the bytes or the disk do not allow it; the message says what to do.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        for pause in (*PAUSES, None):
            try:
                _transfer(file, part)
                os.replace(part, path)
                return
            except _Trouble as trouble:
                if pause is None or not trouble.passing:
                    raise DataError(_words(file, path, of, trouble)) from None
                time.sleep(pause)
    except OSError as error:
        raise DataError(
            f"Cannot write {path}: {error.strerror or error}. Free some space or correct the permissions, or set "
            "RELXFER_DATA to another folder."
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _transfer(file: File, part: Path) -> None:
    from pooch import HTTPDownloader
    from requests import RequestException

    _check_address(file.url, file)
    with part.open("wb") as stream, _bar(part.name[1:-5]) as bar, ExitStack() as responses:

        def check(response: Response, **_: object) -> None:
            responses.callback(response.close)  # pooch does not close it
            if "location" in response.headers and response.is_redirect:
                _check_address(urljoin(response.url, response.headers["location"]), file)

        fetch = HTTPDownloader(
            bar,
            _CHUNK,
            timeout=TIMEOUT,
            headers={"Accept-Encoding": "identity"},  # a compressed transfer would hide its length
            hooks={"response": check},
        )
        try:
            fetch(file.url, _Bounded(stream, _most(file)), None)
        except (RequestException, ValueError) as error:  # ValueError: headers that make no sense
            raise _trouble(error) from None
        stream.flush()
        os.fsync(stream.fileno())
    if file.digest and not (found := digest_of(part, file.digest)).startswith(file.digest):
        wanted = f" of {file.size:,}" if file.size else ""
        raise _Trouble(f"{part.stat().st_size:,}{wanted} bytes with {found} instead of {file.digest}", passing=True)


def _check_address(url: str, file: File) -> None:
    """Raise where the address of a card, or one that its server redirects to, is not safe.

    It must be https; http is allowed if the card itself says http and has a sha256, or within this machine. With http,
    anybody on the way could change the bytes.
    """
    found, own = urlsplit(url), urlsplit(file.url)
    here = found.hostname in _HERE and own.hostname in _HERE
    plain = found.scheme == own.scheme == "http" and (here or file.checked == "sha256")
    if found.scheme != "https" and not plain:
        raise _Trouble(f"{shown(url)}, where https is needed, or a sha256 in a card whose own address is http", False)


def _most(file: File) -> int:
    """The most bytes to download: sizes on cards may be rounded."""
    return MOST if file.size is None else 2 * file.size + (1 << 20)


@dataclass
class _Bounded:
    """A file that refuses more than `left` bytes."""

    stream: IO[bytes]
    left: int

    def write(self, data: bytes) -> None:
        self.left -= len(data)
        if self.left < 0:
            raise _Trouble("more bytes than the card says, or than any file should have", passing=False)
        self.stream.write(data)

    def flush(self) -> None:
        self.stream.flush()


def _trouble(error: Exception) -> _Trouble:
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        code = error.response.status_code
        return _Trouble(f"HTTP {code} {error.response.reason}", passing=code >= 500 or code in (408, 429))
    if isinstance(error, exceptions.TooManyRedirects):
        return _Trouble("a server that redirects in circles", passing=False)
    broken = (exceptions.ConnectionError, exceptions.Timeout, exceptions.ChunkedEncodingError)
    if isinstance(error, broken):
        return _Trouble(f"a connection that failed, stalled or broke off ({error})", passing=True)
    return _Trouble(f"{type(error).__name__} ({error})", passing=False)


def _words(file: File, path: Path, of: str, trouble: _Trouble) -> str:
    again = "try again later, " if trouble.passing else ""
    got = str(trouble)
    if query := urlsplit(file.url).query:  # requests shows it in its messages
        got = got.replace(query, "...")
    return (
        f"Cannot download {shown(file.url)} for {of}: {got}. To go on, {again}set RELXFER_MIRROR to a folder "
        f"that holds {place_of(file.url).as_posix()}, or put the file at {path}."
    )


@dataclass
class _Bar:
    """Shows pooch's progress with rich."""

    progress: Progress
    task: TaskID
    total: int = 0

    def update(self, advance: int) -> None:
        self.progress.update(self.task, advance=advance, total=self.total or None)

    def reset(self) -> None:
        self.progress.reset(self.task)

    def close(self) -> None:
        """The bar ends with its context."""


@contextmanager
def _bar(name: str) -> Iterator[Any]:
    """A progress bar on a terminal; False elsewhere."""
    if not sys.stderr.isatty():
        yield False
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from relxfer.store.console import PlainConsole

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=PlainConsole(stderr=True), transient=True) as progress:
        yield _Bar(progress, progress.add_task(name, total=None))
