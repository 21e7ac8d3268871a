"""Fingerprints of source stages, transfers and evaluations: hashes of everything on which the result depends."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.contract.data import Domain
from relxfer.contract.options import TrainingOptions
from relxfer.declare.experiment import Chosen, Source
from relxfer.errors import Changed
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Selection, Shown
from relxfer.plan.views import digest
from relxfer.plugins.finder import IN_PROCESS, Offer
from relxfer.plugins.versions import Versions
from relxfer.store import files
from relxfer.store.json_text import Json, JsonObject

#: Incremented when the meaning of stored per-query values changes.
EVALUATION_VERSION = 1


class Fingerprint(str):
    """A hash of named components, which keeps the hash of each component in `parts` for messages.

    >>> planned, now = (Fingerprint.of(seed=1, code=version) for version in ("1.0", "1.1"))
    >>> now.check(planned)
    Traceback (most recent call last):
    ...
    relxfer.errors.Changed: expected the data and code that the run was planned with, got another code: changed while \
the run went on; run again
    """

    parts: dict[str, str]

    @classmethod
    def of(cls, **components: Json) -> Fingerprint:
        """The fingerprint of components by name."""
        hashes = {name: files.fingerprint(component) for name, component in components.items()}
        made = cls(files.fingerprint(hashes))
        made.parts = hashes
        return made

    def check(self, planned: Fingerprint | None) -> None:
        """Compare with the fingerprint at the time of planning, if there is one.

        Raises:
            Changed: they differ; the message names the components that changed.
        """
        if planned is not None and planned != self:
            raise Changed.of(self.differences(planned))

    def differences(self, planned: Fingerprint) -> list[str]:
        """The components in which it differs from another fingerprint, in words."""
        names = [name for name, component in self.parts.items() if planned.parts.get(name) != component]
        return [_WORDS.get(name, name) for name in names]


#: component -> its name in a message
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
    "raters": "validators or data that they see",
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
    """The fingerprint of the training of a source model.

    start      the sha of the model from which training continues; None if it starts untrained
    adapter    the adapter that attaches the model
    views      the source domains as they are given to training
    selection  the validator with the data it is given
    code       versions of the installed distributions
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
        versions=versions(code, *deciding_source(source, adapter, selection)),
    )


def of_body(model: Chosen, adapter: Chosen, code: Versions) -> str:
    """A hash of what features depend on besides inputs and weights: architecture, adapter, their options and code."""
    components = {"model": model.content(), "adapter": adapter.content(), "versions": versions(code, model, adapter)}
    return files.fingerprint(components)


def of_transfer(
    cell: PlannedCell, options: TrainingOptions, model: Chosen, artefact: str | None, shown: Shown, code: Versions
) -> Fingerprint:
    """The fingerprint of a transfer.

    options   the training options
    model     the architecture of the learner
    artefact  the sha of the source model; None if the strategy uses none
    shown     the domains and the validator as they are given to the strategy
    code      versions of the installed distributions
    """
    method, adapter, calibrator = cell.method, cell.adapter, shown.calibrated.calibrator
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
        calibrator=calibrator.content() if calibrator else None,
        calibrated_on=shown.calibrated.val.digest() if shown.calibrated.val else None,
        versions=versions(code, *deciding_transfer(cell, model, shown)),
    )


def of_scores(transfer: Fingerprint, raters: Sequence[Selection]) -> Fingerprint:
    """The fingerprint of a transfer whose model is scored by rules, which includes that of the transfer.

    raters  the rules with their data
    """
    return _after(transfer, Fingerprint.of(stage="trial", transfer=transfer, raters=[each.card() for each in raters]))


def of_evaluation(transfer: Fingerprint, tested: Sequence[JsonObject]) -> Fingerprint:
    """The fingerprint of an evaluation, which includes that of its transfer.

    tested  digests of the domain with its test split, and of all its answers before inputs were left out
    """
    made = Fingerprint.of(stage="evaluation", transfer=transfer, domain=tested, version=EVALUATION_VERSION)
    return _after(transfer, made)


def _after(transfer: Fingerprint, made: Fingerprint) -> Fingerprint:
    del made.parts["transfer"]  # replaced by its components, which make better messages
    made.parts = transfer.parts | made.parts
    return made


def deciding_source(source: Source, adapter: Chosen, selection: Selection) -> list[Chosen]:
    """The offers whose code decides a source model."""
    assert source.model is not None
    return [source.model, adapter, *_with_inside(source.stages), *_validator(selection)]


def deciding_transfer(cell: PlannedCell, model: Chosen, shown: Shown) -> list[Chosen]:
    """The offers whose code decides a transfer."""
    calibrator = shown.calibrated.calibrator
    named = [calibrator] if calibrator else []
    return [model, cell.adapter, *cell.method.strategies, *_validator(shown.selection), *named]


def _with_inside(stages: Sequence[Chosen]) -> list[Chosen]:
    return [chosen for stage in stages for chosen in (stage, *stage.inside)]


def _validator(selection: Selection) -> list[Chosen]:
    return [selection.validator] if selection.validator else []


def training(options: TrainingOptions) -> JsonObject:
    """The training options on which the result depends, as JSON."""
    return options.model_dump(mode="json", exclude={"checkpoint_seconds"})


def versions(code: Versions, *chosen: Chosen) -> JsonObject:
    """The versions of relxfer and of the distributions that offer what was chosen."""
    return {**versions_of(code, [each.offer for each in chosen])}


def versions_of(code: Versions, offers: Sequence[Offer]) -> dict[str, str]:
    """The versions of relxfer and of the distributions of these offers, each with a hash of its code."""
    own = {f"{offer.plugin} {IN_PROCESS}": offer.version for offer in offers if offer.distribution == IN_PROCESS}
    names = {"relxfer", *(offer.distribution for offer in offers)} - {IN_PROCESS}
    return {**own, **{name: code.of(name) for name in sorted(names)}}
