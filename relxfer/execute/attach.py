"""Attaching models to domains, in the same way for training, evaluation and prediction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from relxfer.contract.data import Domain
from relxfer.contract.learners import Adapter, Learner, Model
from relxfer.contract.records import TargetAdapter
from relxfer.declare.experiment import Chosen
from relxfer.errors import PluginError, UsageError
from relxfer.execute.artefacts import Artefact
from relxfer.plan import fingerprints
from relxfer.plugins.versions import Versions

if TYPE_CHECKING:
    from relxfer.train.features import FeatureCache


class Attach:
    """Attaches models to domains and puts the learners on the device; the only caller of `Adapter.attach`.

    wanted  device of the configuration: auto, cpu or cuda
    code    versions of the code, for the fingerprints of frozen bodies
    """

    def __init__(self, wanted: str, code: Versions):
        self.wanted, self.code = wanted, code
        self._assigned: str | None = None

    def use(self, device: str | None) -> None:
        """Put learners on this device from now on, such as "cuda:1"; None: on that of the configuration.

        Raises:
            UsageError: there is no such device.
        """
        if device is not None and device.startswith("cuda") and device != self._assigned:
            import torch

            count, number = torch.cuda.device_count(), torch.device(device).index or 0
            if number >= count:
                raise UsageError(
                    f"expected the device {device!r}, which a process was assigned, got {count} GPUs that torch can "
                    "use; correct `devices` of the executor"
                )
            torch.cuda.set_device(number)
        self._assigned = device

    @property
    def device(self) -> str:
        """The device of learners: the one that was assigned, or that of the configuration."""
        return self._assigned or self.configured

    @cached_property
    def configured(self) -> str:
        """cpu or cuda; "auto" is cuda if torch can use it.

        Raises:
            UsageError: cuda is asked for and not available.
        """
        import torch

        there = torch.cuda.is_available()
        if self.wanted == "cuda" and not there:
            raise UsageError('expected a GPU for device = "cuda", got none that torch can use; write "cpu" or "auto"')
        return "cuda" if there and self.wanted != "cpu" else "cpu"

    @cached_property
    def features(self) -> FeatureCache:
        """The cache of features of frozen networks, which all cells share."""
        from relxfer.train.feature_files import FeatureFiles
        from relxfer.train.features import FeatureCache

        return FeatureCache(FeatureFiles.of_user())

    def plain(self, model: Model, adapter: Chosen, target: Domain | None, sources: Sequence[Domain]) -> Learner:
        """A learner whose features are not cached."""
        made: Adapter = adapter.build()
        learner = checked(adapter, made.attach(model, target, tuple(sources)))
        if self.device != "cpu" and hasattr(learner, "module"):
            learner.module.to(self.device)
        return learner

    def cached(
        self,
        model: Model,
        of: Chosen,
        adapter: Chosen,
        target: Domain | None,
        sources: Sequence[Domain] = (),
        learnt: bool = True,
    ) -> Learner:
        """A learner whose frozen body computes the features of each query only once.

        of      the architecture with its options, which identifies the body in the cache
        learnt  whether the body comes from a source, so that its features are worth keeping between runs
        """
        from relxfer.train.features import Attached

        learner = self.plain(model, adapter, target, sources)
        if hasattr(learner, "features") and hasattr(learner, "head"):
            body = fingerprints.of_body(of, adapter, self.code)
            with suppress(AttributeError):  # the class of the learner may have `__slots__`
                learner.attached = Attached.of(self.features, learner, body, learnt)  # type: ignore[attr-defined]
        return learner

    def unbound(self, artefact: Artefact, adapter: Chosen) -> Learner:
        """A source model that is attached to no domain, so that it keeps its own head."""
        return self.cached(artefact.load(), artefact.model, adapter, None)


def checked(maker: Chosen, made: Learner) -> Learner:
    """Return what an adapter or a strategy returned.

    Raises:
        PluginError: it is not a learner.
    """
    if not (hasattr(made, "predict") and hasattr(made, "export")):
        method = "attach" if maker.record.kind == TargetAdapter.kind else "transfer"
        raise PluginError(
            f"expected {method} of the {maker.record.kind} {maker.name!r} to return a learner, "
            f"got {'None' if made is None else type(made).__name__}; correct its return value"
        )
    return made
