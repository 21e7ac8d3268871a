"""The command line of `publish`; what it publishes, `tests/predict/test_publishing.py` asks."""

from __future__ import annotations

import pytest

from relxfer.cli import main


def test_help_says_what_the_exit_codes_mean(capsys):
    with pytest.raises(SystemExit):
        main(["publish", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "exit codes: 0 it is there; 2" in told
    assert "--dry-run" in told


def test_an_address_is_needed(capsys, tmp_path):
    assert main(["publish", str(tmp_path), "--to", "hf://datasets/me/mine"]) == 2
    assert "a run is published as a whole repository of models" in capsys.readouterr().err
