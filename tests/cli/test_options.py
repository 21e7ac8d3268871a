"""Options that several verbs share."""

from __future__ import annotations

import argparse
from types import SimpleNamespace

import pytest

from relxfer.cli import options


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([], []),
        (["--set", "a=1", "--set", "b=2"], ["a=1", "b=2"]),
        (["--seeds", "3"], ["seeds=3"]),
        (["--seeds", "3,5"], ["seeds=[3,5]"]),
        (["--jobs", "1"], ['executor={use = "serial"}']),
        (["--set", "a=1", "--jobs", "4"], ['executor={use = "processes", jobs = 4}', "a=1"]),
        (["--set", "executor.cpus=2", "--executor", "ray"], ['executor={use = "ray"}', "executor.cpus=2"]),
        (["--executor", "slurm", "--jobs", "8"], ['executor={use = "slurm", jobs = 8}']),
    ],
)
def test_options_become_changes_of_keys(typed, expected):
    parser = argparse.ArgumentParser()
    options.add_changes(parser)
    assert options.changes(parser.parse_args(typed)) == expected


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_a_number_below_one_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="expected a whole number"):
        options.positive(text)


@pytest.mark.parametrize(
    ("quiet", "json", "verbose", "expected"),
    [(False, False, False, 0), (False, False, True, 1), (True, False, True, -1), (False, True, True, -1)],
)
def test_how_much_the_progress_display_says(quiet, json, verbose, expected):
    assert options.level(SimpleNamespace(quiet=quiet, json=json, verbose=verbose)) == expected
