"""Shared by the tests of networks: the shared data where it is at hand, the user's tables, and memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from relxfer_social.data.user_files import load
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkFiles

from relxfer.contract.data import Domain
from relxfer.errors import DataError

EDGES = "source,target\n0,1\n1,2\n2,10\n10,2\n0,0\n"
NODES = "node,label,size,kind\n0,a,1.5,x\n1,b,0,y\n2,a,-2,\n10,b,3,x\n11,,4,x\n"


@pytest.fixture(scope="session")
def shared_file(shared) -> Callable[[str], Path]:
    """The path of one shared file."""

    def find(relative: str) -> Path:
        path = shared / relative
        if not path.exists():
            pytest.skip(f"no {relative} in the shared data")
        return path

    return find


@pytest.fixture
def tables(tmp_path: Path) -> Callable[..., dict[str, Path]]:
    """Writes a list of edges and a table of nodes; the options that name them."""

    def write(edges: str = EDGES, nodes: str = NODES) -> dict[str, Path]:
        (tmp_path / "edges.csv").write_text(edges)
        (tmp_path / "nodes.csv").write_text(nodes)
        return {"path": tmp_path / "edges.csv", "nodes": tmp_path / "nodes.csv"}

    return write


@pytest.fixture(scope="session")
def loaded() -> Callable[..., Domain]:
    """The domain of the user's network, by the keys of `network-files`."""
    return lambda **keys: load(NetworkFiles(**keys))


@pytest.fixture(scope="session")
def fails(loaded: Callable[..., Domain]) -> Callable[..., str]:
    """The message with which it is refused."""

    def message(**keys: Any) -> str:
        with pytest.raises(DataError) as error:
            loaded(**keys)
        return str(error.value)

    return message


@pytest.fixture(scope="session")
def star() -> Callable[[int], Network]:
    """A hub, and a ring of so many leaves round it."""

    def made(leaves: int) -> Network:
        ring = np.arange(1, leaves + 1)
        edges = np.concatenate([np.stack([np.zeros_like(ring), ring]), np.stack([ring, np.roll(ring, 1)])], 1)
        return Network(tuple(map(str, range(leaves + 1))), both_ways(edges))

    return made


@pytest.fixture(scope="session")
def peak_mb() -> Callable[[Callable[[], Any]], float]:
    """The most memory in MiB that a piece of work held at once."""

    def measured(work: Callable[[], Any]) -> float:
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1] / 2**20
        finally:
            tracemalloc.stop()

    return measured
