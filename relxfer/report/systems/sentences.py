"""The words and cells of what `relxfer judge` found. Names in them must have been escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relxfer.report import wording
from relxfer.results.systems.judgement import Compared, Judgement, System, SystemVerdict


def worse(compared: Compared, judged: Judgement) -> str:
    """A system that is worse than allowed, as a sentence."""
    before, now = (judged.system(name).mean.estimate for name in (judged.baseline, compared.system))
    return (
        f"worse: {judged.metric} {wording.share(before)} of {judged.baseline}, {wording.share(now)} of "
        f"{compared.system}, {wording.interval(compared.difference, wording.signed)}"
    )


def tables(judged: Judgement) -> Iterator[tuple[str, Sequence[str], list[list[str]]]]:
    """Title, heads and rows of both tables."""
    less = wording.LESS * judged.less_is_better
    groups = ["groups"] * any(each.groups is not None for each in judged.systems)
    name = f"{judged.metric}{', every class alike' * judged.balanced}{less}"
    yield name, ("system", "mean [95 %]", "items", *groups, "seeds"), [_system(each) for each in judged.systems]
    several = len(judged.comparisons) > 1
    head = (f"against {judged.baseline}", "difference [95 %]", "p", *["p over all"] * several, "verdict")
    yield "comparisons", head, [_compared(each, several) for each in judged.comparisons]


def _system(system: System) -> list[str]:
    groups = [] if system.groups is None else [wording.count(system.groups)]
    return [
        system.name,
        wording.interval(system.mean),
        wording.count(system.items),
        *groups,
        wording.count(system.seeds),
    ]


def _compared(compared: Compared, several: bool) -> list[str]:
    return [
        compared.system,
        wording.interval(compared.difference, wording.signed),
        wording.probability(compared.p),
        *[wording.probability(compared.p_adjusted)] * several,
        str(compared.verdict or wording.EMPTY),
    ]


def claim(compared: Compared, judged: Judgement) -> str:
    """The verdict as a sentence, with what it holds for."""
    pair = f"{compared.system} and {judged.baseline}"
    if compared.verdict is None:
        return f"{pair}: no verdict, {compared.note}"
    said = {
        SystemVerdict.BETTER: f"{compared.system} is better than {judged.baseline}",
        SystemVerdict.WORSE: f"{compared.system} is worse than {judged.baseline}",
        SystemVerdict.NO_DIFFERENCE: f"{pair}: no difference of {_effect(judged.minimal_effect)} or more",
        SystemVerdict.INCONCLUSIVE: f"{pair}: inconclusive",
    }
    return f"{said[compared.verdict]} ({compared.condition})"


def further(compared: Compared, judged: Judgement) -> str:
    """What could have been excluded, and what would decide."""
    things = "groups" if judged.systems[0].groups is not None else "items"
    said = [f"No {things} differ."] if not compared.differ else []
    said.append(f"The smallest effect that could have been excluded: {wording.share(compared.excludes)}.")
    if compared.verdict == SystemVerdict.INCONCLUSIVE:
        said.append(_needed(compared, things))
    if compared.noise_df and compared.noise_df > compared.seeds - 1:
        said.append(f"Seed noise from all comparisons: {compared.noise_df:.1f} df in place of {compared.seeds - 1}.")
    return " ".join(said)


def _needed(compared: Compared, things: str) -> str:
    needed, now = compared.needed, compared.difference
    if needed is None:
        return "Name the smallest difference that matters: --minimal-effect."
    ways = [f"about {needed.items:,} {things} in place of {now.units:,}"] if needed.items else []
    ways += [f"about {needed.seeds:,} seeds in place of {now.seeds:,}"] if needed.seeds else []
    if not ways:
        more = f"more {things} and more seeds together" if compared.seeds > 1 else f"far more {things}"
        return f"What would decide it: {more}."
    return f"To decide it in four of five cases, if the difference is as it came out: {', or '.join(ways)}."


def _effect(value: float | None) -> str:
    """A size with two significant digits, as few as are needed."""
    return wording.EMPTY if value is None else f"{float(f'{value:.2g}'):,g}".removeprefix("0") or "0"


def how(judged: Judgement) -> str:
    """How differences and verdicts are meant."""
    over = "" if len(judged.comparisons) < 2 else "; verdicts hold all at once (Holm over the comparisons)"
    minimal = f", no difference below {_effect(judged.minimal_effect)}" if judged.minimal_effect else ""
    runs = " and run" * any(each.seeds > 1 for each in judged.systems)
    sign = (
        f"{judged.baseline} - system, since less is better" if judged.less_is_better else f"system - {judged.baseline}"
    )
    return f"difference: {sign}, paired by item{runs}; better or worse at 5 %{minimal}{over}"
