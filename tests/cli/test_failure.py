"""`--json` on every verb: one document on standard output, also where the command fails."""

from __future__ import annotations

import argparse
import json

import pytest

from relxfer.cli import main, parser
from relxfer.cli.failure import Failure
from relxfer.errors import Incompatible, UnknownName


def leaves(of: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> list:
    """(words of the verb, its parser) for every verb, and every verb inside one."""
    inside = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    below = [leaf for action in inside for name, sub in action.choices.items() for leaf in leaves(sub, (*words, name))]
    return below if inside and inside[0].required else [*([(words, of)] if words else []), *below]


def minimal(of: argparse.ArgumentParser) -> list[str]:
    """Arguments with which a verb can be called, of things that are not there."""
    typed: list[str] = []
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction) or action.nargs in ("?", "*"):
            continue
        if action.required:
            typed += [*action.option_strings[:1], next(iter(action.choices or ["nothing-of-this-name"]))]
    for group in of._mutually_exclusive_groups:
        typed += [group._group_actions[0].option_strings[0], "nothing"] if group.required else []
    return typed


VERBS = [pytest.param(words, sub, id=" ".join(words)) for words, sub in leaves(parser())]


@pytest.fixture
def called(tmp_path, monkeypatch, capsys):
    """A function that calls a command in an empty folder, and returns its code and what it printed as JSON."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "data"))

    def call(*typed: str):
        try:
            code = main([*typed, "--json"])
        except SystemExit as end:
            code = end.code
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, json.loads(shown.out)

    return call


@pytest.mark.parametrize(("words", "sub"), VERBS)
def test_every_verb_prints_one_document_whether_it_fails_or_not(words, sub, called):
    assert any("--json" in action.option_strings for action in sub._actions), "it has --json"
    code, told = called(*words, *minimal(sub))
    if code:
        assert told["error"].keys() >= {"kind", "message", "exit_code"}
        assert told["error"]["exit_code"] == code


@pytest.mark.parametrize(("words", "sub"), VERBS)
def test_a_mistake_in_the_arguments_is_told_as_json_too(words, sub, called):
    code, told = called(*words, *minimal(sub), "--no-such-option")
    assert (code, told["error"]["kind"], told["error"]["exit_code"]) == (2, "UsageError", 2)
    assert "--no-such-option" in told["error"]["message"]


def test_a_configuration_tells_its_problems_one_by_one(called, tmp_path):
    (tmp_path / "run.toml").write_text('seeds = 0\n[target]\ndataset = "geo-us"\n[training]\nlearning_rate = 1\n')
    code, told = called("check", "run.toml")
    assert (code, told["error"]["kind"]) == (2, "ConfigError")
    assert [problem["key"] for problem in told["error"]["problems"]] == ["seeds", "training.learning_rate"]


def test_what_to_do_is_told_apart_where_it_is_known():
    assert Failure.of(UnknownName("strategy", "fintune", ["finetune"])).hint.startswith("did you mean 'finetune'")
    assert Failure.of(Incompatible("layers", "none", "use another")).card()["error"]["hint"] == "use another"
    assert "problems" not in Failure.of(MemoryError()).card()["error"]


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (KeyboardInterrupt(), "Interrupted", 130),
        (MemoryError(), "OutOfMemory", 1),
        (OSError(28, "full"), "SystemError", 1),
    ],
)
def test_what_the_system_says_has_a_kind_too(error, kind, code, capsys):
    assert Failure.of(error).tell(as_json=True) == code
    shown = capsys.readouterr()
    assert json.loads(shown.out)["error"]["kind"] == kind
    assert shown.err.startswith("relxfer: "), "people read it on standard error, as without --json"
