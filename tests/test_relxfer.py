"""The public names of relxfer, and that importing it is cheap."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)


def test_importing_relxfer_is_light():
    done = run_python("import relxfer, sys; assert not {'torch', 'numpy', 'pydantic'} & set(sys.modules)")
    assert done.returncode == 0, done.stderr


def test_public_names_are_there():
    import relxfer

    assert all(getattr(relxfer, name) is not None for name in relxfer.__all__)
    assert relxfer.__all__ == sorted(relxfer.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = relxfer.nothing
