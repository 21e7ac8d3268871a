"""Numbers know where they stand in the JSON."""

from __future__ import annotations

from relxfer.report import wording
from relxfer.report.shown import places
from relxfer.report.shown.blocks import Number
from relxfer.report.shown.places import Place


def test_a_number_below_attributes_and_keys(sample):
    (first, *_) = places.each(sample.rows, "/rows")
    assert first.number("interval", "estimate") == Number(".400", 0.4, "/rows/0/interval/estimate")
    assert first.number("metrics", "hits@1").path == "/rows/0/metrics/hits@1"
    assert first.number("cost", "seconds", write=wording.seconds).text == "1 min 15 s"


def test_what_is_missing_is_a_dash():
    assert Place({"p": None}, "").number("p") == "–"
    assert Place({"gain": None}, "").interval("gain").line == ("–",)


def test_steps_are_escaped_as_in_json_pointers():
    assert Place({"a/b~c": 1.0}, "").number("a/b~c").path == "/a~1b~0c"
