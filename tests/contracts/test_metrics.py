"""Every built-in metric keeps the contract."""

from __future__ import annotations

from relxfer.plugins.finder import Plugins
from relxfer.testing import MetricContract

NAMES = Plugins.load(third_party=False).names("metric")


def _contract(name: str) -> type:
    return type(f"Test_{name.replace('-', '_').replace('@', '_')}", (MetricContract,), {"metric": name})


globals().update({made.__name__: made for made in map(_contract, NAMES)})


def test_there_are_metrics():
    assert len(NAMES) > 12
