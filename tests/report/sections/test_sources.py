"""Sources for one target beside each other, in the terminal and in Markdown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.judge.records import Gain, Verdict
from relxfer.report import terminal
from relxfer.report.markdown import markdown
from relxfer.report.sections import sources
from relxfer.results.run_records import SourcePair


@pytest.fixture
def paired(sample):
    def pair(strategy, budgets, verdict, conditions=(), note="", p=0.01):
        gain = Gain(0.1, 0.06, 0.14, 6, 1234, baseline="europe", verdict=verdict, p=p, p_adjusted=p,
                    conditions=conditions, note=note)  # fmt: skip
        return SourcePair(sources=("world", "europe"), target="us", strategy=strategy, budgets=budgets,
                          labels_per="target", metric="mrr", difference=gain)  # fmt: skip

    pairs = (
        pair("zero-shot", (10, "all"), Verdict.INCONCLUSIVE, note="it is wide"),
        pair("finetune", (10,), Verdict.HELPS, ("between these source models",)),
        pair("lora", (10,), None, note="no verdict from 2 seeds that trained: it takes 3", p=None),
    )
    return replace(sample, source_pairs=pairs)


def test_the_table_is_whole_at_80_columns(shown, paired):
    told = shown(sources.render(paired), 80)
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert "us, MRR, 10 labels, all labels" in " ".join(lines), "a long place is on two lines"
    assert "zero-shot world – +.100 [+.060, +.140] inconclusive .010" in lines
    start = lines.index("finetune world – +.100 [+.060, +.140] better .010")
    assert lines[start + 1 : start + 3] == ["europe between these", "source models"]
    assert "lora world – +.100 [+.060, +.140] no verdict –" in lines
    note = "note: no verdict from 2 seeds that trained: it takes 3 (us, MRR, 10 labels: lora, world – europe)"
    assert note in " ".join(told.split())
    assert "…" not in told


def test_the_report_has_it_where_there_are_two_sources(shown, sample, paired):
    assert sources.render(sample) is None
    assert sources.TITLE in shown(terminal.render(paired, wanted=["sources"]))
    assert sources.TITLE not in shown(terminal.render(sample, wanted=["sources"]))


def test_markdown(sample, paired):
    text = markdown(paired)
    assert "## Which source is better" in text
    assert (
        "| us, 10 labels | finetune | world – europe | +.100 [+.060, +.140] | "
        "**better between these source models** | .010 |"
    ) in text
    assert "- note: it is wide (us, MRR, 10 labels, all labels: zero-shot, world – europe)" in text
    assert "Which source is better" not in markdown(sample)
