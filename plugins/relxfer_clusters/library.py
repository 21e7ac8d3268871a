"""Libraries of clusters, which are optional."""

from __future__ import annotations

import importlib
from typing import Any

from relxfer.errors import NotInstalled


def library(name: str, extra: str) -> Any:
    """Import the library of an executor.

    name   of its module
    extra  of relxfer that brings it, which is also the name of the executor

    Raises:
        NotInstalled: it is not installed; the message says how to install it.

    >>> library("ram", "ray")
    Traceback (most recent call last):
    ...
    relxfer.errors.NotInstalled: expected ram for the executor ray, got none; pip install 'relxfer[ray]', or use the \
executor processes
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise NotInstalled(name, f"the executor {extra}", extra, "use the executor processes") from None
