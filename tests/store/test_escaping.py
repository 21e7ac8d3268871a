"""Names are data: whatever somebody calls things, no verb ends in a traceback, moves the cursor or writes markup."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from relxfer import cli
from relxfer.report import terminal
from relxfer.results.results import Results
from relxfer.store import delimited, escaping

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = sorted([*(ROOT / "relxfer").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])
EVIL = (
    "[/x][red] :smile: \x1b[31m\x07\x9b2J\u202e\u2066 a|b `c` <script>alert(1)</script> *d* _e_ $f$ \\ "
    "[g](http://h) \nnew\r\t=1"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# ---------------------------------------------------------------- where texts may go


def sinks(tree: ast.AST, name: str) -> set[str]:
    """What a file does that only the files named in `ALLOWED` may do."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            last = called.rpartition(".")[2]
            plain = {word.arg: word.value for word in node.keywords}
            if last == "Console" or called in ("rich.print", "print"):
                found.add("console")
            if last in ("from_markup", "from_ansi", "export_html", "export_svg", "to_html", "to_markdown"):
                found.add("markup")
            if any(
                isinstance(plain.get(key), ast.Constant) and plain[key].value is True for key in ("markup", "emoji")
            ):  # type: ignore[attr-defined]
                found.add("markup")
            if last == "TextColumn" and "markup" not in plain:
                found.add("markup")
            if called in ("csv.writer", "csv.DictWriter") or last in ("to_csv", "write_csv"):
                found.add("csv")
            if called in ("json.dump", "json.dumps"):
                found.add("json")
            if called in ("sys.stdout.write", "sys.stderr.write"):
                found.add("stream")
            if last in ("set_title", "set_xlabel", "set_ylabel", "suptitle"):
                found.add("picture")
    return found


#: Each does it behind the function of `relxfer.store.escaping` for its medium, which the tests below try.
ALLOWED = {
    "relxfer/store/json_text.py": {"json"},
    "relxfer/store/files.py": {"json"},  # fingerprints, which tell the infinities apart, and cards of phases
    "relxfer/contract/messages.py": {"json"},  # a key in quotes
    "relxfer/cli/console.py": {"stream"},
    "relxfer/report/plot.py": {"picture"},
}


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_leave_by_the_doors_that_escape_them(path):
    name = str(path.relative_to(ROOT))
    assert sinks(ast.parse(path.read_text()), name) <= ALLOWED.get(name, set())


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Console(stderr=True).print(name)", "console"),
        ("rich.console.Console()", "console"),
        ("print(name)", "console"),
        ("Text.from_markup(name)", "markup"),
        ("console.print(name, markup=True)", "markup"),
        ("TextColumn('{task.description}')", "markup"),
        ("csv.writer(stream).writerow(row)", "csv"),
        ("frame.to_csv(path)", "csv"),
        ("json.dumps(value)", "json"),
        ("json.dump(value, stream)", "json"),
        ("sys.stdout.write(name)", "stream"),
        ("panel.set_title(name)", "picture"),
    ],
)
def test_the_scan_sees(code, found):
    assert sinks(ast.parse(code), "x.py") == {found}


RENDERERS = [
    path
    for path in PRODUCT
    if path.parent.name == "report" and re.search(r"^def (render\w*|markdown|save)\(", path.read_text(), re.M)
]


def test_every_report_escapes_what_it_is_given():
    """Each public function that makes something to read passes its argument through `escaping.every`."""
    assert len(RENDERERS) > 8
    for path in RENDERERS:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and re.match(r"render|markdown$|save$", node.name):
                body = ast.unparse(node)
                delegates = re.search(r"\brender\w*\(\[?", body.partition("\n")[2])
                assert "escaping.every(" in body or delegates, f"{path.name}: {node.name}"


# ---------------------------------------------------------------- what comes out


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
            "label_budgets": [4, 8],
        },
        "training": {"steps": 2, "batch_size": 4},
        "strategy": [{"use": "finetune", "name": f"strategy {EVIL}"}, {"use": "dann"}],
        "report": {"resamples": 200},
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
    cell = Results.open(again).cells[0]["id"]
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


def test_markdown_keeps_its_tables_and_holds_no_html(run, capfd):
    told = shown(capfd, "report", str(run / "runs" / "evil"), "--markdown")
    assert "<" not in re.sub(r"<\.001", "", told)
    assert not re.search(r"(?<!\\)`|(?<!\\)\[g\]|(?<!\\)\*d", told)
    tables = re.findall(r"(?:^\|.*\n)+", told, re.M)
    assert tables
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table
    structure = [
        line for line in told.splitlines() if line and not line.startswith(("| ", "- ", "# ", "## ", "Metric"))
    ]
    assert not structure, structure


def test_pictures_hold_names_as_they_are(run, capfd, tmp_path):
    pytest.importorskip("matplotlib")
    from xml.etree import ElementTree

    shown(capfd, "report", str(run / "runs" / "evil"), "--plot", str(tmp_path / "a.svg"))
    ElementTree.parse(tmp_path / "a.svg")


def test_what_a_section_of_a_plugin_makes_is_inert(run, capfd):
    from rich.text import Text

    from relxfer.cli.console import out

    for made in (Text(EVIL), EVIL, [EVIL]):
        out().print(terminal._Section(EVIL, made))
    assert not CONTROL.search(capfd.readouterr().out)


def test_progress_on_a_terminal_is_inert(capfd):
    import io

    from relxfer.report.progress import ProgressDisplay
    from relxfer.store.console import PlainConsole

    sink = io.StringIO()
    names = {"source": EVIL, "target": EVIL, "strategy": EVIL, "budget": "all", "seed": 0}
    with ProgressDisplay(1, PlainConsole(file=sink, force_terminal=True, width=400, color_system=None)) as display:
        display("run_started", folder=Path("x"), cells=2)
        display("cell_started", cell=names)
        display("step", cell=names, step=1, steps=2)
        display("epoch_finished", cell=names, phase="p", step=1, values={EVIL: 0.5})
        display("cell_finished", cell=names, outcome={"status": "failed", "reason": EVIL})
    told = re.sub(r"\x1b\[(\?25[hl]|\d*[AK]|2K)", "", sink.getvalue())  # rich's own: cursor, lines
    assert not CONTROL.search(told.replace("\r", "")), told
    assert "[/x][red] :smile:" in told


def test_escaped_texts_are_stable():
    for escape in (escaping.terminal, escaping.picture, escaping.markdown):
        assert not CONTROL.search(escape(EVIL))
        assert "\n" not in escape(EVIL)
    assert escaping.terminal(escaping.terminal(EVIL)) == escaping.terminal(EVIL)
