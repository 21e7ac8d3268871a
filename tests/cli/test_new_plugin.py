"""`relxfer new-plugin`."""

from __future__ import annotations

from relxfer import cli
from relxfer.errors import UsageError


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new-plugin", "my-method"]) == 0
    assert (tmp_path / "relxfer-my-method" / "pyproject.toml").exists()
    assert "relxfer-my-method" in capsys.readouterr().out
    assert cli.main(["new-plugin", "my-method"]) == UsageError.exit_code
