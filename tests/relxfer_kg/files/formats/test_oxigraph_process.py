"""What the process does, seen from inside it: its exit codes."""

import subprocess
import sys

import pytest
from relxfer_kg.files.formats import oxigraph, oxigraph_process

pytest.importorskip("pyoxigraph")


def run(kind, text, path=None):
    command = [
        sys.executable,
        "-P",
        str(oxigraph._SCRIPT),
        kind,
        str(4 * 2**30),
        "10",
        *(sys.path if path is None else path),
    ]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=False)


def test_exit_codes():
    assert run("Turtle", "").returncode == 0
    assert run("SPARQL JSON", '{"head": {}, "boolean": true}').returncode == oxigraph_process.NO_SOLUTIONS
    broken = run("Turtle", "<http://a> <http://b> .")
    assert (broken.returncode, broken.stderr.split(b"\n")[0]) == (oxigraph_process.BROKEN, b"1")


def test_modules_are_found_where_the_arguments_say():
    assert run("Turtle", "", path=[]).returncode == oxigraph_process.ABSENT


def test_limits_are_no_higher_than_the_system_allows():
    resource = pytest.importorskip("resource")
    code = (
        "import resource, sys; sys.path[:0] = [sys.argv[1]]; from oxigraph_process import limit; "
        "resource.setrlimit(resource.RLIMIT_CPU, (50, 50)); limit(2**40, 100); "
        "print(resource.getrlimit(resource.RLIMIT_CPU))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(oxigraph._SCRIPT.parent)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "(50, 50)"
    assert resource
