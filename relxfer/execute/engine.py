"""Run one cell. The only place where a sealed test split is opened."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Task
from relxfer.contract.options import TrainingOptions
from relxfer.contract.records import TargetAdapter
from relxfer.contract.strategies import Cell
from relxfer.data.load import domain_of
from relxfer.declare.resolve import Chosen, Experiment, Source, Target
from relxfer.errors import ArtefactError, Incompatible, PluginError, RelxferError
from relxfer.execute import artefacts, memory, outcome
from relxfer.execute.artefacts import Artefact
from relxfer.execute.deadline import deadline
from relxfer.execute.events import Events
from relxfer.execute.oracle import Oracle
from relxfer.judge.scoring import Scored, judge
from relxfer.plan import fingerprints, selection
from relxfer.plan.cells import Known, PlannedCell, cells, strategies_of
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plan.selection import Selection
from relxfer.plan.views import same_data, source_view, target_view
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions
from relxfer.seeding import generator, seed_torch
from relxfer.store import files
from relxfer.store.entry import Entry
from relxfer.store.run_directory import Store
from relxfer.train.machine import PeakMemory
from relxfer.train.processes import ALONE, Group


def _source_needs(source: Source) -> tuple[str, ...]:
    """Of the source stage: everything its own data has, or all but the labels."""
    return ("source-labels", "source-inputs") if source.config.labels else ("source-inputs",)


@dataclass(frozen=True)
class Planned:
    """What a job was planned as, by the process that planned it: None where there is no such stage."""

    source: Fingerprint | None = None
    cell: Fingerprint | None = None


NOTHING = Planned()


@dataclass(frozen=True)
class Transfer:
    """A cell made ready: its views, its artefact, its validator and its fingerprints."""

    cell: PlannedCell
    target: Domain
    sources: tuple[Domain, ...]
    artefact: Artefact | None
    model: Chosen  # the architecture that learns: the artefact's own, or the one that the plan names
    selection: Selection
    identity: Fingerprint
    evaluation: Fingerprint


@dataclass
class Engine:
    """Runs source stages and cells of one experiment in one run directory."""

    experiment: Experiment
    plugins: Plugins
    store: Store
    events: Events
    group: Group = ALONE  # who trains the sources together
    code: Versions = field(default_factory=Versions)
    _domains: dict[str, Domain] = field(default_factory=dict)
    _artefacts: dict[str, Artefact] = field(default_factory=dict)
    _features: Any = None  # of frozen networks, for all cells

    def __post_init__(self) -> None:
        memory.tell("returned")  # until the adapter of a cell says what suits it

    # ------------------------------------------------------------------ data

    def domain(self, dataset: Chosen, observed: float | None = None) -> Domain:
        """A data set, loaded once; complete, with its test split: it stays in this class."""
        key = files.fingerprint([dataset.card(), observed])
        if key not in self._domains:
            domain = domain_of(dataset)
            self._domains[key] = domain if observed is None else domain.observe(observed)
        return self._domains[key]

    def target(self, target: Target) -> Domain:
        domain = self.domain(target.dataset, target.config.observed_fraction)
        return domain.clustering() if target.config.task == "clustering" else domain

    def whole(self, target: Target) -> Domain:
        """The target before its observed inputs were thinned: what was left out of them is still true."""
        return self.domain(target.dataset)

    def sources(self, source: Source | None) -> tuple[Domain, ...]:
        return tuple(self.domain(dataset) for dataset in source.datasets) if source else ()

    def plan(self) -> list[PlannedCell]:
        """Every cell, with the refusals that the loaded data shows."""
        return list(cells(self.experiment, self._known, strategies_of(self.plugins)))

    def _known(self, source: Source | None, target: Target) -> Known:
        tasks: tuple[Task, ...] | None = tuple(domain.task for domain in self.sources(source))
        if source and not tasks:
            try:
                tasks = self.given(source).tasks
            except RelxferError:
                tasks = None  # the cells that need it will fail with this error; the others need not
        whole, sources = self.target(target), self.sources(source)
        return Known(whole, tasks, len(sources) == 1 and same_data(sources[0], whole))

    # ------------------------------------------------------------------ the source stage

    def artefact(self, source: Source, seed: int, planned: Fingerprint | None = None) -> Artefact:
        """What the source knows: its checkpoint, its finished run, or its pre-training, done once."""
        if not source.pretrained:
            return self.given(source)
        return self.read(self.trained(source, seed, planned).model, source.model)

    def trained(self, source: Source, seed: int, planned: Fingerprint | None = None) -> Entry:
        """The pre-training of a source, done once; `Changed` where it is no longer what was planned."""
        entry, identity_ = self.source_entry(source, seed)
        identity_.check(planned)
        with self.store.working(identity_):
            if self.group.agreed(not self.kept(source, entry)):
                with memory.held(self._adapter(source).record.large_blocks):
                    self._pretrain(source, entry, identity_, self.source_seed(source, seed))
        return entry

    def kept(self, source: Source, entry: Entry) -> bool:
        """Whether it was done before, and left a model that can be read."""
        if entry.outcome() is None:
            return False
        try:
            self.read(entry.model, source.model)
        except ArtefactError as error:
            entry.drop(error)
            return False
        return True

    def given(self, source: Source) -> Artefact:
        """What its checkpoint, its weights or its run hold."""
        file = artefacts.file_of(source)
        if file is None:
            assert source.config.run is not None
            file = Store.open(source.config.run).model(source.config.cell)
        named = source.model if source.config.model else None
        found = self.read(file, source.model, instead=named is not None and source.config.continued)
        if named and not source.config.continued:
            artefacts.require(found, named)
        return found

    def source_seed(self, source: Source, seed: int) -> int:
        """A shared source is pre-trained once, with the first seed."""
        return self.experiment.config.seeds[0] if source.config.shared else seed

    def source_entry(self, source: Source, seed: int) -> tuple[Entry, Fingerprint]:
        views = [source_view(domain, _source_needs(source)) for domain in self.sources(source)]
        chosen = self._source_selection(source, views)
        start = self.given(source) if source.config.continued else None
        seed = self.source_seed(source, seed)
        identity_ = fingerprints.of_source(source, start, self._adapter(source), views, chosen, seed, self.code)
        return self.store.source(identity_), identity_

    def _source_selection(self, source: Source, views: Sequence[Domain]) -> Selection:
        return selection.choose(None, self.plugins, _source_needs(source), lambda needs: (None, views))

    def read(self, path: Path, named: Chosen | None, instead: bool = False) -> Artefact:
        """An artefact, read once."""
        key = files.fingerprint([str(path), named.card() if named else None, instead])
        if key not in self._artefacts:
            self._artefacts[key] = artefacts.read(path, self.plugins, named, self.experiment.models, instead)
        return self._artefacts[key]

    def _adapter(self, source: Source) -> Chosen:
        """The adapter of the source's data: the target's where they agree."""
        wanted = source.datasets[0].record.adapter
        for target in self.experiment.targets:
            if target.adapter.name == wanted:
                return target.adapter
        raise Incompatible(
            f"a target for adapter {wanted!r}, which reads source {source.name!r}",
            ", ".join(target.adapter.name for target in self.experiment.targets),
            "choose source data of the target's kind",
        )

    def _pretrain(self, source: Source, entry: Entry, identity_: Fingerprint, seed: int) -> None:
        """Pre-training is a cell without a target."""
        views = [source_view(domain, _source_needs(source)) for domain in self.sources(source)]
        assert source.model is not None
        names = {
            "source": source.name,
            "target": None,
            "strategy": "pre-train",
            "seed": seed,
            "id": identity_[:16],
        }
        self.events("cell_started", cell=names)
        chosen = self._source_selection(source, views)
        trainer = self._trainer(entry, source.config.training, seed, chosen, names)
        peak, start = PeakMemory(), time.perf_counter()
        seed_torch(seed, "fresh")
        started = self._start(source) if source.config.continued else None
        model = started.load() if started else source.model.build(None, None)
        learner = self._attach(model, self._adapter(source), None, views)
        cell = Cell(learner, trainer, None, tuple(views))  # type: ignore[arg-type]
        share = 1 / (len(source.stages) + source.config.labels)
        for index, stage in enumerate(source.stages):
            learner = _learner(stage, stage.build().transfer(cell.part(f"{index}", share, learner)))
        if source.config.labels:
            part = trainer.part("learn", share) if source.stages else trainer
            learner.learn([view.train for view in views if view.train is not None], part)
        kind = started.model if started else source.model
        self.code.check()
        self.source_entry(source, seed)[1].check(identity_)
        sha = artefacts.save(entry.model, learner.export(), kind, tuple(view.task for view in views))
        entry.finish(names | outcome.done(sha, trainer, chosen, peak, time.perf_counter() - start))

    def _start(self, source: Source) -> Artefact:
        """What training goes on from, with the options that the configuration gives its model, if it does."""
        found, named = self.given(source), source.model
        if named is None or source.config.model is None:
            return found
        if found.model.name != named.name:
            raise Incompatible(
                f"the model that training goes on from, {found.model.name!r}, under [source]", repr(named.name),
                f'set model = "{found.model.name}" there, or leave it out',
            )  # fmt: skip
        return found

    # ------------------------------------------------------------------ a cell

    def prepare(self, cell: PlannedCell, planned: Planned = NOTHING) -> Transfer:
        """Views, artefact, validator and fingerprints of a cell; pre-trains its source if that was not done.

        `Changed` where source or cell is no longer what was planned.
        """
        domain, needs = self.target(cell.target), cell.method.needs
        target, sources = self._views(cell, needs)
        given = cell.source if cell.needs_source else None
        artefact = self.artefact(given, cell.seed, planned.source) if given else None
        model = artefact.model if artefact and cell.starts_from_source else self._architecture(cell)
        chosen = selection.choose(
            self.experiment.validator, self.plugins, needs, lambda names: self._views(cell, names)
        )
        options = self.experiment.config.training
        transfer = fingerprints.of_transfer(cell, options, model, artefact, target, sources, chosen, self.code)
        evaluation = fingerprints.of_evaluation(transfer, domain, self.whole(cell.target))
        evaluation.check(planned.cell)
        return Transfer(cell, target, sources, artefact, model, chosen, transfer, evaluation)

    def _architecture(self, cell: PlannedCell) -> Chosen:
        """Of a cell that starts from no source model: the source's architecture unless the user names another."""
        given = cell.source is not None and not cell.source.pretrained
        if cell.method.model is None and cell.target.config.model is None and given:
            try:
                return self.given(cell.source).model  # type: ignore[arg-type]
            except RelxferError:
                return cell.model
        return cell.model

    def _views(self, cell: PlannedCell, needs: Sequence[str]) -> tuple[Domain, tuple[Domain, ...]]:
        """Target and sources cut for these needs, which are a strategy's or a validator's."""
        named = self.experiment.validator
        validated = named is None or "target-labels" in named.record.needs
        per = cell.target.config.labels_per
        target = target_view(self.target(cell.target), needs, cell.budget, cell.seed, per, validated)
        if not {"source-labels", "source-inputs"} & set(needs):
            return target, ()
        return target, tuple(source_view(domain, needs) for domain in self.sources(cell.source))

    def label_count(self, cell: PlannedCell) -> int:
        """Labelled target items that a cell may use, validation included."""
        target, _ = self._views(cell, cell.method.needs)
        return sum(len(np.unique(part.unit_ids())) for part in (target.train, target.val) if part is not None)

    def run(self, cell: PlannedCell, planned: Planned = NOTHING) -> dict[str, Any]:
        """The outcome of a cell: done, failed or refused. Only an interrupt leaves this function as an exception."""
        if cell.refusal:
            return outcome.refusal(cell.refusal)
        ids: dict[str, Any] = {}
        try:
            with deadline(self.experiment.config.timeout):
                ready = self.prepare(cell, planned)
                ids = {"id": ready.identity[:16], "evaluation": ready.evaluation[:16]}
                # another process may share this transfer, for another test split
                with self.store.working(ready.identity):
                    return self.finished(ready) or self._run(ready, cell.names | {"id": ids["id"]}) | ids
        except (Exception, SystemExit) as error:
            return outcome.failure(error) | ids

    def _run(self, ready: Transfer, names: dict[str, Any]) -> dict[str, Any]:
        self.events("cell_started", cell=names)
        with memory.held(ready.cell.target.adapter.record.large_blocks):
            return self._again(ready) or self._transfer(ready, names)

    def finished(self, ready: Transfer) -> dict[str, Any] | None:
        """The outcome of a cell that was run before: the same fingerprint is never run twice."""
        ended = self.store.cell(ready.identity).outcome()
        summary = self.store.judged(ready.evaluation)
        if ended is None or summary is None:
            return None
        return ended | summary | {"id": ready.identity[:16], "evaluation": ready.evaluation[:16]}

    def _again(self, ready: Transfer) -> dict[str, Any] | None:
        """Another evaluation of a transfer that was done before: nothing is trained."""
        entry = self.store.cell(ready.identity)
        ended = entry.outcome()
        if ended is None:
            return None
        try:
            model = artefacts.read(entry.model, self.plugins, None, [ready.model]).load()
        except ArtefactError as error:
            entry.drop(error)
            return None
        learner = self._attach(model, ready.cell.target.adapter, ready.target, ready.sources)
        self._know(learner, ready.model, ready.cell.target.adapter, True)
        return ended | self._evaluate(learner, ready)

    def _transfer(self, ready: Transfer, names: dict[str, Any]) -> dict[str, Any]:
        cell, entry = ready.cell, self.store.cell(ready.identity)
        options = self.experiment.config.training
        oracle = self._oracle(ready)
        trainer = self._trainer(entry, options, cell.seed, ready.selection, names, oracle)
        peak, start = PeakMemory(), time.perf_counter()
        seed_torch(cell.seed, "fresh")
        source = ready.artefact if cell.starts_from_source else None
        model = source.load() if source else ready.model.build(None, None)
        learner = self._attach(model, cell.target.adapter, ready.target, ready.sources)
        self._know(learner, ready.model, cell.target.adapter, source is not None)
        given = Cell(learner, trainer, ready.target, ready.sources, self._teacher(ready))
        for index, stage in enumerate(cell.method.stages):
            share = 1 / len(cell.method.stages)
            part = given if len(cell.method.stages) == 1 else given.part(str(index), share)
            learner = _learner(stage, stage.build().transfer(replace(part, learner=learner)))
        seconds = time.perf_counter() - start
        self.code.check()
        self._check(ready)
        sha = artefacts.save(entry.model, learner.export(), ready.model, (ready.target.task,))
        evaluation = self._evaluate(learner, ready)
        ended = outcome.done(sha, trainer, ready.selection, peak, seconds)
        ended["artefact"] = ready.artefact.path.parent.name if ready.artefact else None
        ended["notes"] = list(learner.notes()) if hasattr(learner, "notes") else []
        entry.finish(ended)
        return ended | evaluation

    def _check(self, ready: Transfer) -> None:
        """`Changed` where what a file holds is no longer what the transfer was planned with."""
        options, seen = self.experiment.config.training, (ready.target, ready.sources, ready.selection)
        now = fingerprints.of_transfer(ready.cell, options, ready.model, ready.artefact, *seen, self.code)
        now.check(ready.identity)

    def _teacher(self, ready: Transfer) -> Any:
        if "teacher" not in ready.cell.method.needs or ready.artefact is None:
            return None
        return self.unbound(ready.artefact, ready.cell.target.adapter)

    def unbound(self, artefact: Artefact, adapter: Chosen) -> Any:
        """The source model bound to no domain, so that it keeps its own head."""
        learner = self._attach(artefact.load(), adapter, None, ())
        self._know(learner, artefact.model, adapter, True)
        return learner

    def _attach(self, model: Any, adapter: Chosen, target: Domain | None, sources: Sequence[Domain]) -> Any:
        learner = _learner(adapter, adapter.build().attach(model, target, tuple(sources)))
        if self.device == "cuda" and hasattr(learner, "module"):
            learner.module.to("cuda")
        return learner

    def _know(self, learner: Any, model: Chosen, adapter: Chosen, learnt: bool) -> None:
        """What a learner with features is made of, so that those of a body that stays as it is are computed once."""
        from relxfer.train.features import Attached

        if hasattr(learner, "features") and hasattr(learner, "head"):
            with suppress(AttributeError):  # a learner of somebody's that takes no more attributes
                learner.attached = Attached.of(
                    self.features, learner, fingerprints.of_body(model, adapter, self.code), learnt
                )

    @property
    def features(self) -> Any:
        """The features of frozen networks, which all cells share."""
        from relxfer.train.feature_files import FeatureFiles
        from relxfer.train.features import FeatureCache

        self._features = self._features or FeatureCache(FeatureFiles.of_user())
        return self._features

    @property
    def device(self) -> str:
        """`cuda` where it is asked for, or there and not excluded."""
        wanted = self.experiment.config.device
        if wanted != "auto":
            return wanted
        import torch

        return "cuda" if torch.cuda.is_available() else "cpu"

    # ------------------------------------------------------------------ the sealed test

    def _evaluate(self, learner: Any, ready: Transfer) -> dict[str, Any]:
        """Open the test split: the learner gets its queries, the engine keeps its answers."""
        domain = self.target(ready.cell.target)
        path = self.store.evaluation(ready.evaluation)
        if domain.test is None or domain.test.answers is None:
            files.write_json(path.with_suffix(".json"), {"n": 0})
            return {"n": 0}
        start = time.perf_counter()
        order, scored = self._judged(learner, ready)
        arrays = {name: array[np.argsort(order)] for name, array in scored.arrays().items()}
        arrays["units"] = domain.test.unit_ids()
        files.write_arrays(path, arrays, {"kind": scored.kind})
        summary = {"n": len(domain.test), "evaluation_seconds": time.perf_counter() - start}
        files.write_json(path.with_suffix(".json"), summary)
        return summary

    def _judged(self, learner: Any, ready: Transfer) -> tuple[np.ndarray, Scored]:
        """The order in which the test queries were asked, and what came out."""
        target = ready.cell.target
        domain = self.target(target)
        assert domain.test is not None
        # in an order that says nothing: side by side, the two queries of a link would answer each other
        order = generator("test queries").permutation(len(domain.test))
        # of the inputs as the strategy saw them: where an answer is an input, those beyond the budget are not there
        asked = replace(domain.test.take(order), inputs=ready.target.inputs)
        return order, judge(domain.task, learner.predict(asked.hidden()), asked, self.whole(target).known())

    def _oracle(self, ready: Transfer) -> Oracle | None:
        test, report = self.target(ready.cell.target).test, self.experiment.config.report
        if not report.oracle or test is None or test.answers is None:
            return None

        def score(learner: Any) -> dict[str, float]:
            values = self._judged(learner, ready)[1].values(report.rank_rule)
            return {name: float(np.mean(each)) for name, each in values.items()}

        return Oracle(self.store.oracle(ready.identity, ready.evaluation), score, report.rank_rule)

    # ------------------------------------------------------------------ training

    def _trainer(
        self,
        entry: Entry,
        options: TrainingOptions,
        seed: int,
        chosen: Selection,
        names: dict[str, Any],
        oracle: Oracle | None = None,
    ) -> Any:
        from relxfer.train.trainer import PhaseTrainer

        entry.phases.mkdir(parents=True, exist_ok=True)
        select = oracle.watch(chosen.selector()) if oracle else chosen.selector()
        emit = self._emitter(entry, names, oracle)
        return PhaseTrainer(options, entry.phases, seed, select, emit, kept_features=self.features, group=self.group)

    def _emitter(self, entry: Entry, names: dict[str, Any], oracle: Oracle | None) -> Callable[..., None]:
        def emit(kind: str, **values: Any) -> None:
            if kind == "epoch":
                files.append_line(entry.trace, values)
                if oracle:
                    oracle.record(values["phase"], values["step"])
                told = {k: values[k] for k in ("phase", "step", "values")}
                self.events("epoch_finished", cell=names, **told)
            self.events(kind, cell=names, **values)

        return emit


def _learner(maker: Chosen, made: Any) -> Any:
    """What a strategy or an adapter returned, if it is a learner."""
    if not (hasattr(made, "predict") and hasattr(made, "export")):
        method = "attach" if maker.record.kind == TargetAdapter.kind else "transfer"
        raise PluginError(
            f"expected {method} of the {maker.record.kind} {maker.name!r} to return a learner, "
            f"got {'None' if made is None else type(made).__name__}; mend its return"
        )
    return made
