"""What a contract says about an offer with a planted fault."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def failed(tmp_path_factory, request) -> Callable[..., dict[str, str]]:
    """A function that runs the tests of a contract, and returns the message of each that failed.

    Only the tests that are named are run; all, if none are. Those that pass or are skipped are left out.
    """

    def run(contract: type, *names: str) -> dict[str, str]:
        made, messages = contract(), {}
        for name in names or [name for name in dir(contract) if name.startswith("test_")]:
            try:
                getattr(made, name)(**given(made, getattr(contract, name)))
            except pytest.skip.Exception:
                continue
            except (Exception, pytest.fail.Exception) as error:
                messages[name] = f"{type(error).__name__}: {error}"
        return messages

    def given(made: Any, function: Callable[..., Any]) -> dict[str, Any]:
        """The arguments of a test or of a fixture: fixtures of its class, and those of pytest."""
        return {name: fixture(made, name) for name in list(inspect.signature(function).parameters)[1:]}

    def fixture(made: Any, name: str) -> Any:
        if name == "tmp_path":
            return tmp_path_factory.mktemp("planted")
        if hasattr(type(made), name):
            function = getattr(type(made), name)._get_wrapped_function()
            return function(made, **given(made, function))
        return request.getfixturevalue(name)

    return run


@pytest.fixture(scope="module", autouse=True)
def _hashed_once(engine_hashed_once: None) -> None:
    """No test in this folder changes code of the engine."""
