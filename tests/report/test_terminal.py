"""The report in the terminal: one table of what came out and one of how, then notes, refusals and failures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.text import Text

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import ReportSection
from relxfer.judge.records import Interval
from relxfer.plugins.finder import Plugins
from relxfer.report import terminal
from relxfer.results.records import Count, MetricSummary, TargetSummary


def lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip().startswith(start)]


def test_what_came_out_stands_first_and_how_it_was_got_behind(sample, shown):
    text = shown(terminal.render(sample))
    assert text.index("world → us") < text.index("world → us: how") < text.index("target us:")
    outcome, how = lines(text, "finetune")[0], lines(text, "finetune")[2]
    assert ".400 [.350, .450]" in outcome
    assert "+.100 [+.060, +.140] scratch" in outcome
    assert outcome.split()[-2:] == ["HELPS", ".031"]
    assert "+.200 [+.160, +.240]" in how
    assert how.split()[-7:] == ["target-val", "1", "min", "15", "s", "512", "168,705"]


def test_a_leak_is_red_and_beside_the_verdict(sample, shown):
    leaking = replace(sample.targets["us"], given_away=("same",))
    made = terminal.render(replace(sample, targets={"us": leaking}))
    text = shown(made)
    assert lines(text, "finetune")[0].split()[-3:] == ["HELPS", "(leak)", ".031"]
    assert text.index("(leak)") < text.index("leak in us:") < text.index("world → us: how")
    (told,) = (part for part in made.renderables if isinstance(part, Text) and "leak in us" in part.plain)
    assert "red" in str(told.style)


def test_roles_and_deterministic_rows_are_marked(sample, shown):
    text = shown(terminal.render(sample))
    assert lines(text, "zero-shot (direct)")[0].split()[-2] == "HURTS"
    assert "deterministic × 1234" in lines(text, "zero-shot (direct)")[1]
    assert lines(text, "counts (prior)")
    assert lines(text, "mapped") == [], "a row without a finished run has no numbers"


def test_a_note_is_told_once_with_the_rows_it_concerns(sample, shown):
    text = shown(terminal.render(sample))
    (note,) = lines(text, "note:")
    assert note.endswith("would show from about 24 seeds (finetune at all labels)")
    rows = tuple(replace(row, no_gain="no finished scratch to compare with") for row in sample.rows if not row.gain)
    several, two = (*rows, replace(rows[0], target="uk")), sample.targets | {"uk": sample.targets["us"]}
    (note,) = lines(shown(terminal.render(replace(sample, rows=several, targets=two))), "note:")
    assert note.startswith("note: no finished scratch to compare with (scratch at 10 labels; ")
    few = tuple(replace(row, no_gain="none") for row in (rows[0], replace(rows[0], target="uk")))
    (note,) = lines(shown(terminal.render(replace(sample, rows=few, targets=two))), "note:")
    assert note == "note: none (world → us, scratch at 10 labels; world → uk, scratch at 10 labels)"


def test_what_was_refused_or_failed_is_told_once(sample, shown):
    text = shown(terminal.render(sample))
    assert lines(text, "failed") == [f"failed (1 cell(s)): no memory; relxfer show {'f' * 16} --run runs/x"]
    assert lines(text, "refused") == ["refused (1 cell(s)): needs mapping"]


def test_the_oracle_has_a_column_where_it_was_asked_for(sample, with_oracle, shown):
    assert "oracle" not in shown(terminal.render(sample))
    text = shown(terminal.render(with_oracle))
    assert ".900" in lines(text, "finetune")[0]
    assert "oracle: none for 1 of 2 cells" in text


ERRORS = (MetricSummary(name="rmse", direction="lower", low=0.0), MetricSummary(name="spearman", low=-1.0, high=1.0))


@pytest.fixture
def mixed(sample):
    """The sample, and a target of another kind of task, in groups, where less is better and one value is undefined."""
    prices = TargetSummary(
        task="regression", metrics=ERRORS, labels_per="target", self_supervised=False,
        counts={"test": Count(90, 90, groups=12)},
    )  # fmt: skip
    first, *_ = sample.rows
    row = replace(
        first, target="prices", metric="rmse", metrics={"rmse": 12.5},
        undefined={"spearman": "all predictions are equal"},
        interval=Interval(12.5, 11.0, 14.0, 6, 12),
    )  # fmt: skip
    return replace(sample, rows=(*sample.rows, row), targets={**sample.targets, "prices": prices})


def test_each_kind_of_task_has_a_table_with_its_own_metrics(mixed, shown):
    text = shown(terminal.render(mixed))
    ranked, priced = (lines(text, "strategy")[n] for n in (0, 2))
    assert "MRR [95 %]" in ranked
    assert "RMSE" not in ranked
    assert "RMSE ↓ [95 %]" in priced
    assert "spearman" in priced
    assert "↓" not in ranked
    row = text[text.index("world → prices") :].splitlines()
    assert any("12.50 [11.00, 14.00]" in line and "–" in line for line in row)
    assert "note: spearman is undefined: all predictions are equal (world → prices, finetune at 10 labels)" in text
    assert "RMSE ↓: less is better; a gain is positive where it is less than the baseline's" in text
    assert "target prices: test 90 in 12 groups (items are budgeted, groups of them are resampled as one)" in text
    assert "over seeds and items or groups of items" in text


def test_a_gain_in_a_metric_without_a_value_has_no_verdict(mixed, shown):
    *others, row = mixed.rows
    bare = replace(row, gain=None, interval=None, no_gain="rmse is undefined: there are no test queries")
    text = shown(terminal.render(replace(mixed, rows=(*others, bare))))
    assert "note: rmse is undefined: there are no test queries (world → prices, finetune at 10 labels)" in text
    assert "HELPS" not in text[text.index("world → prices") : text.index("world → prices: how")]


class Sections:
    relxfer_api_version = 2

    @hookimpl
    def relxfer_report_sections(self):
        return [ReportSection(name=name, load=f"{__name__}:{name}") for name in ("best", "nothing", "raises", "late")]


def best(results):
    return Text(f"best: {results.rows[0].strategy}")


def nothing(results):
    return None


def raises(results):
    raise ZeroDivisionError("of mine")


def late(results):
    class Late:
        def __rich_console__(self, console, options):
            raise KeyError("when printed")

    return Late()


@pytest.mark.filterwarnings("ignore")
def test_sections_of_plugins_come_last_and_one_that_raises_harms_nothing(sample, shown):
    plugins = Plugins.load(third_party=False)
    plugins.register(Sections(), "sections")
    text = shown(terminal.render(sample, plugins))
    assert text.rstrip().splitlines()[-3:] == [
        "best: finetune",
        "report section 'late' raised KeyError: 'when printed'",
        "report section 'raises' raised ZeroDivisionError: of mine",
    ]
