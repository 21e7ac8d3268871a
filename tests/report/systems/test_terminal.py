"""A judgement in the terminal: nothing is cut at 80 columns, and names are harmless."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from relxfer.judge.records import Interval
from relxfer.report.systems.terminal import render


def shown(judged, width=80):
    stream = io.StringIO()
    Console(file=stream, width=width).print(render(judged))
    return stream.getvalue()


def test_80_columns_are_enough(judged):
    text = shown(judged)
    assert max(map(len, text.splitlines())) <= 80
    for expected in ("+.100 [+.050, +.150]", "inconclusive", ".001", "<.001", ".500 [.400, .600]"):
        assert expected in text


def test_long_names_and_large_numbers_are_wrapped(judged):
    name = "an-organisation/" + "a-model-with-a-long-name-" * 4
    large = Interval(-123456789.0, -987654321.0, 123456789.0, 4, 60)
    rows = tuple(replace(each, system=name, difference=large) for each in judged.comparisons)
    systems = tuple(replace(each, mean=large) for each in judged.systems)
    text = shown(replace(judged, baseline=name, systems=systems, comparisons=rows))
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert name in "".join(line.strip() for line in text.splitlines()) or name[:20] in text


def test_names_move_no_cursor(judged):
    assert "\x1b" not in shown(replace(judged, baseline="A\x1b[2J", metric="\x1b[31m"))
