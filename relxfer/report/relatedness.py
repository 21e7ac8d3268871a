"""Candidate sources for each target, and how well the measures predicted gains, for `relxfer rank-sources`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.choose.correlation import Correlation
from relxfer.choose.relatedness import Gains, Pair, correlations, ranks
from relxfer.report import wording
from relxfer.report.table import table
from relxfer.results.records import Budget
from relxfer.store import escaping
from relxfer.store.json_text import Json, JsonObject

_LEGEND = "higher is more related; in brackets the rank among the candidates"
_READING = (
    "read the columns within targets: they ask whether a measure tells good sources from bad ones for a given target. "
    "Overall, targets differ for reasons of their own, and pairs with a common source or target are not independent"
)


def card(measured: Sequence[Pair]) -> list[Json]:
    """As JSON: every target with its candidate sources."""
    return [
        {"target": target, "candidates": [_candidate(pair, rank) for pair, rank in zip(of, ranked, strict=True)]}
        for target, of, ranked in _by_target(measured)
    ]


def foretold_card(measured: Sequence[Pair], gained: Gains, budget: Budget) -> JsonObject:
    """As JSON: the gains, and the rank correlation of every measure with the gains."""
    by_pair: list[Json] = [{"source": s, "target": t, "gain": gain} for (s, t), gain in gained.by_pair.items()]
    correlated: JsonObject = {
        name: {where: asdict(c) if isinstance(c, Correlation) else {"reason": c} for where, c in both.items()}
        for name, both in correlations(measured, gained.by_pair).items()
    }
    return {"strategy": gained.strategy, "baseline": gained.baseline, "metric": gained.metric, "budget": budget,
            "gains": by_pair, "correlations": correlated}  # fmt: skip


def render(measured: Sequence[Pair]) -> RenderableType:
    """A table of candidate sources for each target."""
    items: list[RenderableType] = []
    for target, of, ranked in _by_target(escaping.every(measured, escaping.terminal)):
        items += [_table(target, of, ranked), *_notes(of)]
    return Group(*items, Text(_LEGEND, style="dim"))


def render_foretold(measured: Sequence[Pair], gained: Gains, budget: Budget) -> RenderableType:
    """A table of the rank correlation of every measure with the gains, within targets and over all pairs."""
    measured, gained = escaping.every((measured, gained), escaping.terminal)
    correlated = correlations(measured, gained.by_pair)
    with_gain = sum((pair.source, pair.target) in gained.by_pair for pair in measured)
    title = f"gain of {gained.strategy} over {gained.baseline} ({wording.metric_name(gained.metric)}, "
    figures = ("within targets: ρ", "p", "needed", "pairs", "overall: ρ", "τ", "p", "needed", "pairs")
    whole = f"{title}{wording.budget(budget)}): {with_gain} of {len(measured)} pairs have one"
    made = table(("measure", *figures), whole)
    for name, both in correlated.items():
        made.add_row(name, *_within(both["within"]), *_overall(both["overall"]))
    return Group(made, *(Text(line, style="dim") for line in (*_reasons(correlated), *_cautions(correlated))))


def _by_target(measured: Sequence[Pair]) -> Iterator[tuple[str, list[Pair], list[dict[str, int | None]]]]:
    """Yield (target, its candidates, and for each candidate its rank by measure)."""
    for target in dict.fromkeys(pair.target for pair in measured):
        of = [pair for pair in measured if pair.target == target]
        columns = {name: ranks([pair.measures.get(name, "") for pair in of]) for name in _names(of)}
        yield target, of, [{name: columns[name][row] for name in columns} for row in range(len(of))]


def _names(of: Sequence[Pair]) -> list[str]:
    return list(dict.fromkeys(name for pair in of for name in pair.measures))


def _candidate(pair: Pair, ranked: Mapping[str, int | None]) -> JsonObject:
    measures: JsonObject = {
        name: {"reason": value} if isinstance(value, str) else {"value": value, "rank": ranked[name]}
        for name, value in pair.measures.items()
    }
    return {"source": pair.source, "counts": dict(pair.counts), "note": pair.note, "measures": measures}


def _table(target: str, of: Sequence[Pair], ranked: Sequence[Mapping[str, int | None]]) -> Table:
    counts, measures = list(dict.fromkeys(name for pair in of for name in pair.counts)), _names(of)
    made = table(("source",), f"sources for {target}", right=(*counts, *measures))
    for pair, rank in zip(of, ranked, strict=True):
        shown = (_value(pair.measures.get(name, ""), rank[name]) for name in measures)
        made.add_row(pair.source, *(wording.count(pair.counts.get(name)) for name in counts), *shown)
    return made


def _value(value: float | str, rank: int | None) -> str:
    return wording.EMPTY if isinstance(value, str) else f"{wording.share(value)} ({rank})"


def _notes(of: Sequence[Pair]) -> Iterator[Text]:
    """Notes on candidates and reasons why measures do not apply, each once with the sources that it concerns."""
    sources_of: dict[str, list[str]] = {}
    for pair in of:
        reasons = [f"no {name}: {value}" for name, value in pair.measures.items() if isinstance(value, str)]
        for line in filter(None, (pair.note, *reasons)):
            sources_of.setdefault(line, []).append(pair.source)
    for line, sources in sources_of.items():
        yield Text(f"{', '.join(sources)}: {line}", style="dim")


def _within(correlation: Correlation | str) -> list[str]:
    if isinstance(correlation, str):
        return [wording.EMPTY] * 4
    rho, needed = wording.signed(correlation.rho), wording.share(correlation.needed)
    return [rho, wording.probability(correlation.p), needed, str(correlation.pairs)]


def _overall(correlation: Correlation | str) -> list[str]:
    if isinstance(correlation, str):
        return [wording.EMPTY] * 5
    rho, *rest = _within(correlation)
    return [rho, wording.EMPTY if correlation.tau is None else wording.signed(correlation.tau), *rest]


def _reasons(correlated: Mapping[str, Mapping[str, Correlation | str]]) -> Iterator[str]:
    for name, both in correlated.items():
        if isinstance(both["overall"], str):
            yield f"{name}: {both['overall']}"
        elif isinstance(both["within"], str):
            yield f"{name} within targets: {both['within']}"


def _cautions(correlated: Mapping[str, Mapping[str, Correlation | str]]) -> Iterator[str]:
    """How to read the table, and which measures cannot reach a small p."""
    if any(isinstance(correlation, Correlation) for both in correlated.values() for correlation in both.values()):
        yield (
            "ρ, τ: rank correlation with the gain; p: of each measure alone, uncorrected; "
            "needed: |ρ| from which on p is at most .05"
        )
        yield _READING
    within = {name: both["within"] for name, both in correlated.items()}
    hopeless = {name: c.orders for name, c in within.items() if isinstance(c, Correlation) and c.needed is None}
    if hopeless:
        yield (
            f"too few sources: within targets no ρ of {', '.join(hopeless)} can reach p ≤ .05, "
            f"with {min(hopeless.values())} orders of the sources"
        )
