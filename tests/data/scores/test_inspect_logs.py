"""Logs of inspect: both formats, values of scores, epochs, and samples without a score."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import inspect_logs
from relxfer.errors import DataError, UnknownName

HEADER = {
    "version": 2,
    "status": "success",
    "eval": {"run_id": "r", "task": "arithmetic", "model": "provider/model", "created": "2025-01-01T00:00:00+00:00"},
    "plan": {"steps": []},
}


def sample(number, value, epoch=1, scorer="match", **more):
    """A sample as inspect writes it."""
    return {
        "id": number,
        "epoch": epoch,
        "input": f"What is {number}?",
        "target": str(number),
        "messages": [{"role": "user", "content": f"What is {number}?"}],
        "output": {"model": "provider/model", "choices": []},
        "scores": {scorer: {"value": value, "answer": "4", "explanation": "..."}},
        "metadata": {},
        **more,
    }


def log(*samples, **more):
    return json.dumps({**HEADER, **more, "samples": samples}, indent=2)


def system(*samples, metric=None, bad=None, **more):
    found = inspect_logs.from_text(log(*samples, **more))
    assert found is not None
    return inspect_logs.system(found, Path("x.json"), metric, bad or BadRowList("scores"))


@pytest.mark.parametrize(
    ("value", "score"),
    [("C", 1.0), ("I", 0.0), ("P", 0.5), ("N", 0.0), (0.25, 0.25), (True, 1.0), ("0.75", 0.75), ("yes", 1.0)],
)
def test_values(value, score):
    found = system(sample(1, value), sample(2, "C"))
    assert (found.name, found.metric, list(found.ids)) == ("provider/model", "match", ["1", "2"])
    assert found.scores.tolist() == [score, 1.0]


def test_epochs_are_averaged_and_said():
    found = system(sample("a", "C"), sample("a", "I", epoch=2), sample("b", "C"))
    assert (list(found.ids), found.scores.tolist(), found.seeds) == (["a", "b"], [0.5, 1.0], None)
    assert "up to 2 epochs; its score is their mean" in found.notes[1]


def test_scorers_and_tables_of_values():
    both = [sample(i, {"clear": 3, "short": 1}, scorer="style") for i in range(2)]
    for each in both:
        each["scores"]["match"] = {"value": "C"}
    assert system(*both).metric == "style.clear"
    assert system(*both, metric="style.short").scores.tolist() == [1.0, 1.0]
    assert "also there: style.short, match" in system(*both).notes[0]
    with pytest.raises(UnknownName, match="is called 'mach': did you mean 'match'"):
        system(*both, metric="mach")


def test_samples_without_a_score_are_gathered():
    bad = BadRowList("scores", skip=True)
    broken = sample(2, None, error={"message": "rate limit"})
    found = system(sample(1, "C"), broken, sample(3, float("nan")), bad=bad)
    assert list(found.ids) == ["1"]
    assert [row.reason for row in bad.first] == [
        "expected a score of sample 2, got the error 'rate limit'",
        "expected a score of sample 3, got nan",
    ]


def test_an_evaluation_that_did_not_finish_is_told():
    assert "did not finish (cancelled)" in system(sample(1, "C"), status="cancelled").notes[-1]


def test_a_log_without_scores():
    with pytest.raises(DataError, match="score the log first"):
        system({"id": 1, "epoch": 1, "scores": None})


def write(path, *samples, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as packed:
        packed.writestr("_journal/start.json", json.dumps(HEADER))
        for each in samples:
            packed.writestr(f"samples/{each['id']}_epoch_{each['epoch']}.json", json.dumps(each))
        packed.writestr("summaries.json", "[]")
        packed.writestr("header.json", json.dumps(HEADER))


def test_a_zip_holds_the_same(tmp_path):
    samples = [sample(1, "C"), sample(2, "I")]
    write(tmp_path / "x.eval", *samples)
    assert inspect_logs.is_zip(tmp_path / "x.eval")
    found = inspect_logs.system(inspect_logs.from_zip(tmp_path / "x.eval"), Path("x.eval"), None, BadRowList("scores"))
    assert (found.name, found.scores.tolist()) == ("provider/model", [1.0, 0.0])


def test_a_log_that_was_broken_off_has_no_header(tmp_path):
    path = tmp_path / "x.eval"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("_journal/start.json", json.dumps(HEADER))
        packed.writestr("samples/1_epoch_1/sample.json", json.dumps(sample(1, "C")))
        packed.writestr("samples/1_epoch_1/messages/0.json", "[]")
    found = inspect_logs.system(inspect_logs.from_zip(path), path, None, BadRowList("scores"))
    assert (found.name, list(found.ids)) == ("provider/model", ["1"])
    assert found.notes[-1].endswith("did not finish (started)")


def test_a_compression_that_python_does_not_know(tmp_path):
    path = tmp_path / "x.eval"
    write(path, sample(1, "C"), compression=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.find(mark)
        while at >= 0:
            data[at + place : at + place + 2] = (99).to_bytes(2, "little")
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    with pytest.raises(DataError, match="got another compression; write it as JSON"):
        inspect_logs.from_zip(path)


def test_a_sample_that_occurs_twice_in_an_epoch_is_told():
    bad = BadRowList("scores", skip=True)
    found = system(sample(1, "C"), sample(1, "I"), sample(2, 10**400), bad=bad)
    assert found.scores.tolist() == [1.0]
    assert bad.first[0].reason == "expected sample 1 once in epoch 1, got it again"
    assert bad.count == 2


def test_zips_that_are_no_logs(tmp_path):
    path = tmp_path / "x.eval"
    write(path)
    with pytest.raises(DataError, match="and samples/, got another zip"):
        inspect_logs.from_zip(path)
    write(path, sample(1, "C"))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match="got a zip that cannot be read"):
        inspect_logs.from_zip(path)


def test_a_zip_that_unpacks_to_far_more_is_not_read(tmp_path):
    write(tmp_path / "x.eval", sample(1, "C", padding=" " * (20 << 20)))
    with pytest.raises(DataError, match="unpacks to far more than its size"):
        inspect_logs.from_zip(tmp_path / "x.eval")


@pytest.mark.parametrize("text", ['{"id": 1, "eval": 2}', '{"eval"', "id,eval\n", '[{"eval": {}}]'])
def test_other_texts_are_no_logs(text):
    assert inspect_logs.from_text(text) is None
