"""Write what is generated from the records of the built-in strategies.

    python scripts/strategy_pages.py

These are `docs/strategies/index.md`, and the navigation of `mkdocs.yml` between its marks. The page of each strategy is
written by hand. A family is the package that holds a strategy's record; the first line of its docstring, `Title: what
its strategies do.`, is its heading.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from relxfer.contract.records import TransferStrategy
from relxfer.plan.cells import setting
from relxfer.plugins.finder import DISTRIBUTION, Plugins

ROOT = Path(__file__).resolve().parents[1]
#: The lines between which the navigation is generated.
MARKS = ("  # strategies: made by scripts/strategy_pages.py", "  # end of strategies")
INTRODUCTION = """\
# Strategies

A strategy is chosen by its name in a [configuration](../config.md#strategy); `relxfer plugins show NAME` lists its
options. This page is made from the records of the strategies.

- *Setting* is that of Pan and Yang (2010): inductive with labels of the target, transductive with labels of a source
  alone, unsupervised without any.
- *Needs* are what the data and the model must offer; where one is missing, the strategy is refused with the reason.
  Some options need more; the page of the strategy says so. The [run-time contract](../contract.md#needs-and-offers)
  explains the names.
- A *stage* learns without labels and leaves the head untrained, so that another strategy has to follow.
"""


@dataclass(frozen=True)
class Family:
    """Strategies whose records stand in one package."""

    title: str
    sentence: str
    strategies: Sequence[TransferStrategy]


def families() -> list[Family]:
    """Every family of the built-in plugins, and its strategies that have a page, both in the order of their records."""
    offers = [o for o in Plugins.load(third_party=False).all("strategy") if o.distribution == DISTRIBUTION]
    packages = {o.record.load.rpartition(".")[0] for o in offers}
    return [_family(name) for name in sorted(packages, key=_place)]


def generated() -> dict[Path, str]:
    """The files that are generated, whole or between their marks, and what they must hold."""
    found = families()
    return {
        ROOT / "docs" / "strategies" / "index.md": index(found),
        ROOT / "mkdocs.yml": _between_marks(ROOT / "mkdocs.yml", navigation(found)),
    }


def index(found: Sequence[Family]) -> str:
    """A table for each family."""
    return "\n".join([INTRODUCTION, *("\n".join(_section(family)) for family in found)])


def navigation(found: Sequence[Family]) -> str:
    """The entries of mkdocs.yml."""
    lines = ["  - Strategies:", "      - All strategies: strategies/index.md"]
    for family in found:
        lines += [f"      - {family.title}:"]
        lines += [f"          - {strategy.name}: strategies/{strategy.name}.md" for strategy in family.strategies]
    return "\n".join(lines)


def _section(family: Family) -> list[str]:
    return [
        f"## {family.title}\n",
        f"{family.sentence[0].upper()}{family.sentence[1:]}\n",
        "| strategy | what it does | setting | needs |",
        "|---|---|---|---|",
        *(_row(strategy) for strategy in family.strategies),
        "",
    ]


def _row(strategy: TransferStrategy) -> str:
    needs = ", ".join(f"`{need}`" for need in strategy.needs) or "–"
    where = "stage" if strategy.stage else setting(strategy.needs, source_labelled=True)
    return f"| [{strategy.name}]({strategy.name}.md) | {strategy.summary} | {where} | {needs} |"


def _family(package: str) -> Family:
    module = importlib.import_module(package)
    title, _, sentence = (module.__doc__ or "").partition("\n")[0].partition(": ")
    return Family(title, sentence, [s for s in module.STRATEGIES if s.role != "prior"])


def _place(package: str) -> tuple[bool, int]:
    """Families that know no modality first, in the order in which their plugin puts them together."""
    import relxfer_strategies

    order = [f.__name__ for f in relxfer_strategies.FAMILIES]
    return (package not in order, order.index(package) if package in order else 0)


def _between_marks(path: Path, text: str) -> str:
    start, end = (re.escape(mark) for mark in MARKS)
    before = path.read_text(encoding="utf-8")
    after, count = re.subn(rf"({start}\n).*?({end}\n)", lambda m: f"{m[1]}{text}\n{m[2]}", before, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"expected the marks {MARKS} once in {path}, got them {count} times")
    return after


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
