"""Whatever somebody calls things, no verb ends in a traceback, moves the cursor or writes markup."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from relxfer import cli
from relxfer.report.sections import views
from relxfer.results.results import Results
from relxfer.store import delimited

EVIL = (
    "[/x][red] :smile: \x1b[31m\x07\x9b2J\u202e\u2066 a|b `c` <script>alert(1)</script> *d* _e_ $f$ \\ "
    "[g](http://h) \nnew\r\t=1"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    names = [f"{EVIL} {i}" for i in range(12)]
    facts = [(names[i], f"r{i % 2} {EVIL}", names[(i * step + 1) % 12]) for i in range(12) for step in (1, 2, 5)]
    (folder / "facts.tsv").write_text("".join(delimited.row(fact, "\t") for fact in facts), newline="")
    import tomli_w

    config = {
        "name": "evil",
        "seeds": 1,
        "threads": 1,
        "device": "cpu",
        "source": {"name": f"source {EVIL}", "model": "ultra", "weights": "kg-base"},
        "target": {
            "name": f"target {EVIL}",
            "dataset": {"use": "kg-files", "facts": "facts.tsv"},
            "label_budgets": [4, 8, "all"],
        },
        "training": {"steps": 2, "batch_size": 4},
        "strategy": [{"use": "finetune", "name": f"strategy {EVIL}"}, {"use": "dann"}],
    }
    (folder / "c.toml").write_bytes(tomli_w.dumps(config).encode())
    assert cli.main(["run", str(folder / "c.toml"), "-q", "--out", str(folder / "runs" / "evil")]) == 0
    return folder


def shown(capfd, *arguments: str, code: int = 0) -> str:
    """What a verb says, all of which must be inert."""
    try:
        ended = cli.main(list(arguments))
    except SystemExit as error:
        ended = int(error.code or 0)
    text = "".join(capfd.readouterr())
    assert not CONTROL.search(text), CONTROL.search(text)
    assert "Traceback" not in text
    assert ended == code, text
    return text


def test_every_verb_is_inert(run, capfd, monkeypatch, tmp_path):
    monkeypatch.chdir(run)
    again = run / "runs" / "evil"
    told = shown(capfd, "report", str(again))
    assert "[/x][red] :smile: \\x1b[31m" in told.replace("\n", " ")
    for arguments in (
        ("run", "c.toml", "--out", str(again)),
        ("run", "c.toml", "--out", str(again), "-v"),
        ("run", "c.toml", "--out", str(tmp_path / "dry"), "--dry-run"),
        ("check", "c.toml"),
        ("report", str(again), "--curves"),
        ("report", str(again), "--json"),
        ("compare", str(again), str(again)),
        ("compare", str(again), str(again), "--json"),
        ("predict", str(again), "--relation", f"r1 {EVIL}".strip(), "--top-k", "2"),
        ("predict", str(again), "--relation", f"r1 {EVIL}".strip(), "--json"),
        ("rank-sources", "c.toml"),
        ("runs", "list", "runs"),
        ("plugins",),
        ("data", "list"),
        ("init", "facts.tsv", "--out", str(tmp_path / "mine.toml")),
    ):
        shown(capfd, *arguments)
    cell = Results.open(again).cells[0].id
    assert "[/x][red] :smile:" in shown(capfd, "show", cell, "--run", str(again))
    for arguments in (
        ("predict", str(again), "--relation", EVIL),
        ("predict", str(again), "--relation", "r0", "--strategy", EVIL),
        ("report", EVIL),
        ("check", EVIL),
        ("plugins", "show", EVIL),
        ("run", "c.toml", "--set", f"{EVIL}=1"),
        (EVIL,),
    ):
        shown(capfd, *arguments, code=2)


def test_a_run_folder_with_evil_names_is_inert(run, capfd, tmp_path):
    evil = tmp_path / EVIL.replace("/", "")[:100]
    shutil.copytree(run / "runs" / "evil", evil / "r")
    shown(capfd, "runs", "list", str(evil))
    assert "[red] :smile:" in shown(capfd, "report", str(evil / "r")).replace("\n", " ")


def test_markdown_keeps_its_tables_and_holds_no_html_of_others(run, capfd):
    told = shown(capfd, "report", str(run / "runs" / "evil"), "--markdown")
    told = re.sub(r"^```\w+\n.*?^```$", "", told, flags=re.M | re.S)  # code, in which nothing is markup
    assert "<" not in re.sub(r"<\.001|</?details>|</?summary>", "", told)
    assert not re.search(r"(?<!\\)`|(?<!\\)\[g\]|(?<!\\)\*d", told)
    tables = re.findall(r"(?:^\|.*\n)+", told, re.M)
    assert tables
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table
    assert {line.count("<summary>") for line in told.splitlines() if "<details>" in line} == {1}
    assert told.count("<details>") == told.count("</details>")


def test_pictures_hold_names_as_they_are(run, capfd, tmp_path):
    pytest.importorskip("matplotlib")
    from xml.etree import ElementTree

    shown(capfd, "report", str(run / "runs" / "evil"), "--plot", str(tmp_path / "a.svg"))
    ElementTree.parse(tmp_path / "a.svg")


def test_what_a_section_of_a_plugin_makes_is_inert(run, capfd):
    from rich.text import Text

    from relxfer.cli.console import out

    for made in (Text(EVIL), EVIL, [EVIL]):
        out().print(views._Section(EVIL, made))
    assert not CONTROL.search(capfd.readouterr().out)


def test_progress_on_a_terminal_is_inert(capfd):
    import io

    from relxfer.report.progress import ProgressDisplay
    from relxfer.store.console import PlainConsole

    sink = io.StringIO()
    names = {"source": EVIL, "target": EVIL, "strategy": EVIL, "budget": "all", "seed": 0}
    with ProgressDisplay(1, PlainConsole(file=sink, force_terminal=True, width=400, color_system=None)) as display:
        display("run_started", folder=Path("x"), cells=2, at_most=2, planned=2)
        display("cell_started", cell=names)
        display("step", cell=names, step=1, steps=2)
        display("epoch_finished", cell=names, phase="p", step=1, values={EVIL: 0.5})
        display("cell_finished", cell=names, outcome={"status": "failed", "reason": EVIL})
    told = re.sub(r"\x1b\[(\?25[hl]|\d*[AK]|2K)", "", sink.getvalue())  # rich's own: cursor, lines
    assert not CONTROL.search(told.replace("\r", "")), told
    assert "[/x][red] :smile:" in told
