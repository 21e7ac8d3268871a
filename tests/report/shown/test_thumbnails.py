"""Pictures from the data of a run, and why there are none."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from relxfer.contract.records import Dataset
from relxfer.data import load
from relxfer.declare import resolve
from relxfer.errors import DataError
from relxfer.report.shown.thumbnails import LARGEST, Thumbnails

PNG = b"\x89PNG\r\n\x1a\n"
QUERIES = [{"file": "a"}, {"file": "b"}, {"file": "c"}, {"file": "d"}]


class Adapter:
    def pictures(self, domain, queries, side):
        assert domain == "domain"
        return [PNG, None, b"<svg onload=alert(1)>", PNG + b"0" * LARGEST]


@pytest.fixture
def offers(monkeypatch):
    """What the run's target is made of; the data are loaded as "domain"."""
    record = Dataset(name="d", load="m:f", content="pictures")
    made = SimpleNamespace(adapter=Adapter(), record=record)

    def experiment(config, plugins):
        adapter, dataset = SimpleNamespace(build=lambda: made.adapter), SimpleNamespace(record=made.record)
        return SimpleNamespace(targets=[SimpleNamespace(name="us", adapter=adapter, dataset=dataset)])

    monkeypatch.setattr(resolve, "load", experiment)
    monkeypatch.setattr(load, "domain_of", lambda dataset: "domain")
    return made


def test_only_small_png_and_jpeg_are_shown(sample, offers):
    pictures = Thumbnails(sample, object())
    assert pictures.of("us", QUERIES) == [PNG, None, None, None]
    assert pictures.why == ""


def test_an_adapter_without_pictures_is_not_asked_and_reads_no_data(sample, offers, monkeypatch):
    offers.adapter = object()
    monkeypatch.setattr(load, "domain_of", lambda dataset: pytest.fail("the data were read"))
    assert Thumbnails(sample, object()).of("us", QUERIES) == [None] * 4
    assert Thumbnails(sample, None).of("us", QUERIES) == [None] * 4


def test_nothing_is_downloaded(sample, offers):
    from relxfer.contract.file import File

    file = File(role="r", url="https://example.org/x", digest="sha256:" + 64 * "0")
    offers.record = replace(offers.record, files=(file,))
    pictures = Thumbnails(sample, object())
    assert pictures.of("us", QUERIES) == [None] * 4
    assert pictures.why.endswith("its files are not all here: to download")


def test_data_that_are_gone_are_told(sample, offers, monkeypatch):
    def gone(dataset):
        raise DataError("expected a picture a.png, got none\nmore")

    monkeypatch.setattr(load, "domain_of", gone)
    pictures = Thumbnails(sample, object())
    assert pictures.of("us", QUERIES) == [None] * 4
    assert pictures.why == (
        "Without pictures, because the data of the run cannot be read here: expected a picture a.png, got none"
    )
