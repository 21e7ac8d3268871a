"""A good configuration, the built-in plugins that resolve it, and the problems of one that is not good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from relxfer.declare import resolve
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins


@pytest.fixture
def good() -> str:
    return """
name = "good"
seeds = 3
[source]
datasets = ["geo-world"]
[target]
dataset = "geo-us"
label_budgets = [10, 0, 10, "all"]
[[strategy]]
use = "finetune"
last_parts = 2
"""


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins.load(third_party=False)


@pytest.fixture
def problems(plugins: Plugins, tmp_path: Path) -> Callable[..., list[str]]:
    """A function of a configuration's text, and of changes to it: every problem, with its key."""

    def problems_of(text: str, *changes: str) -> list[str]:
        path = tmp_path / "run.toml"
        path.write_text(text)
        with pytest.raises(ConfigError) as caught:
            resolve.load(path, plugins, changes)
        assert all(line.startswith(("--set", str(path))) for line in str(caught.value).splitlines())
        return [str(problem) for problem in caught.value.problems]

    return problems_of
