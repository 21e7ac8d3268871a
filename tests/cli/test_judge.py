"""`relxfer judge`: forms of files, output, exit codes, and what must not be imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from relxfer.cli import main

ITEMS = 400


def table(path, share, seed=0, runs=1):
    rng, lines = np.random.default_rng(seed), ["id,correct" + ",seed" * (runs > 1)]
    for run in range(runs):
        right = (rng.random(ITEMS) < share).astype(int)
        lines += [f"q{i},{value}" + f",{run}" * (runs > 1) for i, value in enumerate(right)]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.fixture
def files(tmp_path):
    return [table(tmp_path / f"{name}.csv", share, seed) for seed, (name, share) in enumerate((("A", 0.5), ("B", 0.8)))]


def test_as_text(files, capsys):
    assert main(["judge", *files]) == 0
    shown = capsys.readouterr()
    assert "B is better than A (these two systems on items like these)" in shown.out
    assert "of " in shown.err
    assert "id 'id', score 'correct'" in " ".join(shown.err.split())


def test_as_json(files, capsys):
    assert main(["judge", *files, "--json", "--minimal-effect", "0.02"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"schema": 1, "baseline": "A", "minimal_effect": 0.02, "metric": "correct"}.items() <= found.items()
    assert found["comparisons"][0]["verdict"] == "better"


def test_as_markdown(files, capsys):
    assert main(["judge", *files, "--markdown"]) == 0
    assert "| against A | difference [95 %] | p | verdict |" in capsys.readouterr().out


def test_one_table_of_several_systems_and_another_baseline(files, tmp_path, capsys):
    texts = [Path(file).read_text() for file in files]
    rows = [f"{name},{line}" for name, text in zip("AB", texts, strict=True) for line in text.split()[1:]]
    long = tmp_path / "all.csv"
    long.write_text("\n".join(["system,id,correct", *rows]))
    assert main(["judge", str(long), "--baseline", "B"]) == 0
    assert "A is worse than B" in capsys.readouterr().out


@pytest.mark.parametrize(("limit", "code"), [(["0.1"], 4), (["20%"], 4), (["0.9"], 0), ([], 0)])
def test_a_system_that_is_worse_than_allowed_is_exit_code_4(files, capsys, limit, code):
    arguments = [part for each in limit for part in ("--fail-if-worse", each)]
    assert main(["judge", *files[::-1], *arguments]) == code
    told = " ".join(capsys.readouterr().err.split())
    assert ("worse: correct" in told) == (code == 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--json", "--markdown"], "expected --json or --markdown, got both"),
        (["--baseline", "C"], "no system is called 'C'"),
        (["--group", "text"], "expected a column 'text', got none"),
        (["--minimal-effect", "-1"], "expected a minimal effect above 0"),
    ],
)
def test_usage_errors(files, told, change, message):
    assert main(["judge", *files, *change]) == 2
    assert message in told()


def test_bad_rows_are_a_table_and_can_be_left_out(files, told, capsys):
    text = Path(files[1]).read_text()
    Path(files[1]).write_text(text.replace("q7,1", "q7,nan").replace("q7,0", "q7,nan"))
    assert main(["judge", *files]) == 2
    assert "expected scores of items, got 1 row that cannot be used" in told()
    assert main(["judge", *files, "--skip-bad", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["systems"][0]["items"] == ITEMS - 1
    assert any("1 of scores of items left out" in note for note in found["notes"])


def test_a_tolerance_that_is_none(files, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["judge", *files, "--fail-if-worse", "accuracy:1"])
    assert caught.value.code == 2
    assert "expected a number such as 0.01" in capsys.readouterr().err


WITHOUT = """
import sys
for name in ("torch", "pandas", "pyarrow", "sklearn"):
    sys.modules[name] = None
from relxfer.cli import main
code = main(sys.argv[1:])
assert "relxfer.execute" not in sys.modules
sys.exit(code)
"""


def test_it_needs_no_torch_and_no_pandas(tmp_path):
    """Not even where they cannot be imported."""
    files = [table(tmp_path / f"{name}.csv", 0.5, seed, runs=3) for seed, name in enumerate("AB")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "judge", *files], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "runs and items like these" in done.stdout


def test_its_help_imports_no_numpy():
    code = (
        "import sys; from relxfer.cli import main\ntry: main(['judge', '--help'])\nexcept SystemExit: pass\n"
        "assert not {'numpy', 'scipy', 'torch', 'relxfer.results'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
