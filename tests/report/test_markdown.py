"""The report in full as Markdown: tables that nothing breaks, parts that fold."""

from __future__ import annotations

import re
from dataclasses import replace

from relxfer.report.markdown import markdown


def bars(text: str) -> list[set[int]]:
    """Of every table, the numbers of bars of its lines."""
    blocks = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    return [{len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()} for block in blocks]


def test_the_answer_comes_first_and_every_row_has_a_cell_for_every_column(detailed):
    text = markdown(detailed)
    assert text.startswith("# x\n\n## Answer\n")
    assert all(len(widths) == 1 for widths in bars(text))
    assert "| ▸ finetune | .400 [.350, .450] | +.100 [+.060, +.140] | scratch | **HELPS** | .031 |" in text
    assert "**10 labels**" in text


def test_what_is_read_on_demand_is_folded(detailed):
    text = markdown(detailed)
    assert text.count("<details><summary>") == text.count("</details>") > 3
    assert "<summary>How sure is that, and what do the words mean?</summary>\n\n" in text


def test_plots_are_told_in_words(detailed):
    assert "*world → us: gains in MRR.* Forest plot." in markdown(detailed)


def test_commands_and_configuration_are_code_that_nothing_ends(detailed, tmp_path):
    (tmp_path / "config.toml").write_text('name = "```x"\n')
    text = markdown(replace(detailed, folder=tmp_path))
    assert '````toml\nname = "```x"\n````\n' in text
    assert f"```sh\nrelxfer predict {tmp_path} --all --out answers.csv\n```" in text


def test_names_break_no_table_and_are_no_markup(detailed):
    rows = tuple(replace(row, strategy="a|b <i>*c*") for row in detailed.rows)
    text = markdown(replace(detailed, rows=rows))
    assert r"a\|b &lt;i&gt;\*c\*" in text
    assert "<i>" not in text
    assert all(len(widths) == 1 for widths in bars(text))


def test_a_leak_is_beside_the_verdict_and_among_the_warnings(detailed):
    leaking = replace(detailed.targets["us"], given_away=("same",))
    text = markdown(replace(detailed, targets={"us": leaking}))
    assert "**HELPS, but answers are given away**" in text
    assert "**Leak in us: the answers of 3 of 3 same are given away" in text


def test_a_metric_that_is_undefined_is_a_warning(detailed):
    row = replace(detailed.rows[0], metrics={}, interval=None, gain=None, undefined={"mrr": "there are no queries"})
    assert "**MRR has no value: there are no queries.**" in markdown(replace(detailed, rows=(row,)))
