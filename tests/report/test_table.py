"""Tables: names fold where there is little room, numbers are cut, and a title is data."""

from __future__ import annotations

from relxfer.report.table import table


def test_names_fold_and_numbers_are_cut(shown):
    made = table(("strategy", "verdict"))
    made.add_row("a-name-that-is-long", "INCONCLUSIVE")
    text = shown(made, width=24)
    assert "INCONCLUSIVE" in text
    assert "".join(line.split()[0] for line in text.splitlines()[1:] if line.strip())[:10] == "a-name-tha"


def test_columns_at_the_right(shown):
    made = table(("source",), right=("facts",))
    for name, count in (("a", "7"), ("b", "1,000")):
        made.add_row(name, count)
    assert [line.rstrip() for line in shown(made).splitlines()] == ["source  facts", "a           7", "b       1,000"]


def test_a_title_is_shown_as_it_is(shown):
    made = table(("a column that is wider than the title",), "sources for [red]us :smile:")
    made.add_row("1")
    assert "sources for [red]us :smile:" in shown(made)


def test_columns_that_a_caller_lets_fold():
    made = table(("head", "score"), folds={"head"})
    assert [column.no_wrap for column in made.columns] == [False, True]
