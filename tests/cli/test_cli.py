"""The command line: exit codes, words, and what must not be imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from relxfer.cli import main


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)


LIGHT = """
import sys
from relxfer.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as error:
    code = error.code
heavy = {"torch", "torch_geometric", "scipy", "pandas", "numba", "sklearn", "matplotlib"} & set(sys.modules)
assert not heavy, heavy
assert code == 0, code
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("plugins",),
        ("plugins", "show", "finetune"),
        ("data", "list"),
        ("bench", "list"),
        ("schema", "config"),
        ("schema", "results"),
        ("completion", "bash"),
        ("check",),
    ],
)
def test_light_verbs_import_nothing_heavy(arguments, config):
    arguments = (*arguments, str(config)) if arguments == ("check",) else arguments
    done = run_python(LIGHT, *arguments)
    assert done.returncode == 0, done.stderr


def test_usage_errors_are_2_and_have_no_traceback(config, capsys):
    config.write_text(config.read_text().replace("finetune", "fintune"))
    assert main(["check", str(config)]) == 2
    shown = capsys.readouterr()
    assert "did you mean 'finetune'" in shown.err.replace("\n", " ")
    assert "Traceback" not in shown.err
    assert main(["report", str(config.parent)]) == 2
    assert "expected a run directory" in capsys.readouterr().err.replace("\n", " ")
    with pytest.raises(SystemExit) as caught:
        main(["run", str(config), "--jobs", "0"])
    assert caught.value.code == 2


@pytest.mark.extra
def test_addresses_stand_for_paths_to_read_and_for_no_other(hub, tmp_path, monkeypatch, told):
    monkeypatch.chdir(tmp_path)
    scores = "id,system,score\n" + "".join(f"{i},{system},{i % 2}\n" for i in range(20) for system in "ab")
    commit = hub.commit("me/scores", {"scores.csv": scores.encode(), "plugin.toml": b"name = 'x'"})
    address = f"hf://datasets/me/scores@{commit}"
    assert main(["judge", f"{address}/scores.csv", "--system", "system"]) == 0
    asked = len(hub.asked)
    assert main(["check", f"{address}/plugin.toml"]) == 2, "a configuration names code"
    assert len(hub.asked) == asked
