"""Completion: what bash offers for the beginning of a command, and what the scripts hold."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from relxfer.cli import completion, main, parser

TRY = """
source script.bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
$(complete -p relxfer | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the script of bash, a configuration and a run."""
    made = tmp_path_factory.mktemp("completion")
    (made / "script.bash").write_text(completion.script(parser(), "bash"))
    (made / "mine.toml").touch()
    (made / "runs" / "geo").mkdir(parents=True)
    (made / "runs" / "geo" / "provenance.json").touch()
    return made


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ru", "run"),
        ("run --fr", "--fresh"),
        ("run m", "mine.toml"),
        ("report r", "runs/geo"),
        ("data sh", "show"),
        ("data show geo-u", "geo-us"),
        ("predict --strategy fine", "finetune"),
        ("plugins show adab", "adabn"),
        ("bench kg_zero_shot --executor sl", "slurm"),
        ("init --reader kg", "kg-files"),
        ("bench kg_z", "kg_zero_shot"),
        ("completion z", "zsh"),
    ],
)
def test_bash_offers(folder, typed, offered):
    words = ["relxfer", *typed.split(" ")]
    done = subprocess.run(
        ["bash", "-c", TRY, "bash", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    assert offered in done.stdout.splitlines()
    assert done.stderr == ""


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_every_shell_has_its_script(shell, capsys):
    assert main(["completion", shell, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["shell"] == shell
    assert "rank-sources" in told["script"]
    assert "wn18rr_v1" in told["script"]
    if shutil.which(shell) and shell != "tcsh":
        subprocess.run([shell, "-n"], input=told["script"], text=True, check=True, timeout=60)


def test_names_that_a_shell_would_run_are_left_out():
    made = completion._words(["good", "$(rm -rf ~)", "a;b", "-x"])
    assert made["zsh"] == "(good)"


def test_without_shtab_it_says_what_to_install(monkeypatch, told):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert "pip install 'relxfer[completion]'" in told()
