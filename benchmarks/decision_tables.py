"""The figures of docs/decisions.md, from what `benchmarks/decision.py` measured; and the track record.

    python benchmarks/decision_tables.py [--track-record] [--pictures docs/pictures]

- verdicts: are those of six seeds those of all seeds, and do true nulls get one?
- choices: how much is lost by a way to choose among the sources of a target, against the best arm? An arm is a row of a
  source, or of scratch. Ways: by chance; by each measure of `relxfer rank-sources`; by `size`; by the race of
  `relxfer recommend` on the recorded validation scores of six seeds at a time. Sources that were not trained are left
  out: nobody has to choose among them.
- rates: the same for the learning rates of one row, of fine-tuning a source or of scratch, by the score of the best
  validation point and by the mean of the later ones, which is how `relxfer tune` scores trials.
- gains: of the row that validation prefers for a source, over the one of scratch that it prefers.

    regret = test of the best arm, the mean over all seeds - test of the chosen arm, in points

--track-record writes `relxfer/choose/track_record.json`; --pictures draws the plots.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from relxfer.choose import track_record
from relxfer.choose.estimators import OF_FEATURES, OF_PREDICTIONS, PARAMETERS
from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.racing import Race
from relxfer.choose.recommending.ranking import narrowed
from relxfer.choose.recommending.recommendation import Raced
from relxfer.choose.recommending.rounds import rounds
from relxfer.choose.relatedness import Pair
from relxfer.choose.track_record import PastPair, TrackRecord
from relxfer.seeding import generator

HERE = Path(__file__).parent
SUITE, RESULTS = HERE / "decision.toml", HERE / "results" / "decision"
RECORD = HERE.parent / "relxfer" / "choose" / "track_record.json"
#: kind -> the kind of data, as the records of data sets call it
CONTENTS = {name: kind["content"] for name, kind in tomllib.loads(SUITE.read_text(encoding="utf-8"))["kind"].items()}
DECIDED = ("HELPS", "HURTS")
SIZE, CHANCE, RACE, ROW = "size", "by chance", "race", "a source by chance, its row by validation"
#: The race of all sources, whatever the kind of data.
ALL = "race of all sources"
#: The race with the score of the best validation point of each training, in place of the mean of the later ones.
BEST = "race by best points"
#: Measures of a source model, which are not known before it is trained.
OF_MODELS = {*OF_FEATURES, *OF_PREDICTIONS, PARAMETERS}
#: Seeds that a way to choose sees.
GROUP = 6


@dataclass(frozen=True)
class Row:
    """A row of a target at a budget: by seed its test, its validation score, and its score as an arm."""

    source: str | None
    name: str
    test: np.ndarray
    validation: np.ndarray
    later: np.ndarray


@dataclass(frozen=True)
class Choice:
    """A target at a budget: the arms to choose among, and the measures of its sources."""

    target: str
    kind: str
    budget: Any
    rows: list[Row]
    measures: Mapping[str, Mapping[str, float]]

    @property
    def best(self) -> float:
        return float(max(row.test.mean() for row in self.rows))

    def regret(self, row: Row) -> float:
        return 100 * (self.best - float(row.test.mean()))


def files() -> list[dict[str, Any]]:
    """What was measured, in the order of the suite."""
    names = [target["name"] for target in tomllib.loads(SUITE.read_text(encoding="utf-8"))["target"]]
    paths = [RESULTS / f"{name}.json" for name in names]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]


def nulls(found: Mapping[str, Any]) -> set[str]:
    return {each["source"] for each in found["judged"] if each["null"]}


# ---------------------------------------------------------------------------------------------------- verdicts


def verdicts(of: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of all pairs at both budgets, and of every group of six seeds."""
    judged = [each for found in of for each in found["judged"]]
    few = [(each, verdict) for each in judged for verdict in each["few"]]
    null = [verdict in DECIDED for each, verdict in few if each["null"]]
    decided = [(each["verdict"], verdict) for each, verdict in few if each["verdict"] in DECIDED and not each["null"]]
    return {
        "pairs": len({(found["target"], each["source"]) for found in of for each in found["judged"]}),
        "comparisons": len(few),
        "opposite": sum({each["verdict"], verdict} == set(DECIDED) for each, verdict in few),
        "null_comparisons": len(null),
        "nulls_with_a_verdict": sum(null),
        "recall": _mean([one == other for one, other in decided]),
        "inside": _mean([each for row in judged for each in row["inside"]]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if len(values) else None


# ----------------------------------------------------------------------------------------------------- choices


def choices(found: Mapping[str, Any]) -> Iterator[Choice]:
    """The target at its budgets, without sources that were not trained, or where nothing can be learnt."""
    left_out = nulls(found)
    if set(found["sources"]) == left_out:
        return
    for budget in dict.fromkeys(row["budget"] for row in found["rows"]):
        rows = [
            Row(row["source"], row["row"], *(np.array(row[key]) for key in ("test", "validation", "later")))
            for row in found["rows"]
            if row["budget"] == budget and row["source"] not in left_out
        ]
        measures = {
            source: {name: value for name, value in of.items() if not isinstance(value, str)}
            for source, of in found["measures"][str(budget)].items()
            if source not in left_out
        }
        yield Choice(found["target"], found["kind"], budget, rows, measures)


def preferred(rows: Sequence[Row], seeds: Sequence[int]) -> Row:
    """The row that the validation scores of some seeds prefer."""
    return max(rows, key=lambda row: float(row.validation[list(seeds)].mean()))


def raced(choice: Choice, seeds: Sequence[int], best: bool = False) -> Row:
    """What the race of `relxfer recommend` chooses by the validation scores of these seeds.

    best  by those of the best validation points
    """
    cells = {id(row): tuple(SimpleNamespace(seed=seed) for seed in seeds) for row in choice.rows}
    score = {
        id(cell): (row.validation if best else row.later)[cell.seed] for row in choice.rows for cell in cells[id(row)]
    }
    arms = [
        Arm(Raced(row.source, row.name, _role(row), None, 1.0), cells[id(row)])  # type: ignore[arg-type]
        for row in sorted(choice.rows, key=lambda row: ("direct", "scratch", "candidate").index(_role(row)))
    ]
    race = Race(arms, rounds(len(arms), len(seeds)), lambda cell, ended: float(score[id(cell)]))
    while wave := race.wave():
        for cell in wave:
            race.ended(cell, {"status": "done"})
    last = max((arm for arm in race.left), key=lambda arm: arm.raced().mean)
    return next(row for row in choice.rows if cells[id(row)] is last.cells)


def _role(row: Row) -> Any:
    return "scratch" if row.source is None else "direct" if row.name == "zero-shot" else "candidate"


def of_source(choice: Choice, source: str) -> list[Row]:
    return [row for row in choice.rows if row.source == source]


def by_measure(name: str) -> Callable[[Choice, Sequence[int]], list[Row] | None]:
    """The source with the highest value, and its row by validation; all of several equal ones."""

    def way(choice: Choice, seeds: Sequence[int]) -> list[Row] | None:
        values = {source: of[name] for source, of in choice.measures.items() if name in of}
        if len(set(values.values())) < 2:
            return None
        first = [source for source, value in values.items() if value == max(values.values())]
        return [preferred(of_source(choice, source), seeds) for source in first]

    return way


# --------------------------------------------------------------------------------------------------- narrowing


def of_better_half(choice: Choice, known: TrackRecord) -> Choice:
    """With the rows of no sources but those that `relxfer recommend` would race by this track record."""
    content = CONTENTS[choice.kind]
    measured = [
        Pair(source, choice.target, {name: of[name] for name in of if name not in OF_MODELS}, content=content)
        for source, of in choice.measures.items()
    ]
    kept, _ = narrowed(measured, known)
    return replace(choice, rows=[row for row in choice.rows if row.source is None or row.source in kept])


def gained_by_half(of: Sequence[Choice], pairs: Sequence[PastPair]) -> dict[tuple[str, str], float]:
    """(kind, target) -> how much less was lost where the better half of the sources was raced than where all were, with
    measures that beat size on the other targets."""
    made: dict[tuple[str, str], list[float]] = {}
    for choice in of:
        others = [pair for pair in pairs if pair.target != choice.target]
        half = of_better_half(choice, track_record.record(others, [CONTENTS[choice.kind]]))
        lost = (_raced_regret(choice, each.rows) for each in (choice, half))
        made.setdefault((choice.kind, choice.target), []).append(next(lost) - next(lost))
    return {key: float(np.mean(values)) for key, values in made.items()}


def narrows(gained: Mapping[tuple[str, str], float], without: str | None = None) -> list[str]:
    """Kinds of data of which less was lost in the mean of their targets, but for one."""
    by_kind: dict[str, list[float]] = {}
    for (kind, target), value in gained.items():
        if target != without:
            by_kind.setdefault(CONTENTS[kind], []).append(value)
    return [kind for kind, values in by_kind.items() if np.mean(values) > 0]


def _raced_regret(choice: Choice, rows: list[Row]) -> float:
    return float(np.mean([choice.regret(raced(replace(choice, rows=rows), seeds)) for seeds in groups(choice)]))


def groups(choice: Choice) -> list[range]:
    """Seeds that a way to choose sees, at a time."""
    return [range(start, start + GROUP) for start in range(0, len(choice.rows[0].test) - GROUP + 1, GROUP)]


def known_without(gained: Mapping[tuple[str, str], float], pairs: Sequence[PastPair]) -> dict[str, TrackRecord]:
    """target -> the track record of the other targets."""
    return {
        target: track_record.record([pair for pair in pairs if pair.target != target], narrows(gained, target))
        for _, target in gained
    }


# -------------------------------------------------------------------------------------------------------- ways


def ways(
    of: Sequence[Choice], known: Mapping[str, TrackRecord]
) -> dict[str, Callable[[Choice, Sequence[int]], list[Row] | None]]:
    """way -> function of a choice and of the seeds to see: the rows that it may choose, each as likely."""
    names = sorted({name for choice in of for measures in choice.measures.values() for name in measures})
    return {
        CHANCE: lambda choice, seeds: choice.rows,
        ROW: lambda choice, seeds: [preferred(of_source(choice, source), seeds) for source in choice.measures],
        "one trial": lambda choice, seeds: [preferred(choice.rows, [seed]) for seed in seeds],
        RACE: lambda choice, seeds: [raced(of_better_half(choice, known[choice.target]), seeds)],
        ALL: lambda choice, seeds: [raced(choice, seeds)],
        BEST: lambda choice, seeds: [raced(choice, seeds, best=True)],
        **{name: by_measure(name) for name in names},
    }


def regrets(of: Sequence[Choice], known: Mapping[str, TrackRecord]) -> dict[str, dict[str, Any]]:
    """way -> its mean regret, with a 95 % interval over targets, over groups of seeds; and on how many targets."""
    made: dict[str, dict[str, Any]] = {}
    for name, way in ways(of, known).items():
        by_target: dict[str, list[float]] = {}
        for choice in of:
            for seeds in groups(choice):
                rows = way(choice, seeds)
                if rows:
                    by_target.setdefault(choice.target, []).append(float(np.mean([choice.regret(r) for r in rows])))
        if by_target:
            made[name] = _over_targets([float(np.mean(values)) for values in by_target.values()])
    return made


def _over_targets(values: Sequence[float]) -> dict[str, Any]:
    """The mean, and its 95 % interval by the bootstrap over targets."""
    rng = generator("decision study")
    drawn = np.array(values)[rng.integers(0, len(values), (4000, len(values)))].mean(1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"regret": round(float(np.mean(values)), 2), "low": round(float(low), 2), "high": round(float(high), 2),
            "targets": len(values)}  # fmt: skip


def rates(of: Sequence[Mapping[str, Any]], count: int) -> dict[str, dict[str, Any]]:
    """score -> the mean regret of choosing a row's learning rate by it, from so many seeds at a time."""
    lost: dict[str, dict[str, list[float]]] = {"validation": {}, "later": {}}
    for found in of:
        rows: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
        for row in found["rows"]:
            if (kind := row["row"].split()[0]) in ("finetune", "scratch"):
                rows.setdefault((row["budget"], row["source"], kind), []).append(row)
        for several in rows.values():
            test = np.array([row["test"] for row in several]).mean(1)
            for score, by_target in lost.items():
                seen = np.array([row[score] for row in several])
                groups = seen[:, : seen.shape[1] // count * count].reshape(len(several), -1, count).mean(2)
                by_target.setdefault(found["target"], []).extend(100 * (test.max() - test[groups.argmax(0)]))
    means = {score: [float(np.mean(each)) for each in by_target.values()] for score, by_target in lost.items()}
    gap = [best - later for best, later in zip(means["validation"], means["later"], strict=True)]
    return {
        "best point": _over_targets(means["validation"]),
        "later points": _over_targets(means["later"]),
        "difference": _over_targets(gap),
    }


# ------------------------------------------------------------------------------------------------ track record


def past_pairs(of: Sequence[Mapping[str, Any]]) -> list[PastPair]:
    """All pairs at both budgets, but for nulls."""
    made = []
    for found in of:
        for each in found["chosen"]:
            if each["source"] in nulls(found):
                continue
            measured = found["measures"][str(each["budget"])][each["source"]]
            values = {name: value for name, value in measured.items() if not isinstance(value, str)}
            place = CONTENTS[found["kind"]], found["target"], each["source"], each["budget"]
            made.append(PastPair(*place, each["gain"][0], each["verdict"] == "HELPS", values))
    return made


def foretold(pairs: Sequence[PastPair]) -> dict[str, Any]:
    """How well pairs of other targets foretell the gain of each pair: those that are alike, and all of the kind."""
    contents = dict.fromkeys(pair.content for pair in pairs)
    made: dict[str, Any] = {}
    for name, alike in (("alike", True), ("all of the kind", False)):
        told = [each for content in contents for each in track_record.foretold(pairs, content, alike)]
        if len(told) > 2:
            expected, true = np.array([(found.gain, pair.gain) for pair, found in told]).T
            made[name] = {
                "pairs": len(told),
                "error": round(float(np.abs(expected - true).mean()), 4),
                "inside": _mean([found.low <= pair.gain <= found.high for pair, found in told]),
            }
    return made


def written(made: TrackRecord) -> str:
    """The track record as JSON, a pair in a line."""
    lines = []
    for name, rows in (("pairs", made.pairs), ("skills", made.skills)):
        lines.append(f' "{name}": [\n' + ",\n".join(f"  {json.dumps(asdict(row))}" for row in rows) + "\n ]")
    kinds = (f' "{name}": {json.dumps(getattr(made, name))}' for name in ("foretells", "narrows"))
    return "{\n" + ",\n".join([*lines, *kinds]) + "\n}\n"


# -------------------------------------------------------------------------------------------------------- main


def summary(of: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All figures."""
    asked = [choice for found in of for choice in choices(found)]
    kinds = dict.fromkeys(choice.kind for choice in asked)
    pairs = past_pairs(of)
    gained = gained_by_half(asked, pairs)
    known = known_without(gained, pairs)
    return {
        "verdicts": verdicts(of),
        "regrets": {"all": regrets(asked, known)}
        | {kind: regrets([choice for choice in asked if choice.kind == kind], known) for kind in kinds},
        "narrows": narrows(gained),
        "rates": {f"{count} seeds": rates(of, count) for count in (1, 3, 6)},
        "foretold": foretold(pairs),
        "gains": {kind: _gains([pair for pair in pairs if pair.content == CONTENTS[kind]]) for kind in kinds},
    }


def _gains(pairs: Sequence[PastPair]) -> dict[str, Any]:
    return {"pairs": len(pairs), "mean": _mean([p.gain for p in pairs]), "helped": _mean([p.helps for p in pairs])}


def lines(made: Mapping[str, Any]) -> Iterator[str]:
    """The tables in Markdown."""
    yield from (f"- {name}: {value}" for name, value in made["verdicts"].items())
    kinds = list(made["regrets"])
    yield ""
    yield f"| way | {' | '.join(kinds)} |"
    yield "|---" * (len(kinds) + 1) + "|"
    for way in made["regrets"]["all"]:
        cells = [made["regrets"][kind].get(way) for kind in kinds]
        told = ["–" if cell is None else _told(cell) for cell in cells]
        yield f"| {way} | {' | '.join(told)} |"
    yield ""
    for seeds, by_score in made["rates"].items():
        by_name = (f"{name} {_told(each)}" for name, each in by_score.items())
        yield f"- a row's learning rate by validation, {seeds}: {', '.join(by_name)}"
    yield f"- foretold: {made['foretold']}; narrows: {', '.join(made['narrows']) or 'none'}"
    yield from (f"- gains, {kind}: {of}" for kind, of in made["gains"].items())


def _told(of: Mapping[str, Any]) -> str:
    return f"{of['regret']:.1f} [{of['low']:.1f}, {of['high']:.1f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--track-record", action="store_true", help="write the track record of the package")
    given = parser.parse_args()
    of = files()
    made = summary(of)
    print(*lines(made), sep="\n")
    (RESULTS.parent / "decision.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    if given.track_record:
        RECORD.write_text(written(track_record.record(past_pairs(of), made["narrows"])), encoding="utf-8")


if __name__ == "__main__":
    main()
