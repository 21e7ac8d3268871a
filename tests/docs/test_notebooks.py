"""The notebooks of the gallery: stored without outputs, and executed from top to bottom."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
#: What no line that is shown holds: control codes would be seen in a notebook as they are.
ESCAPE = "\x1b"


def test_there_is_one_for_each_modality_and_the_page_names_it():
    page = (ROOT / "docs" / "notebooks.md").read_text()
    assert [path.stem for path in NOTEBOOKS] == ["knowledge_graph", "network", "pictures"]
    assert all(f"examples/notebooks/{path.name}" in page for path in NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path):
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)


@pytest.mark.extra
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(path, tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="needs the extra notebook")
    pytest.importorskip("ipykernel", reason="needs the extra notebook")
    import nbformat

    for folder in ("own_graph", "own_network"):
        shutil.copytree(ROOT / "examples" / folder, tmp_path / folder)
    (tmp_path / "notebooks").mkdir()
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path / "notebooks")}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    shown = [
        data for output in outputs for data in (output.get("data") or {"text/plain": output.get("text", "")}).items()
    ]
    kinds = {kind for kind, _ in shown}
    assert {"text/html", "image/png"} <= kinds
    assert not any(ESCAPE in "".join(text) for kind, text in shown if kind.startswith("text/"))
    assert any("<progress" in "".join(text) and "cells in" in "".join(text) for kind, text in shown if "html" in kind)
    assert any("Answer" in "".join(text) for kind, text in shown if kind == "text/html")
    (tmp_path / "executed.ipynb").write_text(nbformat.writes(notebook))
