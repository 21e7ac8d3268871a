"""Licences of what an experiment names, by their cards."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from relxfer import Dataset, SourceModel
from relxfer.contract.records import Reader
from relxfer.results.origins import Licence, licences


def chosen(record):
    return SimpleNamespace(record=record, name=record.name)


DATA = chosen(Dataset(name="points", load="a:b", content="x.y", licence="CC0-1.0", citation="Somebody 2020"))
FILES = chosen(Reader(name="my-files", load="a:b", content="x.y", options="a:B"))
MODEL = chosen(SourceModel(name="net", load="a:b", reads=("pictures",), weights=("v1", "v2"), licences={"v1": "MIT"}))


def source(name, *data, **config):
    given = {"checkpoint": None, "weights": None, "run": None, **config}
    return SimpleNamespace(name=name, datasets=data, model=MODEL, brought=False, config=SimpleNamespace(**given))


def test_each_data_set_and_each_weights_once_with_all_that_use_it():
    targets = [SimpleNamespace(name="t", dataset=DATA), SimpleNamespace(name="u", dataset=FILES)]
    sources = [
        source("s", DATA),
        source("w", weights="v1"),
        source("x", weights="v2"),
        source("c", checkpoint=Path("m")),
    ]
    assert licences(SimpleNamespace(targets=targets, sources=sources)) == (
        Licence(what="data set", name="points", used_by=("t", "s"), licence="CC0-1.0", citation="Somebody 2020"),
        Licence(what="own files", name="my-files", used_by=("u",)),
        Licence(what="weights", name="net v1", used_by=("w",), licence="MIT"),
        Licence(what="weights", name="net v2", used_by=("x",)),
        Licence(what="checkpoint", name="m", used_by=("c",)),
    )
