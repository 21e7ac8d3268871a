"""The console shows what reaches it, and interprets none of it."""

from __future__ import annotations

import io

import pytest
from rich.table import Table
from rich.text import Text

from relxfer.store.console import PlainConsole

HOSTILE = "[red]a[/red] :smile: \x1b[31mb\x9b2J"
SHOWN = "[red]a[/red] :smile: \\x1b[31mb\\x9b2J"


@pytest.fixture
def printed():
    def call(what) -> str:
        sink = io.StringIO()
        PlainConsole(file=sink, width=80, force_terminal=True, color_system=None).print(what)
        return sink.getvalue()

    return call


def table_of(cell: str) -> Table:
    table = Table(box=None, show_header=False)
    table.add_row(cell, "next")
    return table


@pytest.mark.parametrize("make", [str, Text, table_of])
def test_markup_emoji_codes_and_control_characters_stay_visible(printed, make):
    shown = printed(make(HOSTILE))
    assert SHOWN in shown
    assert "\x1b" not in shown


def test_columns_are_as_wide_as_what_is_shown(printed):
    table = table_of(HOSTILE)
    table.add_row("x", "below")
    first, second = printed(table).splitlines()
    assert first.index("next") == second.index("below")


def test_line_ends_and_tabs_of_a_message_stay(printed):
    assert printed("two\nlines").splitlines() == ["two", "lines"]
