"""The report in the terminal: the answer first, one table, and the rest on demand."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.text import Text

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import ReportSection
from relxfer.judge.records import Interval, Verdict
from relxfer.plugins.finder import Plugins
from relxfer.report import terminal
from relxfer.report.sections import views
from relxfer.results.records import Count, MetricSummary, TargetSummary


def lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip().startswith(start)]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_answer_stands_first_then_the_table_and_the_rest_on_demand(sample, shown):
    text = shown(terminal.render(sample), 80)
    assert text.index("Transfer helps") < text.index("! A cell of finetune failed") < text.index("over scratch [95 %]")
    assert "time" not in text
    assert "relxfer report runs/x -v" in flat(text)
    full = shown(terminal.render(sample, wanted=views.names(None)), 80)
    assert full.startswith(text)
    for part in ("1 min", "512", "168,705", "leak audit of 3 same", "needs mapping", "about 24 seeds"):
        assert part in flat(full)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(sample, with_curves, shown, width):
    for results in (sample, with_curves):
        text = shown(terminal.render(results, wanted=views.names(None)), width)
        assert all(len(line.rstrip()) <= width for line in text.splitlines())
        assert not re.search(r"\w…", text), "an ellipsis of its own is an open end of an interval"
        assert all(whole in text for whole in ("finetune", "zero-shot"))


def test_what_endangers_the_conclusion_is_red_and_beside_the_answer(sample):
    leaking = replace(sample, targets={"us": replace(sample.targets["us"], given_away=("same",))})
    told = [part for part in terminal.render(leaking).renderables if getattr(part, "plain", "").startswith("! ")]
    assert told[0].plain.startswith("! Leak in us: the answers of 3 of 3 same are given away")
    assert all("red" in str(part.style) for part in told)


def test_what_holds_on_every_target_is_told_once(sample, shown):
    two = sample.targets | {"uk": sample.targets["us"]}
    gains = replace(sample.rows[0].gain, conditions=("with this source model",))
    rows = tuple(replace(sample.rows[0], target=name, gain=gains) for name in two)
    text = shown(terminal.render(replace(sample, rows=rows, targets=two, cells=())))
    assert text.count("verdicts hold for this source model only") == 1
    assert text.index("verdicts hold for") < text.index("world → us")


def test_rows_without_a_finished_run_are_left_out(sample, shown):
    assert "mapped" not in shown(terminal.render(sample))


def test_how_verdicts_hold_and_what_would_decide_is_told_below(sample, shown):
    text = flat(shown(terminal.render(sample), 80))
    assert (
        "The 3 verdicts hold together: that any HELPS or HURTS among them is wrong has a chance of at most 5 %." in text
    )
    assert "Undecided: finetune with all 100 labels: inconclusive mostly for the spread of seeds" in text


def test_the_oracle_has_a_column_where_it_was_asked_for(sample, with_oracle, shown):
    assert "oracle" not in shown(terminal.render(sample, wanted=["metrics"]))
    text = shown(terminal.render(with_oracle, wanted=["metrics"]))
    assert ".900" in lines(text[text.index("oracle") :], "10")[0]
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
    text = shown(terminal.render(mixed, wanted=["metrics", "data", "notes", "verdicts"]))
    ranked, priced = (lines(text, "labels")[n] for n in (0, 1))
    assert "MRR [95 %]" in ranked
    assert "RMSE" not in ranked
    assert "RMSE ↓ [95 %]" in priced
    assert "↓" not in ranked
    assert "12.50 [11.00, 14.00]" in text
    assert "prices, finetune at 10 labels: spearman has no value: all predictions are equal" in text
    assert "RMSE ↓: less is better; a gain is positive where it is less than the baseline's" in text
    assert "target prices: items: 90 in the test (in 12 groups); intervals take a group as one" in text
    assert "for other seeds and other items or groups of items at once" in text


def test_a_gain_in_a_metric_without_a_value_has_no_verdict(mixed, shown):
    *others, row = mixed.rows
    bare = replace(row, gain=None, interval=None, no_gain="rmse is undefined: there are no test queries")
    text = shown(terminal.render(replace(mixed, rows=(*others, bare)), wanted=["notes"]))
    assert "prices, finetune at 10 labels: rmse is undefined: there are no test queries" in text
    assert "Nothing is compared: rmse is undefined: there are no test queries." in text


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
    assert "best: finetune" not in shown(terminal.render(sample, plugins))
    assert shown(terminal.render(sample, plugins, ["best"])).rstrip().splitlines()[-1] == "best: finetune"
    text = shown(terminal.render(sample, plugins, views.names(plugins)))
    assert text.rstrip().splitlines()[-3:] == [
        "best: finetune",
        "report section 'late' raised KeyError: 'when printed'",
        "report section 'raises' raised ZeroDivisionError: of mine",
    ]


def test_where_a_strategy_hurts_it_points_to_a_recommendation_unless_one_made_the_run(sample, shown, tmp_path):
    hint = f"relxfer recommend {tmp_path}"
    gain = replace(sample.rows[0].gain, verdict=Verdict.HURTS)
    rows = (replace(sample.rows[0], gain=gain), *sample.rows[1:])
    hurts = replace(sample, rows=rows, folder=tmp_path)
    assert hint not in shown(terminal.render(hurts)), "there is no configuration to begin with"
    (tmp_path / "config.toml").touch()
    assert hint in shown(terminal.render(hurts))
    assert hint not in shown(terminal.render(replace(sample, folder=tmp_path))), "only the source unchanged hurts"
    (tmp_path / "recommendation.json").touch()
    assert hint not in shown(terminal.render(hurts))
