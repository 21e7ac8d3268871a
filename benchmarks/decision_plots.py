"""The plots of docs/decisions.md, from what `benchmarks/decision.py` measured.

    python benchmarks/decision_plots.py [--folder docs/pictures]

- decisions_gains.svg: the gain of every pair at both label budgets, with its 95 % interval.
- decisions_choices.svg: what each way to choose among sources loses.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import decision_tables as tables
import matplotlib as mpl
from matplotlib import pyplot as plt

COLOURS = {"HELPS": "#1a7f37", "HURTS": "#b42318", "NO DIFFERENCE": "#555555", "INCONCLUSIVE": "#b58900"}
#: Ways that are shown beside those measures that all kinds of data have.
WAYS = (tables.RACE, "one trial", tables.SIZE, tables.ROW, tables.CHANCE)


def gains(of: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """A row for each pair, a panel for each budget; nulls are hollow."""
    rows = [(found, source) for found in of for source in found["sources"]]
    figure, panels = plt.subplots(1, 2, figsize=(8, 0.19 * len(rows) + 1), sharey=True, sharex=True)
    for number, panel in enumerate(panels):
        panel.axvline(0, color="#999999", linewidth=0.8)
        for place, (found, source) in enumerate(rows):
            budget = list(dict.fromkeys(each["budget"] for each in found["chosen"]))[number]
            each = next(e for e in found["chosen"] if (e["source"], e["budget"]) == (source, budget))
            estimate, low, high = each["gain"]
            colour, null = COLOURS[each["verdict"]], source in tables.nulls(found)
            panel.plot([low, high], [place, place], color=colour, linewidth=1)
            panel.plot(estimate, place, "o", color=colour, markersize=4, markerfacecolor="white" if null else colour)
        panel.set_title(("fewer labels", "more labels")[number], fontsize=9)
        panel.set_xlabel("gain over scratch, 95 %", fontsize=8)
        panel.tick_params(labelsize=7)
    panels[0].set_yticks(range(len(rows)), [f"{source} > {found['target']}" for found, source in rows])
    panels[0].invert_yaxis()
    handles = [plt.Line2D([], [], marker="o", linestyle="", color=c, label=v) for v, c in COLOURS.items()]
    figure.legend(handles=handles, loc="lower center", ncols=4, fontsize=7, frameon=False)
    _save(figure, folder / "decisions_gains.svg")


def choices(made: Mapping[str, Any], folder: Path) -> None:
    """A panel for each kind of data; the shorter, the better."""
    kinds = [kind for kind in made["regrets"] if kind != "all"]
    figure, panels = plt.subplots(1, len(kinds), figsize=(8, 2.2), sharey=True, squeeze=False)
    for kind, panel in zip(kinds, panels[0], strict=True):
        found = made["regrets"][kind]
        ways = [way for way in WAYS if way in found]
        values = [found[way]["regret"] for way in ways]
        panel.barh(range(len(ways)), values, color=["#1a7f37", *["#bbbbbb"] * (len(ways) - 1)])
        for place, value in enumerate(values):
            panel.text(value, place, f" {value:.1f}", va="center", fontsize=7)
        panel.set_yticks(range(len(ways)), [way.replace(", ", ",\n") for way in ways], fontsize=7)
        panel.set_title(f"{kind} ({max(of['targets'] for of in found.values())} targets)", fontsize=9)
        panel.set_xlabel("regret in points", fontsize=8)
        panel.tick_params(axis="x", labelsize=7)
        panel.set_xlim(0, 1.25 * max(values))
    panels[0][0].invert_yaxis()
    _save(figure, folder / "decisions_choices.svg")


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout(rect=(0, 0.02, 1, 1))
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("docs/pictures"))
    given = parser.parse_args()
    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "decisions", "svg.fonttype": "none", "font.family": "sans-serif"}
    made = json.loads((tables.RESULTS.parent / "decision.json").read_text(encoding="utf-8"))
    gains(tables.files(), given.folder)
    choices(made, given.folder)


if __name__ == "__main__":
    main()
