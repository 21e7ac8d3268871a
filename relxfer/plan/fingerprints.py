"""The three fingerprints: everything that decides a result, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from relxfer.contract.data import Domain
from relxfer.contract.options import TrainingOptions
from relxfer.declare.resolve import Chosen, Source
from relxfer.errors import Changed
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Selection
from relxfer.plan.views import digest
from relxfer.plugins.finder import IN_PROCESS
from relxfer.plugins.versions import Versions
from relxfer.store import files

if TYPE_CHECKING:
    from relxfer.execute.artefacts import Artefact

#: Changes with the meaning of stored per-query values.
EVALUATION_VERSION = 1


class Fingerprint(str):
    """A hash that also knows the hash of every part that it is of.

    >>> planned, found = (Fingerprint.of(seed=1, code=version) for version in ("1.0", "1.1"))
    >>> found.check(planned)
    Traceback (most recent call last):
    ...
    relxfer.errors.Changed: expected the data and code that the run was planned with, got another code: changed while \
the run went on; run again
    """

    parts: dict[str, str]

    @classmethod
    def of(cls, **parts: Any) -> Fingerprint:
        hashes = {name: files.fingerprint(part) for name, part in parts.items()}
        made = cls(files.fingerprint(hashes))
        made.parts = hashes
        return made

    def check(self, planned: Fingerprint | None) -> None:
        """`Changed` names what is not as it was planned."""
        if planned is not None and planned != self:
            raise Changed.of(_WORDS.get(name, name) for name, part in self.parts.items() if planned.parts[name] != part)


#: What a part is called in a message.
_WORDS = {
    "start": "model to go on from",
    "views": "data of the source",
    "artefact": "source model",
    "target": "data of the target",
    "sources": "data of the source",
    "domain": "data of the target or its test",
    "stages": "strategy",
    "training": "training options",
    "selection": "validator or data that it sees",
    "versions": "code",
}


def of_source(
    source: Source,
    start: Artefact | None,
    adapter: Chosen,
    views: Sequence[Domain],
    selection: Selection,
    seed: int,
    code: Versions,
) -> Fingerprint:
    """Source stage: architecture and options, what it goes on from, source views, stages, training, seed."""
    assert source.model is not None
    return Fingerprint.of(
        stage="source",
        model=source.model.content(),
        start=start.sha if start else None,
        adapter=adapter.content(),
        views=[digest(view) for view in views],
        stages=[stage.content() for stage in source.stages],
        training=training(source.config.training),
        selection=selection.card(),
        seed=seed,
        versions=versions(code, source.model, adapter, *source.stages, *_validator(selection)),
    )


def of_body(model: Chosen, adapter: Chosen, code: Versions) -> str:
    """What decides the features of equal inputs at equal weights: architecture and adapter with options and code."""
    parts = {"model": model.content(), "adapter": adapter.content(), "versions": versions(code, model, adapter)}
    return files.fingerprint(parts)


def of_transfer(
    cell: PlannedCell,
    options: TrainingOptions,
    model: Chosen,
    artefact: Artefact | None,
    target: Domain,
    sources: Sequence[Domain],
    selection: Selection,
    code: Versions,
) -> Fingerprint:
    """Transfer: the artefact's content, what is really handed over, strategy, training, selection, seed."""
    return Fingerprint.of(
        stage="transfer",
        artefact=artefact.sha if artefact else None,
        model=model.content(),
        adapter=cell.target.adapter.content(),
        target=digest(target),
        sources=[digest(view) for view in sources],
        stages=[stage.content() for stage in cell.method.stages],
        training=training(options) if cell.method.seeded else {"batch_size": options.batch_size},
        selection=selection.card() if cell.method.seeded else None,
        seed=cell.seed if cell.method.seeded else None,
        versions=versions(code, model, cell.target.adapter, *cell.method.stages, *_validator(selection)),
    )


def of_evaluation(transfer: Fingerprint, domain: Domain, whole: Domain) -> Fingerprint:
    """Evaluation: the transfer, the test and the known answers (of the domain before it was thinned), the protocol."""
    made = Fingerprint.of(
        stage="evaluation", transfer=transfer, domain=[digest(domain), digest(whole)], version=EVALUATION_VERSION
    )
    del made.parts["transfer"]  # told by its own parts
    made.parts = transfer.parts | made.parts
    return made


def _validator(selection: Selection) -> list[Chosen]:
    return [selection.validator] if selection.validator else []


def training(options: TrainingOptions) -> dict[str, Any]:
    """The training options that decide a result."""
    return options.model_dump(mode="json", exclude={"checkpoint_seconds"})


def versions(code: Versions, *chosen: Chosen) -> dict[str, str]:
    """Of the distributions that take part, relxfer's own among them."""
    own = {f"{c.offer.plugin} {IN_PROCESS}": c.offer.version for c in chosen if c.offer.distribution == IN_PROCESS}
    names = {"relxfer", *(c.offer.distribution for c in chosen)} - {IN_PROCESS}
    return own | {name: code.of(name) for name in sorted(names)}
