"""Comparison of the results of a suite with published values.

A difference is computed only if both sides have the same number of test items. It uses the rank rule of the published
protocol, regardless of the rule in the report of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from relxfer.bench.references import References, Value
from relxfer.bench.suites import SuiteOptions
from relxfer.contract.records import Reader
from relxfer.declare.experiment import Source
from relxfer.execute import artefacts
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.results import budgets, rows
from relxfer.results.results import Results
from relxfer.results.rows import Block
from relxfer.results.runs import Runs
from relxfer.results.standings import (
    Citation,
    FieldAverage,
    GroupAverage,
    MadeBy,
    Metrics,
    Overlapping,
    Published,
    Standing,
    SuiteStandings,
)
from relxfer.results.values import Values, stored_values
from relxfer.store import files


@dataclass(frozen=True)
class Seen:
    """The training data of a source, as far as it is known from its content.

    model   the key of the published model, if the source is one
    graphs  names of the graphs that it was trained on
    whole   whether these are all
    """

    model: str | None = None
    graphs: tuple[str, ...] = ()
    whole: bool = False

    def sentence(self, name: str, references: References) -> str:
        """The training data of the source called `name`, as a sentence of the report."""
        listed = ", ".join(self.graphs)
        if self.model:
            more = "" if self.whole else " and graphs that are not listed here"
            return f"source {name}: by its content {references.models[self.model].name}, pre-trained on {listed}{more}"
        if self.whole:
            return f"source {name}: pre-trained here on {listed}"
        return f"source {name}: its training data is unknown, and so is contamination"

    def of(self, target: str, references: References) -> Overlapping:
        """The overlap of the training data with the test split of a target."""
        if target in self.graphs:
            return Overlapping("itself", target)
        for overlap in references.overlaps_of(target, self.graphs):
            return Overlapping(overlap.mark(target), overlap.parent, overlap.source)
        return Overlapping("none known" if self.whole else "unknown")


def seen_by(source: Source, references: References, plugins: Plugins) -> Seen:
    """The training data of a source. A checkpoint is recognised by its arrays, not by its name.

    Raises:
        ArtefactError: the checkpoint cannot be read.
    """
    if file := artefacts.file_of(source):
        arrays = artefacts.read(file, plugins, source.model, [source.model] if source.model else []).arrays
        name = references.recognise(files.arrays_digest(arrays))
        model = references.models[name] if name else None
        return Seen(name, model.seen, model.seen_all) if model else Seen()
    if source.config.run or source.brought or any(isinstance(data.record, Reader) for data in source.datasets):
        return Seen()
    return Seen(graphs=tuple(data.name for data in source.datasets), whole=True)


@dataclass(frozen=True)
class Standings:
    """Compares the results of a suite with published values.

    suite    its name
    options  its table `[suite]`
    seen     source -> its training data
    scorer   computes metrics from stored results
    chosen   how the options of the rows were chosen
    """

    suite: str
    options: SuiteOptions
    results: Results
    references: References
    seen: Mapping[str, Seen]
    scorer: Scorer
    chosen: str = ""

    def found(self) -> SuiteStandings:
        """A row for every source and target, averages over groups, and the sources of published values."""
        lines, averages = tuple(self._lines()), tuple(self._field())
        values: list[Published | FieldAverage] = [p for line in lines for p in line.published]
        values += averages
        cited = [*(value.source for value in values), *(line.seen.source for line in lines if line.seen.source)]
        return SuiteStandings(
            suite=self.suite,
            folder=str(self.results.folder),
            strategy=self.options.strategy,
            metrics=self.options.metrics,
            rank_rule=self.results.ranks_by,
            item=self.options.item,
            chosen=self.chosen,
            seen={name: seen.sentence(name, self.references) for name, seen in self.seen.items()},
            targets=lines,
            averages=tuple(self._averages(lines)),
            field=averages,
            sources={name: self._citation(name) for name in dict.fromkeys(cited)},
            protocols={name: self._made_by(name) for name in dict.fromkeys(value.protocol for value in values)},
        )

    def _lines(self) -> Iterator[Standing]:
        @cache
        def values(rule: str) -> Values:
            return stored_values(self.results.store, rule, self.scorer)

        blocks: dict[tuple[str | None, str], Block] = {}
        for block in rows.blocks(self.results.cells):
            key = block.source, block.target
            if key not in blocks or budgets.size(block.budget) > budgets.size(blocks[key].budget):
                blocks[key] = block
        yield from (self._line(block, values) for block in blocks.values())

    def _line(self, block: Block, values: Callable[[str], Values]) -> Standing:
        runs = block.runs(self.options.strategy)
        seen = self._seen(block.source).of(block.target, self.references)
        line = Standing(source=block.source, target=block.target, seen=seen)
        if not runs.evaluations:
            return replace(line, reason=_reason(block, runs))
        done = [cell for cell in block.of(runs.name) if cell.status == "done"]
        ours, metrics = values(self.results.rank_rule), self.options.metrics
        evaluated, undefined = ours(runs.any()), runs.undefined(ours)
        if missing := [metric for metric in metrics if metric in undefined]:
            return replace(line, reason=f"{missing[0]} is undefined: {undefined[missing[0]]}")
        summaries = [self.results.metric_of(block.target, metric) for metric in metrics]
        items = len(evaluated.units) // self.options.queries_per_item
        return replace(
            line,
            items=items,
            seconds=float(np.mean([cell.seconds + cell.evaluation_seconds for cell in done])),
            metrics={m.name: rows.measured(runs.values(ours, m.name), evaluated, m) for m in summaries},
            realistic=_means(runs, values("realistic"), metrics) if self.results.ranks_by else {},
            published=tuple(
                self._beside(value, items, _means(runs, values(self._rule(value)), metrics))
                for value in self.references.of(block.target, self._published(block.source), block.source)
            ),
        )

    def _seen(self, source: str | None) -> Seen:
        return self.seen[source] if source else Seen(whole=True)

    def _published(self, source: str | None) -> list[str]:
        """The keys of models to compare with: the source, if it is a published model, then those of the suite."""
        recognised = self._seen(source).model
        return list(dict.fromkeys([*([recognised] if recognised else []), *self.options.published]))

    def _rule(self, value: Value) -> str:
        return self.references.protocols[value.protocol].rank_rule or self.results.rank_rule

    def _beside(self, value: Value, items: int, ours: Metrics) -> Published:
        shown = [metric for metric in self.options.metrics if metric in value.metrics]
        published = Published(
            model=value.model,
            name=self.references.models[value.model].name,
            metrics={metric: value.metrics[metric] for metric in shown},
            protocol=value.protocol,
            source=value.source,
        )
        if value.items != items:
            size = "an unknown number of" if value.items is None else f"{value.items:,}"
            return replace(published, note=f"on {size} {self.options.item}: another test, not compared")
        return replace(
            published,
            ours={metric: ours[metric] for metric in shown},
            difference={metric: ours[metric] - value.metrics[metric] for metric in shown},
        )

    def _averages(self, lines: Sequence[Standing]) -> Iterator[GroupAverage]:
        """Averages by group, source, model and protocol, over targets with both our and published values."""
        for group, members in self.options.groups.items():
            pairs_of: dict[tuple[str | None, str, str], list[tuple[str, Published]]] = {}
            for line in (line for line in lines if line.target in members):
                for published in line.published:
                    if not published.note:
                        key = (line.source, published.name, published.protocol)
                        pairs_of.setdefault(key, []).append((line.target, published))
            for (source, name, protocol), pairs in pairs_of.items():
                yield GroupAverage(
                    group=group,
                    source=source,
                    name=name,
                    protocol=protocol,
                    targets=tuple(target for target, _ in pairs),
                    of=len(members),
                    metrics=_mean_of(self.options.metrics, [published.metrics for _, published in pairs]),
                    ours=_mean_of(self.options.metrics, [published.ours for _, published in pairs]),
                )

    def _field(self) -> Iterator[FieldAverage]:
        """Published averages over groups of the same name, which may consist of other graphs."""
        for average in self.references.averages:
            if average.group in self.options.groups:
                yield FieldAverage(**average.model_dump(), name=self.references.models[average.model].name)

    def _citation(self, name: str) -> Citation:
        return Citation(**self.references.sources[name].model_dump())

    def _made_by(self, name: str) -> MadeBy:
        return MadeBy(**self.references.protocols[name].model_dump())


def _means(runs: Runs, values: Values, metrics: Sequence[str]) -> Metrics:
    return {metric: float(runs.values(values, metric).mean()) for metric in metrics}


def _mean_of(metrics: Sequence[str], results: Sequence[Metrics]) -> Metrics:
    """The mean of each metric that all results have."""
    return {m: float(np.mean([one[m] for one in results])) for m in metrics if all(m in one for one in results)}


def _reason(block: Block, runs: Runs) -> str:
    """Why a target has no results: the reasons why its cells were refused or failed."""
    reasons = dict.fromkeys(f"{cell.status}: {cell.reason}" for cell in block.of(runs.name) if cell.reason)
    return "; ".join(reasons) or f"no finished run of {runs.name} with a test"
