"""Candidate sources for each target, and how well the measures predicted gains, for `relxfer rank-sources`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.choose.correlation import Correlation
from relxfer.choose.relatedness import SIZE, Gains, Pair, correlations, ranks
from relxfer.choose.track_record import track_record
from relxfer.report import wording
from relxfer.report.answers import past, phrases
from relxfer.report.split import SplitTable
from relxfer.results.records import Budget
from relxfer.store import escaping
from relxfer.store.json_text import Json, JsonObject

_LEGEND = "higher is more related; in brackets the rank among the candidates"
_WEAK = (
    "These are hints from the data, and no measure of a gain: relxfer run compares the candidates, and --run shows how "
    "well the measures foretold it."
)
_READING = (
    "read the columns within targets: they ask whether a measure tells good sources from bad ones for a given target. "
    "Overall, targets differ for reasons of their own, and pairs with a common source or target are not independent"
)


def card(measured: Sequence[Pair]) -> list[Json]:
    """As JSON: every target with its candidate sources."""
    return [
        {
            "target": target,
            "candidates": [_candidate(pair, rank) for pair, rank in zip(of, ranked, strict=True)],
            "advice": advice(of, ranked),
            "no_better_than_size": list(_no_better_than_size(of)),
        }
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
        items += [_table(target, of, ranked), *_notes(of), *_past(of), Text(advice(of, ranked), style="bold")]
    return Group(*items, Text(_LEGEND, style="dim"))


def _past(of: Sequence[Pair]) -> Iterator[Text]:
    """What past pairs like the candidates gained, and which measures were no better at choosing than size."""
    told: dict[str, list[str]] = {}
    for pair in of:
        if like := track_record().like(pair.content, pair.measures):
            told.setdefault(past.sentence(like), []).append(pair.source)
    for sentence, sources in told.items():
        yield Text(f"{', '.join(sources)}: {sentence}" if len(told) > 1 else sentence)
    if names := _no_better_than_size(of):
        yield Text(past.no_better_than_size(names), style="dim")


def _no_better_than_size(of: Sequence[Pair]) -> list[str]:
    """The measures of the candidates that chose no better than size did on past targets."""
    weak = track_record().no_better_than_size(of[0].content)
    return [name for name in _names(of) if name in weak]


def advice(of: Sequence[Pair], ranked: Sequence[Mapping[str, int | None]]) -> str:
    """Which source to try first for a target, on what grounds, and how much they are worth.

    It is the one that most measures rank first, of those that chose better than size on past targets, if there are
    any; the number of labels that a source has (`size`) only breaks ties, since it says nothing about the target.
    """
    apart = [name for name in _names(of) if name != SIZE and len({row[name] for row in ranked} - {None}) > 1]
    measures = track_record().counting(of[0].content, apart)
    if len(of) < 2:
        return f"There is one candidate for {of[0].target}, so that there is nothing to choose."
    if not measures:
        return f"No measure tells the candidates for {of[0].target} apart: run them, and let the report compare them."
    first = [[name for name in measures if row[name] == 1] for row in ranked]
    sizes = [row.get(SIZE) or len(of) for row in ranked]
    best = max(range(len(of)), key=lambda i: (len(first[i]), -sizes[i]))
    ties = [i for i in range(len(of)) if i != best and len(first[i]) == len(first[best])]
    others = phrases.joined([phrases.name(of[i].source) for i in ties]) if ties else ""
    grounds = f"{_of(len(first[best]), len(measures))} ({', '.join(first[best])})"
    larger = "; it has more labels" * all(sizes[best] < sizes[i] for i in ties)
    also = f", as many as put {others} first{larger}" * bool(ties)
    rank = f"rank{'s' * (len(first[best]) == 1)} it first{also}"
    return f"Try {phrases.name(of[best].source)} first: {grounds} {rank}. {_WEAK}"


def _of(some: int, every: int) -> str:
    """How many of the measures that tell the candidates apart."""
    if every == 1:
        return "the only measure that tells them apart"
    return (
        f"all {every} measures that tell them apart"
        if some == every
        else f"{some} of {every} measures that tell them apart"
    )


def render_foretold(measured: Sequence[Pair], gained: Gains, budget: Budget) -> RenderableType:
    """A table of the rank correlation of every measure with the gains, within targets and over all pairs."""
    measured, gained = escaping.every((measured, gained), escaping.terminal)
    correlated = correlations(measured, gained.by_pair)
    with_gain = sum((pair.source, pair.target) in gained.by_pair for pair in measured)
    title = f"gain of {gained.strategy} over {gained.baseline} ({wording.metric_name(gained.metric)}, "
    figures = ("within targets: ρ", "p", "needed", "pairs", "overall: ρ", "τ", "p", "needed", "pairs")
    whole = f"{title}{wording.budget(budget)}): {with_gain} of {len(measured)} pairs have one"
    rows = [[name, *_within(both["within"]), *_overall(both["overall"])] for name, both in correlated.items()]
    made = SplitTable(("measure",), figures, rows, whole)
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
    like = track_record().like(pair.content, pair.measures)
    past_pairs = None if like is None else asdict(like)
    about: JsonObject = {"source": pair.source, "counts": dict(pair.counts), "note": pair.note}
    return {**about, "measures": measures, "past_pairs": past_pairs}


def _table(target: str, of: Sequence[Pair], ranked: Sequence[Mapping[str, int | None]]) -> SplitTable:
    counts, measures = list(dict.fromkeys(name for pair in of for name in pair.counts)), _names(of)
    columns = (*measures, *counts)  # what decides comes first
    rows = [
        [
            pair.source,
            *(_value(pair.measures.get(name, ""), rank[name]) for name in measures),
            *(wording.count(pair.counts.get(name)) for name in counts),
        ]
        for pair, rank in zip(of, ranked, strict=True)
    ]
    return SplitTable(("source",), columns, rows, f"sources for {target}", right=columns)


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
