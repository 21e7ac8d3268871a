"""A suite's results beside published values, and the list of suites, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.report import heads, wording
from relxfer.store import escaping


def render_suites(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    """One line for every suite."""
    table = Table("suite", "targets", "source", "summary", box=None, pad_edge=False, header_style="dim")
    for suite in escaping.every(found, escaping.terminal):
        source = "--checkpoint FILE" if suite["checkpoint"] else "its own"
        counts = f"{len(suite['targets'])}, published values for {len(suite['published'])}"
        table.add_row(suite["name"], counts, source, Text(suite["summary"]))
    return table


def render(card: Mapping[str, Any]) -> RenderableType:
    """`Standings.card()`: a row of ours for every target with theirs below it, then averages, then sources."""
    card = escaping.every(card, escaping.terminal)
    numbers = {name: number for number, name in enumerate(card["sources"], 1)}
    ranks = f", {card['rank_rule']} ranks" if card["rank_rule"] else ""
    title = f"{card['suite']}: {card['strategy']}{ranks}, in {card['folder']}"
    parts: list[RenderableType] = [Text(title, style="bold"), _targets(card, numbers)]
    if card["averages"]:
        parts.append(_averages(card))
    parts += [Text(line, style="dim") for line in _sentences(card, numbers)]
    return Group(*parts)


def _targets(card: Mapping[str, Any], numbers: Mapping[str, int]) -> Table:
    metrics, realistic = card["metrics"], _shows_realistic(card)
    head = ["target", "", *(f"{wording.metric_name(m)} [95 %]" for m in metrics)]
    head += [f"realistic {wording.metric_name(metrics[0])}"] if realistic else []
    table = _table([*head, card["item"], "seen", "time"])
    several = len({line["source"] for line in card["targets"]}) > 1
    for line in card["targets"]:
        name = f"{line['source']} → {line['target']}" if several else line["target"]
        if "metrics" not in line:
            table.add_row(name, "ours", Text(line["reason"], style="red"))
            continue
        ours = [wording.interval(line["metrics"][m]) for m in metrics]
        ours += [wording.share(line["realistic"][metrics[0]])] if realistic else []
        row = f"{line['items']:,}", line["seen"]["mark"], wording.seconds(line["seconds"])
        table.add_row(name, "ours", *ours, *row, style="bold")
        for theirs in line["published"]:
            table.add_row("", *_theirs(theirs, metrics, numbers))
    return table


def _theirs(theirs: Mapping[str, Any], metrics: Sequence[str], numbers: Mapping[str, int]) -> list[str]:
    name = f"{theirs['name']} [{numbers[theirs['source']]}]"
    if "note" in theirs:
        reached = " / ".join(wording.share(theirs["metrics"].get(m)) for m in metrics)
        return [name, f"{reached}: {theirs['note']}"]
    return [name, *(_pair(theirs["metrics"].get(m), theirs["difference"].get(m)) for m in metrics)]


def _pair(theirs: float | None, difference: float | None) -> str:
    """Theirs, and by how much ours is above it."""
    if theirs is None or difference is None:
        return wording.EMPTY
    return f"{wording.share(theirs)} ({wording.signed(difference)})"


def _averages(card: Mapping[str, Any]) -> Table:
    names = [wording.metric_name(m) for m in card["metrics"]]
    table = _table(["average", "targets", "", *names, *(f"ours {name}" for name in names)])
    for average in card["averages"]:
        theirs, ours = average["metrics"], average["ours"]
        table.add_row(
            average["group"],
            f"{len(average['targets'])} of {average['of']}",
            average["name"],
            *(_pair(theirs.get(m), ours[m] - theirs[m] if m in ours else None) for m in card["metrics"]),
            *(wording.share(ours.get(m)) for m in card["metrics"]),
        )
    return table


def _table(head: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    heads.add(table, head)
    return table


def _shows_realistic(card: Mapping[str, Any]) -> bool:
    return card["rank_rule"] not in (None, "realistic")


def _sentences(card: Mapping[str, Any], numbers: Mapping[str, int]) -> Iterator[str]:
    """What must be known beside the tables."""
    yield from card["seen"].values()
    if any("source" in line["seen"] for line in card["targets"]):
        yield (
            "seen: share of the test facts among the training facts of a graph that the source has seen; same set: the "
            "training graph of the same set; same origin: overlap not counted"
        )
    rules = [protocol["rank_rule"] for protocol in card["protocols"].values() if protocol["rank_rule"]]
    if rules:
        yield (
            f"in brackets: ours minus theirs, both with {', '.join(dict.fromkeys(rules))} ranks; averages are over the "
            "targets that have both, by protocol"
        )
    for group in dict.fromkeys((average["group"], average["graphs"]) for average in card["field"]):
        yield _field([a for a in card["field"] if (a["group"], a["graphs"]) == group], card, numbers)
    for name, source in card["sources"].items():
        note = f": {source['note']}" if source["note"] else ""
        where = f", {source['url']}" if source["url"] else ""
        yield f"[{numbers[name]}] {source['citation']}{where}{note}"
    for protocol in card["protocols"].values():
        yield f"protocol: {protocol['summary']}"


def _field(averages: Sequence[Mapping[str, Any]], card: Mapping[str, Any], numbers: Mapping[str, int]) -> str:
    graphs, group = averages[0]["graphs"], averages[0]["group"]
    told = []
    for average in averages:
        reached = " / ".join(wording.share(average["metrics"].get(m)) for m in card["metrics"])
        told.append(f"{average['name']} {reached} [{numbers[average['source']]}]")
    return f"published averages over {graphs} {group} graphs, which are not those above: {', '.join(told)}"
