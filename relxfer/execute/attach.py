"""Attaching models to domains, in the same way for training, evaluation and prediction."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeGuard

from relxfer.contract.data import Domain
from relxfer.contract.learners import Adapter, Learner, Model, SelfAttaching
from relxfer.contract.records import TargetAdapter
from relxfer.declare.experiment import Chosen
from relxfer.errors import Incompatible, PluginError, UsageError
from relxfer.execute.artefacts import Artefact
from relxfer.execute.stored.parts import Part
from relxfer.plan import fingerprints
from relxfer.plugins.versions import Versions

if TYPE_CHECKING:
    from relxfer.train.features import FeatureCache


class Attach:
    """Attaches models to domains and puts the learners on the device; the only caller of `Adapter.attach`
    and `SelfAttaching.attach`.

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
        """A learner whose features are not cached; that of a composite model is made of those of its members."""
        if (members := members_of(model)) is not None:
            learners = [self.plain(member, adapter, target, sources) for member in members]
            return _composed(model, learners, target)
        if attaches_itself(model):
            learner = checked(model, model.attach(target, tuple(sources)))
        else:
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

    def stored(
        self,
        artefact: Artefact,
        adapter: Chosen,
        target: Domain | None,
        sources: Sequence[Domain] = (),
        learnt: bool = True,
    ) -> Learner:
        """A learner of a stored model, as `cached`, for a composite model as for each of its members."""
        return self._of_part(artefact.load(), artefact.part, adapter, target, sources, learnt)

    def _of_part(
        self,
        model: Model,
        part: Part,
        adapter: Chosen,
        target: Domain | None,
        sources: Sequence[Domain],
        learnt: bool,
    ) -> Learner:
        members = members_of(model)
        if members is None:
            return self.cached(model, part.model, adapter, target, sources, learnt)
        learners = [
            self._of_part(member, stored, adapter, target, sources, learnt)
            for member, stored in zip(members, part.members, strict=True)
        ]
        return _composed(model, learners, target)

    def unbound(self, artefact: Artefact, adapter: Chosen) -> Learner:
        """A source model that is attached to no domain, so that it keeps its own head."""
        return self.stored(artefact, adapter, None)


def untrained(chosen: Chosen) -> Model:
    """A model with nothing learnt.

    Raises:
        Incompatible: it is a composite one, which strategies make of others.
    """
    if chosen.record.composite:
        raise Incompatible(
            "an architecture that can be trained",
            f"{chosen.name!r}, which is made of trained models",
            "name another model, or give the file of one as checkpoint in [source]",
        )
    model: Model = chosen.build(None, None)
    return model


def members_of(model: Model) -> Sequence[Model] | None:
    """The members of a composite model; None for another."""
    return getattr(model, "members", None) if hasattr(model, "offered_as") else None


def attaches_itself(model: Model) -> TypeGuard[SelfAttaching]:
    """Whether a model brings its own learner, so that the adapter is not asked; one with `members` is composed."""
    return hasattr(model, "attach") and members_of(model) is None


def _composed(model: Any, learners: Sequence[Learner], target: Domain | None) -> Learner:
    """The learner of a composite model."""
    return checked(model, model.attach(learners, target))


def checked(maker: Chosen | Model, made: Learner) -> Learner:
    """Return what an adapter, a strategy or a model that attaches itself returned.

    Raises:
        PluginError: it is not a learner.
    """
    if not (hasattr(made, "predict") and hasattr(made, "export")):
        raise PluginError(
            f"expected {_method(maker)} to return a learner, "
            f"got {'None' if made is None else type(made).__name__}; correct its return value"
        )
    return made


def _method(maker: Chosen | Model) -> str:
    if not isinstance(maker, Chosen):
        return f"attach of the model {type(maker).__name__}"
    method = "attach" if maker.record.kind == TargetAdapter.kind else "transfer"
    return f"{method} of the {maker.record.kind} {maker.name!r}"
