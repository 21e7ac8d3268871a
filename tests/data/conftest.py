"""A data root of its own for each test, and a server that does what it is told."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import threading
import time

import pytest

from relxfer.contract.records import Dataset, File

CONTENT = b"a\tr\tb\n" * 20_000
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "root"))
    monkeypatch.delenv("RELXFER_MIRROR", raising=False)
    return tmp_path / "root"


@pytest.fixture
def impatient(monkeypatch):
    """No pause between tries, and half a second for a server to say something."""
    monkeypatch.setattr("relxfer.data.download.PAUSES", (0.0, 0.0))
    monkeypatch.setattr("relxfer.data.download.TIMEOUT", 0.5)


class Server(http.server.ThreadingHTTPServer):
    """Answers one request after the other as `script` says; when the script is over, with `CONTENT`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[str] = []
        self.asked: list[str] = []
        self.away = ""
        self.pausing = threading.Event()

    def url(self, name: str = "good.tsv") -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"

    def dataset(self, *names: str, digest: str | None = DIGEST, **fields) -> Dataset:
        files = tuple(File(name, self.url(name), digest, **fields) for name in names or ["good.tsv"])
        return Dataset(name="d", load="m:f", adapter="kg", files=files)


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        getattr(self, self.server.script.pop(0) if self.server.script else "good")()

    def good(self, body: bytes = CONTENT, length: int | None = None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def truncated(self):
        self.good(CONTENT[:-5], len(CONTENT))

    def short(self):
        """Truncated, and the length agrees."""
        self.good(CONTENT[:-5])

    def corrupted(self):
        self.good(b"x" + CONTENT[1:])

    def senseless(self):
        self.send_response(200)
        self.send_header("Content-Length", "many")
        self.end_headers()

    def absent(self):
        self.send_error(404)

    def failing(self):
        self.send_error(500)

    def busy(self):
        self.send_error(503)

    def moved(self):
        self.send_response(302)
        self.send_header("Location", "/elsewhere.tsv")
        self.end_headers()

    def away(self):
        """To where no one may be sent."""
        self.send_response(302)
        self.send_header("Location", self.server.away)
        self.end_headers()

    def endless(self):
        """A hundred times what was promised, and no length told."""
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(100):
                self.wfile.write(CONTENT)
        self.close_connection = True

    def circle(self):
        self.server.script.append("circle")
        self.moved()

    def stalled(self):
        """Half of the body, then silence until the other side has gone."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: len(CONTENT) // 2])
        self.wfile.flush()
        self.server.pausing.set()
        time.sleep(1.0)
        self.close_connection = True

    def slow(self):
        """Slow enough for another process to come meanwhile."""
        time.sleep(0.5)
        self.good()


@pytest.fixture
def server():
    made = Server()
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()
