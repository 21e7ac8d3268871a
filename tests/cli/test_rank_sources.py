"""`relxfer rank-sources`: candidates from a configuration, or by name."""

from __future__ import annotations

import json

import pytest

from relxfer.cli import main
from relxfer.declare import seals


def test_sources_are_ranked_by_name(capsys):
    assert main(["rank-sources", "--target", "geo-us", "--sources", "geo-world", "--json"]) == 0
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    assert target["target"] == "geo-us"
    assert main(["rank-sources", "--target", "geo-us", "--sources", "geo-world"]) == 0
    assert "geo-world" in capsys.readouterr().out


def test_sources_of_a_configuration_are_ranked(tmp_path, capsys):
    (tmp_path / "run.toml").write_text('[source]\ndatasets = ["geo-world"]\n[target]\ndataset = "geo-us"\n')
    assert main(["rank-sources", str(tmp_path / "run.toml"), "--json"]) == 0
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    assert [each["source"] for each in target["candidates"]] == ["geo-world"]


def test_sources_of_a_run_are_ranked(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (run := tmp_path / "run").mkdir()
    (run / "provenance.json").write_text("{}")
    (run / "config.toml").write_text('[source]\ndatasets = ["geo-world"]\n[target]\ndataset = "geo-us"\n')
    assert main(["rank-sources", str(run)]) == 2, "its configuration may be that of somebody else"
    assert "expected a run that your relxfer wrote" in capsys.readouterr().err.replace("\n", " ")
    assert seals.seal(run / "config.toml", (run / "config.toml").read_bytes())
    assert main(["rank-sources", str(run)]) == 0
    assert "geo-world" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "got"),
    [
        ([], "got neither"),
        (["--target", "geo-us"], "got target"),
        (["run.toml", "--sources", "geo-world"], "got file and sources"),
    ],
)
def test_a_configuration_or_names_but_not_both(capsys, arguments, got):
    assert main(["rank-sources", *arguments]) == 2
    assert got in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("budget", ["some", "-1", "1.5"])
def test_a_budget_is_a_number_or_all(capsys, budget):
    with pytest.raises(SystemExit) as caught:
        main(["rank-sources", "run.toml", f"--budget={budget}"])
    assert caught.value.code == 2
    assert "expected a number of labels, or all" in capsys.readouterr().err
