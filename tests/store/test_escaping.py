"""Names are data: whatever somebody calls things, no verb ends in a traceback, moves the cursor or writes markup."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from relxfer.store import escaping

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
    "plugins/relxfer_social/in_memory.py": {"json"},  # a network as the file that its reader reads
    "relxfer/data/tables/json_rows.py": {"json"},  # a list or table in a cell, which is shown as any other cell
    "relxfer/store/files.py": {"json"},  # fingerprints, which tell the infinities apart, and cards of phases
    "relxfer/contract/data.py": {"json"},  # a digest of groups and tags, which nobody reads
    "relxfer/contract/messages.py": {"json"},  # a key in quotes
    "relxfer/contract/only_with.py": {"json"},  # a value in a message, which the console escapes
    "relxfer/execute/workers/reports.py": {"json"},  # events, which another process reads: a NaN must arrive as such
    "relxfer/testing/datasets.py": {"json", "console"},  # digests, which a test of the author reads from a process
    "relxfer/cli/console.py": {"stream"},
    "relxfer/cli/__init__.py": {"console"},  # the version
    "relxfer/finished.py": {"console"},  # the page of a recommendation, which escapes its names
    "relxfer/cli/options.py": {"json"},  # an option as TOML, which the configuration's reader reads
    "relxfer/predict/export.py": {"json"},  # metadata in a file of ONNX
    # names in plots pass through `canvas.named`
    **{f"relxfer/report/plots/{name}.py": {"picture"} for name in ("confusion", "embedding", "forest", "reliability")},
    **{f"relxfer/report/plots/{name}.py": {"picture"} for name in ("learning_curves", "training")},
}


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_leave_through_the_functions_that_escape_them(path):
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
    if "report" in path.parent.parts and re.search(r"^def (render\w*|markdown|save)\(", path.read_text(), re.M)
]


def test_every_report_escapes_what_it_is_given():
    """Each public function that makes something to read passes its argument through `escaping.every`."""
    assert len(RENDERERS) > 8
    for path in RENDERERS:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and re.match(r"render|markdown$|save$", node.name):
                body = ast.unparse(node)
                delegates = re.search(r"\brender\w*\(\[?", body.partition("\n")[2])
                escaped = "escaping.every(" in body or "escape=escaping." in body
                assert escaped or delegates, f"{path.name}: {node.name}"


# ---------------------------------------------------------------- what the functions make of a text


def test_escaped_texts_are_stable():
    for escape in (escaping.terminal, escaping.picture, escaping.markdown):
        assert not CONTROL.search(escape(EVIL))
        assert "\n" not in escape(EVIL)
    assert escaping.terminal(escaping.terminal(EVIL)) == escaping.terminal(EVIL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-1.5e3", "-1.5e3"), ("-x", "'-x"), ("=1", "'=1"), ("'=1", "''=1"), ("\uff1d1", "'\uff1d1"), ("'tis", "'tis")],
)
def test_a_spreadsheet_gets_a_name_that_is_no_formula_and_gives_it_back(text, expected):
    assert escaping.spreadsheet(text) == expected
    assert escaping.from_spreadsheet(expected) == text


def test_a_long_name_in_a_picture_is_cut():
    assert escaping.picture("x" * 61) == "x" * 59 + "…"
    assert escaping.picture("x" * 60) == "x" * 60


@dataclass(frozen=True)
class Named:
    name: str
    size: int


def test_every_text_of_a_structure_is_escaped():
    given = {"a\x1b": [Named("b\x07", 1), ("c\n", 2.5)], "path": Path("d\x9b"), "kind": Named}
    assert escaping.every(given, escaping.terminal) == {
        "a\\x1b": [Named("b\\x07", 1), ("c\\n", 2.5)], "path": "d\\x9b", "kind": Named,
    }  # fmt: skip
