"""What `relxfer.testing` exports, and when it imports pytest."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

import relxfer.testing


def test_its_names_are_there_and_no_other():
    assert [getattr(relxfer.testing, name).__name__ for name in relxfer.testing.__all__] == relxfer.testing.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = relxfer.testing.nothing


def test_importing_it_is_light():
    code = "import relxfer.testing, sys; assert not {'torch', 'pytest'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_failed_assertion_shows_what_it_compared(tmp_path):
    """In a suite of its own, as an author has it: pytest rewrites the assertions of what is imported in time."""
    suite = """
        from types import SimpleNamespace as Namespace
        import numpy as np
        from relxfer.testing import AdapterContract

        def learner(size):
            model = Namespace(state=lambda: ({"head": np.zeros(size)}, {}))
            return Namespace(export=lambda: model)

        def test_new():
            world = Namespace(attach=lambda arrays, card: learner(1))
            AdapterContract().test_a_new_model_has_the_same_shapes_and_has_learnt_nothing(world, learner(3))
    """
    (tmp_path / "test_mine.py").write_text(textwrap.dedent(suite))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "{'head': (1,)} == {'head': (3,)}" in done.stdout
