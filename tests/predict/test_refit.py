"""A row trained again on everything answers anywhere."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from relxfer.cli import main
from relxfer.errors import UsageError
from relxfer.plugins.finder import Plugins
from relxfer.predict import folder, predictions, refit
from relxfer.predict.chosen import Wanted
from relxfer.store import files

PLUGINS = Plugins.load(third_party=False)


def answered(where, questions, out):
    assert main(["predict", str(where), "--queries", str(questions), "--out", str(out), "--force"]) == 0
    return out.read_bytes()


@pytest.mark.parametrize("kind", ["facts", "nodes", "pictures"])
def test_moved_with_run_and_data_gone_it_answers_the_same(small, kind, tmp_path, monkeypatch):
    made, out = small(kind), tmp_path / "fit"
    trained = made.run.with_name("moved-away")
    assert refit.refit(made.run, out, PLUGINS).startswith("scratch on ")
    before = answered(out, made.questions, tmp_path / "answers.tsv")
    assert len(before.splitlines()) > 4
    made.run.rename(trained)
    made.data.rename(made.data.with_name("data-away"))
    try:
        moved = shutil.move(out, tmp_path / "elsewhere" / "anywhere")
        monkeypatch.chdir(tmp_path)
        assert answered(moved, made.questions, tmp_path / "answers.tsv") == before
    finally:
        trained.rename(made.run)
        made.data.with_name("data-away").rename(made.data)
    assert not [path for path in (tmp_path / "elsewhere").rglob("*") if path.suffix in (".pkl", ".pt", ".toml")]


def test_it_learns_from_everything_and_keeps_the_calibration_of_the_run(small, tmp_path):
    made = small("nodes")
    refit.refit(made.run, tmp_path / "fit", PLUGINS, Wanted(seed=1))
    whole, judged = (predictions.choose(made.run, PLUGINS, Wanted(seed=1, as_judged=j)) for j in (False, True))
    chosen = predictions.choose(tmp_path / "fit", PLUGINS)
    assert len(chosen.members) == 1
    assert len(chosen.domain.train) == len(whole.domain.train) > len(judged.domain.train)
    (cell,) = [path for path in made.run.glob("cells/*/model.safetensors") if path.parent.name == whole.cell]
    (old, before), (new, after) = files.read_arrays(cell), files.read_arrays(folder.model(tmp_path / "fit", 0))
    assert before["calibration"] == after["calibration"]
    assert any(not np.array_equal(old[name], new[name]) for name in old)


def test_phases_end_where_the_run_selected(small, tmp_path, monkeypatch):
    made, seen = small("nodes"), []
    monkeypatch.setattr(refit, "_until", lambda cell: seen.append(cell) or {"fit-0": 0})
    refit.refit(made.run, tmp_path / "none", PLUGINS, Wanted(seed=0))
    monkeypatch.undo()
    refit.refit(made.run, tmp_path / "some", PLUGINS, Wanted(seed=0))
    (untrained, _), (trained, _) = (files.read_arrays(folder.model(tmp_path / n, 0)) for n in ("none", "some"))
    same = all(np.array_equal(untrained[name], trained[name]) for name in untrained)
    assert same == (refit._until(seen[0]) == {"fit-0": 0})


def test_nothing_that_is_there_is_written_over(small, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").touch()
    with pytest.raises(UsageError, match=r"with 'chapter\.txt'; choose another --out"):
        refit.refit(small("nodes").run, tmp_path / "thesis", PLUGINS)
    with pytest.raises(UsageError, match="got the file"):
        refit.refit(small("nodes").run, tmp_path / "thesis" / "chapter.txt", PLUGINS)
