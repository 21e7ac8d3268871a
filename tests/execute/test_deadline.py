"""A time limit is the only thing that leaves its block, and leaves nothing behind: no alarm, no half import."""

from __future__ import annotations

import importlib
import random
import signal
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from relxfer.declare.resolve import load
from relxfer.errors import ConfigError, TimedOut
from relxfer.execute.deadline import deadline
from relxfer.plugins.finder import Plugins
from relxfer.store import files

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
MODULES = 12


@pytest.fixture
def lazy(tmp_path, monkeypatch):
    """A package whose modules import each other when they are used, and take a while; its name."""
    name = f"lazy_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("READY = True\n")
    for number in range(MODULES):
        after = f"    from {name} import part{number + 1}\n    return part{number + 1}.VALUE\n"
        (folder / f"part{number}.py").write_text(
            "import time\n"
            "for turn in range(20):\n    time.sleep(0)\n"
            f"VALUE = {number}\n"
            "def following():\n" + (after if number + 1 < MODULES else "    return None\n")
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    forget(name)


def forget(name: str) -> None:
    for module in [key for key in sys.modules if key.partition(".")[0] == name]:
        del sys.modules[module]


def used(name: str) -> None:
    """Every module, by the attribute of the package that its import sets, as `sympy.printing` is."""
    for number in range(MODULES):
        importlib.import_module(f"{name}.part{number}").following()
    package = sys.modules[name]
    assert [getattr(package, f"part{number}").VALUE for number in range(MODULES)] == list(range(MODULES))


def within(seconds: float, work, *arguments) -> None:
    """The work, and then for ever nothing."""
    with deadline(seconds):
        work(*arguments)
        while True:
            sum(range(20))


def armed() -> tuple:
    return signal.getitimer(signal.ITIMER_REAL)[0], signal.getsignal(signal.SIGALRM)


@pytest.fixture(autouse=True)
def nothing_stays():
    """What the test runner armed for itself is armed again."""
    handler = signal.getsignal(signal.SIGALRM)
    left, every = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
        assert armed() == (0, handler)
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, every)


def test_an_alarm_during_any_import_leaves_every_module_whole(lazy):
    before, draw = armed(), random.Random(0)
    started = time.perf_counter()
    used(lazy)
    longest = 1.5 * (time.perf_counter() - started)
    for _ in range(300):
        forget(lazy)
        with pytest.raises(TimedOut):
            within(draw.uniform(1e-7, longest), used, lazy)
        assert armed() == before
        used(lazy)


def test_nothing_but_the_limit_leaves_a_block_however_short(lazy):
    """At the beginning, at the end, in a finally, and between two blocks."""
    before, late = armed(), 0
    for number in range(3000):
        steps = number % 30
        try:
            with deadline(10 ** -(4 + number % 5)):
                try:
                    for _ in range(steps):
                        sum(range(20))
                finally:
                    for _ in range(steps):
                        sum(range(20))
        except TimedOut:
            late += 1
        assert armed() == before
    assert late
    time.sleep(0.05)  # an alarm that was left would ring now


def test_what_keeps_order_is_entered_and_left_whole():
    import torch

    filters, held = warnings.filters[:], []

    @contextmanager
    def lock():
        held.append(1)
        sum(range(50))
        try:
            yield
        finally:
            sum(range(50))
            held.pop()

    draw, late = random.Random(1), 0
    for _ in range(600):
        try:
            with deadline(draw.uniform(1e-6, 4e-4)):
                while True:
                    with lock(), torch.no_grad(), warnings.catch_warnings():
                        warnings.simplefilter("ignore")
        except TimedOut:
            late += 1
        assert (held, torch.is_grad_enabled()) == ([], True)
        assert warnings.filters == filters
    assert late == 600


def test_files_are_written_whole(tmp_path):
    draw, path = random.Random(2), tmp_path / "trace.jsonl"
    for number in range(120):
        with suppress(TimedOut), deadline(draw.uniform(1e-6, 2e-3)):
            for _ in range(3):
                files.append_line(path, {"n": number, "text": "x" * 20_000})
                files.write_json(tmp_path / "card.json", {"n": number})
        if (tmp_path / "card.json").exists():
            files.read_json(tmp_path / "card.json")
    assert len(files.read_lines(path)) == len(path.read_bytes().splitlines())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["card.json", "trace.jsonl"], "no temporary file"


def test_nested_the_inner_one_holds_inside_and_the_outer_one_goes_on():
    def inner() -> None:
        with pytest.raises(TimedOut, match=r"timeout_seconds = 0\.05"):
            within(0.05, time.sleep, 10)
        with deadline(100):
            pass

    with pytest.raises(TimedOut, match=r"timeout_seconds = 0\.3"):
        within(0.3, inner)
    with deadline(100), deadline(50):
        pass


def test_the_timer_of_others_goes_on():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with deadline(10):
            time.sleep(0.3)
        time.sleep(0.2)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_another_error_that_the_alarm_became_is_told_as_the_limit():
    def wraps() -> None:
        try:
            time.sleep(10)
        except BaseException as error:
            raise RuntimeError("wrapped") from error

    with pytest.raises(TimedOut):
        within(0.02, wraps)
    with pytest.raises(ValueError, match="its own"), deadline(10):
        raise ValueError("its own")


def test_what_hangs_while_it_is_left_ends_all_the_same(monkeypatch):
    monkeypatch.setattr("relxfer.execute.deadline._GRACE", 0.1)

    class Waits:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            time.sleep(60)

    started = time.monotonic()
    with pytest.raises(TimedOut), deadline(0.05), Waits():
        pass
    assert time.monotonic() - started < 30


def test_a_block_that_an_interrupt_left_open_is_closed_by_the_next_ring():
    limit = deadline(0.05)

    def enter() -> None:
        limit.__enter__()

    enter()  # its frame is gone
    time.sleep(0.2)
    assert armed()[0] == 0


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("0", "greater than 0"),
        ("-1", "greater than 0"),
        ("1e300", "at most 100000000"),
        ("inf", "a finite number"),
        ("nan", "a finite number"),
    ],
)
def test_a_limit_that_no_timer_holds_is_refused_in_words(tmp_path, value, told):
    path = tmp_path / "c.toml"
    path.write_text(
        f'timeout_seconds = {value}\nsource = {{datasets = ["geo-world"]}}\ntarget = {{dataset = "geo-us"}}\n'
    )
    with pytest.raises(ConfigError, match=f"timeout_seconds: expected .*{told}"):
        load(path, Plugins.load(third_party=False))


@pytest.mark.parametrize("seconds", [1e-7, 1e-6, 1e8])
def test_the_ends_of_what_a_timer_holds(seconds):
    try:
        with deadline(seconds):
            pass
    except TimedOut:
        assert seconds < 1


SCRIPT = """
import sys
from pathlib import Path

import relxfer

folder, timeout = Path(sys.argv[1]), float(sys.argv[2])
config = {
    "seeds": 1, "threads": 1, "device": "cpu",
    "source": {"model": "gcn", "datasets": ["karate-club"], "training": {"steps": 2}},
    "target": {
        "dataset": "karate-club", "label_budgets": [4, "all"],
        "adapter": {"use": "networks", "features": ["structure"]},
    },
    "training": {"steps": 2}, "strategy": [{"use": name} for name in ("finetune", "mmd", "pairalign")],
}
late = relxfer.run(config | {"timeout_seconds": timeout}, folder / "late")
for cell in late.cells:
    if cell.status != "done":
        assert "within timeout_seconds" in cell.reason or "needs" in cell.reason, cell
whole = relxfer.run(config, folder / "whole")
assert not whole.failed, whole.failed
print(len(late.failed), len(whole.cells))
"""


@pytest.mark.parametrize("timeout", ["1e-6", "0.3"])
def test_cells_that_were_cut_short_leave_the_process_as_it_was(tmp_path, timeout):
    """In a process of its own, where nothing heavy is imported yet."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path), timeout],
        capture_output=True, text=True, timeout=250, cwd=Path(__file__).parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    failed, cells = map(int, done.stdout.split())
    assert cells
    if timeout == "1e-6":
        assert failed
