"""What a training costs: time of all threads, memory, and energy if something measures it."""

from __future__ import annotations

import socket
import sys
import time
from types import SimpleNamespace

import pytest

from relxfer.train import meter


@pytest.fixture(autouse=True)
def fresh():
    meter._tracker.cache_clear()
    yield
    meter._tracker.cache_clear()


def with_codecarbon(monkeypatch, tracker):
    made = []
    module = SimpleNamespace(OfflineEmissionsTracker=lambda **options: made.append(options) or tracker)
    monkeypatch.setitem(sys.modules, "codecarbon", module)
    return made


def test_time_and_memory_are_measured(monkeypatch):
    monkeypatch.setitem(sys.modules, "codecarbon", None)
    with meter.Meter() as made:
        until = time.process_time() + 0.02
        while time.process_time() < until:
            pass
    assert made.cpu_seconds >= 0.02
    assert made.seconds >= 0.02
    assert made.peak_mb > 1
    assert made.energy_wh is None, "nothing measures it"


def test_energy_is_measured_by_one_offline_tracker(monkeypatch):
    tasks = []
    tracker = SimpleNamespace(
        start_task=tasks.append, stop_task=lambda name: SimpleNamespace(energy_consumed=0.002 * (name == tasks[-1]))
    )
    made = with_codecarbon(monkeypatch, tracker)
    for _ in range(2):
        with meter.Meter() as one:
            pass
        assert one.energy_wh == 2.0
    assert len(made) == 1, "a tracker takes seconds to start"
    assert made[0]["output_methods"] == []
    assert len(set(tasks)) == 2


def test_what_raises_is_not_measured_any_longer(monkeypatch):
    started, running = [], set()
    tracker = SimpleNamespace(
        start_task=lambda name: started.append(name) or running.add(name),
        stop_task=lambda name: running.remove(name) or SimpleNamespace(energy_consumed=0.0),
    )
    with_codecarbon(monkeypatch, tracker)
    with pytest.raises(KeyboardInterrupt), meter.Meter():
        raise KeyboardInterrupt
    assert started
    assert not running, "a task that goes on would take in the energy of the next cell"


def test_no_training_ends_because_energy_cannot_be_measured(monkeypatch):
    def fails(name):
        raise RuntimeError("no permission")

    with_codecarbon(monkeypatch, SimpleNamespace(start_task=fails, stop_task=fails))
    with meter.Meter() as made:
        pass
    assert made.energy_wh is None


@pytest.mark.extra
def test_codecarbon_itself_measures_without_the_network(monkeypatch):
    pytest.importorskip("codecarbon", reason="needs the extra energy")

    def refuses(*given):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuses)
    with meter.Meter() as made:
        until = time.process_time() + 0.1
        while time.process_time() < until:
            pass
    assert made.energy_wh > 0
