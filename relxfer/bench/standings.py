"""The results of a suite beside published values.

Ours and theirs stand in one row only where the target has as many test items on both sides, and the difference is taken
under the rank rule of their protocol, whatever rule the report of the run follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from relxfer.bench.references import References, Value
from relxfer.bench.suites import SuiteOptions
from relxfer.declare.resolve import Source
from relxfer.errors import UnknownName
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins
from relxfer.results import rows
from relxfer.results.results import Results
from relxfer.results.rows import Block, Runs, Values
from relxfer.results.values import stored_values
from relxfer.store import files
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class Seen:
    """What a source has learnt from, as far as its content tells."""

    model: str | None = None  # of the references
    graphs: tuple[str, ...] = ()
    whole: bool = False  # whether these are all

    def sentence(self, name: str, references: References) -> str:
        """For people."""
        listed = ", ".join(self.graphs)
        if self.model:
            more = "" if self.whole else " and graphs that are not listed here"
            return f"source {name}: by its content {references.models[self.model].name}, pre-trained on {listed}{more}"
        if self.whole:
            return f"source {name}: pre-trained here on {listed}"
        return f"source {name}: unknown: contamination cannot be told"

    def of(self, target: str, references: References) -> dict[str, Any]:
        """What of the target's test it may have seen: a mark for the table, and where that is from."""
        if target in self.graphs:
            return {"mark": "itself", "parent": target}
        for overlap in references.overlaps_of(target, self.graphs):
            return {"mark": overlap.mark(target), "parent": overlap.parent, "source": overlap.source}
        return {"mark": "none known" if self.whole else "unknown"}


def seen_by(source: Source, references: References, plugins: Plugins) -> Seen:
    """A checkpoint is recognised by its arrays, never by its name; what was pre-trained here, by its data sets."""
    if file := artefacts.file_of(source):
        arrays = artefacts.read(file, plugins, source.model, [source.model] if source.model else []).arrays
        found = references.recognise(files.arrays_digest(arrays))
        told = references.models[found] if found else None
        return Seen(found, told.seen, told.seen_all) if told else Seen()
    if source.config.run or any(data.record.own_files for data in source.datasets):
        return Seen()
    return Seen(graphs=tuple(data.name for data in source.datasets), whole=True)


@dataclass(frozen=True)
class Standings:
    """Ours beside theirs: `card()` is all of it as JSON."""

    suite: str
    options: SuiteOptions
    results: Results
    references: References
    seen: Mapping[str, Seen]  # by source

    def card(self) -> dict[str, Any]:
        """One entry for every source and target, averages by group, and every source of a value."""
        lines = list(self._lines())
        found = {
            "suite": self.suite,
            "folder": str(self.results.folder),
            "strategy": self.options.strategy,
            "metrics": list(self.options.metrics),
            "rank_rule": self.results.ranks_by,
            "item": self.options.item,
            "seen": {name: seen.sentence(name, self.references) for name, seen in self.seen.items()},
            "targets": lines,
            "averages": list(self._averages(lines)),
            "field": self._field(),
        }
        return found | self._named(found)

    def _lines(self) -> Iterator[dict[str, Any]]:
        values = cache(lambda rule: stored_values(Store(self.results.folder), rule))
        blocks = {(b.source, b.target): b for b in rows.blocks(self.results.cells) if b.budget == "all"}
        for (source, target), block in blocks.items():
            runs = block.runs(self.options.strategy)
            seen = self._seen(source).of(target, self.references)
            line = {"source": source, "target": target, "seen": seen}
            yield line | (self._ours(block, runs, values) if runs.evaluations else {"reason": _reason(block, runs)})

    def _seen(self, source: str | None) -> Seen:
        return self.seen[source] if source else Seen(whole=True)

    def _ours(self, block: Block, runs: Runs, values: Callable[[str], Values]) -> dict[str, Any]:
        done = [c for c in block.cells if c["strategy"] == runs.name and c["status"] == "done"]
        ours, metrics = values(self.results.rank_rule), self.options.metrics
        found, units = ours(next(iter(runs.evaluations.values())))
        for metric in set(metrics) - set(found):
            raise UnknownName("metric of this task", metric, found)
        items = len(units) // self.options.queries_per_item
        return {
            "items": items,
            "seconds": float(np.mean([c["seconds"] + c["evaluation_seconds"] for c in done])),
            "metrics": {m: rows.measured(runs.matrix(ours, m, runs.seeds()), units) for m in metrics},
            "realistic": _means(runs, values("realistic"), metrics) if self.results.ranks_by else None,
            "published": [
                self._beside(value, items, _means(runs, values(self._rule(value)), metrics))
                for value in self.references.of(block.target, self._published(block.source), block.source)
            ],
        }

    def _published(self, source: str | None) -> list[str]:
        """The models of the suite, and before them the one that the source is."""
        own = self._seen(source).model
        return list(dict.fromkeys([*([own] if own else []), *self.options.published]))

    def _rule(self, value: Value) -> str:
        return self.references.protocols[value.protocol].rank_rule or self.results.rank_rule

    def _beside(self, value: Value, items: int, ours: Mapping[str, float]) -> dict[str, Any]:
        shown = [metric for metric in self.options.metrics if metric in value.metrics]
        found: dict[str, Any] = {
            "model": value.model,
            "name": self.references.models[value.model].name,
            "metrics": {metric: value.metrics[metric] for metric in shown},
            "protocol": value.protocol,
            "source": value.source,
        }
        if value.items != items:
            size = "an unknown number of" if value.items is None else f"{value.items:,}"
            return found | {"note": f"on {size} {self.options.item}: another test, not compared"}
        return found | {
            "ours": {metric: ours[metric] for metric in shown},
            "difference": {metric: ours[metric] - value.metrics[metric] for metric in shown},
        }

    def _averages(self, lines: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """By group, source, model and protocol, over the targets that have both sides."""
        for group, members in self.options.groups.items():
            found: dict[tuple, list[tuple[str, Mapping[str, Any]]]] = {}
            for line in (line for line in lines if line["target"] in members):
                for published in line.get("published", []):
                    if "difference" in published:
                        key = (line["source"], published["name"], published["protocol"])
                        found.setdefault(key, []).append((line["target"], published))
            for (source, name, protocol), pairs in found.items():
                metrics = self.options.metrics
                yield {
                    "group": group, "source": source, "name": name, "protocol": protocol,
                    "targets": [target for target, _ in pairs], "of": len(members),
                    "metrics": _mean_of(metrics, [published["metrics"] for _, published in pairs]),
                    "ours": _mean_of(metrics, [published["ours"] for _, published in pairs]),
                }  # fmt: skip

    def _field(self) -> list[dict[str, Any]]:
        """Published averages over groups of the same name, which hold other graphs."""
        return [
            average.model_dump() | {"name": self.references.models[average.model].name}
            for average in self.references.averages
            if average.group in self.options.groups
        ]

    def _named(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The sources and protocols that are referred to, in order."""
        entries = [p for line in found["targets"] for p in line.get("published", [])] + list(found["field"])
        marks = [line["seen"]["source"] for line in found["targets"] if "source" in line["seen"]]
        sources = dict.fromkeys([*(entry["source"] for entry in entries), *marks])
        protocols = dict.fromkeys(entry["protocol"] for entry in entries)
        return {
            "sources": {name: self.references.sources[name].model_dump() for name in sources},
            "protocols": {name: self.references.protocols[name].model_dump() for name in protocols},
        }


def _means(runs: Runs, values: Values, metrics: Sequence[str]) -> dict[str, float]:
    return {metric: float(runs.matrix(values, metric, runs.seeds()).mean()) for metric in metrics}


def _mean_of(metrics: Sequence[str], found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of each metric that all of them have."""
    return {m: float(np.mean([one[m] for one in found])) for m in metrics if all(m in one for one in found)}


def _reason(block: Block, runs: Runs) -> str:
    """Why a target has no row: what became of its cells."""
    cells = [c for c in block.cells if c["strategy"] == runs.name]
    reasons = dict.fromkeys(f"{c['status']}: {c['reason']}" for c in cells if c.get("reason"))
    return "; ".join(reasons) or f"no finished run of {runs.name} with a test"
