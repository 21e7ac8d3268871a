"""The three fingerprints: everything that decides a result, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.contract.data import Domain
from relxfer.contract.options import TrainingOptions
from relxfer.declare.resolve import Chosen, Source
from relxfer.errors import Changed
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Selection, Shown
from relxfer.plan.views import digest
from relxfer.plugins.finder import IN_PROCESS
from relxfer.plugins.versions import Versions
from relxfer.store import files
from relxfer.store.json_text import Json, JsonObject

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
    def of(cls, **parts: Json) -> Fingerprint:
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
    start: str | None,
    adapter: Chosen,
    views: Sequence[Domain],
    selection: Selection,
    seed: int,
    code: Versions,
) -> Fingerprint:
    """Source stage: architecture and options, what it goes on from, source views, stages, training, seed.

    start  the sha of the model that training goes on from
    """
    assert source.model is not None
    return Fingerprint.of(
        stage="source",
        model=source.model.content(),
        start=start,
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
    cell: PlannedCell, options: TrainingOptions, model: Chosen, artefact: str | None, shown: Shown, code: Versions
) -> Fingerprint:
    """Transfer: the artefact's content, what is really handed over, strategy, training, selection, seed.

    artefact  the sha of the source model; None where the strategy uses none
    """
    method, adapter = cell.method, cell.target.adapter
    return Fingerprint.of(
        stage="transfer",
        artefact=artefact,
        model=model.content(),
        adapter=adapter.content(),
        target=digest(shown.target),
        sources=[digest(view) for view in shown.sources],
        stages=[stage.content() for stage in method.stages],
        training=training(options) if method.seeded else {"batch_size": options.batch_size},
        selection=shown.selection.card() if method.seeded else None,
        seed=cell.seed if method.seeded else None,
        versions=versions(code, model, adapter, *method.stages, *_validator(shown.selection)),
    )


def of_evaluation(transfer: Fingerprint, tested: Sequence[JsonObject]) -> Fingerprint:
    """Evaluation: the transfer, the test with the known answers, the protocol.

    tested  the digests of the domain as it is tested, and of all that was known before it was thinned
    """
    made = Fingerprint.of(stage="evaluation", transfer=transfer, domain=tested, version=EVALUATION_VERSION)
    del made.parts["transfer"]  # told by its own parts
    made.parts = transfer.parts | made.parts
    return made


def _validator(selection: Selection) -> list[Chosen]:
    return [selection.validator] if selection.validator else []


def training(options: TrainingOptions) -> JsonObject:
    """The training options that decide a result."""
    return options.model_dump(mode="json", exclude={"checkpoint_seconds"})


def versions(code: Versions, *chosen: Chosen) -> JsonObject:
    """Of the distributions that take part, relxfer's own among them."""
    own = {f"{c.offer.plugin} {IN_PROCESS}": c.offer.version for c in chosen if c.offer.distribution == IN_PROCESS}
    names = {"relxfer", *(c.offer.distribution for c in chosen)} - {IN_PROCESS}
    return {**own, **{name: code.of(name) for name in sorted(names)}}
