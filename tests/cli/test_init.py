"""`relxfer init`: from files to a configuration that `relxfer check` accepts."""

from __future__ import annotations

from relxfer.cli import main

FACTS = "".join(f"a{i}\tknows\ta{(i * 7 + 1) % 20}\n" for i in range(40))


def test_a_configuration_is_written_and_the_next_command_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts.tsv").write_text(FACTS)
    assert main(["init", "facts.tsv", "--out", "my run.toml"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "wrote my run.toml; next: relxfer run 'my run.toml'" in shown
    assert main(["check", "my run.toml"]) == 0


def test_a_configuration_is_not_overwritten_unless_told(tmp_path, capsys):
    (tmp_path / "facts.tsv").write_text(FACTS)
    out = tmp_path / "run.toml"
    out.write_text("mine")
    arguments = ["init", str(tmp_path / "facts.tsv"), "--out", str(out)]
    assert main(arguments) == 2
    assert out.read_text() == "mine"
    assert main([*arguments, "--force"]) == 0
    assert "kg-files" in out.read_text()


def test_files_that_nothing_reads_are_told(tmp_path, capsys):
    assert main(["init", str(tmp_path / "none.tsv"), "--out", str(tmp_path / "run.toml")]) == 2
    assert "expected" in capsys.readouterr().err
    assert not (tmp_path / "run.toml").exists()
