"""Downloading a URL to a file, which appears only when it is complete and verified."""

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

from relxfer.contract.file import File
from relxfer.data.digests import digest_of
from relxfer.data.places import place_of, shown
from relxfer.errors import DataError

if TYPE_CHECKING:
    from requests import Response
    from rich.progress import Progress, TaskID

#: Seconds without any data after which a download has failed.
TIMEOUT = 30.0
#: Seconds to wait before the second and the third attempt.
PAUSES = (1.0, 4.0)
#: Limit of bytes to download if the card has no size.
MOST = 64 * 2**30
_CHUNK = 1 << 16
_HERE = ("localhost", "127.0.0.1", "::1")


class _Trouble(Exception):
    """The failure of an attempt; `passing` says whether another attempt may succeed."""

    def __init__(self, words: str, passing: bool):
        super().__init__(words)
        self.passing = passing


def download(file: File, path: Path, of: str) -> None:
    """Download `file.url` to `path`, with up to three attempts.

    The bytes are written to a temporary file beside it, which is renamed to `path` when it is verified. Only one
    process at a time may call this for a path.

    Args:
        file: the file, with URL, size and digest.
        path: where to write it.
        of: what the file belongs to, for messages.

    Raises:
        DataError: the download failed, the digest is wrong, or the disk cannot be written.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        for pause in (*PAUSES, None):
            try:
                _transfer(file, partial)
                os.replace(partial, path)
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
        partial.unlink(missing_ok=True)


def _transfer(file: File, partial: Path) -> None:
    """One attempt to download a file to `partial`; raises `_Trouble`."""
    from pooch import HTTPDownloader
    from requests import RequestException

    _check_address(file.url, file)
    with partial.open("wb") as stream, _bar(partial.name[1:-5]) as bar, ExitStack() as responses:

        def check(response: Response, **_: object) -> None:
            responses.callback(response.close)  # pooch does not close responses
            if "location" in response.headers and response.is_redirect:
                _check_address(urljoin(response.url, response.headers["location"]), file)

        fetch = HTTPDownloader(
            bar,
            _CHUNK,
            timeout=TIMEOUT,
            headers={"Accept-Encoding": "identity"},  # with compression, the length of the content would be unknown
            hooks={"response": check},
        )
        try:
            fetch(file.url, _Bounded(stream, _most(file)), None)
        except (RequestException, ValueError) as error:  # ValueError: invalid headers
            raise _trouble(error) from None
        stream.flush()
        os.fsync(stream.fileno())
    if file.digest and not (actual := digest_of(partial, file.digest)).startswith(file.digest):
        wanted = f" of {file.size:,}" if file.size else ""
        raise _Trouble(f"{partial.stat().st_size:,}{wanted} bytes with {actual} instead of {file.digest}", passing=True)


def _check_address(url: str, file: File) -> None:
    """Raise `_Trouble` if the URL of a card, or one that its server redirects to, is not safe.

    It must be https, because with http anybody in between could change the bytes. http is allowed if the URL on the
    card is http and the card has a sha256, or if both are on this machine.
    """
    address, own = urlsplit(url), urlsplit(file.url)
    here = address.hostname in _HERE and own.hostname in _HERE
    plain = address.scheme == own.scheme == "http" and (here or file.checked == "sha256")
    if address.scheme != "https" and not plain:
        raise _Trouble(f"{shown(url)}, where https is needed, or a sha256 in a card whose own address is http", False)


def _most(file: File) -> int:
    """Limit of bytes to download, with room for sizes on cards that are rounded."""
    return MOST if file.size is None else 2 * file.size + (1 << 20)


@dataclass
class _Bounded:
    """A file that raises `_Trouble` if more than `left` bytes are written."""

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
    if query := urlsplit(file.url).query:  # messages of requests show it, and it may be secret
        got = got.replace(query, "...")
    return (
        f"Cannot download {shown(file.url)} for {of}: {got}. To go on, {again}set RELXFER_MIRROR to a folder "
        f"that holds {place_of(file.url).as_posix()}, or put the file at {path}."
    )


@dataclass
class _Bar:
    """The progress of a download by pooch, shown with rich."""

    progress: Progress
    task: TaskID
    total: int = 0

    def update(self, advance: int) -> None:
        self.progress.update(self.task, advance=advance, total=self.total or None)

    def reset(self) -> None:
        self.progress.reset(self.task)

    def close(self) -> None:
        """Does nothing, because the bar is removed with its context."""


@contextmanager
def _bar(name: str) -> Iterator[Any]:
    """A progress bar for pooch if standard error is a terminal, else False, which pooch takes for none."""
    if not sys.stderr.isatty():
        yield False
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from relxfer.store.console import PlainConsole

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=PlainConsole(stderr=True), transient=True) as progress:
        yield _Bar(progress, progress.add_task(name, total=None))
