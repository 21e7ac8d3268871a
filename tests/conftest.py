"""What several tests need: the shared data, where it is at hand, and a server that does what it is told."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from relxfer.contract.file import File
from relxfer.contract.records import Dataset

# A machine that is busy with other things is slow, and no test is about that.
settings.register_profile("relxfer", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("relxfer")

if "PYTEST_XDIST_WORKER" in os.environ:  # before anything imports torch: a worker has one thread
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# Tests run on the processor, whatever else is there; what is about a GPU is a process of its own (see `gpus`).
HIDDEN = "RELXFER_HIDDEN_GPUS"
if os.environ.get(HIDDEN) != "shown":
    os.environ.setdefault(HIDDEN, os.environ.get("CUDA_VISIBLE_DEVICES", "all"))
    os.environ["CUDA_VISIBLE_DEVICES"] = ""

# Runs are sealed with a key of these tests, not with that of whoever runs them; processes that tests start share it.
if "RELXFER_TEST_STATE" not in os.environ:
    STATE = tempfile.TemporaryDirectory(prefix="relxfer-state-")
    os.environ["RELXFER_TEST_STATE"] = os.environ["XDG_STATE_HOME"] = STATE.name

# A run waits 18 times until the disk has what it wrote, which matters when the power fails: no test can see it.
os.fsync = lambda descriptor: None

# No test depends on what another kept, or on the user's own.
os.environ["RELXFER_FEATURES"] = "off"

ROOT = Path(__file__).resolve().parents[1]
#: What `engine_hashed_once` keeps: (distribution, module) -> version and digests of files; modules -> version.
ENGINE: dict[tuple[str, str | None], tuple[str, dict[str, str | None]]] = {}
BLOBS: dict[frozenset[str], str | None] = {}


@pytest.fixture(autouse=True)
def unmeasured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`relxfer init` writes its best configuration without measuring it, unless the test has the marker `measured`."""
    if request.node.get_closest_marker("measured") is None:
        monkeypatch.setattr("relxfer.cli.init._affordable", _best)


def _best(drafts: Any, *rest: Any) -> Any:
    from relxfer.choose.affordable import Affordable

    return Affordable(drafts[0], drafts[0], 0, unknown="not measured")


@pytest.fixture(scope="module")
def engine_hashed_once() -> Iterator[None]:
    """Where no test changes code of relxfer or of the blobs, it is hashed once, and not in each run."""
    from relxfer.plugins import versions
    from relxfer.testing import blobs

    of, of_plugin = versions.Versions.of, versions.of_plugin

    def version(self: versions.Versions, name: str, module: str | None = None) -> str:
        if name not in self._versions and (name, module) in ENGINE:
            self._versions[name], files = ENGINE[name, module]
            self._files |= files
        found = of(self, name, module)
        if name == "relxfer":
            ENGINE.setdefault((name, module), (found, dict(self._files)))
        return found

    def version_of_plugin(plugin: Any, names: Iterable[str]) -> str | None:
        modules = frozenset(names)
        if plugin is not blobs:
            return of_plugin(plugin, modules)
        if modules not in BLOBS:
            BLOBS[modules] = of_plugin(plugin, modules)
        return BLOBS[modules]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions.Versions, "of", version)
        patch.setattr(versions, "of_plugin", version_of_plugin)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def gpus() -> dict[str, str]:
    """The environment of a process that sees the GPUs of this machine; skips where the kernels can use none."""
    import torch

    environment = os.environ | {"CUDA_VISIBLE_DEVICES": os.environ[HIDDEN], HIDDEN: "shown"}
    if environment["CUDA_VISIBLE_DEVICES"] == "all":
        del environment["CUDA_VISIBLE_DEVICES"]
    asks = "import torch, triton; assert torch.version.hip or torch.cuda.get_device_capability() >= (8, 0)"
    command = [sys.executable, "-c", asks]
    built = torch.backends.cuda.is_built()
    if not built or subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
        pytest.skip("needs a GPU of compute capability 8.0, a build of torch that can use it, and triton")
    return environment


@pytest.fixture(scope="session")
def shared() -> Path:
    """Public data and golden outputs beside the checkout; tests that need them skip where they are absent."""
    folder = Path(os.environ.get("RELXFER_SHARED", ROOT.parent / "shared"))
    if not (folder / "golden").is_dir():
        pytest.skip(f"no shared data at {folder} (set RELXFER_SHARED)")
    return folder


# ---------------------------------------------------------------- a server

CONTENT = b"a\tr\tb\n" * 20_000
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


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
        return Dataset(name="d", load="m:f", content="knowledge-graph", files=files)


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


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A hub on this machine in place of the real one, with a login, and a data root of its own."""
    library = pytest.importorskip("huggingface_hub.constants", reason="the extra hub is not installed")
    spec = importlib.util.spec_from_file_location("relxfer_test_hub", ROOT / "tests" / "store" / "hub" / "server.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.Hub() as server:
        for name, value in {"ENDPOINT": server.address, "HF_HUB_DISABLE_XET": True, "HF_HUB_OFFLINE": False}.items():
            monkeypatch.setattr(library, name, value)
        template = server.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(library, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        for name, value in {"HF_TOKEN": module.TOKEN, "RELXFER_DATA": str(tmp_path / "data")}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("relxfer.store.hub.client.PAUSES", (0.0, 0.0))
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        from relxfer.store.hub.fetch import fetched

        fetched.cache_clear()
        yield server
        server.shutdown()
        server.server_close()
