"""The file of a lock: what differs from it is named, and what is not one is refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from relxfer.errors import UsageError
from relxfer.plan.lock import Lock, LockedRow, Question
from relxfer.store import files

ROW = LockedRow(source="s", target="t", strategy="finetune", budget=10, cells=2, id="0" * 16)
LOCK = Lock(
    relxfer="0.1.0",
    locked="2026-12-01T10:00:07Z",
    name="small",
    seeds=(0, 1),
    questions={"t": Question(metric="mrr", direction="higher", minimal_effect=0.05, baseline="", family=("finetune",))},
    configuration={"seeds": "a", "training": "b", "strategy finetune": "c"},
    data={"target t": "d", "source s": "e"},
    models={"s": "f"},
    code={"relxfer": "0.1.0+1", "mine": "1.0+2"},
    rows=(ROW,),
)


def test_it_is_read_as_it_was_written(tmp_path):
    LOCK.write(tmp_path / "lock.json")
    assert Lock.read(tmp_path / "lock.json") == LOCK
    assert json.loads((tmp_path / "lock.json").read_text())["sha256"] == LOCK.sha256


def test_it_overwrites_nothing(tmp_path):
    LOCK.write(tmp_path / "lock.json")
    with pytest.raises(UsageError, match=r"got one, which may be a lock; delete it, or choose another --out"):
        replace(LOCK, name="other").write(tmp_path / "lock.json")
    assert Lock.read(tmp_path / "lock.json") == LOCK


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"locked": "2027-01-01T00:00:00Z", "name": "x", "relxfer": "0.1.1"}, []),
        ({"configuration": {**LOCK.configuration, "seeds": "z"}}, ["configuration (seeds)"]),
        ({"configuration": {"seeds": "a", "training": "z"}}, ["configuration (training, strategy finetune)"]),
        ({"data": {"target t": "z", "source s": "e"}}, ["data of the target t"]),
        ({"data": {"target t": "d"}}, ["data of the source s"]),
        ({"models": {"s": "z"}}, ["model of the source s"]),
        ({"code": {**LOCK.code, "mine": "1.1+3"}}, ["code of mine (1.0+2, now 1.1+3)"]),
        ({"rows": (replace(ROW, id="1" * 16),)}, ["plan of finetune from s on t at 10"]),
        ({"data": {}, "rows": ()}, ["data of the target t", "data of the source s"]),
    ],
)
def test_what_differs_is_named(changes, told):
    assert LOCK.differences(replace(LOCK, **changes)) == told


def test_code_that_only_one_of_them_uses_is_no_other_code():
    """It was chosen by the configuration, which is named."""
    now = replace(LOCK, configuration={"seeds": "a"}, code={"relxfer": "0.1.0+1", "other": "2.0+4"})
    assert LOCK.differences(now) == ["configuration (training, strategy finetune)"]


def card(**changes):
    return json.loads(files.to_json(LOCK.card)) | changes


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (card(schema=2, further=1), "schema 1 at most, got 2 .* newer relxfer; upgrade relxfer"),
        (card(further=1), "got something else"),
        (card(seeds="many"), "got something else"),
        (card(locked="yesterday"), "got something else"),
        ({"schema": 1}, "got something else"),
        ({}, "got something else"),
    ],
)
def test_what_is_no_lock_is_told(tmp_path, content, told):
    files.write_json(tmp_path / "lock.json", content)
    with pytest.raises(UsageError, match=told):
        Lock.read(tmp_path / "lock.json")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00", b'{"schema": 1}', b"[" * 100_000])
def test_a_damaged_file_is_told_in_a_sentence(tmp_path, content):
    (tmp_path / "lock.json").write_bytes(content)
    with pytest.raises(UsageError, match="that `relxfer lock` wrote, got a file that is damaged") as told:
        Lock.read(tmp_path / "lock.json")
    assert "\n" not in str(told.value)


def test_one_changed_letter_is_damage(tmp_path):
    LOCK.write(tmp_path / "lock.json")
    text = (tmp_path / "lock.json").read_text()
    (tmp_path / "lock.json").write_text(text.replace("small", "smell"))
    with pytest.raises(UsageError, match="damaged"):
        Lock.read(tmp_path / "lock.json")


def test_no_file_and_a_folder_are_told(tmp_path):
    for path in (tmp_path, tmp_path / "absent.json"):
        with pytest.raises(UsageError, match="got no file"):
            Lock.read(path)
