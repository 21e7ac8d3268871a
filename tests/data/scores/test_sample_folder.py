"""Folders of lm-evaluation-harness: all tasks of a system, the newest file of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relxfer.cli import main
from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import sample_folder
from relxfer.data.scores.reading import read
from relxfer.data.scores.records import Named
from relxfer.errors import DataError, UnknownName

NOW, BEFORE = "2025-03-02T10-00-00.123456", "2025-03-01T10-00-00.123456"


def write(folder: Path, task: str, scores, date=NOW, **more) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    samples = [
        {"doc_id": i, "doc": {}, "filter": "none", "metrics": ["acc"], "acc": score, "doc_hash": f"{task}{i}"} | more
        for i, score in enumerate(scores)
    ]
    path = folder / f"samples_{task}_{date}.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in samples), encoding="utf-8")


def system(folder: Path, metric: str | None = None):
    return sample_folder.system(folder, metric, BadRowList("scores"))


def test_tasks_are_joined_with_ids_of_their_own(tmp_path):
    write(tmp_path / "m", "mmlu_anatomy", [1.0, 0.0])
    write(tmp_path / "m", "mmlu_law", [0.0])
    (tmp_path / "m" / f"results_{NOW}.json").write_text("{}", encoding="utf-8")
    found = system(tmp_path / "m")
    assert (found.name, found.metric) == ("m", "acc")
    assert list(found.ids) == ["mmlu_anatomy/0", "mmlu_anatomy/1", "mmlu_law/0"]
    assert found.scores.tolist() == [1.0, 0.0, 0.0]
    assert list(found.digests) == ["mmlu_anatomy0", "mmlu_anatomy1", "mmlu_law0"]
    assert found.notes == (
        f"of {tmp_path / 'm'}, samples of lm-evaluation-harness: acc of 2 tasks, every item counts alike",
    )


def test_the_newest_file_of_a_task_is_taken_and_the_others_are_counted(tmp_path):
    write(tmp_path, "arc", [1.0, 1.0])
    write(tmp_path, "arc", [0.0, 0.0], BEFORE)
    found = system(tmp_path)
    assert found.scores.tolist() == [1.0, 1.0]
    assert "1 older left out" in found.notes[1]


def test_a_task_without_the_metric_is_refused_by_its_file(tmp_path):
    write(tmp_path, "arc", [1.0])
    write(tmp_path, "gsm8k", [1.0], metrics=["exact_match"], exact_match=1.0, acc="none")
    with pytest.raises(UnknownName, match="samples_gsm8k"):
        system(tmp_path)


def test_a_folder_of_folders_is_a_system_each(tmp_path):
    for name in ("org__large", "org__small"):
        write(tmp_path / name, "arc", [1.0, 0.0])
    (tmp_path / "logs").mkdir()
    made = read([tmp_path], Named(), BadRowList("scores"))
    assert [each.name for each in made] == ["org__large", "org__small"]


def test_a_folder_without_samples_is_refused_in_words(tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match=r"a folder with samples_\*\.jsonl .*, got a folder without any"):
        sample_folder.folders(tmp_path)


def test_two_folders_are_judged_over_all_their_tasks(tmp_path, capsys):
    for name, scores in (("a", [0.0] * 40), ("b", [1.0] * 40)):
        for task in ("arc", "law"):
            write(tmp_path / name, task, scores)
    assert main(["judge", str(tmp_path / "a"), str(tmp_path / "b"), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["items"]) for each in made["systems"]] == [("a", 80), ("b", 80)]
    assert made["comparisons"][0]["verdict"] == "better"
