"""`relxfer init` and `--dry-run`: from the user's files to a plan."""

from __future__ import annotations

import json

import pytest

from relxfer.cli import main
from relxfer.contract.readers import Told
from relxfer.declare import resolve
from relxfer.declare.starter import Asked, draft
from relxfer.errors import ConfigError, DataError, NotMine, UnknownName, UsageError
from relxfer.plugins.finder import Plugins
from tests.declare.readers import plugin


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "mine.csv"
    people = [f"p{i}" for i in range(12)]
    rows = [f"{a},knows,{b}" for a in people for b in people if a < b and (int(a[1:]) + int(b[1:])) % 3]
    path.write_text("head,relation,tail\n" + "\n".join(rows) + "\n")
    return path


def test_init_writes_a_configuration_that_runs(facts, tmp_path, capsys):
    out = tmp_path / "own.toml"
    assert main(["init", str(facts), "--out", str(out)]) == 0
    assert "facts" in capsys.readouterr().out
    assert main(["check", str(out)]) == 0
    capsys.readouterr()
    assert main(["run", str(out), "--dry-run", "--json", "--out", str(tmp_path / "r")]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["seconds"] > 0
    assert {row["strategy"]: row["runs"] for row in plan["rows"]}["zero-shot"] == 1, "no labels, no seed: one run"
    assert not (tmp_path / "r").exists(), "a dry run writes nothing"
    assert main(["run", str(out), "--dry-run", "--out", str(tmp_path / "r")]) == 0
    assert "estimate" in capsys.readouterr().out


def test_init_overwrites_nothing_unasked(facts, tmp_path, capsys):
    out = tmp_path / "own.toml"
    out.write_text("precious")
    assert main(["init", str(facts), "--out", str(out)]) == 2
    assert out.read_text() == "precious"
    assert main(["init", str(facts), "--out", str(out), "--force"]) == 0
    assert main(["init", str(tmp_path / "absent"), "--out", str(tmp_path / "x.toml")]) == 2
    assert "does not exist" in capsys.readouterr().err.replace("\n", " ")


def test_init_says_why_files_are_not_understood(tmp_path, capsys):
    picture = tmp_path / "cat.png"
    picture.write_bytes(b"\x89PNG")
    assert main(["init", str(picture), "--out", str(tmp_path / "x.toml")]) == 2
    shown = capsys.readouterr().err
    assert "which looks like a picture; name the folder that holds it" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    "text", ["a\tlikes\tb\rb\tlikes\tc\rc\tlikes\ta\r", '"a\tlikes\tb\n' + "b\tlikes\tc\n" * 20_000]
)
def test_init_reads_facts_that_are_no_table_to_other_readers(tmp_path, capsys, text):
    path = tmp_path / "facts.tsv"
    path.write_bytes(text.encode())
    assert main(["init", str(path), "--out", str(tmp_path / "x.toml")]) == 0
    assert "TSV, separated by tabs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "name"), [("my facts (ü).toml", "my-facts"), ("_x.toml", "x"), ("ü.toml", "run"), ("own_1.toml", "own_1")]
)
def test_whatever_the_file_is_called_the_run_has_a_name(facts, tmp_path, capsys, file, name):
    out = tmp_path / file
    assert main(["init", str(facts), "--out", str(out)]) == 0
    assert f'name = "{name}"' in out.read_text()
    assert main(["check", str(out)]) == 0


def loaded(**readers):
    plugins = Plugins.load(third_party=False)
    plugins.register(plugin(**readers), "verses")
    assert plugins.broken == []
    return plugins


@pytest.fixture
def verses(tmp_path):
    path = tmp_path / "verses.verse"
    path.write_text("a line that is no table\n")
    return path


@pytest.mark.parametrize(
    ("readers", "used", "rivals"),
    [
        ({"a": "Found"}, "a", []),
        ({"b": "Found", "a": "Found"}, "a", ["b"]),
        ({"a": "Found", "b": "Sure", "c": "Sure"}, "b", ["a", "c"]),
        ({"a": "refuses", "b": "Found"}, "b", []),
        ({"a": "breaks", "b": "returns_nothing", "c": "Found", "d": None}, "c", []),
    ],
)
def test_the_reader_that_is_certain_is_used_and_the_others_are_named(verses, tmp_path, readers, used, rivals):
    out = tmp_path / "own.toml"
    made = draft(loaded(**readers), Asked(verses, out, source="karate-club"))
    told = list(made.sentences)
    assert made.tables[0]["target"]["dataset"]["use"] == used
    named = " or ".join(f"--reader {name}" for name in rivals)
    expected = f"read by {used}; other readers understand these files too: {named} uses another"
    assert told[1:] == ([expected] if rivals else [])
    for name in rivals:
        again = draft(loaded(**readers), Asked(verses, out, "karate-club", name, force=True))
        assert again.tables[0]["target"]["dataset"]["use"] == name
        assert again.sentences == (f"{readers[name]} of verses.verse",), "who is asked for by name has no rivals"


def test_why_no_reader_understands_the_files(verses, tmp_path):
    plugins = loaded(a="refuses", b="breaks", c="returns_nothing")
    with pytest.raises(DataError, match="expected files that a reader understands") as raised:
        draft(plugins, Asked(verses, tmp_path / "own.toml"))
    told = str(raised.value)
    assert "a: verses.verse: expected verses" in told
    assert "b: expected it to inspect the files or to raise DataError, got KeyError: 'verses.verse' (" in told
    assert "tests/declare/readers.py:" in told
    assert "c: expected dataset_table() and sentences() of what tests.declare.readers:returns_nothing returns" in told
    assert "kg-files: " not in told, "who reads no such files has nothing to say beside those who do"


def test_files_of_no_reader_are_described(verses, tmp_path):
    out = tmp_path / "own.toml"
    asked = Asked(verses, out, looks=lambda path: (f"verses in {path.name}", "sing them"))
    with pytest.raises(NotMine) as raised:
        draft(loaded(a="passes", b="passes"), asked)
    told = str(raised.value)
    assert f"got {verses}, which looks like verses in verses.verse; sing them. What is read: " in told
    assert "your own pictures: " in told
    assert "hymns" not in told
    with pytest.raises(DataError, match="hymns"):
        draft(loaded(a="passes"), Asked(verses, out, reader="a"))
    with pytest.raises(DataError, match="hymns"):
        draft(loaded(a="passes"), Asked(verses, out, told=Told(group="poet")))


@pytest.mark.parametrize(
    ("readers", "words"),
    [
        ({"a": "refuses", "b": "passes"}, "a: verses.verse: expected verses"),
        ({"a": "refuses", "b": "refuses_by_path"}, "verses.verse: expected verses"),
        ({"a": "refuses", "b": "counts", "c": "passes"}, "verses, got 1 row that cannot be used"),
    ],
)
def test_only_the_reason_of_the_likely_reader_is_shown(verses, tmp_path, readers, words):
    with pytest.raises(DataError) as raised:
        draft(loaded(**readers), Asked(verses, tmp_path / "own.toml"))
    told = str(raised.value)
    assert words in told
    assert "image-files" not in told
    assert "hymns" not in told
    assert told.count("expected verses") <= 1


def test_what_the_user_says_goes_to_the_reader(facts, tmp_path, capsys):
    out = tmp_path / "own.toml"
    assert main(["init", str(facts), "--out", str(out), "--columns", "tail,relation,head", "--skip-bad"]) == 0
    text = out.read_text()
    assert '"tail",' in text
    assert "skip_bad = true" in text
    assert main(["check", str(out)]) == 0
    assert main(["init", str(facts), "--out", str(out), "--force", "--reader", "kg-files", "--label", "x"]) == 2
    assert "got --label; leave it out" in capsys.readouterr().err.replace("\n", " ")


def test_a_reader_that_cannot_be_asked(verses, tmp_path):
    plugins, out = loaded(a=None), tmp_path / "own.toml"
    with pytest.raises(UsageError, match="expected a reader that inspects files, got 'a', which does not"):
        draft(plugins, Asked(verses, out, reader="a"))
    with pytest.raises(UnknownName, match="no reader is called 'kg-file': did you mean 'kg-files'"):
        draft(plugins, Asked(verses, out, reader="kg-file"))


def test_a_configuration_finds_data_sets_and_readers(verses):
    plugins = loaded(mine="Found")
    made = resolve.load({"target": {"dataset": {"use": "mine", "path": str(verses)}}, "strategy": ["scratch"]}, plugins)
    assert made.targets[0].dataset.record.kind == "reader"
    with pytest.raises(ConfigError, match=r"no dataset is called 'mina': did you mean 'mine'\?"):
        resolve.load({"target": {"dataset": "mina"}}, plugins)
    with pytest.raises(ConfigError, match=r"target\[0\].dataset.path: this key is needed"):
        resolve.load({"target": {"dataset": "mine"}}, plugins)


def test_a_reader_may_not_have_the_name_of_a_data_set():
    plugins = Plugins.load(third_party=False)
    plugins.register(plugin(**{"geo-us": "Found"}), "verses")
    (broken,) = plugins.broken
    assert "the reader 'geo-us' has the name of a dataset, and a configuration could not tell which is" in broken.cause
