"""Features of frozen networks, computed once for all cells that need them, and kept on disk between runs."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relxfer.authoring.torch_learner import features_of
from relxfer.contract.data import Examples, Pieces
from relxfer.store import files
from relxfer.train.feature_files import FeatureFiles

#: The most bytes of features in memory.
MOST = 256 * 2**20
#: The number of pieces in one file; after an interruption, at most this number is computed again.
WRITTEN_TOGETHER = 64


@dataclass
class FeatureCache:
    """Cached features, by everything they depend on: code, weights below the head, the machine, and the queries.

    Queries that are computed together never depend on earlier requests, so that every run gets the same bits: they are
    the fixed pieces of a learner that has them, and otherwise all queries of the request.

    disk  files for features of published or pre-trained networks; None: in memory only
    kept  key -> features, and the objects whose ids are in the key
    """

    disk: FeatureFiles | None = None
    kept: OrderedDict[str, tuple[np.ndarray, Any]] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _unused: bool = False

    @contextmanager
    def unused(self) -> Iterator[None]:
        """Inside the block, every learner computes its predictions by itself (`Attached.features` gives None)."""
        before, self._unused = self._unused, True
        try:
            yield
        finally:
            self._unused = before

    def of(self, learner: Any, examples: Examples, body: Body | None = None) -> np.ndarray:
        """float32 [n, width]: the features of queries, read-only.

        body  of the learner; None: determined here
        """
        hidden, body = examples.hidden(), body or Body.of(learner)
        pieces = _pieces_of(learner, hidden)
        if pieces is None:
            key = f"{body.key}/{id(hidden.inputs)}/{hidden.digest()}"
            held = (hidden.inputs, learner.module)  # keeps both alive, so that their ids stay unique
            return self.kept[key][0] if key in self.kept else self._keep(key, features_of(learner, hidden), held)
        features = np.empty((len(hidden), learner.width), np.float32)
        for places, of_piece in self._pieces(learner, body, pieces):
            features[places] = of_piece[pieces.rows[places]]
        features.setflags(write=False)
        return features

    def _pieces(self, learner: Any, body: Body, pieces: Pieces) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """For each piece, the positions of its queries among those requested, and the features of the whole piece."""
        new: dict[str, np.ndarray] = {}
        disk = self.disk if body.lasting else None
        for number, places in _grouped(pieces.numbers):
            content, whole = pieces.content(number), pieces.whole(number)
            features = self._held(f"{body.key}/{content}", (len(whole), learner.width), disk, body.key)
            if features is None:
                features = self._keep(f"{body.key}/{content}", features_of(learner, whole))
                new[content] = features
            yield places, features
            if disk and len(new) == WRITTEN_TOGETHER:
                disk.write(body.key, new)
                new = {}
        if disk and new:
            disk.write(body.key, new)

    def _held(self, key: str, shape: tuple[int, int], disk: FeatureFiles | None, body: str) -> np.ndarray | None:
        if key not in self.kept and disk:
            for content, features in disk.unread(body):
                self._keep(f"{body}/{content}", features)
        if key not in self.kept:
            return None
        self.kept.move_to_end(key)
        features = self.kept[key][0]
        return features if features.shape == shape and features.dtype == np.float32 else None

    def _keep(self, key: str, features: np.ndarray, held: Any = None) -> np.ndarray:
        """Keep features in memory, and drop the least recently used ones if there are too many."""
        features.setflags(write=False)
        before, _ = self.kept.pop(key, (None, None))
        self.kept[key] = (features, held)
        self._bytes += features.nbytes - (0 if before is None else before.nbytes)
        while self._bytes > MOST and len(self.kept) > 1:
            self._bytes -= self.kept.popitem(last=False)[1][0].nbytes
        return features


@dataclass(frozen=True)
class Attached:
    """The body of a learner, which is everything below the head, when the engine attached it.

    cache    for its features
    origin   a hash of architecture, adapter, their options and code
    weights  a hash of the weights of its body
    learnt   whether the body comes from a source, so that its features are worth keeping on disk
    """

    cache: FeatureCache
    origin: str
    weights: str
    learnt: bool

    @classmethod
    def of(cls, cache: FeatureCache, learner: Any, origin: str, learnt: bool) -> Attached:
        """The body of a learner as it is now."""
        return cls(cache, origin, _weights(learner), learnt)

    def features(self, learner: Any, examples: Examples) -> np.ndarray | None:
        """float32 [n, width] of queries without answers.

        None if features depend on more than the content of each query, if the body was trained since it was attached,
        if there are too many features to keep, or if the cache is not to be used.
        """
        if self.cache._unused:
            return None
        alone = 4 * learner.width * len(examples) <= MOST and _pieces_of(learner, examples) is not None
        body = Body.of(learner) if alone else None
        return self.cache.of(learner, examples, body) if body and body.as_it_came else None


@dataclass(frozen=True)
class Body:
    """Everything but the queries that the features of a learner depend on.

    key         a hash of it
    as_it_came  whether the body has not been trained since it was attached
    lasting     whether its features are kept on disk
    """

    key: str
    as_it_came: bool
    lasting: bool

    @classmethod
    def of(cls, learner: Any) -> Body:
        """The body of a learner as it is now."""
        attached, weights = getattr(learner, "attached", None), _weights(learner)
        origin = attached.origin if attached else f"module {id(learner.module)}"
        unchanged = attached.weights == weights if attached else False
        key = files.sha256(origin, weights, str(learner.width), *_machine(learner))
        return cls(key, unchanged, unchanged and bool(attached and attached.learnt))


def _pieces_of(learner: Any, examples: Examples) -> Pieces | None:
    has_pieces = getattr(learner, "attached", None) is not None and hasattr(learner, "pieces")
    return learner.pieces(examples) if has_pieces else None


def _weights(learner: Any) -> str:
    """A hash of the parameters and buffers below the head."""
    head = {id(tensor) for tensor in (*learner.head.parameters(), *learner.head.buffers())}
    named = (*learner.module.named_parameters(), *learner.module.named_buffers())
    return files.arrays_digest({name: t.detach().cpu().numpy() for name, t in named if id(t) not in head})


def _machine(learner: Any) -> tuple[str, ...]:
    """Versions, device, processor and threads, which may change the last bits of features."""
    import torch

    from relxfer.train.machine import processor

    settings = [os.environ.get(name, "") for name in ("ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR")]
    device = next(learner.module.parameters()).device.type
    kernels = torch.backends.cpu.get_cpu_capability()
    return torch.__version__, device, processor(), kernels, str(torch.get_num_threads()), *settings


def _grouped(numbers: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each number, in ascending order, with its positions."""
    order = np.argsort(numbers, kind="stable")
    values, starts = np.unique(numbers[order], return_index=True)
    yield from zip(values.tolist(), np.split(order, starts[1:]), strict=True) if len(numbers) else ()
