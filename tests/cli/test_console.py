"""What reaches the console, and how."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from relxfer.cli import console
from relxfer.cli.console import print_json


def test_what_is_no_number_is_null_in_json(capsys):
    print_json({"loss": float("nan"), "course": [float("inf"), 0.5], "path": Path("x")})
    assert json.loads(capsys.readouterr().out) == {"loss": None, "course": [None, 0.5], "path": "x"}


def test_complaints_and_remarks_go_to_standard_error(capsys):
    console.complain("no [b]such\x1b file")
    console.remark("careful")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "relxfer: no [b]such\\x1b file\ncareful\n"


def test_the_middle_of_an_endless_complaint_is_left_out(capsys):
    console.complain("a" * 20_000 + "the end")
    shown = "".join(capsys.readouterr().err.split())
    assert len(shown) < 10_100
    assert "a…a" in shown
    assert shown.endswith("theend")


def test_output_is_as_wide_as_the_user_says_and_wide_in_a_pipe(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert console.out().width == 60
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr("os.isatty", lambda descriptor: False)
    assert console.out().width == 140


def test_third_parties_are_left_out_where_the_variable_says_so(monkeypatch):
    given = []
    monkeypatch.setattr(console.Plugins, "load", lambda third_party, files: given.append(third_party))
    monkeypatch.delenv("RELXFER_NO_PLUGINS", raising=False)
    console.plugins()
    monkeypatch.setenv("RELXFER_NO_PLUGINS", "1")
    console.plugins()
    assert given == [True, False]


def test_plain_text_is_neither_wrapped_nor_styled(capsys):
    console.print_plain("| a | " + "b" * 300 + " | [red] |")
    assert capsys.readouterr().out == "| a | " + "b" * 300 + " | [red] |\n"
    assert sys.stdout is not None
