"""Learning curves as a picture."""

from __future__ import annotations

import builtins

import pytest

from relxfer.cli import main


@pytest.mark.parametrize(("name", "magic"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml")])
def test_a_plot_is_written(run_with_curves, tmp_path, name, magic):
    pytest.importorskip("matplotlib")
    assert main(["report", str(run_with_curves), "--curves", "--plot", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_wrong_plots(run_with_curves, tmp_path, capsys, monkeypatch):
    assert main(["report", str(run_with_curves), "--plot", str(tmp_path / "a.gif")]) == 2
    assert "ending in .png or .svg" in capsys.readouterr().err.replace("\n", " ")
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["report", str(run_with_curves), "--plot", str(tmp_path / "a.png")]) == 2
    assert "pip install 'relxfer[plot]'" in capsys.readouterr().err.replace("\n", " ")
