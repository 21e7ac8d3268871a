"""Scratch of each architecture: the row that trains it on the target alone, over which the gains of its rows are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from relxfer.declare.experiment import Chosen, Method, Source, Target


@dataclass(frozen=True)
class Scratch:
    """Finds or makes the row of scratch for the architecture of each row.

    The architecture of a row is its own model with its own adapter. Rows without them have those of the target or of
    the source, which are one architecture here, because each block of the report has one source and one target.
    """

    targets: Sequence[Target]
    sources: Sequence[Source]

    def missing(self, methods: Sequence[Method], strategies: Sequence[Chosen]) -> Iterator[Method]:
        """Rows of scratch that are not there: one for each architecture of a row that is compared, at least one.

        A prior and the baseline that the user declares are compared with nothing; without a source there is no direct
        transfer.
        """
        roles = ("candidate", "direct") if self.sources else ("candidate",)
        compared = [method for method in methods if method.role in roles and not method.baseline]
        made = [method for method in methods if method.role == "scratch"]
        for method in [*compared, *([] if made else [Method("", ())])]:
            if not any(self._same(method, row) for row in made):
                own = self._own(method)
                rows = [Method(label(strategy.name, *own), (strategy,), "scratch", *own) for strategy in strategies]
                made += rows
                yield from rows

    def named(self, methods: Sequence[Method]) -> Iterator[Method]:
        """The rows, each with the name of scratch of its architecture."""
        rows = [method for method in methods if method.role == "scratch"]
        for method in methods:
            found = next((row.name for row in rows if self._same(method, row)), None)
            scratch = found or label("scratch", *self._own(method))
            tuned = (replace(each, method=replace(each.method, scratch=scratch)) for each in method.tuned)
            yield replace(method, scratch=scratch, tuned=tuple(tuned))

    def _own(self, method: Method) -> tuple[Chosen | None, Chosen | None]:
        """The model and the adapter of a row; None where they are those of every target and source anyway."""
        adapters = [target.adapter for target in self.targets]
        model = None if _all(method.model, self._models()) else method.model
        return model, None if _all(method.adapter, adapters) else method.adapter

    def _models(self) -> list[Chosen | None]:
        """The models of rows without one of their own; None for that of a file, which is not read yet."""
        return [_model(source, target) for target in self.targets for source in self.sources or (None,)]

    def _same(self, one: Method, other: Method) -> bool:
        """Whether two rows have the same architecture."""
        return all(_equal(*both) for both in zip(self._own(one), self._own(other), strict=True))


def _model(source: Source | None, target: Target) -> Chosen | None:
    if target.config.model or source is None:
        return target.model
    return None if source.given and source.config.model is None else source.model


def label(name: str, model: Chosen | None, adapter: Chosen | None) -> str:
    """The name of a row of scratch, with the architecture in brackets where the row has its own."""
    own = [chosen.described for chosen in (model, adapter) if chosen]
    return f"{name} ({' with '.join(own)})" if own else name


def _all(chosen: Chosen | None, others: Sequence[Chosen | None]) -> bool:
    return chosen is not None and all(chosen.same_as(other) for other in others)


def _equal(one: Chosen | None, other: Chosen | None) -> bool:
    return other is None if one is None else one.same_as(other)
