"""What a run says about a target, in sentences: where it helps, hurts, makes no difference, or stays undecided."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from relxfer.judge.records import Gain, Interval, Verdict
from relxfer.report import wording
from relxfer.report.answers.phrases import Labels, Sized, joined, listed, name, sized, span
from relxfer.results import budgets
from relxfer.results.records import Budget, MetricSummary, Role, Row
from relxfer.results.results import Results

#: A verdict; or that the source unchanged alone is better; or "" where there is none.
_Kind = str
_BUT = "HELPS, but"


def paragraphs(results: Results, target: str) -> list[tuple[str, ...]]:
    """Sentences on every source: what it comes to, then one on every group of label budgets.

    Names in the results must have been escaped.
    """
    rows = [row for row in results.rows if row.target == target]
    sources = list(dict.fromkeys(row.source for row in rows))
    told = labels(results, target)
    made: list[list[str]] = []
    for source in sources:
        of = [row for row in rows if row.source == source]
        here = _Compared(of, results.metric_of(target), told, len(sources) > 1)
        made += [said] if (said := here.sentences()) else []
    told_once = iter(_spelt_once([sentence for said in made for sentence in said], rows))
    return [tuple(islice(told_once, len(said))) for said in made] or [(sentence,) for sentence in _nothing(rows)]


def _spelt_once(said: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Sentences in which only the first mention of a baseline says what it is; priors are always told as such."""
    made, roles = list(said), {row.strategy: row.role for row in rows}
    baselines = dict.fromkeys(decisive(row.gain)[0] for row in rows if row.gain)
    for long, strategy in {_baseline(each, roles): each for each in baselines}.items():
        first = next((i for i, each in enumerate(made) if long in each), None)
        if first is not None and long != name(strategy) and roles.get(strategy) != "prior":
            before, after = made[first].split(long, 1)
            rest = [each.replace(long, name(strategy)) for each in (after, *made[first + 1 :])]
            made[first:] = [before + long + rest[0], *rest[1:]]
    return made


def labels(results: Results, target: str) -> Labels:
    """How the label budgets of a target are told."""
    rows = [row for row in results.rows if row.target == target]
    every = sorted({row.budget for row in rows}, key=budgets.size)
    total = max((row.label_count or 0 for row in rows if row.budget == "all"), default=0)
    cells = [cell for cell in results.cells if cell.target == target and cell.status == "done"]
    used = any(cell.labels for cell in cells) or not cells  # without cells nothing is known
    return Labels(tuple(every), rows[0].labels_per, total or None, used)


def decisive(gain: Gain) -> tuple[str, Interval]:
    """The alternative that a verdict rests on, and the gain over it.

    A row that HELPS is better than all, and the one that is shown stands for them. Otherwise it is the alternative
    that is surely better, or the one that is beaten by least.
    """
    against = gain.against
    if gain.verdict in (None, Verdict.HELPS) or not against:
        return gain.baseline, gain
    worse = [each for each in against if each.estimate < 0]
    if gain.verdict is Verdict.HURTS and worse:
        found = min(worse, key=lambda each: each.p)
    else:
        found = min(against, key=lambda each: each.estimate)
    return found.name, found


def places(rows: Sequence[Row], told: Labels, several: bool = False) -> str:
    """Rows by strategy and label budgets; strategies with the same ones together.

    several  whether the target has several sources, which are then named
    """
    found: dict[str, list[Budget]] = {}
    for row in rows:
        who = f"{name(row.strategy)} from {name(row.source)}" if several and row.source else name(row.strategy)
        found.setdefault(who, []).append(row.budget)
    alike: dict[tuple[Budget, ...], list[str]] = {}
    for who, of in found.items():
        alike.setdefault(tuple(sorted(set(of), key=budgets.size)), []).append(who)
    return joined([f"{joined(who)} {told.at(of)}" for of, who in alike.items()])


@dataclass(frozen=True)
class _Group:
    """Consecutive label budgets at which every row has the same verdict against the same baseline."""

    budgets: tuple[Budget, ...]
    rows: tuple[Row, ...]


class _Compared:
    """The rows of a source and a target that are compared with something."""

    def __init__(self, rows: Sequence[Row], metric: MetricSummary, told: Labels, several: bool):
        self.rows = [row for row in rows if row.gain and row.gain.asked]
        self.roles = {row.strategy: row.role for row in rows}
        self.unit = wording.metric_name(metric.name)
        self.labels = told
        self.source = rows[0].source if several else None
        self.declared = any(row.baseline for row in rows)

    def sentences(self) -> list[str]:
        """What it comes to, then a sentence for each group of budgets."""
        if not self.rows:
            return []
        constant = [row for row in self.rows if is_constant(row, self.rows)]
        first = tuple({row.strategy: row for row in reversed(constant)}.values())[::-1]
        said = [f"Whatever the number of labels, {self._clauses(_Group((), first))}."] if first else []
        said += [
            f"{_capital(self.labels.at(group.budgets))}, {self._clauses(group)}."
            for group in self._groups([row for row in self.rows if row not in constant])
        ]
        return [*self._lead(), *said]

    def _groups(self, rows: Sequence[Row]) -> list[_Group]:
        made: list[_Group] = []
        signatures: list[list[tuple[str, _Kind, str]]] = []
        for budget in sorted({row.budget for row in rows}, key=budgets.size):
            here = tuple(row for row in rows if row.budget == budget)
            signature = [(row.strategy, _kind(row), self._against(row)) for row in here]
            if made and signatures[-1] == signature:
                made[-1] = _Group((*made[-1].budgets, budget), made[-1].rows + here)
            else:
                made.append(_Group((budget,), here))
                signatures.append(signature)
        return made

    def _lead(self) -> list[str]:
        """What it comes to over all budgets; nothing where a baseline of the user's takes the place of the others."""
        rows = [row for row in self.rows if row.role in ("candidate", "direct")]
        if self.declared or not rows or any(row.source is None for row in rows):
            return []
        who = f"Transfer from {name(self.source)}" if self.source else "Transfer"
        if all(self.roles.get(row.gain.baseline) == "direct" for row in rows if row.gain):
            who = f"Adapting from {name(self.source)}" if self.source else "Adapting to the target"
        return [f"{who} {self._outcome(rows)}."]

    def _outcome(self, rows: Sequence[Row]) -> str:
        """Whether it helps, and where."""
        helped, hurt = (self._budgets(rows, {verdict}) for verdict in (Verdict.HELPS, Verdict.HURTS))
        if set(helped) & set(hurt):
            return "helps with some strategies and hurts with others"
        if not helped:
            kinds = {_kind(row) for row in rows}
            return _or([words for kind, words in _OUTCOMES.items() if kind in kinds])
        hurts = f" and hurts {self.labels.at(hurt)}" if hurt else ""
        return f"helps{self._where(helped, rows)}{hurts}"

    def _budgets(self, rows: Sequence[Row], verdicts: Container[Verdict | None]) -> list[Budget]:
        return sorted({row.budget for row in rows if row.verdict in verdicts}, key=budgets.size)

    def _where(self, helped: Sequence[Budget], rows: Sequence[Row]) -> str:
        """At which label budgets something helps."""
        compared = sorted({row.budget for row in rows}, key=budgets.size)
        if len(compared) == 1:
            return ""
        begins = list(helped) == compared[: len(helped)] and len(helped) < len(compared) and helped[-1] != 0
        return f" up to {wording.budget(helped[-1], self.labels.per)}" if begins else f" {self.labels.at(helped)}"

    def _clauses(self, group: _Group) -> str:
        """What holds at a group of budgets, by verdict."""
        found: dict[tuple[_Kind, str], list[Row]] = {}
        for row in group.rows:
            found.setdefault((_kind(row), self._against(row)), []).append(row)
        order = list(_CLAUSES)
        keys = sorted(found, key=lambda key: order.index(key[0]))
        strategies = len({row.strategy for row in group.rows})
        return "; ".join(_CLAUSES[kind](self, found[kind, against], strategies) for kind, against in keys)

    def _against(self, row: Row) -> str:
        return decisive(row.gain)[0] if row.gain else ""

    def _baseline(self, rows: Sequence[Row]) -> str:
        return _baseline(self._against(rows[0]), self.roles)

    def _helps(self, rows: Sequence[Row], of: int) -> str:
        sizes = self._sizes(rows)
        if len(sizes) == 2 and len({each.strategy for each in sizes}) == 2:
            one, two = sizes
            return (
                f"{name(one.strategy)} beats {self._baseline(rows)} by {sized(one.value, self.unit)}, "
                f"{name(two.strategy)} by {sized(two.value)}"
            )
        who, many = _who(rows, of)
        return f"{who} beat{'' if many else 's'} {self._baseline(rows)} by {span(sizes, self.unit, self.labels)}"

    def _helps_but(self, rows: Sequence[Row], of: int) -> str:
        better = next(row.over_direct.baseline for row in rows if row.over_direct)
        return f"{self._helps(rows, of)}, but {name(better)} alone is better"

    def _same(self, rows: Sequence[Row], of: int) -> str:
        who, many = _who(rows, of)
        return f"{who} make{'' if many else 's'} no difference that matters"

    def _hurts(self, rows: Sequence[Row], of: int) -> str:
        who, many = _who(rows, of)
        sizes = [replace(each, value=_negative(each.value)) for each in self._sizes(rows)]
        return (
            f"{who} {'are' if many else 'is'} worse than {self._baseline(rows)} by "
            f"{span(sizes, self.unit, self.labels)}"
        )

    def _undecided(self, rows: Sequence[Row], of: int) -> str:
        who, many = _who(rows, of)
        if many:
            return f"{who} are undecided"
        told = span(self._sizes(rows), self.unit, self.labels, signed=True)
        return f"{who} is undecided: {told} against {self._baseline(rows)}"

    def _unjudged(self, rows: Sequence[Row], of: int) -> str:
        who, many = _who(rows, of)
        told = span(self._sizes(rows), self.unit, self.labels, signed=True)
        return f"{who} {'have' if many else 'has'} no verdict: {told} against {self._baseline(rows)}"

    def _sizes(self, rows: Sequence[Row]) -> list[Sized]:
        return [Sized(decisive(row.gain)[1], row.strategy, row.budget) for row in rows if row.gain]


#: The clause for each verdict, in the order in which they are told.
_CLAUSES: dict[_Kind, Callable[[_Compared, Sequence[Row], int], str]] = {
    Verdict.HELPS: _Compared._helps,
    _BUT: _Compared._helps_but,
    Verdict.HURTS: _Compared._hurts,
    Verdict.NO_DIFFERENCE: _Compared._same,
    Verdict.INCONCLUSIVE: _Compared._undecided,
    "": _Compared._unjudged,
}


#: What a source comes to that helps nowhere.
_OUTCOMES: dict[_Kind, str] = {
    Verdict.HURTS: "hurts",
    Verdict.NO_DIFFERENCE: "makes no difference that matters",
    Verdict.INCONCLUSIVE: "is undecided",
    "": "has no verdict",
}


def _or(parts: Sequence[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} or {last}" if others else last


def _baseline(strategy: str, roles: Mapping[str, Role]) -> str:
    """What a row is compared with, in words.

    >>> _baseline("scratch", {"scratch": "scratch"}), _baseline("counts", {"counts": "prior"})
    ('training from scratch', 'the prior counts')
    """
    shown = name(strategy)
    if strategy == "scratch":
        return "training from scratch"
    if roles.get(strategy) == "direct":
        return f"the source unchanged ({shown})"
    return f"the prior {shown}" if roles.get(strategy) == "prior" else shown


def is_constant(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row is the same at several label budgets, and at all of those at which its strategy was run."""
    same = [each for each in rows if (each.source, each.strategy) == (row.source, row.strategy)]
    return len(same) > 1 and len({_told(each) for each in same}) == 1


def _told(row: Row) -> tuple[object, ...]:
    """What a row says, but for its label budget."""
    gain = (row.gain.verdict, *decisive(row.gain)) if row.gain else ()
    return *row.metrics.items(), *gain, row.over_direct


def _kind(row: Row) -> _Kind:
    if row.verdict is Verdict.HELPS and row.over_direct and row.over_direct.verdict is Verdict.HURTS:
        return _BUT
    return row.verdict or ""


def _who(rows: Sequence[Row], of: int) -> tuple[str, bool]:
    """The strategies of rows, and whether they are several."""
    strategies = list(dict.fromkeys(row.strategy for row in rows))
    return listed(strategies, of), len(strategies) > 1


def _negative(value: Interval) -> Interval:
    return Interval(-value.estimate, -value.high, -value.low, value.seeds, value.units)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _nothing(rows: Sequence[Row]) -> list[str]:
    """Why nothing is said about a target."""
    if not any(row.finished for row in rows):
        return ["Nothing finished, so that there is no answer."]
    if not any(row.runs for row in rows):
        return ["The target has no test, so that nothing is compared."]
    if any(row.gain for row in rows):
        return ["The run asks no question about this target: its rows are exploratory."]
    reasons = list(dict.fromkeys(_reasons(rows)))
    return [f"Nothing is compared: {'; '.join(reasons[:2])}." if reasons else "Nothing is compared."]


def _reasons(rows: Sequence[Row]) -> Iterator[str]:
    return (f"{name(row.strategy)} {row.no_gain}" if row.no_gain.startswith("is ") else row.no_gain
            for row in rows if row.runs and row.no_gain)  # fmt: skip
