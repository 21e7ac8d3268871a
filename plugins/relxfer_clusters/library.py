"""Libraries of clusters, which are optional."""

from __future__ import annotations

import importlib
from typing import Any

from relxfer.errors import UsageError


def library(name: str, extra: str) -> Any:
    """Import the library of an executor.

    name   of its module
    extra  of relxfer that brings it, which is also the name of the executor

    Raises:
        UsageError: it is not installed; the message says how to install it.

    >>> library("no_such_module", "ray")
    Traceback (most recent call last):
    ...
    relxfer.errors.UsageError: The executor ray needs no_such_module, which is not installed. Run pip install \
'relxfer[ray]', or use the executor processes.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UsageError(
            f"The executor {extra} needs {name}, which is not installed. Run pip install 'relxfer[{extra}]', or use "
            "the executor processes."
        ) from None
