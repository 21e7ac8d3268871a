"""The command line: exit codes, words, and what must not be imported."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from relxfer.cli import main
from relxfer.cli.console import print_json

CONFIG = textwrap.dedent(
    """
    [source]
    datasets = ["geo-world"]
    [target]
    dataset = "geo-us"
    [[strategy]]
    use = "finetune"
    """
)


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(CONFIG)
    return path


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
        ("check",),
    ],
)
def test_light_verbs_import_nothing_heavy(arguments, config):
    arguments = (*arguments, str(config)) if arguments == ("check",) else arguments
    done = run_python(LIGHT, *arguments)
    assert done.returncode == 0, done.stderr


def test_importing_relxfer_is_light():
    done = run_python("import relxfer, sys; assert not {'torch', 'numpy', 'pydantic'} & set(sys.modules)")
    assert done.returncode == 0, done.stderr


def test_public_names_are_there():
    import relxfer

    assert all(getattr(relxfer, name) is not None for name in relxfer.__all__)
    assert relxfer.__all__ == sorted(relxfer.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = relxfer.nothing


def test_check(config, capsys):
    assert main(["check", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cells"] == 5
    assert main(["check", str(config), "--seeds", "2,5"]) == 0
    assert "10 cells" in capsys.readouterr().out


def test_usage_errors_are_2_and_have_no_traceback(config, capsys):
    config.write_text(CONFIG.replace("finetune", "fintune"))
    assert main(["check", str(config)]) == 2
    shown = capsys.readouterr()
    assert "did you mean 'finetune'" in shown.err.replace("\n", " ")
    assert "Traceback" not in shown.err
    assert main(["report", str(config.parent)]) == 2
    assert "expected a run directory" in capsys.readouterr().err.replace("\n", " ")
    with pytest.raises(SystemExit) as caught:
        main(["run", str(config), "--jobs", "0"])
    assert caught.value.code == 2


def test_refusals_are_known_before_anything_runs(config, capsys):
    without = CONFIG.replace('[source]\ndatasets = ["geo-world"]\n', "")
    config.write_text(without.replace("geo-us", "digits"))  # pictures have no weights that come along
    assert main(["check", str(config)]) == 0
    shown = capsys.readouterr().out.replace("\n", " ")
    assert "strategy 'finetune' cannot run here: needs source-model: there is no [source]" in shown
    assert "Strategies that fit: dgi, grace" in shown


def test_plugins_lists_and_shows(capsys):
    assert main(["plugins", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    names = {offer["name"] for plugin in listed["plugins"] for offer in plugin["offers"]}
    assert {"ultra", "kg", "finetune", "geo-us", "serial", "target-val"} <= names
    assert main(["plugins", "show", "finetune"]) == 0
    shown = capsys.readouterr().out
    assert "needs: source-model, gradients, target-labels" in shown
    assert "Layer-wise decay" in shown
    assert main(["plugins", "show", "finetun"]) == 2
    assert "did you mean 'finetune'" in capsys.readouterr().err


def test_what_is_no_number_is_null_in_json(capsys):
    print_json({"loss": float("nan"), "course": [float("inf"), 0.5], "path": Path("x")})
    assert json.loads(capsys.readouterr().out) == {"loss": None, "course": [None, 0.5], "path": "x"}
