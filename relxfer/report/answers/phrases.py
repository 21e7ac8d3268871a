"""Parts of sentences: names, lists of names, label budgets, and gains with their intervals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from relxfer.judge.records import Interval
from relxfer.report import wording
from relxfer.results.records import Budget, Per

#: A name that needs no quotation marks in a sentence.
_PLAIN = re.compile(r"[^\s,;:]+(?: \([^\s,;:()]+\))?")
#: The most names that a sentence lists; of more it says how many.
_MOST = 4


def name(text: str) -> str:
    """A name in a sentence.

    >>> name("finetune"), name("scratch (gat)"), name("only the head")
    ('finetune', 'scratch (gat)', '"only the head"')
    """
    return text if _PLAIN.fullmatch(text) else f'"{text}"'


def joined(parts: Sequence[str]) -> str:
    """Parts as a list in a sentence.

    >>> joined(["a", "b", "c"]), joined(["a"])
    ('a, b and c', 'a')
    """
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def listed(names: Sequence[str], of: int) -> str:
    """The names of strategies; how many, where they are more than a sentence holds.

    of  number of all strategies there

    >>> listed(["a", "b"], 3), listed(list("abcde"), 9), listed(list("abcde"), 5)
    ('a and b', '5 of 9 strategies', 'all 5 strategies')
    """
    if len(names) <= _MOST:
        return joined([name(each) for each in names])
    return f"all {of} strategies" if len(names) == of else f"{len(names)} of {of} strategies"


@dataclass(frozen=True)
class Labels:
    """How label budgets of a target are told.

    budgets  all budgets of the run there, ascending
    per      whether a budget counts labels of the target or of each class
    total    number of labels behind "all"; None if that is not known
    used     whether anything at all is given labels of the target
    """

    budgets: tuple[Budget, ...]
    per: Per
    total: int | None
    used: bool = True

    def at(self, budgets: Sequence[Budget]) -> str:
        """Where something holds, as the beginning of a sentence.

        >>> labels = Labels((0, 10, 40, "all"), "target", 2786)
        >>> labels.at([0]), labels.at([10, 40]), labels.at(["all"]), labels.at([0, 10, 40, "all"])
        ('without labels', 'at 10 and 40 labels', 'with all 2,786 labels', 'at every label budget')
        """
        if not self.used:
            return "without labels of the target"
        if len(budgets) == len(self.budgets) > 2:
            return "at every label budget"
        numbers = [f"{budget:,}" for budget in budgets if budget != "all" and budget > 0]
        if len(numbers) > 2 and self._adjoining(budgets):
            numbers = [f"{numbers[0]} to {numbers[-1]}"]
        word = "label" if numbers == ["1"] else "labels"
        parts = ["without labels"] * (0 in budgets)
        parts += [f"at {joined(numbers)} {word}{' per class' * (self.per == 'class')}"] if numbers else []
        return joined([*parts, *[f"with {self.all}"] * ("all" in budgets)])

    @property
    def all(self) -> str:
        """All labels, with their number where it is known."""
        return f"all {wording.count(self.total)} labels" if self.total else "all labels"

    def _adjoining(self, budgets: Sequence[Budget]) -> bool:
        places = [self.budgets.index(budget) for budget in budgets if budget not in (0, "all")]
        return places == list(range(places[0], places[0] + len(places)))

    def since(self, budget: Budget) -> str:
        """From a budget on.

        >>> Labels((0, 5, 20), "class", None).since(5)
        'from 5 labels per class on'
        """
        return f"from {wording.budget(budget, self.per)} on"


@dataclass(frozen=True)
class Sized:
    """A difference with its interval, and what it belongs to: a strategy, a budget."""

    value: Interval
    strategy: str
    budget: Budget


def span(sizes: Sequence[Sized], metric: str, labels: Labels, signed: bool = False) -> str:
    """One difference, or the smallest and the largest of several, each with its interval.

    >>> one = Sized(Interval(0.245, 0.179, 0.311, 6, 305), "finetune", 10)
    >>> two = Sized(Interval(0.056, 0.019, 0.094, 6, 305), "finetune", 40)
    >>> labels = Labels((10, 40), "target", None)
    >>> span([one], "MRR", labels), span([one, two], "MRR", labels)
    ('.245 MRR [.179, .311]', '.056 MRR [.019, .094] (40 labels) to .245 [.179, .311] (10 labels)')
    """
    least, most = (pick(sizes, key=lambda each: each.value.estimate) for pick in (min, max))
    if least is most:
        return sized(least.value, metric, signed)
    ends = [_tag(each, sizes, labels) for each in (least, most)]
    return f"{sized(least.value, metric, signed)}{ends[0]} to {sized(most.value, '', signed)}{ends[1]}"


def sized(value: Interval, metric: str = "", signed: bool = False) -> str:
    """A difference with its interval.

    >>> sized(Interval(0.037, 0.001, 0.073, 6, 305), "MRR", signed=True)
    '+.037 MRR [+.001, +.073]'
    """
    write = wording.signed if signed else wording.share
    unit = f" {metric}" if metric else ""
    return f"{write(value.estimate)}{unit} [{write(value.low)}, {write(value.high)}]"


def _tag(one: Sized, of: Sequence[Sized], labels: Labels) -> str:
    """What sets a difference apart from the others."""
    strategies, budgets = ({getattr(each, what) for each in of} for what in ("strategy", "budget"))
    told = [name(one.strategy)] * (len(strategies) > 1)
    told += [wording.budget(one.budget, labels.per)] * (len(budgets) > 1)
    return f" ({', '.join(told)})"
