"""Kernels in Triton are run in processes of their own: how they run is decided before Triton is imported."""

import os
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def needs_triton() -> None:
    """Skips where Triton is absent, or too old: the interpreter of 3.2 does not run with numpy 2.4."""
    if find_spec("triton") is None or tuple(map(int, version("triton").split(".")[:2])) < (3, 7):
        pytest.skip("needs triton from 3.7 (pip install triton)")


@pytest.fixture(scope="session")
def in_a_process():
    """Run python with these arguments and variables; what it prints."""

    def run(arguments, environment=os.environ, **changes) -> str:
        environment = {**environment, "PYTHONPATH": os.pathsep.join(sys.path), **changes}
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def checks_pass(in_a_process):
    """Run a file of checks of this folder with pytest, in Triton's interpreter or on a GPU."""

    def run(name: str, environment, interpret: bool) -> None:
        path = Path(__file__).with_name(name)
        command = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(path)]
        assert "passed" in in_a_process(command, environment, TRITON_INTERPRET=str(int(interpret)))

    return run
