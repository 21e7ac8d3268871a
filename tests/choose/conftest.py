"""Experiments on points, whose configuration the tests of a package give as the fixture `config`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relxfer.declare import resolve
from relxfer.plugins import in_process
from relxfer.testing import blobs


@pytest.fixture(scope="session")
def plugins():
    return in_process.load([blobs])


@pytest.fixture
def experiment(plugins, config):
    """The experiment of the configuration with other values of some of its keys."""

    def of(**changes: Any) -> Any:
        return resolve.load({**config, **changes}, plugins, (), Path("unused"))

    return of
