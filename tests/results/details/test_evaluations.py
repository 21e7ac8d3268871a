"""Files of evaluations are read again only where they are large."""

from __future__ import annotations

import numpy as np

from relxfer.results.details.evaluations import Evaluations
from relxfer.store import files
from relxfer.store.run_directory import Store


def test_small_files_are_read_once_and_callers_do_not_disturb_one_another(tmp_path, monkeypatch):
    store, read = Store(tmp_path), []
    for number in range(3):
        files.write_arrays(store.evaluation(f"{number:016x}"), {"scores": np.arange(10) + number}, {"kind": "x"})
    whole = files.read_arrays
    monkeypatch.setattr(files, "read_arrays", lambda path: read.append(path.stem) or whole(path))
    made = Evaluations(store, most=170)
    first, card = made.read(f"{0:016x}")
    assert (first.pop("scores").tolist(), card) == (list(range(10)), {"kind": "x"})
    assert made.read(f"{0:016x}")[0].keys() == {"scores"}
    made.read(f"{1:016x}")
    made.read(f"{2:016x}")
    made.read(f"{0:016x}")
    assert [int(name, 16) for name in read] == [0, 1, 2, 0], "only two fit"
